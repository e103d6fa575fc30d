/* Every way in which the exchange answers wrongly, at every stage: what is said, what is stored (nothing), how the run
 * ends, and that all is as it would have been once the exchange is well again. */
#include <stdlib.h>

#include "live_faults.h"
#include "live_kept.h"
#include "live_scene.h"
#include "named.h"

static const char FEW_TARGETS[] = "30000000000000", BIGGEST[] = "005930", START[] = "2024-07-01";

/* ---- the scene ---- */

typedef LiveScene Scene;

static LiveWorld *empty_world(Scene *scene) {
  live_world_reset(&scene->world);
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", FEW_TARGETS); /* set-up takes half a second */
  return &scene->world;
}

static LiveInstant due(const Scene *scene, size_t session) { return live_sample_due(&scene->sample, session); }
static const char *date(const Scene *scene, size_t session) { return scene->sample.days[session].date; }

/* A database set up as of the session with that index. */
static LiveWorld *set_up(Scene *scene, size_t session, const char *arguments) {
  LiveWorld *world = empty_world(scene);
  char name[32];
  snprintf(name, sizeof name, "%zu%s", session, arguments);
  if (live_return(world, name)) return world;
  live_do(world, "manual_setup", due(scene, session).text, arguments);
  live_keep(world, name);
  return world;
}

/* What a system holds that never met a fault. */
static LiveDump clean_content(Scene *scene, size_t from, size_t to, const char *arguments) {
  LiveWorld *world = set_up(scene, from, arguments);
  if (to > from) live_do(world, "daily_update", due(scene, to).text, "");
  return live_dump(world, LIVE_RESULT);
}

static void assert_content(LiveWorld *world, const LiveDump *expected) {
  live_assert_holds(world, LIVE_RESULT, expected);
}

static void spoil(LiveWorld *world, const FaultCase *fault, const char *day, const char *market) {
  char what[256];
  print_message("             %s\n", fault->fault); /* says which one failed */
  snprintf(what, sizeof what, "%s&date=%s&market=%s", fault->fault, day, market);
  live_fault(world, what);
  live_set(world, "CLOSEBELL_KRX_TIMEOUT", strstr(fault->fault, "slow") != NULL ? "300ms" : NULL);
  live_forget_calls(world);
}

static void heal(LiveWorld *world) {
  live_clear_faults(world);
  live_set(world, "CLOSEBELL_KRX_TIMEOUT", NULL);
  live_forget_calls(world);
}

static long calls_for(LiveWorld *world, const char *day) {
  char compact[16];
  snprintf(compact, sizeof compact, "%.4s%.2s%.2s", day, day + 5, day + 8);
  return replay_run_calls(&world->exchange, compact);
}

/* ---- what is checked ---- */

/* "open", "resolved" or "absent". */
static const char *alert_state(LiveWorld *world, const char *id, const char *severity) {
  bson_t *alert = live_find(world, "system_info", "ops_alerts", id);
  const char *state = alert == NULL ? "absent" : live_has_field(alert, "resolved_utc") ? "resolved" : "open";
  if (alert != NULL) assert_string_equal(live_text(alert, "severity"), severity);
  if (alert != NULL) assert_true(strlen(live_text(alert, "message")) > 0);
  bson_destroy(alert);
  return state;
}

static const char *session_alert(LiveWorld *world, const char *kind, const char *day) {
  char id[64];
  snprintf(id, sizeof id, "%s:%s", kind, day);
  return alert_state(world, id, "WARN");
}

static void assert_no_open_alert(LiveWorld *world) {
  LiveDocuments alerts = live_documents(world, "system_info", "ops_alerts");
  for (size_t i = 0; i < alerts.count; i++)
    if (!live_has_field(alerts.items[i], "resolved_utc"))
      fail_msg("%s is still open: %s", live_id(alerts.items[i]), live_text(alerts.items[i], "message"));
  live_documents_free(&alerts);
}

/* What is going on with the source as a whole is an alert of its own. */
static void assert_source_alerts(LiveWorld *world, FaultClass class) {
  const char *blocked = alert_state(world, "source-blocked:krx", "CRITICAL");
  const char *key = alert_state(world, "source-key:krx", "CRITICAL");
  assert_string_equal(class == BLOCKED ? blocked : "open", "open");
  assert_string_equal(class == REFUSED ? key : "open", "open");
  assert_string_not_equal(class == BLOCKED ? "" : blocked, "open");
  assert_string_not_equal(class == REFUSED ? "" : key, "open");
}

static void assert_what_happens_next(const LiveResult *result, FaultClass class) {
  if (class == BLOCKED)
    live_assert_says(result->err, "no further call before");
  else if (class == REFUSED)
    live_assert_says(result->err, "set KRX_AUTH_KEY");
  else
    live_assert_says(result->err, "again");
}

static void assert_nothing_stored(LiveWorld *world, const char *day) {
  assert_false(live_has(world, "system_info", "market_days", day));
  LiveDocuments targets = live_documents(world, "system_info", "target_tickers");
  assert_true(targets.count > 0);
  for (size_t i = 0; i < targets.count; i++)
    assert_false(live_has(world, "stock_data", live_id(targets.items[i]), day));
  live_documents_free(&targets);
}

static void assert_status(LiveWorld *world, const char *day, const char *status, const char *reason) {
  char id[64];
  snprintf(id, sizeof id, "%s_daily_update", day);
  bson_t *document = live_get(world, "system_info", "job_status", id);
  assert_string_equal(live_text(document, "status"), status);
  live_assert_says(live_text(document, "reason"), reason);
  live_assert_instant(document, "start_time_utc");
  live_assert_instant(document, "end_time_utc");
  assert_false(live_has_field(document, "stored_rows"));
  bson_destroy(document);
}

static void assert_recorded(const Scene *scene, LiveWorld *world, size_t session) {
  const char *day = date(scene, session);
  live_assert_state(world, day, "completed");
  bson_t *document = live_get(world, "stock_data", BIGGEST, day);
  assert_int_equal(live_int64(document, "close"), live_sample_row(&scene->sample.days[session], BIGGEST)->close);
  bson_destroy(document);
  assert_string_not_equal(session_alert(world, "session-failed", day), "open");
}

/* The exchange is well again, and the breaker does not know it: nobody asks before it is told, by time or by hand. */
static void assert_breaker(LiveWorld *world, const char *program, const char *now, bool by_time) {
  LiveResult result = live_run_at(world, program, now, "");
  live_assert_exit(&result, 69);
  assert_named(result.err, "krx|not asked");
  assert_int_equal(live_calls(world), 0);
  if (by_time)
    live_update(world, "system_info", "source_state", "krx",
                "{\"$set\": {\"blocked_until_utc\": {\"$date\": {\"$numberLong\": \"1700000000000\"}}}}");
  else
    live_delete(world, "system_info", "source_state", "krx");
}

/* ---- set-up ---- */

static void set_up_believes_no_answer_of_a_faulty_exchange(void **state) {
  Scene *scene = *state;
  size_t session = live_sample_index(&scene->sample, START);
  LiveInstant now = due(scene, session);
  LiveDump clean = clean_content(scene, session, session, "--days 3");
  for (size_t i = 0; i < FAULT_CASE_COUNT; i++) {
    const FaultCase *fault = &FAULT_CASES[i];
    if (fault->hides) continue;
    LiveWorld *world = empty_world(scene);
    spoil(world, fault, "*", "*");
    LiveResult result = live_run_at(world, "manual_setup", now.text, "--days 3");
    live_assert_exit(&result, fault->class == SILENT ? 75 : fault_exit_code_alone(fault->class));
    live_assert_says(result.err, fault->says);
    live_assert_says(result.err, fault->class == BLOCKED || fault->class == REFUSED ? "krx" : START);
    assert_what_happens_next(&result, fault->class);
    assert_source_alerts(world, fault->class);
    /* What passes may be that one date's trouble: the newest of the others is asked for as well. */
    if (fault->class == PASSING) assert_in_range(live_calls(world), fault->tries + 1, fault->tries + 2);
    if (fault->class == REFUSED) assert_int_equal(live_calls(world), 1);
    if (fault->class == BLOCKED) assert_int_equal(live_calls(world), fault->tries); /* the second after a minute */
    assert_int_equal(live_count(world, "system_info", "market_days"), 0);
    assert_int_equal(live_count(world, "system_info", "job_status"), 0);
    assert_int_equal(live_count(world, "system_info", "target_tickers"), 0);
    assert_false(live_has_collection(world, "stock_data", BIGGEST));
    heal(world);
    if (fault->class == BLOCKED) assert_breaker(world, "manual_setup", now.text, strstr(fault->fault, "html") != NULL);
    live_do(world, "manual_setup", now.text, "--days 3");
    assert_content(world, &clean);
    assert_no_open_alert(world);
  }
  live_dump_free(&clean);
}

/* One market of one session: what else there is, is taken; a refusal ends the run before anything is believed. */
static void set_up_goes_round_a_faulty_session(void **state) {
  Scene *scene = *state;
  size_t session = live_sample_index(&scene->sample, START);
  LiveInstant now = due(scene, session);
  const char *day = date(scene, session - 2);
  LiveDump six = clean_content(scene, session, session, "--days 6");
  LiveDump seven = clean_content(scene, session, session, "--days 7");
  for (size_t i = 0; i < FAULT_CASE_COUNT; i++) {
    const FaultCase *fault = &FAULT_CASES[i];
    bool refusal = fault->class == BLOCKED || fault->class == REFUSED;
    LiveWorld *world = empty_world(scene);
    spoil(world, fault, day, "KOSDAQ");
    LiveResult result = live_run_at(world, "manual_setup", now.text, "--days 6");
    live_assert_exit(&result, refusal ? fault_exit_code_alone(fault->class) : 75);
    assert_what_happens_next(&result, fault->class);
    assert_false(live_has(world, "system_info", "market_days", day));
    heal(world);
    if (fault->class == BLOCKED) assert_breaker(world, "manual_setup", now.text, strstr(fault->fault, "html") != NULL);
    if (refusal) {
      live_do(world, "manual_setup", now.text, "--days 6");
    } else {
      assert_status(world, day, "failed", fault_says_of_market(fault));
      assert_string_equal(session_alert(world, "session-failed", day), "open");
      assert_nothing_stored(world, day);
      live_do(world, "daily_update", now.text, "");
    }
    assert_recorded(scene, world, session - 2);
    assert_content(world, refusal ? &six : &seven);
    assert_no_open_alert(world);
  }
  live_dump_free(&six);
  live_dump_free(&seven);
}

/* ---- the session of a day ---- */

static void assert_faulty_day(LiveWorld *world, const FaultCase *fault, const LiveResult *result, const char *day) {
  bool broken = fault->class == BROKEN;
  live_assert_exit(result, fault_exit_code_alone(fault->class));
  live_assert_says(result->err, fault->says);
  live_assert_says(result->err, fault->class == BLOCKED || fault->class == REFUSED ? "krx" : day);
  assert_what_happens_next(result, fault->class);
  assert_nothing_stored(world, day);
  assert_status(world, day, broken ? "failed" : "waiting", fault->says);
  assert_source_alerts(world, fault->class);
  assert_string_equal(session_alert(world, "session-failed", day), broken ? "open" : "absent");
  /* The first market is asked alone as long as nothing sensible has been heard. Rows have their totals asked for, once,
   * before they are judged. */
  long totals = fault->hides ? 2 : 0;
  assert_int_equal(calls_for(world, day), fault->tries * (broken || fault->class == SILENT ? 2 : 1) + totals);
}

static void nothing_is_stored_of_a_faulty_session(void **state) {
  Scene *scene = *state;
  size_t start = live_sample_index(&scene->sample, START), session = start;
  LiveWorld *world = set_up(scene, start, "--days 6");
  for (size_t i = 0; i < FAULT_CASE_COUNT; i++) {
    const char *day = date(scene, ++session);
    LiveInstant now = due(scene, session);
    spoil(world, &FAULT_CASES[i], day, "*");
    LiveResult result = live_run_at(world, "daily_update", now.text, "");
    assert_faulty_day(world, &FAULT_CASES[i], &result, day);
    heal(world);
    if (FAULT_CASES[i].class == BLOCKED)
      assert_breaker(world, "daily_update", now.text, strstr(FAULT_CASES[i].fault, "html") != NULL);
    live_do(world, "daily_update", now.text, "");
    assert_recorded(scene, world, session);
    assert_no_open_alert(world);
  }
  LiveDump healed = live_dump(world, LIVE_RESULT), clean = clean_content(scene, start, session, "--days 6");
  live_assert_same(&healed, &clean);
  live_dump_free(&healed);
  live_dump_free(&clean);
}

/* ---- a catch-up ---- */

static void assert_faulty_middle(const Scene *scene, LiveWorld *world, const FaultCase *fault, const LiveResult *result,
                                 size_t middle) {
  const char *day = date(scene, middle);
  const char *says = fault_says_of_market(fault);
  bool refusal = fault->class == BLOCKED || fault->class == REFUSED;
  live_assert_exit(result, refusal ? fault_exit_code_alone(fault->class) : 75);
  live_assert_says(result->err, says);
  assert_what_happens_next(result, fault->class);
  assert_nothing_stored(world, day);
  assert_status(world, day, fault->class == REFUSED ? "waiting" : "failed", says);
  assert_source_alerts(world, fault->class);
  if (fault->class == REFUSED) return; /* whoever may not ask believes nothing that he was told */
  assert_string_equal(session_alert(world, "session-failed", day), "open");
  assert_recorded(scene, world, middle - 1);
  if (!refusal) assert_recorded(scene, world, middle + 1);
}

static void a_fault_in_the_middle_of_a_catch_up_costs_that_session_only(void **state) {
  Scene *scene = *state;
  size_t start = live_sample_index(&scene->sample, START), session = start;
  LiveWorld *world = set_up(scene, start, "--days 6");
  for (size_t i = 0; i < FAULT_CASE_COUNT; i++) {
    session += 3;
    LiveInstant now = due(scene, session);
    spoil(world, &FAULT_CASES[i], date(scene, session - 1), "KOSDAQ");
    LiveResult result = live_run_at(world, "daily_update", now.text, "");
    assert_faulty_middle(scene, world, &FAULT_CASES[i], &result, session - 1);
    heal(world);
    if (FAULT_CASES[i].class == BLOCKED)
      assert_breaker(world, "daily_update", now.text, strstr(FAULT_CASES[i].fault, "html") != NULL);
    live_do(world, "daily_update", now.text, "");
    for (size_t k = session - 2; k <= session; k++) assert_recorded(scene, world, k);
    assert_no_open_alert(world);
  }
  LiveDump healed = live_dump(world, LIVE_RESULT), clean = clean_content(scene, start, session, "--days 6");
  live_assert_same(&healed, &clean);
  live_dump_free(&healed);
  live_dump_free(&clean);
}

/* The oldest is asked for first, and is all that the server stumbles over, today and tomorrow. */
static void a_session_that_can_never_be_had_does_not_hold_the_others(void **state) {
  Scene *scene = *state;
  static const FaultCase never = {"kind=status&value=500", PASSING, 4, "HTTP 500", false};
  size_t start = live_sample_index(&scene->sample, START), bad = start + 1;
  LiveWorld *world = set_up(scene, start, "--days 6");
  spoil(world, &never, date(scene, bad), "*");
  for (size_t later = bad + 2; later <= bad + 4; later += 2) {
    LiveResult result = live_run_at(world, "daily_update", due(scene, later).text, "");
    live_assert_exit(&result, 75);
    live_assert_says(result.err, "2 sessions completed");
    assert_status(world, date(scene, bad), "failed", never.says);
    assert_nothing_stored(world, date(scene, bad));
    assert_recorded(scene, world, later - 1);
    assert_recorded(scene, world, later);
  }
  heal(world);
  live_do(world, "daily_update", due(scene, bad + 4).text, "");
  assert_no_open_alert(world);
  LiveDump healed = live_dump(world, LIVE_RESULT), clean = clean_content(scene, start, bad + 4, "--days 6");
  live_assert_same(&healed, &clean);
  live_dump_free(&healed);
  live_dump_free(&clean);
}

/* A stock and a session on which it is larger than it was on any of ten before. */
static size_t find_new_high(const Scene *scene, const char *code, size_t from) {
  for (size_t session = from;; session++) {
    const LiveDay *days = scene->sample.days;
    int64_t cap = live_sample_row(&days[session], code)->market_cap;
    size_t k = 1;
    while (k <= 10 && live_sample_row(&days[session - k], code)->market_cap < cap) k++;
    if (k > 10) return session;
  }
}

/* It was back-filled while the session before was missing. */
static void a_target_that_entered_meanwhile_gets_its_row_of_the_late_session(void **state) {
  Scene *scene = *state;
  static const FaultCase missing = {"kind=bad-code", BROKEN, 3, "../x", false};
  static const char code[] = "000660";
  size_t entry = find_new_high(scene, code, live_sample_index(&scene->sample, "2024-05-02"));
  char cap[32];
  LiveWorld *world = empty_world(scene);
  const LiveRow *row = live_sample_row(&scene->sample.days[entry], code);
  snprintf(cap, sizeof cap, "%lld", (long long)row->market_cap);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", cap);
  live_do(world, "manual_setup", due(scene, entry - 2).text, "--days 6");
  spoil(world, &missing, date(scene, entry - 1), "*");
  LiveResult result = live_run_at(world, "daily_update", due(scene, entry).text, "");
  live_assert_exit(&result, 75);
  assert_true(live_has(world, "stock_data", code, date(scene, entry)));
  assert_false(live_has(world, "stock_data", code, date(scene, entry - 1)));
  heal(world);
  live_do(world, "daily_update", due(scene, entry).text, "");
  assert_int_equal(live_count(world, "stock_data", code), 8);
  assert_true(live_has(world, "stock_data", code, date(scene, entry - 1)));
  assert_no_open_alert(world); /* "healed" would be one */
}

/* No rows at all, while the sessions around it answer and do not continue each other: that is no holiday. */
static void a_session_that_the_exchange_has_lost_is_never_closed(void **state) {
  Scene *scene = *state;
  static const FaultCase lost = {"kind=empty", SILENT, 1, "it was a session", false};
  size_t start = live_sample_index(&scene->sample, START), middle = start + 2;
  LiveWorld *world = set_up(scene, start, "--days 6");
  spoil(world, &lost, date(scene, middle), "*");
  for (int run = 0; run < 2; run++) {
    LiveResult result = live_run_at(world, "daily_update", due(scene, middle + 1).text, "");
    live_assert_exit(&result, 75);
    assert_status(world, date(scene, middle), "failed", lost.says);
    assert_nothing_stored(world, date(scene, middle));
    assert_string_equal(session_alert(world, "session-failed", date(scene, middle)), "open");
    assert_recorded(scene, world, middle + 1);
  }
  heal(world);
  live_do(world, "daily_update", due(scene, middle + 1).text, "");
  assert_no_open_alert(world);
  LiveDump healed = live_dump(world, LIVE_RESULT), clean = clean_content(scene, start, middle + 1, "--days 6");
  live_assert_same(&healed, &clean);
  live_dump_free(&healed);
  live_dump_free(&clean);
}

/* ---- time and size ---- */

static void a_fault_that_passes_is_overcome_within_the_run(void **state) {
  Scene *scene = *state;
  static const char *const faults[] = {"kind=status&value=503", "kind=truncated", "kind=reset", "kind=half",
                                       "kind=bad-utf8"};
  size_t session = live_sample_index(&scene->sample, START);
  LiveWorld *world = set_up(scene, session, "--days 6");
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    char what[128];
    const char *day = date(scene, ++session);
    snprintf(what, sizeof what, "%s&date=%s&market=KOSPI&times=2", faults[i], day);
    live_fault(world, what);
    live_do(world, "daily_update", due(scene, session).text, "");
    assert_recorded(scene, world, session);
    assert_string_equal(session_alert(world, "session-failed", day), "absent");
  }
}

static void retry_after_says_how_long_to_wait(void **state) {
  Scene *scene = *state;
  size_t session = live_sample_index(&scene->sample, START);
  LiveWorld *world = set_up(scene, session, "--days 6");
  live_set(world, "CLOSEBELL_RETRY_SCALE", "0.1");
  live_fault(world, "kind=status&value=429&retry_after=7&times=2&market=KOSPI"); /* without it: 60 s, twice 6 here */
  LiveResult result = live_do(world, "daily_update", due(scene, session + 1).text, "");
  assert_in_range(result.took_ms, 1400, 11999);
  assert_recorded(scene, world, session + 1);
}

/* An hour late may be the exchange's habit; three are worth a look, whether it is silent or out of reach. */
static void three_hours_late_is_worth_a_warning(void **state) {
  Scene *scene = *state;
  static const char *const faults[] = {"kind=empty", "kind=status&value=503"};
  size_t session = live_sample_index(&scene->sample, START);
  LiveWorld *world = set_up(scene, session, "--days 6");
  for (size_t i = 0; i < 2; i++) {
    const char *day = date(scene, ++session);
    char noon[32];
    live_fault(world, faults[i]);
    live_run_at(world, "daily_update", due(scene, session).text, "");
    live_assert_state(world, day, "waiting");
    assert_string_equal(session_alert(world, "session-late", day), "absent");
    snprintf(noon, sizeof noon, "%.11s03:00:00Z", due(scene, session).text);
    live_run_at(world, "daily_update", noon, "");
    live_assert_state(world, day, "waiting");
    assert_string_equal(session_alert(world, "session-late", day), "open");
    live_clear_faults(world);
    live_do(world, "daily_update", noon, "");
    assert_recorded(scene, world, session);
    assert_string_equal(session_alert(world, "session-late", day), "resolved");
  }
}

static void a_body_of_200_megabytes_is_not_taken_into_memory(void **state) {
  Scene *scene = *state;
  size_t session = live_sample_index(&scene->sample, START);
  LiveWorld *world = set_up(scene, session, "--days 6");
  LiveResult usual = live_do(world, "daily_update", due(scene, session + 1).text, "");
  live_fault(world, "kind=huge&value=200000000");
  LiveResult huge = live_run_at(world, "daily_update", due(scene, session + 2).text, "");
  live_assert_exit(&huge, 75);
  live_assert_says(huge.err, "[krx] max_answer_bytes");
  assert_true(usual.max_rss_kb > 0);
  assert_in_range(huge.max_rss_kb, 1, usual.max_rss_kb + 100 * 1024); /* six such bodies were sent */
  assert_nothing_stored(world, date(scene, session + 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(set_up_believes_no_answer_of_a_faulty_exchange),
      cmocka_unit_test(set_up_goes_round_a_faulty_session),
      cmocka_unit_test(nothing_is_stored_of_a_faulty_session),
      cmocka_unit_test(a_fault_in_the_middle_of_a_catch_up_costs_that_session_only),
      cmocka_unit_test(a_session_that_can_never_be_had_does_not_hold_the_others),
      cmocka_unit_test(a_target_that_entered_meanwhile_gets_its_row_of_the_late_session),
      cmocka_unit_test(a_session_that_the_exchange_has_lost_is_never_closed),
      cmocka_unit_test(a_fault_that_passes_is_overcome_within_the_run),
      cmocka_unit_test(retry_after_says_how_long_to_wait),
      cmocka_unit_test(three_hours_late_is_worth_a_warning),
      cmocka_unit_test(a_body_of_200_megabytes_is_not_taken_into_memory),
  };
  return cmocka_run_group_tests_name("faults", tests, live_scene_open, live_scene_close);
}
