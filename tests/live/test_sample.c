/* The whole sample through all three programs: every document compared with the recorded files, every indicator with
 * one that was computed elsewhere. The tests build on each other, in this order, on one database. */
#include <math.h>
#include <stdlib.h>

#include <closebell/store/market_days.h>

#include "live_indicator.h"
#include "live_scene.h"
#include "named.h"

static const char SET_UP[] = "2025-04-11T00:00:00Z", WEEK_LATER[] = "2025-04-18T00:00:00Z";
static const char FIRST[] = "2024-01-16", BEGIN[] = "2025-04-10", NEWEST[] = "2025-04-17";
static const int64_t ENTRY = 100000000000;

typedef LiveScene Scene;

/* ---- what should be there ---- */

static bool passes(const LiveRow *row) { return row != NULL && row->market_cap >= ENTRY; }

/* The session that took the stock in, NULL when none has: the one set-up began with, or the first after it at which it
 * is large enough. Nobody leaves in this week (asserted below). */
static const char *added_on(const LiveSample *sample, const char *code, const char *newest) {
  size_t last = live_sample_index(sample, newest);
  for (size_t i = live_sample_index(sample, BEGIN); i <= last; i++)
    if (passes(live_sample_row(&sample->days[i], code))) return sample->days[i].date;
  return NULL;
}

static bool is_between(const char *date, const char *from, const char *to) {
  return strcmp(date, from) >= 0 && strcmp(date, to) <= 0;
}

static void assert_row(const bson_t *document, const LiveRow *row) {
  assert_int_equal(bson_count_keys(document), 10);
  assert_int_equal(live_int64(document, "open"), row->open);
  assert_int_equal(live_int64(document, "high"), row->high);
  assert_int_equal(live_int64(document, "low"), row->low);
  assert_int_equal(live_int64(document, "close"), row->close);
  assert_int_equal(live_int64(document, "change"), row->change);
  assert_int_equal(live_int64(document, "volume"), row->volume);
  assert_int_equal(live_int64(document, "value"), row->value);
  assert_int_equal(live_int64(document, "market_cap"), row->market_cap);
  assert_int_equal(live_int64(document, "listed_shares"), row->listed_shares);
}

/* One ticker's collection holds the recorded rows first..newest, and nothing else. */
static void assert_rows(LiveWorld *world, const LiveSample *sample, const char *code, const char *first,
                        const char *newest) {
  LiveDocuments stored = live_documents(world, "stock_data", code);
  size_t found = 0;
  for (size_t i = 0; i < sample->count; i++) {
    const LiveRow *row = live_sample_row(&sample->days[i], code);
    if (row == NULL || !is_between(sample->days[i].date, first, newest)) continue;
    assert_true(found < stored.count);
    assert_string_equal(live_id(stored.items[found]), sample->days[i].date);
    assert_row(stored.items[found++], row);
  }
  assert_int_equal(stored.count, found);
  live_documents_free(&stored);
}

static void assert_target(const bson_t *target, const LiveRow *row, const char *added, const char *first) {
  assert_string_equal(live_text(target, "ticker"), row->code);
  assert_string_equal(live_text(target, "name"), row->name);
  assert_string_equal(live_text(target, "market"), row->market);
  assert_int_equal(live_int64(target, "market_cap"), row->market_cap);
  assert_int_equal(live_int64(target, "listed_shares"), row->listed_shares);
  assert_string_equal(live_text(target, "added_date"), added);
  assert_string_equal(live_text(target, "history_from"), first);
  assert_true(live_bool(target, "is_active"));
  assert_false(live_bool(target, "backfill_needed"));
  assert_false(live_has_field(target, "removed_date"));
  assert_false(live_has_field(target, "removed_reason"));
}

/* Targets and rows of every stock of the sample, whether it should be there or not. */
static void assert_universe(Scene *scene, const char *first, const char *newest) {
  LiveWorld *world = &scene->world;
  const LiveDay *last = &scene->sample.days[live_sample_index(&scene->sample, newest)];
  LiveDocuments targets = live_documents(world, "system_info", "target_tickers");
  size_t expected = 0;
  for (size_t i = 0; i < last->count; i++) {
    const LiveRow *row = &last->rows[i];
    const char *added = added_on(&scene->sample, row->code, newest);
    const bson_t *target = live_documents_find(&targets, row->code);
    if (added == NULL) {
      assert_null(target);
      assert_false(live_has_collection(world, "stock_data", row->code));
      continue;
    }
    expected++;
    assert_true(row->market_cap >= ENTRY * 8 / 10); /* or it would be on its way out */
    assert_non_null(target);
    assert_target(target, row, added, first);
    assert_rows(world, &scene->sample, row->code, first, newest);
  }
  assert_int_equal(targets.count, expected);
  live_documents_free(&targets);
}

/* How many targets the session lists, counted when it was projected: those of the set-up, and later ones from their day
 * on. */
static int64_t expected_rows(const LiveSample *sample, size_t day) {
  const char *date = sample->days[day].date, *by = strcmp(date, BEGIN) > 0 ? date : BEGIN;
  int64_t rows = 0;
  for (size_t i = 0; i < sample->days[day].count; i++)
    rows += added_on(sample, sample->days[day].rows[i].code, by) != NULL;
  return rows;
}

static void assert_open_day(Scene *scene, size_t day, const bson_t *status, const bson_t *calendar) {
  assert_non_null(status);
  assert_non_null(calendar);
  assert_string_equal(live_text(status, "status"), "completed");
  assert_int_equal(live_int64(status, "expected_rows"), expected_rows(&scene->sample, day));
  assert_int_equal(live_int64(status, "stored_rows"), expected_rows(&scene->sample, day));
  assert_false(live_has_field(status, "reason"));
  assert_string_equal(live_text(calendar, "state"), "open");
  assert_string_equal(live_text(calendar, "source"), "observed");
}

static void assert_closed_day(const bson_t *status, const bson_t *calendar) {
  assert_non_null(status);
  assert_non_null(calendar);
  assert_string_equal(live_text(status, "status"), "closed");
  live_assert_says(live_text(status, "reason"), "continues");
  assert_false(live_has_field(status, "stored_rows"));
  assert_string_equal(live_text(calendar, "state"), "closed");
  assert_string_equal(live_text(calendar, "source"), "observed");
  assert_true(strlen(live_text(calendar, "reason")) > 0);
}

/* Every weekday first..newest is either a recorded session or closed, and nothing else is there. */
static void assert_days(Scene *scene, const char *first, const char *newest, size_t expected_closed) {
  LiveWorld *world = &scene->world;
  LiveDocuments statuses = live_documents(world, "system_info", "job_status");
  LiveDocuments calendar = live_documents(world, "system_info", "trading_calendar");
  size_t open = 0, closed = 0, daily = 0;
  Day day, last;
  assert_true(day_parse(first, &day) && day_parse(newest, &last));
  for (; day <= last; day = day_next_weekday(day)) {
    DayText date = day_text(day);
    char id[64];
    snprintf(id, sizeof id, "%s_daily_update", date.text);
    const bson_t *status = live_documents_find(&statuses, id), *listed = live_documents_find(&calendar, date.text);
    bool session = live_sample_has(&scene->sample, date.text);
    open += session;
    closed += !session;
    if (session)
      assert_open_day(scene, live_sample_index(&scene->sample, date.text), status, listed);
    else
      assert_closed_day(status, listed);
  }
  for (size_t i = 0; i < statuses.count; i++) daily += strstr(live_id(statuses.items[i]), "daily_update") != NULL;
  assert_int_equal(daily, open + closed);
  assert_int_equal(calendar.count, open + closed);
  assert_int_equal(closed, expected_closed);
  assert_int_equal(live_count(world, "system_info", "market_days"), open);
  live_documents_free(&statuses);
  live_documents_free(&calendar);
}

/* ---- set-up ---- */

static void set_up_archives_three_hundred_sessions(void **state) {
  Scene *scene = *state;
  LiveResult result = live_do(&scene->world, "manual_setup", SET_UP, "--days 300");
  assert_named(result.err, "300 sessions|2024-01-16|2025-04-10");
  size_t newest = live_sample_index(&scene->sample, BEGIN);
  assert_string_equal(scene->sample.days[newest - 299].date, FIRST);
}

static void every_weekday_is_a_session_or_closed(void **state) { assert_days(*state, FIRST, BEGIN, 23); }
static void every_target_and_row_is_as_recorded(void **state) { assert_universe(*state, FIRST, BEGIN); }

static void forty_one_stocks_pass_the_filter(void **state) {
  Scene *scene = *state;
  assert_int_equal(live_count(&scene->world, "system_info", "target_tickers"), 41);
  assert_true(live_has(&scene->world, "system_info", "target_tickers", "005930"));
  assert_false(live_has(&scene->world, "system_info", "target_tickers", "041920")); /* 98.8 billion */
}

typedef struct {
  const LiveSample *sample;
  size_t sessions;
} Archive;

static Status check_session(void *context, Session *session, Error *err) {
  Archive *archive = context;
  (void)err;
  const LiveDay *day = &archive->sample->days[live_sample_index(archive->sample, day_text(session->date).text)];
  assert_int_equal(session->count, day->count);
  for (size_t i = 0; i < day->count; i++) {
    const LiveRow *expected = &day->rows[i];
    const StockRow *row = session_find(session, expected->code);
    assert_non_null(row);
    assert_string_equal(row->name, expected->name);
    assert_string_equal(market_name(row->market), expected->market);
    assert_true(row->open == expected->open && row->high == expected->high && row->low == expected->low);
    assert_true(row->close == expected->close && row->change == expected->change && row->volume == expected->volume);
    assert_true(row->value == expected->value && row->market_cap == expected->market_cap);
    assert_int_equal(row->listed_shares, expected->listed_shares);
  }
  archive->sessions++;
  return STATUS_OK;
}

static void the_archive_holds_every_stock_of_the_market(void **state) {
  Scene *scene = *state;
  static const char *const markets[] = {"KOSPI", "KOSDAQ"};
  static const Log silent = {.stream = NULL};
  const DbOptions options = {.program = "test", .retries = 0, .selection_ms = 5000, .socket_timeout_ms = 60000};
  Archive archive = {.sample = &scene->sample};
  Clock clock = clock_system(-1);
  Error err = {{0}};
  Db db;
  assert_int_equal(db_mongo_open(&db, scene->world.uri, &options, &clock, &silent, &err), STATUS_OK);
  assert_int_equal(market_days_read(&db, DAY_NONE, DAY_NONE, check_session, &archive, &err), STATUS_OK);
  db_mongo_close(&db);
  assert_int_equal(archive.sessions, 300);
  bson_t *day = live_get(&scene->world, "system_info", "market_days", BEGIN);
  assert_true(live_array_is(day, "markets", markets, 2));
  assert_string_equal(live_text(day, "source"), "krx");
  assert_string_equal(live_text(day, "finality"), "final");
  assert_string_equal(live_text(day, "encoding"), "columns-1+zstd");
  assert_int_equal(live_int64(day, "rows"), 62);
  live_assert_instant(day, "fetched_at_utc");
  bson_destroy(day);
}

/* ---- five sessions later ---- */

static void five_sessions_pass_unseen_and_are_caught_up(void **state) {
  Scene *scene = *state;
  LiveResult result = live_do(&scene->world, "daily_update", WEEK_LATER, "");
  live_assert_says(result.err, "5 sessions completed");
  assert_days(scene, FIRST, NEWEST, 23);
  assert_universe(scene, FIRST, NEWEST);
  assert_int_equal(live_count(&scene->world, "system_info", "target_tickers"), 43);
}

/* ---- the analysis ---- */

static size_t traded_closes(const LiveSample *sample, const char *code, const char *first, double *closes,
                            const LiveRow **rows, const char **dates) {
  size_t count = 0;
  for (size_t i = 0; i < sample->count; i++) {
    const LiveRow *row = live_sample_row(&sample->days[i], code);
    if (row == NULL || row->open == 0 || !is_between(sample->days[i].date, first, NEWEST)) continue;
    rows[count] = row;
    dates[count] = sample->days[i].date;
    closes[count++] = (double)row->close;
  }
  return count;
}

static void assert_value(const bson_t *document, const char *code, const char *field, double expected, double scale) {
  if (isnan(expected) != !live_has_field(document, field))
    fail_msg("%s %s: %s is %s", code, live_id(document), field, isnan(expected) ? "there too early" : "missing");
  if (isnan(expected)) return;
  double stored = live_double(document, field);
  if (fabs(stored - expected) > 1e-9 * fabs(expected) + 1e-12 * scale)
    fail_msg("%s %s: %s is %.15g, not %.15g", code, live_id(document), field, stored, expected);
}

static void assert_analysis(Scene *scene, const char *code, const char *first) {
  static LiveIndicators indicators;
  double closes[LIVE_MAX_BARS] = {0};
  const LiveRow *rows[LIVE_MAX_BARS];
  const char *dates[LIVE_MAX_BARS];
  size_t count = traded_closes(&scene->sample, code, first, closes, rows, dates);
  live_indicators_compute(closes, count, &indicators);
  LiveDocuments stored = live_documents(&scene->world, "stock_analyzed", code);
  assert_int_equal(stored.count, count);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(live_id(stored.items[i]), dates[i]);
    assert_true(live_double(stored.items[i], "open") == (double)rows[i]->open);
    assert_true(live_double(stored.items[i], "high") == (double)rows[i]->high);
    assert_true(live_double(stored.items[i], "low") == (double)rows[i]->low);
    assert_true(live_double(stored.items[i], "close") == (double)rows[i]->close);
    assert_true(live_double(stored.items[i], "volume") == (double)rows[i]->volume);
    for (size_t k = 0; k < LIVE_INDICATORS; k++)
      assert_value(stored.items[i], code, LIVE_INDICATOR_NAMES[k], indicators.values[k][i], closes[i]);
  }
  live_documents_free(&stored);
  bson_t *latest = live_find(&scene->world, "system_info", "latest_analysis", code);
  if (count > 0) assert_string_equal(live_text(latest, "date"), dates[count - 1]);
  bson_destroy(latest);
}

static void the_analysis_agrees_with_values_computed_elsewhere(void **state) {
  Scene *scene = *state;
  LiveResult result = live_do(&scene->world, "hourly_analysis", WEEK_LATER, "");
  assert_named(result.err, "43 of 43");
  LiveDocuments targets = live_documents(&scene->world, "system_info", "target_tickers");
  for (size_t i = 0; i < targets.count; i++) {
    assert_analysis(scene, live_id(targets.items[i]), FIRST);
    assert_string_equal(live_text(targets.items[i], "last_analyzed_date"), NEWEST);
    assert_true(live_int64(targets.items[i], "analysis_version") > 0);
    assert_true(live_int64(targets.items[i], "restatement") >= 0);
    assert_false(live_has_field(targets.items[i], "failures"));
  }
  live_documents_free(&targets);
}

static int64_t sessions_after(LiveWorld *world, const char *date) {
  int64_t after = 0;
  LiveDocuments days = live_documents(world, "system_info", "market_days");
  for (size_t i = 0; i < days.count; i++) after += strcmp(live_id(days.items[i]), date) > 0;
  live_documents_free(&days);
  return after;
}

/* latest_analysis is the newest analysed document and who it is about. */
static void assert_latest(Scene *scene, const bson_t *target) {
  const char *code = live_id(target);
  bson_t *latest = live_find(&scene->world, "system_info", "latest_analysis", code);
  assert_true((latest != NULL) == (live_count(&scene->world, "stock_analyzed", code) > 0));
  if (latest == NULL) return;
  bson_t *newest = live_get(&scene->world, "stock_analyzed", code, live_text(latest, "date"));
  bson_iter_t field, same;
  assert_string_equal(live_text(latest, "as_of"), NEWEST);
  assert_string_equal(live_text(latest, "name"), live_text(target, "name"));
  assert_string_equal(live_text(latest, "market"), live_text(target, "market"));
  assert_int_equal(live_int64(latest, "market_cap"), live_int64(target, "market_cap"));
  int64_t stale = sessions_after(&scene->world, live_text(latest, "date"));
  assert_true(bson_iter_init_find(&field, latest, "stale_sessions") == (stale > 0));
  if (stale > 0) assert_true(BSON_ITER_HOLDS_INT32(&field) && bson_iter_int32(&field) == stale);
  assert_int_equal(bson_count_keys(latest), bson_count_keys(newest) + (stale > 0 ? 6 : 5));
  assert_true(bson_iter_init(&field, newest));
  while (bson_iter_next(&field)) {
    if (strcmp(bson_iter_key(&field), "_id") == 0) continue;
    assert_true(bson_iter_init_find(&same, latest, bson_iter_key(&field)));
    assert_int_equal(bson_iter_type(&same), bson_iter_type(&field));
    assert_true(bson_iter_as_double(&same) == bson_iter_as_double(&field)); /* a bool as well */
  }
  bson_destroy(newest);
  bson_destroy(latest);
}

static void the_latest_analysis_repeats_the_newest_document_of_each(void **state) {
  Scene *scene = *state;
  LiveDocuments targets = live_documents(&scene->world, "system_info", "target_tickers");
  for (size_t i = 0; i < targets.count; i++) assert_latest(scene, targets.items[i]);
  live_documents_free(&targets);
  bson_t *status = live_get(&scene->world, "system_info", "job_status", "2025-04-17_hourly_analysis");
  assert_string_equal(live_text(status, "status"), "completed");
  assert_int_equal(live_int64(status, "analyzed"), 43);
  assert_int_equal(live_int64(status, "remaining"), 0);
  bson_destroy(status);
}

static void a_second_run_of_anything_writes_nothing_and_asks_nothing(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveDump before = live_dump(world, LIVE_SYSTEM);
  long calls = live_calls(world);
  live_do(world, "manual_setup", WEEK_LATER, "--days 300");
  live_do(world, "daily_update", WEEK_LATER, "");
  live_do(world, "hourly_analysis", WEEK_LATER, "");
  live_do(world, "daily_update", "2025-04-20T12:00:00Z", ""); /* Sunday */
  live_assert_holds(world, LIVE_SYSTEM, &before);
  assert_int_equal(live_calls(world), calls);
  live_dump_free(&before);
}

/* ---- a longer history ---- */

/* The vectors have an index of their own, with days that are missing. */
static bool is_of_an_index(const char *field) {
  return strcmp(field, "beta_252") == 0 || strcmp(field, "rs_index") == 0;
}

/* The committed vectors begin with the first session of the sample. */
static void assert_vectors(Scene *scene, const char *code, const char *path) {
  char line[4096], *fields[64], *save;
  size_t columns = 0, row = 0;
  LiveDocuments stored = live_documents(&scene->world, "stock_analyzed", code);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  static char header[4096];
  while (fgets(line, sizeof line, file) != NULL) {
    if (line[0] == '#') continue;
    if (columns == 0) {
      snprintf(header, sizeof header, "%s", line);
      for (char *word = strtok_r(header, " \n", &save); word != NULL; word = strtok_r(NULL, " \n", &save))
        fields[columns++] = word;
      continue;
    }
    size_t column = 0;
    char *date = strtok_r(line, " \n", &save);
    if (strcmp(date, NEWEST) > 0) break;
    assert_true(row < stored.count);
    assert_string_equal(live_id(stored.items[row]), date);
    double close = live_double(stored.items[row], "close");
    for (char *word = strtok_r(NULL, " \n", &save); word != NULL; word = strtok_r(NULL, " \n", &save)) {
      const char *field = fields[++column];
      if (strcmp(word, "~") != 0 && !is_of_an_index(field))
        assert_value(stored.items[row], code, field, word[0] == '-' && word[1] == 0 ? NAN : strtod(word, NULL), close);
    }
    row++;
  }
  fclose(file);
  assert_int_equal(stored.count, row);
  live_documents_free(&stored);
}

static void a_longer_history_later_is_analysed_anew(void **state) {
  Scene *scene = *state;
  LiveResult result = live_do(&scene->world, "manual_setup", WEEK_LATER, "--days 327");
  assert_named(result.err, "327 sessions|2023-12-05|2025-04-10");
  assert_true(live_count(&scene->world, "system_info", "restatements") >= 1);
  result = live_do(&scene->world, "hourly_analysis", WEEK_LATER, "");
  assert_named(result.err, "43 of 43");
  assert_universe(scene, "2023-12-05", NEWEST);
  assert_vectors(scene, "005930", TEST_DATA "/indicator/005930_large.txt");
  assert_analysis(scene, "033230", "2023-12-05");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(set_up_archives_three_hundred_sessions),
      cmocka_unit_test(every_weekday_is_a_session_or_closed),
      cmocka_unit_test(every_target_and_row_is_as_recorded),
      cmocka_unit_test(forty_one_stocks_pass_the_filter),
      cmocka_unit_test(the_archive_holds_every_stock_of_the_market),
      cmocka_unit_test(five_sessions_pass_unseen_and_are_caught_up),
      cmocka_unit_test(the_analysis_agrees_with_values_computed_elsewhere),
      cmocka_unit_test(the_latest_analysis_repeats_the_newest_document_of_each),
      cmocka_unit_test(a_second_run_of_anything_writes_nothing_and_asks_nothing),
      cmocka_unit_test(a_longer_history_later_is_analysed_anew),
  };
  return cmocka_run_group_tests_name("sample", tests, live_scene_open, live_scene_close);
}
