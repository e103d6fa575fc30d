/* A stock's analysis in memory: which fields take room, and what is left when the newest bar alone is kept. */
#include "market_rows.h"

#include <math.h>

#include <closebell/analysis/analysis.h>

enum { SESSIONS = 230, FIRST_DAY = 19650, HALTED = 5 };

typedef struct {
  AnalysisSources sources;
  AnalysisPanel gathered;
  AnalysisFields fields;
  Target target;
} Scene;

/* One stock in `sessions` sessions: those of years are computed from 201 on. */
static void make_scene(Scene *scene, int sessions) {
  const char *const tickers[] = {"005930"};
  Error err = {{0}};
  *scene = (Scene){.sources = {.companies_from = DAY_NONE}, .target = {.ticker = "005930", .is_active = true}};
  scene->gathered.sources = &scene->sources;
  scene->gathered.sessions = SESSIONS;
  scene->gathered.chained_closes = calloc(SESSIONS, sizeof(double));
  scene->gathered.ratings = calloc(SESSIONS, 1);
  scene->gathered.markets = calloc(SESSIONS, 1);
  assert_int_equal(panel_init(&scene->gathered.panel, tickers, 1), STATUS_OK);
  for (int i = 0; i < sessions; i++) {
    StockRow row = row_of("005930", 1000 + i * 37 % 91);
    row.change = i ? row.close - (1000 + (i - 1) * 37 % 91) : 0;
    if (i == HALTED) row.open = 0;
    Session session = session_of(FIRST_DAY + i, &row, 1);
    assert_int_equal(panel_add(&scene->gathered.panel, &session, false), STATUS_OK);
    session_free(&session);
    scene->gathered.chained_closes[i] = (double)row.close;
    scene->gathered.ratings[i] = 50;
  }
  scene->target.history_from = FIRST_DAY;
  assert_int_equal(analysis_fields_make(&scene->fields, &err), STATUS_OK);
}

static void free_scene(Scene *scene) {
  analysis_fields_free(&scene->fields);
  analysis_panel_free(&scene->gathered);
}

static void compute_after(const Scene *scene, Day after, Analysis *to) {
  Error err = {{0}};
  assert_int_equal(analysis_compute(&scene->gathered, &scene->fields, &scene->target, after, to, &err), STATUS_OK);
}

static void compute(const Scene *scene, Analysis *to) { compute_after(scene, DAY_NONE, to); }

static bool is_of_company(const char *field) {
  for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++)
    if (strcmp(field, ANALYZED_COMPANY_FIELDS[k]) == 0) return true;
  return false;
}

static void fields_of_companies_take_no_room_where_nothing_is_known_of_any(void **state) {
  (void)state;
  Scene scene;
  Analysis analysis;
  size_t absent = 0;
  make_scene(&scene, 10);
  compute(&scene, &analysis);
  for (size_t k = 0; k < scene.fields.count; k++) {
    assert_int_equal(analysis.series.values[k] == NULL, is_of_company(analysis.series.fields[k]));
    absent += analysis.series.values[k] == NULL;
  }
  assert_int_equal(absent, COMPANY_FIELD_COUNT);
  analysis_free(&analysis);
  scene.sources.companies_from = FIRST_DAY;
  compute(&scene, &analysis);
  for (size_t k = 0; k < scene.fields.count; k++) {
    assert_non_null(analysis.series.values[k]);
    if (is_of_company(analysis.series.fields[k]))
      assert_true(isnan(analysis.series.values[k][analysis.bars.count - 1]));
  }
  analysis_free(&analysis);
  free_scene(&scene);
}

static void assert_newest(const AnalyzedSeries *kept, const AnalyzedSeries *all) {
  const size_t last = all->bars->count - 1;
  assert_int_equal(kept->bars->count, 1);
  assert_int_equal(kept->bars->dates[0], all->bars->dates[last]);
  assert_true(kept->bars->close[0] == all->bars->close[last]);
  assert_int_equal(kept->stale_sessions, all->stale_sessions);
  assert_int_equal(kept->field_count, all->field_count);
  for (size_t k = 0; k < all->field_count; k++) {
    const bool is_there = all->values[k] && last >= all->starts[k];
    assert_string_equal(kept->fields[k], all->fields[k]);
    assert_int_equal(kept->values[k] && kept->starts[k] == 0, is_there);
    if (is_there) assert_memory_equal(kept->values[k], &all->values[k][last], sizeof(double));
  }
}

/* Of few sessions most fields are not warmed up. */
static void the_newest_bar_alone_says_what_it_said_among_all(void **state) {
  (void)state;
  static const int sessions[] = {2, 6, 40, SESSIONS};
  for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
    for (int companies = 0; companies < 2; companies++) {
      Scene scene;
      Analysis all, kept;
      make_scene(&scene, sessions[i]);
      if (companies) scene.sources.companies_from = FIRST_DAY;
      compute(&scene, &all);
      compute(&scene, &kept);
      for (int twice = 0; twice < 2; twice++) {
        analysis_keep_newest(&kept);
        assert_newest(&kept.series, &all.series);
      }
      analysis_free(&kept);
      analysis_free(&all);
      free_scene(&scene);
    }
  }
}

/* The last day is that of the newest bar, and one behind it. */
static void the_newest_bar_is_the_same_where_no_other_was_wanted(void **state) {
  (void)state;
  for (int back = -1; back < 3; back++) {
    Scene scene;
    Analysis all, kept;
    make_scene(&scene, SESSIONS);
    compute(&scene, &all);
    const Day last = all.bars.dates[all.bars.count - 1];
    compute_after(&scene, last - back, &kept);
    assert_int_equal(all.from, 0);
    assert_int_equal(kept.from, kept.bars.count - (back > 1 ? (size_t)back : 1));
    analysis_keep_newest(&kept);
    assert_newest(&kept.series, &all.series);
    analysis_free(&kept);
    analysis_free(&all);
    free_scene(&scene);
  }
}

static void what_was_not_wanted_is_not_written(void **state) {
  (void)state;
  Scene scene;
  Analysis analysis;
  Error err = {{0}};
  size_t written;
  make_scene(&scene, SESSIONS);
  compute_after(&scene, FIRST_DAY + SESSIONS - 3, &analysis);
  const TargetStamps stamps = {.last_analyzed_date = FIRST_DAY + SESSIONS - 3};
  const AnalysisNeed whole = {.whole = true, .restated = DAY_NONE};
  assert_int_equal(analysis_write(&(Db){0}, &analysis, &stamps, &whole, &written, &err), STATUS_INCOMPLETE);
  analysis_free(&analysis);
  free_scene(&scene);
}

static void a_stock_without_a_bar_stays_without(void **state) {
  (void)state;
  Scene scene;
  Analysis analysis;
  make_scene(&scene, 0);
  compute(&scene, &analysis);
  analysis_keep_newest(&analysis);
  assert_int_equal(analysis.series.bars->count, 0);
  analysis_free(&analysis);
  free_scene(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_of_companies_take_no_room_where_nothing_is_known_of_any),
      cmocka_unit_test(the_newest_bar_alone_says_what_it_said_among_all),
      cmocka_unit_test(the_newest_bar_is_the_same_where_no_other_was_wanted),
      cmocka_unit_test(what_was_not_wanted_is_not_written),
      cmocka_unit_test(a_stock_without_a_bar_stays_without),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
