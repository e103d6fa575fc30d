/* What companies decide about their shares, in simulated history: brought, corrected, withdrawn, given late, through
 * outages and deaths. Whatever happens, a day that is completed has all that was given, nothing else is stored, and
 * each action that a filing explains names it.
 *
 * 3 seeds; 60, and a death at each round trip, with CLOSEBELL_TEST_LONG=1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/company_events.h>
#include <closebell/store/corporate_actions.h>
#include <closebell/store/market_days.h>

#include "sim_case.h"
#include "sim_decisions.h"
#include "sim_sample.h"

static const int64_t HOUR_MS = 60 * 60 * 1000;

static bool is_long(void) { return getenv("CLOSEBELL_TEST_LONG") != NULL; }

/* ---- runs ---- */

static SimResult run_with(SimEvents *events, SimRun run) {
  const SimRun with = sim_events_run(events, run);
  return sim_run(events->dart->world, &with);
}

static SimResult update(SimEvents *events) { return run_with(events, (SimRun){.program = SIM_UPDATE}); }

static SimResult bring(SimEvents *events) {
  return run_with(events, (SimRun){.program = SIM_UPDATE,
                                   .ranged = true,
                                   .update = {.dataset = "company_events", .from = DAY_NONE, .to = DAY_NONE}});
}

static void set_up(SimEvents *events) {
  SimResult result = run_with(events, (SimRun){.program = SIM_SETUP});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

static SimWorld *world_of(const SimEvents *events) { return events->dart->world; }
static Day today(const SimEvents *events) { return instant_kst_day(world_of(events)->now); }

static const char *state_of(const SimEvents *events, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s_company_events", day_text(date).text);
  const bson_t *status = sim_document(world_of(events), DB_SYSTEM, "job_status", id);
  return status ? sim_text(status, "status") : "absent";
}

static bool is_completed(const SimEvents *events) { return strcmp(state_of(events, today(events)), "completed") == 0; }

static const bson_t *stored(const SimEvents *events, const char *id) {
  return sim_document(world_of(events), DB_SYSTEM, "company_events", id);
}

static size_t stored_count(const SimEvents *events) {
  return sim_document_count(world_of(events), DB_SYSTEM, "company_events");
}

static const char *alert_of(const SimEvents *events, const char *kind, const char *ticker, const char *rcept_no) {
  char id[96];
  snprintf(id, sizeof id, "%s:%s %s", kind, ticker, rcept_no);
  const bson_t *alert = sim_document(world_of(events), DB_SYSTEM, "ops_alerts", id);
  return !alert ? "none" : bson_has_field(alert, "resolved_utc") ? "resolved" : "open";
}

static const char *ticker_of(const SimEvents *events, const SimDecision *decision) {
  return events->dart->stocks[decision->stock].ticker;
}

/* ---- what has to hold ---- */

static Day oldest(const SimEvents *events) {
  int year, month, day;
  Day first = DAY_NONE;
  day_to_ymd(today(events), &year, &month, &day);
  assert_true(day_from_ymd(year - (int)world_of(events)->config.dart.years, 1, 1, &first));
  return first;
}

static bool is_followed(const SimEvents *events, const SimDecision *decision) {
  return sim_company_is_followed(events, decision->stock);
}

static void check_stored(const SimEvents *events) {
  Error why;
  if (!sim_check_decisions(events, &why)) fail_msg("%s", why.text);
}

static void check_completed(const SimEvents *events) {
  Error why;
  if (!sim_check_all_decisions(events, oldest(events), &why)) fail_msg("%s", why.text);
}

/* Returns how many actions are explained. */
static size_t check_explained(const SimEvents *events) {
  size_t actions = 0, explained = 0;
  Error why;
  if (!sim_check_explained(events, &actions, &explained, &why)) fail_msg("%s", why.text);
  assert_true(actions > 0);
  return explained;
}

static void check_whole(const SimEvents *events) {
  assert_true(is_completed(events));
  check_stored(events);
  check_completed(events);
  check_explained(events);
}

/* ---- scenes ---- */

static SimEvents *begin(void **state) {
  SimCase *c = *state;
  sim_events_move_prices(c->market);
  return sim_events_new(c->world, 5);
}

static void bring_until_completed(SimEvents *events) {
  for (int i = 0; i < 12; i++) {
    if (is_completed(events)) return;
    sim_world_pass(world_of(events), MS_OF_DAY);
    update(events);
  }
  fail_msg("%s is still %s", day_text(today(events)).text, state_of(events, today(events)));
}

static void the_first_sweep_brings_what_was_filed_since_the_oldest_first_of_january(void **state) {
  SimEvents *events = begin(state);
  set_up(events);
  bring_until_completed(events);
  check_whole(events);
  assert_true(stored_count(events) > 20);
  for (size_t i = 0; i < stored_count(events); i++) {
    const bson_t *event = sim_document_at(world_of(events), DB_SYSTEM, "company_events", i);
    Day first;
    assert_true(day_parse(sim_event_first_day(event), &first) && first >= oldest(events));
  }
  assert_true(check_explained(events) > 0);
  sim_events_free(events);
}

static void a_sweep_goes_ten_days_back_and_what_it_brings_is_live(void **state) {
  SimCase *c = *state;
  SimEvents *events = begin(state);
  size_t live = 0;
  set_up(events);
  bring_until_completed(events);
  size_t before = stored_count(events);
  for (size_t i = 2; i < 30; i++) {
    sim_case_wait_for(c, i);
    update(events);
    assert_in_range(events->lists, 2, 40);
    if (is_completed(events)) check_whole(events);
  }
  for (size_t i = 0; i < stored_count(events); i++)
    live += strcmp(sim_text(sim_document_at(c->world, DB_SYSTEM, "company_events", i), "origin"), "live") == 0;
  assert_true(stored_count(events) > before);
  assert_int_equal(live, stored_count(events) - before);
  bring_until_completed(events);
  assert_int_equal(update(events).exit_code, EXIT_DONE);
  assert_int_equal(events->dart->calls, 0);
  sim_events_free(events);
}

static void a_back_fill_beyond_the_allowance_goes_on_the_next_day(void **state) {
  SimEvents *events = begin(state);
  set_up(events);
  bring_until_completed(events);
  size_t whole = stored_count(events);
  Error err;
  const Db *db = &world_of(events)->view;
  assert_int_equal(db->delete_range(db->self, DB_SYSTEM, "company_events", NULL, NULL, &err), STATUS_OK);
  events->beside.items[0].terms.calls_per_day = events->beside.items[0].terms.calls_per_run = 16;
  size_t days = 0, last = 0;
  for (; days < 40; days++) {
    sim_world_pass(world_of(events), MS_OF_DAY);
    update(events);
    check_stored(events);
    assert_true(events->dart->calls <= 16);
    if (is_completed(events)) break;
    assert_true(stored_count(events) >= last);
    last = stored_count(events);
  }
  assert_in_range(days, 2, 30);
  check_whole(events);
  assert_in_range(stored_count(events), whole - 3, whole + 6); /* what was overtaken is given no more */
  sim_events_free(events);
}

static const SimDecision *newest_bonus(const SimEvents *events, Day from) {
  const SimDecision *found = NULL;
  for (size_t i = 0; i < events->count; i++) {
    const SimDecision *decision = &events->decisions[i];
    const SimVersion *given = sim_decision_given(decision, today(events));
    if (decision->kind == EVENT_BONUS_ISSUE && given && given->filed >= from && is_followed(events, decision))
      found = decision;
  }
  return found;
}

static void other_values_under_one_receipt_stand_beside_the_first(void **state) {
  SimCase *c = *state;
  SimEvents *events = begin(state);
  const SimDecision *decision = NULL;
  char id[EVENT_ID_SIZE];
  set_up(events);
  bring_until_completed(events);
  for (size_t i = 2; !decision && i < 40; i++) {
    sim_case_wait_for(c, i);
    update(events);
    if (is_completed(events)) decision = newest_bonus(events, today(events) - 4);
  }
  assert_non_null(decision);
  const SimVersion *given = sim_decision_given(decision, today(events));
  double ratio = sim_double(stored(events, given->rcept_no), "ratio");
  events->lie = 500;
  bring(events);
  snprintf(id, sizeof id, "%s:2", given->rcept_no);
  assert_non_null(stored(events, id));
  assert_true(sim_double(stored(events, id), "ratio") > ratio);
  assert_true(sim_double(stored(events, given->rcept_no), "ratio") <= ratio);
  assert_string_equal(alert_of(events, "event-contradicted", ticker_of(events, decision), given->rcept_no), "open");
  check_explained(events);
  size_t count = stored_count(events);
  bring(events);
  assert_int_equal(stored_count(events), count);
  sim_events_free(events);
}

static void what_cannot_be_believed_is_not_stored_and_holds_nothing_old(void **state) {
  SimCase *c = *state;
  SimEvents *events = begin(state);
  events->has_strange_ratio = true;
  set_up(events);
  size_t waited = 0, completed = 0;
  for (size_t i = 1; i < 30; i++) {
    sim_case_wait_for(c, i);
    update(events);
    check_stored(events);
    bool is_open = newest_bonus(events, today(events) - SIM_GIVES_UP_DAYS) != NULL;
    waited += !is_completed(events);
    completed += is_completed(events) && !is_open;
    if (is_completed(events) && is_open) fail_msg("%s is completed", day_text(today(events)).text);
  }
  assert_true(waited > 0 && completed > 0);
  const SimDecision *decision = newest_bonus(events, today(events) - 60);
  assert_non_null(decision);
  const char *rcept_no = sim_decision_given(decision, today(events))->rcept_no;
  assert_string_equal(alert_of(events, "event-refused", ticker_of(events, decision), rcept_no), "open");
  sim_events_free(events);
}

static void what_is_lost_comes_back(void **state) {
  SimEvents *events = begin(state);
  const Db *db = &world_of(events)->view;
  Error err;
  set_up(events);
  bring_until_completed(events);
  size_t whole = stored_count(events);
  assert_int_equal(db->delete_range(db->self, DB_SYSTEM, "company_events", NULL, "202402", &err), STATUS_OK);
  assert_true(stored_count(events) < whole);
  assert_int_equal(run_with(events, (SimRun){.program = SIM_VERIFY}).exit_code, EXIT_TRY_AGAIN);
  bring(events);
  assert_int_equal(stored_count(events), whole);
  check_whole(events);
  assert_int_equal(run_with(events, (SimRun){.program = SIM_VERIFY}).exit_code, EXIT_DONE);
  sim_events_free(events);
}

static void a_company_that_is_new_brings_what_it_filed_before(void **state) {
  SimEvents *events = begin(state);
  SimDart *dart = events->dart;
  char code[CORP_CODE_SIZE];
  set_up(events);
  bring_until_completed(events);
  snprintf(code, sizeof code, "%08zu", 100000 + dart->stock_count - 1);
  size_t whole = stored_count(events);
  Error err;
  const Db *db = &dart->world->view;
  for (size_t i = stored_count(events); i > 0; i--) {
    const bson_t *event = sim_document_at(dart->world, DB_SYSTEM, "company_events", i - 1);
    if (strcmp(sim_text(event, "corp_code"), code) == 0)
      assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "company_events", sim_text(event, "_id"), &err), STATUS_OK);
  }
  size_t left = stored_count(events);
  assert_true(left < whole);
  /* As if nobody had known it: the list of companies without it, and so many documents. */
  bson_t *set = BCON_NEW("documents", BCON_INT64((int64_t)left));
  const DbUpdate fewer = {.id = "progress", .set = set};
  assert_int_equal(db->update_many(db->self, DB_SYSTEM, "event_work", &fewer, 1, &err), STATUS_OK);
  bson_destroy(set);
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "event_work", "companies", &err), STATUS_OK);
  sim_world_pass(dart->world, MS_OF_DAY);
  update(events);
  bring_until_completed(events);
  check_whole(events);
  assert_true(stored_count(events) >= whole);
  sim_events_free(events);
}

/* ---- the factor's own writers ---- */

static Day explained_day(const SimEvents *events, char id[64], char filing[RCEPT_NO_SIZE]) {
  for (size_t i = 0; i < sim_document_count(world_of(events), DB_SYSTEM, "corporate_actions"); i++) {
    const bson_t *action = sim_document_at(world_of(events), DB_SYSTEM, "corporate_actions", i);
    Day day;
    if (!bson_has_field(action, "explained_by") || !day_parse(sim_text(action, "date"), &day)) continue;
    snprintf(id, 64, "%s", sim_text(action, "_id"));
    snprintf(filing, RCEPT_NO_SIZE, "%s", sim_text(action, "explained_by"));
    return day;
  }
  return DAY_NONE;
}

static void project_again(SimEvents *events, Day day) {
  const Db *db = &world_of(events)->view;
  char id[64];
  Error err;
  snprintf(id, sizeof id, "%s_daily_update", day_text(day).text);
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "job_status", id, &err), STATUS_OK);
  SimResult result = update(events);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

static void expect_explained(const SimEvents *events, const char *id, const char *filing) {
  const bson_t *action = sim_document(world_of(events), DB_SYSTEM, "corporate_actions", id);
  assert_non_null(action);
  assert_string_equal(sim_text(action, "explained_by"), filing);
}

static void a_session_that_is_projected_again_keeps_what_explains_it(void **state) {
  SimEvents *events = begin(state);
  char id[64] = "", filing[RCEPT_NO_SIZE] = "";
  set_up(events);
  bring_until_completed(events);
  Day day = explained_day(events, id, filing);
  assert_true(day != DAY_NONE);
  project_again(events, day);
  expect_explained(events, id, filing);
  /* And by whoever has no key any more. */
  world_of(events)->config.dart.auth_key[0] = '\0';
  project_again(events, day);
  expect_explained(events, id, filing);
  sim_events_free(events);
}

/* ---- deaths ---- */

static void expect_same(const SimEvents *events, DbMemory *whole) {
  static const char *const OTHERS[] = {"system_info.job_runs",     "system_info.job_locks",  "system_info.job_status",
                                       "system_info.source_state", "system_info.event_work", NULL};
  static const char *const FIELDS[] = {"first_seen_utc", NULL};
  const DbMemoryOmit omit = {OTHERS, FIELDS};
  Error difference = {{0}};
  if (!db_memory_equal(world_of(events)->memory, whole, &omit, &difference)) fail_msg("%s", difference.text);
}

/* Dies at one round trip after the other, until one lives; each time the next run comes to what an undisturbed one
 * makes. */
static void die_at_each(SimEvents *events, long step) {
  SimWorld *world = world_of(events);
  const Instant now = world->now;
  const SimRun run = {
      .program = SIM_UPDATE, .ranged = true, .update = {.dataset = "company_events", .from = DAY_NONE, .to = DAY_NONE}};
  DbMemory *before = db_memory_copy(world->memory);
  run_with(events, run);
  DbMemory *whole = db_memory_copy(world->memory);
  size_t deaths = 0;
  for (long at = 1;; at += step, deaths++) {
    SimRun dying = run;
    sim_world_restore(world, before);
    world->now = now;
    dying.crash_at = at;
    dying.crash_after = at % 2 == 0;
    SimResult result = run_with(events, dying);
    if (!result.crashed) break;
    sim_world_pass(world, HOUR_MS);
    run_with(events, run);
    check_stored(events);
    check_explained(events);
    expect_same(events, whole);
  }
  assert_true(deaths > 10);
  db_memory_free(before);
  db_memory_free(whole);
}

static void a_first_sweep_that_dies_anywhere_is_made_again(void **state) {
  SimEvents *events = begin(state);
  events->dart->trouble = ANSWER_FAILING;
  events->dart->troubled = &DART_FILINGS;
  set_up(events);
  events->dart->trouble = ANSWER_NONE;
  assert_int_equal(stored_count(events), 0);
  die_at_each(events, is_long() ? 1 : 9);
  sim_events_free(events);
}

static void a_sweep_of_a_month_that_dies_anywhere_is_made_again(void **state) {
  SimCase *c = *state;
  SimEvents *events = begin(state);
  set_up(events);
  bring_until_completed(events);
  size_t before = stored_count(events);
  sim_case_wait_for(c, 28);
  events->dart->trouble = ANSWER_FAILING;
  update(events);
  events->dart->trouble = ANSWER_NONE;
  die_at_each(events, is_long() ? 1 : 3);
  assert_true(stored_count(events) > before);
  sim_events_free(events);
}

/* ---- years ---- */

static const AnswerKind OUTAGES[] = {ANSWER_FAILING, ANSWER_SPENT, ANSWER_UNREACHABLE, ANSWER_BROKEN};

/* A reference: a world in which nothing went wrong, at the same hour. */
static void expect_all_of(const SimEvents *events) {
  for (size_t i = 0; i < events->count; i++) {
    const SimDecision *decision = &events->decisions[i];
    const SimVersion *given = sim_decision_given(decision, today(events));
    const SimVersion *gone = sim_decision_withdrawal(decision, today(events));
    if (!is_followed(events, decision) || decision->versions[0].filed < oldest(events)) continue;
    if (given) assert_non_null(stored(events, given->rcept_no));
    if (gone) assert_non_null(stored(events, gone->rcept_no));
  }
}

static void live_a_year(uint64_t seed) {
  Day first, last;
  assert_true(day_parse("2023-01-02", &first) && day_parse("2024-04-30", &last));
  SimMarket *market = sim_market_new(seed, first, last);
  enum { BEGIN = 60 };
  sim_events_move_prices(market);
  SimWorld *world = sim_world_new(market, seed, sim_market_published(market, market->sessions[BEGIN].date));
  SimEvents *events = sim_events_new(world, seed);
  size_t completed = 0, runs = 0, deaths = 0;
  set_up(events);
  for (size_t at = BEGIN + 1; at + 1 < market->count; at += 1 + at % 3) {
    bool out = at % 50 > 40;
    events->dart->trouble = out ? OUTAGES[at / 50 % 4] : ANSWER_NONE;
    events->dart->troubled = at % 4 == 0 ? &DART_EVENTS : NULL;
    sim_world_move_to(world, sim_market_published(market, market->sessions[at].date));
    if (at % 90 > 70) continue; /* nobody runs it */
    SimRun run = {.program = SIM_UPDATE, .losses_per_mille = at % 7 == 0 ? 30 : 0};
    run.crash_at = at % 5 == 0 ? 5 + (long)(at * 37 % 150) : 0;
    SimResult result = run_with(events, run);
    runs++;
    deaths += result.crashed;
    check_stored(events);
    if (result.crashed || !is_completed(events)) continue;
    completed++;
    check_whole(events);
  }
  events->dart->trouble = ANSWER_NONE;
  sim_world_pass(world, 8 * MS_OF_DAY);
  update(events);
  bring_until_completed(events);
  check_whole(events);
  expect_all_of(events);
  assert_true(check_explained(events) > 2);
  assert_true(runs > 80 && completed * 3 > runs && deaths > 5);
  sim_events_free(events);
  sim_world_free(world);
  sim_market_free(market);
}

static void years_with_outages_corrections_withdrawals_and_deaths(void **state) {
  (void)state;
  for (uint64_t seed = 1, seeds = is_long() ? 60 : 3; seed <= seeds; seed++) {
    print_message("seed %llu\n", (unsigned long long)seed);
    live_a_year(seed);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(the_first_sweep_brings_what_was_filed_since_the_oldest_first_of_january),
      SIM_CASE(a_sweep_goes_ten_days_back_and_what_it_brings_is_live),
      SIM_CASE(a_back_fill_beyond_the_allowance_goes_on_the_next_day),
      SIM_CASE(other_values_under_one_receipt_stand_beside_the_first),
      SIM_CASE(what_cannot_be_believed_is_not_stored_and_holds_nothing_old),
      SIM_CASE(what_is_lost_comes_back),
      SIM_CASE(a_company_that_is_new_brings_what_it_filed_before),
      SIM_CASE(a_session_that_is_projected_again_keeps_what_explains_it),
      SIM_CASE(a_first_sweep_that_dies_anywhere_is_made_again),
      SIM_CASE(a_sweep_of_a_month_that_dies_anywhere_is_made_again),
      cmocka_unit_test(years_with_outages_corrections_withdrawals_and_deaths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
