/* leader_candidates: chosen once more here, from the analysed documents and the recorded files alone. */
#include <stdlib.h>

#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z", NEWEST[] = "2025-04-10";
static const char NEXT[] = "2025-04-14T00:00:00Z", NEXT_SESSION[] = "2025-04-11";
enum { SESSIONS = 20, MAX_LEADERS = 64 };

typedef struct {
  int min_rs_rating;
  bool near_high;
  const char *above; /* null: no rule */
  double value_ratio;
} Rules;

static const Rules DEFAULTS = {80, true, "sma_60", 1}, LOOSE = {30, false, NULL, 0.5}, LOOSER = {1, false, "sma_20", 0};

typedef struct {
  const LiveRow *row;
  bson_t *analyzed; /* owned */
  double average;
} Leader;

/* ---- the choice ---- */

/* An int32 in stock_analyzed; 0: none. */
static int64_t rating_of(const bson_t *analyzed) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, analyzed, "rs_rating") ? bson_iter_as_int64(&iter) : 0;
}

static bool average_value(const LiveSample *sample, size_t newest, const char *code, double *average) {
  double sum = 0;
  for (size_t i = newest + 1 - SESSIONS; i <= newest; i++) {
    const LiveRow *row = live_sample_row(&sample->days[i], code);
    if (row == NULL) return false;
    sum += (double)row->value;
  }
  *average = sum / SESSIONS;
  return true;
}

static bool passes(const Rules *rules, const Leader *leader) {
  const bson_t *analyzed = leader->analyzed;
  if (rating_of(analyzed) < rules->min_rs_rating) return false;
  if (rules->near_high && !(live_has_field(analyzed, "near_high_52w") && live_bool(analyzed, "near_high_52w")))
    return false;
  if (rules->above && !(live_double(analyzed, "close") > live_double(analyzed, rules->above))) return false;
  return (double)leader->row->value > rules->value_ratio * leader->average;
}

static int by_strength(const void *a, const void *b) {
  const Leader *left = a, *right = b;
  int64_t first = rating_of(left->analyzed), second = rating_of(right->analyzed);
  if (first != second) return first < second ? 1 : -1;
  if (left->row->market_cap != right->row->market_cap) return left->row->market_cap < right->row->market_cap ? 1 : -1;
  return strcmp(left->row->code, right->row->code);
}

/* Among the targets; the caller frees the documents. */
static size_t choose(LiveScene *scene, const char *date, const Rules *rules, Leader leaders[MAX_LEADERS]) {
  LiveDocuments targets = live_documents(&scene->world, "system_info", "target_tickers");
  size_t count = 0, newest = live_sample_index(&scene->sample, date);
  for (size_t i = 0; i < targets.count; i++) {
    const char *code = live_id(targets.items[i]);
    Leader leader = {.row = live_sample_row(&scene->sample.days[newest], code),
                     .analyzed = live_find(&scene->world, "stock_analyzed", code, date)};
    if (strcmp(live_text(targets.items[i], "added_date"), date) <= 0 && leader.row != NULL && leader.analyzed != NULL &&
        average_value(&scene->sample, newest, code, &leader.average) && passes(rules, &leader)) {
      assert_true(count < MAX_LEADERS);
      leaders[count++] = leader;
    } else if (leader.analyzed != NULL) {
      bson_destroy(leader.analyzed);
    }
  }
  live_documents_free(&targets);
  if (count > 0) qsort(leaders, count, sizeof *leaders, by_strength);
  return count;
}

static void assert_leader(const bson_iter_t *at, const Leader *leader, const Rules *rules, int64_t rank) {
  const uint8_t *data;
  uint32_t length;
  bson_t stored;
  assert_true(BSON_ITER_HOLDS_DOCUMENT(at));
  bson_iter_document(at, &length, &data);
  assert_true(bson_init_static(&stored, data, length));
  assert_int_equal(live_int64(&stored, "rank"), rank);
  assert_string_equal(live_text(&stored, "ticker"), leader->row->code);
  assert_string_equal(live_text(&stored, "name"), leader->row->name);
  assert_string_equal(live_text(&stored, "market"), leader->row->market);
  assert_int_equal(live_int64(&stored, "market_cap"), leader->row->market_cap);
  assert_int_equal(live_int64(&stored, "value"), leader->row->value);
  assert_int_equal(live_int64(&stored, "rs_rating"), rating_of(leader->analyzed));
  assert_true(live_double(&stored, "close") == live_double(leader->analyzed, "close"));
  assert_true(live_double(&stored, "high_52w") == live_double(leader->analyzed, "high_52w"));
  if (rules->above) assert_true(live_double(&stored, rules->above) == live_double(leader->analyzed, rules->above));
  assert_true(live_double(&stored, "value_average_20") == leader->average);
  assert_int_equal(bson_count_keys(&stored), 10 + (rules->above != NULL));
}

/* Returns how many they are. */
static size_t assert_leaders(LiveScene *scene, const char *date, const Rules *rules) {
  Leader leaders[MAX_LEADERS];
  size_t count = choose(scene, date, rules, leaders), found = 0;
  bson_t *document = live_get(&scene->world, "system_info", "leader_candidates", date);
  bson_iter_t field, items;
  assert_string_equal(live_text(document, "as_of"), date);
  assert_int_equal(live_int64(document, "count"), count);
  assert_true(live_int64(document, "considered") > (int64_t)count);
  assert_true(bson_iter_init_find(&field, document, "candidates") && BSON_ITER_HOLDS_ARRAY(&field));
  assert_true(bson_iter_recurse(&field, &items));
  for (; bson_iter_next(&items); found++) {
    assert_true(found < count);
    assert_leader(&items, &leaders[found], rules, (int64_t)found + 1);
  }
  assert_int_equal(found, count);
  for (size_t i = 0; i < count; i++) bson_destroy(leaders[i].analyzed);
  bson_destroy(document);
  return count;
}

static void set_rules(LiveWorld *world, const Rules *rules) {
  char number[32];
  snprintf(number, sizeof number, "%d", rules->min_rs_rating);
  live_set(world, "CLOSEBELL_LEADERS_MIN_RS_RATING", number);
  live_set(world, "CLOSEBELL_LEADERS_SIGNALS", rules->near_high ? "near_high_52w" : "none");
  live_set(world, "CLOSEBELL_LEADERS_ABOVE", rules->above ? rules->above : "none");
  snprintf(number, sizeof number, "%g", rules->value_ratio);
  live_set(world, "CLOSEBELL_LEADERS_VALUE_RATIO", number);
}

/* ---- the tests build on each other ---- */

static void the_first_analysis_names_the_leaders_of_its_session(void **state) {
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 270");
  assert_int_equal(live_count(&scene->world, "system_info", "leader_candidates"), 0);
  live_do(&scene->world, "hourly_analysis", NOW, "--quota 5");
  assert_int_equal(live_count(&scene->world, "system_info", "leader_candidates"), 0);
  live_do(&scene->world, "hourly_analysis", NOW, "");
  assert_int_equal(live_count(&scene->world, "system_info", "leader_candidates"), 1);
  assert_leaders(scene, NEWEST, &DEFAULTS);
  bson_t *document = live_get(&scene->world, "system_info", "leader_candidates", NEWEST);
  assert_named(live_text(document, "criteria"), "rs_rating >= 80|near_high_52w|close > sma_60|value > 1|20");
  bson_destroy(document);
  LiveResult told = live_do(&scene->world, "hourly_analysis", NOW, "--explain 2025-04-10");
  assert_named(told.out, "rs_rating >= 80|near_high_52w");
}

static void an_analysis_that_is_redone_names_them_anew_by_the_rules_of_today(void **state) {
  LiveScene *scene = *state;
  set_rules(&scene->world, &LOOSE);
  live_do(&scene->world, "hourly_analysis", NOW, "--ticker 005930 --force");
  size_t loose = assert_leaders(scene, NEWEST, &LOOSE);
  set_rules(&scene->world, &LOOSER);
  live_do(&scene->world, "hourly_analysis", NOW, "--ticker 005930 --force");
  assert_true(loose >= 3 && assert_leaders(scene, NEWEST, &LOOSER) >= 3);
  set_rules(&scene->world, &LOOSE);
}

/* Killed between the leaders and the stamp it would be `running`. */
static void without_its_stamp_a_session_gets_its_leaders_again(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  char id[32];
  snprintf(id, sizeof id, "%s_hourly_analysis", NEWEST);
  live_update(world, "system_info", "job_status", id, "{\"$set\": {\"status\": \"running\"}}");
  live_delete(world, "system_info", "leader_candidates", NEWEST);
  live_do(world, "hourly_analysis", NOW, "");
  assert_string_equal(live_state(world, NEWEST, "hourly_analysis").text, "completed");
  assert_leaders(*state, NEWEST, &LOOSE);
}

/* One that only says that it is of that session, and one of no stock. */
static void documents_that_cannot_be_read_hold_nobody_up(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  live_update(world, "system_info", "latest_analysis", "005930", "{\"$set\": {\"close\": \"spoilt\"}}");
  live_insert(world, "system_info", "latest_analysis", "{\"_id\": \"999990\", \"date\": \"2025-04-10\"}");
  live_do(world, "hourly_analysis", NOW, "--ticker 000660 --force");
  assert_leaders(*state, NEWEST, &LOOSE);
  live_delete(world, "system_info", "latest_analysis", "999990");
}

static void a_restatement_brings_them_anew(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  live_update(world, "system_info", "leader_candidates", NEWEST, "{\"$set\": {\"considered\": 1, \"count\": 77}}");
  live_insert(world, "system_info", "restatements",
              "{\"_id\": \"0000000001\", \"from\": \"2025-04-09\", \"tickers\": [\"005930\"], \"reason\": \"by hand\", "
              "\"at_utc\": {\"$date\": \"2025-04-11T00:00:00Z\"}}");
  live_do(world, "hourly_analysis", NOW, "");
  assert_leaders(*state, NEWEST, &LOOSE);
}

static void a_session_that_is_overtaken_before_its_analysis_is_done_has_leaders_in_the_end(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  live_do(world, "daily_update", NEXT, "");
  live_do(world, "hourly_analysis", NEXT, "--quota 5");
  assert_string_equal(live_state(world, NEXT_SESSION, "hourly_analysis").text, "waiting");
  live_do(world, "daily_update", "2025-04-15T00:00:00Z", "");
  live_do(world, "hourly_analysis", "2025-04-15T00:00:00Z", "");
  assert_string_equal(live_state(world, NEXT_SESSION, "hourly_analysis").text, "completed");
  assert_int_equal(live_count(world, "system_info", "leader_candidates"), 3);
  assert_true(assert_leaders(scene, NEXT_SESSION, &LOOSE) >= 3);
  assert_true(assert_leaders(scene, "2025-04-14", &LOOSE) >= 3);
}

static void sessions_analysed_in_one_go_have_leaders_and_a_status_each(void **state) {
  static const char *const dates[] = {"2025-04-15", "2025-04-16", "2025-04-17", "2025-04-18", "2025-04-21"};
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  live_do(world, "daily_update", "2025-04-22T00:00:00Z", "");
  live_do(world, "hourly_analysis", "2025-04-22T00:00:00Z", "");
  for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
    char id[64];
    snprintf(id, sizeof id, "%s_hourly_analysis", dates[i]);
    bson_t *status = live_get(world, "system_info", "job_status", id);
    assert_string_equal(live_text(status, "status"), "completed");
    assert_int_equal(live_int64(status, "remaining"), 0);
    assert_true(live_int64(status, "analyzed") > 0);
    assert_true(assert_leaders(scene, dates[i], &LOOSE) >= 1);
    bson_destroy(status);
  }
}

static void a_rule_about_no_field_is_refused(void **state) {
  LiveWorld *world = &((LiveScene *)*state)->world;
  static const char *const WRONG[][3] = {
      {"CLOSEBELL_LEADERS_SIGNALS", "near_high", "[leaders] signals: near_high is no signal of stock_analyzed"},
      {"CLOSEBELL_LEADERS_SIGNALS", "sma_60", "[leaders] signals: sma_60 is no signal"},
      {"CLOSEBELL_LEADERS_ABOVE", "sma_61", "[leaders] above: sma_61 is no indicator of stock_analyzed"},
      {"CLOSEBELL_LEADERS_ABOVE", "sma_60;", "[leaders] above: \\\"sma_60;\\\" is not \\\"none\\\" or at most 8 names"},
  };
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    live_set(world, "CLOSEBELL_LEADERS_SIGNALS", NULL);
    live_set(world, WRONG[i][0], WRONG[i][1]);
    LiveResult result = live_run_at(world, "hourly_analysis", NOW, "");
    live_assert_exit(&result, 78);
    live_assert_says(result.err, WRONG[i][2]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_analysis_names_the_leaders_of_its_session),
      cmocka_unit_test(an_analysis_that_is_redone_names_them_anew_by_the_rules_of_today),
      cmocka_unit_test(without_its_stamp_a_session_gets_its_leaders_again),
      cmocka_unit_test(documents_that_cannot_be_read_hold_nobody_up),
      cmocka_unit_test(a_restatement_brings_them_anew),
      cmocka_unit_test(a_session_that_is_overtaken_before_its_analysis_is_done_has_leaders_in_the_end),
      cmocka_unit_test(sessions_analysed_in_one_go_have_leaders_and_a_status_each),
      cmocka_unit_test(a_rule_about_no_field_is_refused),
  };
  return cmocka_run_group_tests_name("leaders", tests, live_scene_open, live_scene_close);
}
