/* Splits, bonus issues, mergers, new names, new listings and a delisting of early 2023, as the exchange published them:
 * what follows from them is worked out here once more, from the files alone. The tests build on each other. */
#include <math.h>
#include <stdlib.h>

#include "live_db.h"
#include "live_sample.h"
#include "named.h"

static const char FIRST[] = "2023-01-02", BEGIN[] = "2023-01-13", NEWEST[] = "2023-02-14";
static const char SET_UP[] = "2023-01-16T00:00:00Z", MONTH_LATER[] = "2023-02-15T00:00:00Z";
enum { MAX_STOCKS = 128 };

typedef struct {
  LiveWorld world;
  LiveSample sample;
  char codes[MAX_STOCKS][8]; /* every stock that any file lists */
  size_t code_count;
} Scene;

static void list_codes(Scene *scene) {
  for (size_t i = 0; i < scene->sample.count; i++) {
    for (size_t k = 0; k < scene->sample.days[i].count; k++) {
      const char *code = scene->sample.days[i].rows[k].code;
      size_t at = 0;
      while (at < scene->code_count && strcmp(scene->codes[at], code) != 0) at++;
      if (at < scene->code_count) continue;
      assert_true(at < MAX_STOCKS);
      memcpy(scene->codes[scene->code_count++], code, sizeof scene->codes[0]);
    }
  }
}

/* Everything that is listed is followed. */
static void reset(Scene *scene) {
  live_world_reset(&scene->world);
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MARKETS", "KOSPI,KOSDAQ,KONEX");
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "0");
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "0");
}

static int open_scene(void **state) {
  Scene *scene = calloc(1, sizeof *scene);
  *state = scene;
  if (scene == NULL) return -1;
  live_sample_load_raw(&scene->sample);
  list_codes(scene);
  live_world_open(&scene->world, LIVE_RAW);
  reset(scene);
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  live_sample_free(&scene->sample);
  live_world_close(&scene->world);
  free(scene);
  return 0;
}

/* ---- what follows from the files ---- */

/* The rows of one stock, oldest first, and by what each price before an action is multiplied. */
typedef struct {
  const LiveRow *rows[64];
  const char *dates[64];
  bool acts[64]; /* the base price of this row is not the close of the row before */
  double factors[64];
  size_t count;
} Series;

static Series series_of(const Scene *scene, const char *code) {
  Series series = {.count = 0};
  for (size_t i = 0; i < scene->sample.count; i++) {
    const LiveRow *row = live_sample_row(&scene->sample.days[i], code);
    if (row == NULL) continue;
    size_t at = series.count++;
    series.rows[at] = row;
    series.dates[at] = scene->sample.days[i].date;
    if (at == 0) continue;
    int64_t base = row->close - row->change, before = series.rows[at - 1]->close;
    series.acts[at] = 1000 * llabs(base - before) >= 5 * before;
    series.factors[at] = (double)base / (double)before;
  }
  return series;
}

static double product_after(const Series *series, size_t at) {
  double product = 1;
  for (size_t i = series->count - 1; i > at; i--)
    if (series->acts[i]) product *= series->factors[i];
  return product;
}

static bool is_close(double actual, double expected) { return fabs(actual - expected) <= 1e-12 * fabs(expected); }

/* ---- set-up, a month, and the analysis before and after ---- */

static void the_month_is_taken_in(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveResult result = live_do(world, "manual_setup", SET_UP, "--days 10");
  assert_named(result.err, "10 sessions|2023-01-02|2023-01-13");
  live_do(world, "hourly_analysis", SET_UP, "");
  result = live_do(world, "daily_update", MONTH_LATER, "");
  live_assert_says(result.err, "20 sessions completed");
  live_do(world, "hourly_analysis", MONTH_LATER, "");
  live_assert_state(world, "2023-01-23", "closed");
  live_assert_state(world, "2023-01-24", "closed");
  live_assert_state(world, NEWEST, "completed");
  assert_int_equal(live_count(world, "system_info", "market_days"), 30);
  assert_string_equal(live_state(world, NEWEST, "hourly_analysis").text, "completed");
}

static void assert_action(LiveWorld *world, const char *code, const Series *series, size_t at) {
  char id[32];
  snprintf(id, sizeof id, "%s:%s", code, series->dates[at]);
  bson_t *action = live_get(world, "system_info", "corporate_actions", id);
  assert_string_equal(live_text(action, "ticker"), code);
  assert_string_equal(live_text(action, "date"), series->dates[at]);
  assert_int_equal(live_int64(action, "base_price"), series->rows[at]->close - series->rows[at]->change);
  assert_int_equal(live_int64(action, "previous_close"), series->rows[at - 1]->close);
  assert_true(live_double(action, "factor") == series->factors[at]);
  assert_int_equal(bson_count_keys(action), 6);
  bson_destroy(action);
}

static void every_move_of_a_base_price_is_a_corporate_action(void **state) {
  Scene *scene = *state;
  int64_t expected = 0;
  for (size_t i = 0; i < scene->code_count; i++) {
    Series series = series_of(scene, scene->codes[i]);
    for (size_t at = 1; at < series.count; at++) {
      if (!series.acts[at]) continue;
      assert_action(&scene->world, scene->codes[i], &series, at);
      expected++;
    }
  }
  assert_int_equal(expected, 14);
  assert_int_equal(live_count(&scene->world, "system_info", "corporate_actions"), expected);
}

/* 953 won before a merger of shares, 1,865 after; and down again a month later. */
static void the_actions_are_the_ones_that_were_published(void **state) {
  Scene *scene = *state;
  static const struct {
    const char *id;
    int64_t previous_close, base_price;
  } known[] = {{"131400:2023-01-03", 953, 1865},
               {"131400:2023-02-07", 1910, 1686},
               {"086960:2023-01-09", 7080, 1770},
               {"095700:2023-01-11", 18950, 14600},
               {"311320:2023-01-11", 22450, 11250}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    bson_t *action = live_get(&scene->world, "system_info", "corporate_actions", known[i].id);
    assert_int_equal(live_int64(action, "previous_close"), known[i].previous_close);
    assert_int_equal(live_int64(action, "base_price"), known[i].base_price);
    bson_destroy(action);
  }
}

static void the_rows_stay_as_they_were_published(void **state) {
  Scene *scene = *state;
  for (size_t i = 0; i < scene->code_count; i++) {
    Series series = series_of(scene, scene->codes[i]);
    LiveDocuments stored = live_documents(&scene->world, "stock_data", scene->codes[i]);
    assert_int_equal(stored.count, series.count);
    for (size_t k = 0; k < stored.count; k++) {
      assert_string_equal(live_id(stored.items[k]), series.dates[k]);
      assert_int_equal(live_int64(stored.items[k], "open"), series.rows[k]->open);
      assert_int_equal(live_int64(stored.items[k], "high"), series.rows[k]->high);
      assert_int_equal(live_int64(stored.items[k], "low"), series.rows[k]->low);
      assert_int_equal(live_int64(stored.items[k], "close"), series.rows[k]->close);
      assert_int_equal(live_int64(stored.items[k], "change"), series.rows[k]->change);
      assert_int_equal(live_int64(stored.items[k], "volume"), series.rows[k]->volume);
      assert_int_equal(live_int64(stored.items[k], "listed_shares"), series.rows[k]->listed_shares);
    }
    live_documents_free(&stored);
  }
}

static void assert_bar(const bson_t *bar, const LiveRow *row, double product) {
  assert_true(is_close(live_double(bar, "open"), (double)row->open * product));
  assert_true(is_close(live_double(bar, "high"), (double)row->high * product));
  assert_true(is_close(live_double(bar, "low"), (double)row->low * product));
  assert_true(is_close(live_double(bar, "close"), (double)row->close * product));
  assert_true(is_close(live_double(bar, "volume"), (double)row->volume / product));
}

static void adjusted_prices_are_published_ones_times_all_later_factors(void **state) {
  Scene *scene = *state;
  size_t adjusted = 0;
  for (size_t i = 0; i < scene->code_count; i++) {
    Series series = series_of(scene, scene->codes[i]);
    LiveDocuments bars = live_documents(&scene->world, "stock_analyzed", scene->codes[i]);
    size_t bar = 0;
    for (size_t k = 0; k < series.count; k++) {
      if (series.rows[k]->open == 0) continue; /* no trade, no price */
      double product = product_after(&series, k);
      assert_true(bar < bars.count);
      assert_string_equal(live_id(bars.items[bar]), series.dates[k]);
      assert_bar(bars.items[bar++], series.rows[k], product);
      adjusted += product != 1;
    }
    assert_int_equal(bars.count, bar);
    live_documents_free(&bars);
  }
  assert_int_equal(adjusted, 74); /* bars of five stocks; the others had not traded before */
}

/* ---- who comes, who goes, who is called otherwise ---- */

static void a_new_name_is_followed(void **state) {
  Scene *scene = *state;
  const LiveDay *begin = &scene->sample.days[live_sample_index(&scene->sample, BEGIN)];
  const LiveDay *newest = &scene->sample.days[live_sample_index(&scene->sample, NEWEST)];
  size_t renamed = 0;
  for (size_t i = 0; i < newest->count; i++) {
    const LiveRow *row = &newest->rows[i], *before = live_sample_row(begin, row->code);
    bson_t *target = live_get(&scene->world, "system_info", "target_tickers", row->code);
    assert_string_equal(live_text(target, "name"), row->name);
    assert_int_equal(live_int64(target, "market_cap"), row->market_cap);
    assert_int_equal(live_int64(target, "listed_shares"), row->listed_shares);
    if (before != NULL && strcmp(before->name, row->name) != 0) {
      renamed++;
      assert_string_equal(live_text(target, "added_date"), BEGIN); /* the same stock: its history goes on */
    }
    bson_t *latest = live_find(&scene->world, "system_info", "latest_analysis", row->code);
    if (latest != NULL) assert_string_equal(live_text(latest, "name"), row->name);
    bson_destroy(latest);
    bson_destroy(target);
  }
  assert_int_equal(renamed, 4); /* the other five were before set-up began */
  bson_t *last = live_get(&scene->world, "system_info", "target_tickers", "388790"); /* renamed on the last day */
  assert_string_not_equal(live_text(last, "name"), live_sample_row(begin, "388790")->name);
  bson_destroy(last);
}

static void a_new_listing_enters_with_its_first_session(void **state) {
  Scene *scene = *state;
  static const char *const listed[][2] = {{"425040", "2023-01-19"}, {"254490", "2023-01-27"}};
  for (size_t i = 0; i < 2; i++) {
    bson_t *target = live_get(&scene->world, "system_info", "target_tickers", listed[i][0]);
    assert_string_equal(live_text(target, "added_date"), listed[i][1]);
    assert_string_equal(live_text(target, "history_from"), FIRST);
    assert_true(live_bool(target, "is_active"));
    assert_false(live_bool(target, "backfill_needed"));
    bson_destroy(target);
    LiveDocuments rows = live_documents(&scene->world, "stock_data", listed[i][0]);
    assert_true(rows.count > 0);
    assert_string_equal(live_id(rows.items[0]), listed[i][1]);
    live_documents_free(&rows);
    char first[32];
    snprintf(first, sizeof first, "%s:%s", listed[i][0], listed[i][1]); /* measured from the offer price: no action */
    assert_false(live_has(&scene->world, "system_info", "corporate_actions", first));
  }
}

static void a_delisted_stock_leaves_and_keeps_its_data(void **state) {
  Scene *scene = *state;
  static const char code[] = "064510";
  LiveWorld *world = &scene->world;
  Series series = series_of(scene, code);
  bson_t *target = live_get(world, "system_info", "target_tickers", code);
  assert_string_equal(series.dates[series.count - 1], "2023-01-16");
  assert_false(live_bool(target, "is_active"));
  assert_string_equal(live_text(target, "removed_date"), "2023-01-17");
  assert_string_equal(live_text(target, "removed_reason"), "delisted");
  assert_string_equal(live_text(target, "last_analyzed_date"), "2023-01-16"); /* to its end, and no further */
  bson_destroy(target);
  assert_int_equal(live_count(world, "stock_data", code), series.count);
  assert_true(live_has(world, "stock_analyzed", code, "2023-01-16"));
  assert_false(live_has(world, "system_info", "latest_analysis", code));
}

/* ---- as files ---- */

static FILE *export_session(Scene *scene, const char *date, const char *more) {
  char arguments[256], path[160];
  const char *folder = scene->world.folder;
  snprintf(arguments, sizeof arguments, "--export %s..%s --out %s/%s", date, date, folder, more);
  live_do(&scene->world, "manual_setup", MONTH_LATER, arguments);
  snprintf(path, sizeof path, "%s/%.12s/%s.csv", folder, more, date);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  return file;
}

static void an_exported_session_is_the_file_that_was_published(void **state) {
  Scene *scene = *state;
  for (size_t i = 0; i < scene->sample.count; i += 7) {
    const char *date = scene->sample.days[i].date;
    char path[512], published[512], line[512];
    FILE *file = export_session(scene, date, "as-published");
    snprintf(path, sizeof path, "%s/raw-2023/%s.csv", TEST_DATA, date);
    FILE *original = fopen(path, "r");
    assert_non_null(original);
    while (fgets(published, sizeof published, original) != NULL) {
      assert_non_null(fgets(line, sizeof line, file));
      assert_string_equal(line, published);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(original);
    fclose(file);
  }
}

/* On 2023-01-06, before bonus issues and splits. */
static void an_exported_adjusted_session_says_what_the_analysis_says(void **state) {
  Scene *scene = *state;
  const LiveDay *day = &scene->sample.days[live_sample_index(&scene->sample, "2023-01-06")];
  char line[512];
  size_t compared = 0, moved = 0, traded = 0;
  FILE *file = export_session(scene, day->date, "the-adjusted --adjusted");
  assert_non_null(fgets(line, sizeof line, file));
  assert_string_equal(line, "code,name,market,open,high,low,close,volume\n");
  while (fgets(line, sizeof line, file) != NULL) {
    static const char *const names[] = {"open", "high", "low", "close", "volume"};
    char *rest = line, *code = strsep(&rest, ",");
    bson_t *stored = live_get(&scene->world, "stock_analyzed", code, day->date);
    const LiveRow *row = live_sample_row(day, code);
    assert_string_equal(strsep(&rest, ","), row->name);
    assert_string_equal(strsep(&rest, ","), row->market);
    for (size_t i = 0; i < 5; i++) assert_true(strtod(strsep(&rest, ",\n"), NULL) == live_double(stored, names[i]));
    moved += live_double(stored, "close") != (double)row->close;
    bson_destroy(stored);
    compared++;
  }
  fclose(file);
  for (size_t i = 0; i < day->count; i++) traded += day->rows[i].open != 0;
  assert_int_equal(compared, traded);
  assert_true(moved >= 3);
}

/* ---- another way to the same end ---- */

static void session_by_session_or_all_at_once_makes_no_difference(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  LiveDump at_once = live_dump(world, LIVE_RESULT);
  reset(scene);
  live_do(world, "manual_setup", SET_UP, "--days 10");
  live_do(world, "hourly_analysis", SET_UP, "");
  for (size_t i = live_sample_index(&scene->sample, BEGIN) + 1; i < scene->sample.count; i++) {
    const char *now = i + 1 < scene->sample.count ? live_sample_due(&scene->sample, i).text : MONTH_LATER;
    live_do(world, "daily_update", now, "");
    if (i % 5 == 0 || i + 1 == scene->sample.count) live_do(world, "hourly_analysis", now, "");
  }
  live_assert_holds(world, LIVE_RESULT, &at_once);
  live_dump_free(&at_once);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_month_is_taken_in),
      cmocka_unit_test(every_move_of_a_base_price_is_a_corporate_action),
      cmocka_unit_test(the_actions_are_the_ones_that_were_published),
      cmocka_unit_test(the_rows_stay_as_they_were_published),
      cmocka_unit_test(adjusted_prices_are_published_ones_times_all_later_factors),
      cmocka_unit_test(a_new_name_is_followed),
      cmocka_unit_test(a_new_listing_enters_with_its_first_session),
      cmocka_unit_test(a_delisted_stock_leaves_and_keeps_its_data),
      cmocka_unit_test(an_exported_session_is_the_file_that_was_published),
      cmocka_unit_test(an_exported_adjusted_session_says_what_the_analysis_says),
      cmocka_unit_test(session_by_session_or_all_at_once_makes_no_difference),
  };
  return cmocka_run_group_tests_name("actions", tests, open_scene, close_scene);
}
