/* financials_scene.h: the programs, the exchange and the DART server of ours on one day after another; and what of the
 * reports must then be stored, worked out from the server's data without any code of closebell's. */
#ifndef CLOSEBELL_TESTS_FINANCIALS_SCENE_H
#define CLOSEBELL_TESTS_FINANCIALS_SCENE_H

#include <inttypes.h>
#include <stdlib.h>

#include "dart_replay_data.h"
#include "live_dart.h"
#include "live_db.h"
#include "live_sample.h"
#include "named.h"

typedef struct {
  LiveWorld world; /* the first: helpers take a pointer to it */
  ReplayRun dart;
  DartData data;
  LiveSample sample;
} Scene;

static inline int scene_start(void **state) {
  static Scene scene;
  char why[256];
  if (!dart_data_load(&scene.data, TEST_DATA "/dart", why, sizeof why)) fail_msg("%s", why);
  live_sample_load_days(&scene.sample);
  live_world_open(&scene.world, LIVE_DAYS);
  scene.world.prices_only = true;
  assert_true(dart_run_start(&scene.dart, DART_REPLAY, TEST_DATA "/dart", "2024-01-02T09:00:00"));
  *state = &scene;
  return 0;
}

static inline int scene_stop(void **state) {
  Scene *scene = *state;
  dart_data_free(&scene->data);
  live_sample_free(&scene->sample);
  assert_true(replay_run_stop(&scene->dart));
  live_world_close(&scene->world);
  return 0;
}

static inline int scene_reset(void **state) {
  Scene *scene = *state;
  live_world_reset(&scene->world);
  dart_run_reset(&scene->dart, "2024-01-02T09:00:00");
  live_dart_use(&scene->world, &scene->dart);
  live_set(&scene->world, "CLOSEBELL_RETRY_SCALE", "0.001");
  return 0;
}

/* ---- running ---- */

typedef struct {
  char text[32];
} SceneInstant;

/* At 18:00 in Korea of that day, by the clock of DART and of the programs. */
static inline SceneInstant scene_at(Scene *scene, const char *day) {
  char korean[32];
  SceneInstant now;
  snprintf(korean, sizeof korean, "%sT18:00:00", day);
  snprintf(now.text, sizeof now.text, "%sT09:00:00Z", day);
  dart_run_at(&scene->dart, korean);
  return now;
}

static inline LiveResult scene_run(Scene *scene, const char *day, const char *program, const char *arguments) {
  return live_run_at(&scene->world, program, scene_at(scene, day).text, arguments);
}

/* Which must end with exit code 0. */
static inline void scene_do(Scene *scene, const char *day, const char *program, const char *arguments) {
  LiveResult result = scene_run(scene, day, program, arguments);
  live_assert_exit(&result, 0);
}

static inline long scene_calls(const Scene *scene, const char *name) { return replay_run_calls(&scene->dart, name); }

/* ---- what must be stored ---- */

static inline long scene_day(const char *day) {
  long number;
  assert_true(replay_day_parse(day, &number));
  return number;
}

/* "2024-12-31:annual:CFS:20250311001085" */
static inline const char *scene_id(const DartStatement *statement, char id[64]) {
  static const char *const kinds[][2] = {{"11013", "q1"}, {"11012", "half"}, {"11014", "q3"}, {"11011", "annual"}};
  char day[REPLAY_DAY_TEXT_SIZE];
  const char *kind = "";
  for (size_t i = 0; i < 4; i++)
    if (strcmp(statement->filing->reprt_code, kinds[i][0]) == 0) kind = kinds[i][1];
  replay_day_compact(statement->period_end, day);
  snprintf(id, 64, "%.4s-%.2s-%.2s:%s:%s:%s", day, day + 4, day + 6, kind, statement->fs_div,
           statement->filing->rcept_no);
  return id;
}

static inline bool scene_number(const DartStatement *statement, DartCell cell, int64_t *ret_number) {
  char *end;
  *ret_number = strtoll(statement->cells[cell], &end, 10);
  return end != statement->cells[cell] && *end == '\0';
}

static inline bool scene_is_balanced(const DartStatement *statement) {
  int64_t assets, liabilities, equity;
  return !scene_number(statement, DART_TOTAL_ASSETS, &assets) ||
         !scene_number(statement, DART_TOTAL_LIABILITIES, &liabilities) ||
         !scene_number(statement, DART_TOTAL_EQUITY, &equity) || assets == liabilities + equity;
}

/* The amount under that name; an absent one is absent. */
static inline void scene_check_amount(const bson_t *document, const char *name, bool has, int64_t amount) {
  if (has != live_has_field(document, name)) fail_msg("%s: %s is %s", live_id(document), name, has ? "lost" : "there");
  if (has && live_int64(document, name) != amount)
    fail_msg("%s: %s is %" PRId64 ", not %" PRId64, live_id(document), name, live_int64(document, name), amount);
}

static inline void scene_check_document(const bson_t *document, const DartStatement *statement) {
  static const char *const names[] = {"total_assets",        "current_assets",   "total_liabilities",
                                      "current_liabilities", "capital",          "retained_earnings",
                                      "total_equity",        "revenue",          "operating_profit",
                                      "pretax_profit",       "net_income",       "revenue_3m",
                                      "operating_profit_3m", "pretax_profit_3m", "net_income_3m"};
  int64_t amount, all;
  for (DartCell cell = 0; cell < DART_CELL_COUNT; cell++) {
    bool has = scene_number(statement, cell, &amount);
    scene_check_amount(document, names[cell], has, amount);
  }
  bool has = scene_number(statement, DART_TOTAL_ASSETS, &all) && scene_number(statement, DART_CURRENT_ASSETS, &amount);
  scene_check_amount(document, "noncurrent_assets", has, all - amount);
  has = scene_number(statement, DART_TOTAL_LIABILITIES, &all) &&
        scene_number(statement, DART_CURRENT_LIABILITIES, &amount);
  scene_check_amount(document, "noncurrent_liabilities", has, all - amount);
  assert_string_equal(live_text(document, "currency"), statement->currency);
}

static inline const DartCompany *scene_company_of(const Scene *scene, const DartStatement *statement, long day) {
  return dart_data_company(&scene->data, statement->filing->corp_code, day);
}

/* Whether DART serves it on that day. */
static inline bool scene_is_served(const Scene *scene, const DartStatement *statement, long day) {
  const DartFiling *filing = statement->filing;
  return dart_data_statement(&scene->data, filing->corp_code, filing->bsns_year, filing->reprt_code, statement->fs_div,
                             day) == statement;
}

/* In the session before that day: what is listed later is nobody's concern yet. */
static inline bool scene_is_listed(const Scene *scene, const char *ticker, const char *today) {
  const LiveDay *newest = NULL;
  for (size_t i = 0; i < scene->sample.count && strcmp(scene->sample.days[i].date, today) < 0; i++)
    newest = &scene->sample.days[i];
  return newest != NULL && live_sample_row(newest, ticker) != NULL;
}

/* Other values under one receipt number stand beside the first ones, where those were seen. */
static inline void scene_take_second(Scene *scene, const char *ticker, char id[64]) {
  char second[72];
  snprintf(second, sizeof second, "%s:2", id);
  if (live_has(&scene->world, "financial_data", ticker, second)) snprintf(id, 64, "%.63s", second);
}

/* All reports of bsns_year oldest_year and later that DART serves on that day are stored as they are served. Returns
 * how many; *ret_refused: how many must not be stored. */
static inline int64_t scene_check_stored(Scene *scene, const char *today, int oldest_year, int64_t *ret_refused) {
  long day = scene_day(today);
  int64_t count = 0;
  *ret_refused = 0;
  for (size_t i = 0; i < scene->data.statement_count; i++) {
    const DartStatement *statement = &scene->data.statements[i];
    char id[64];
    if (atoi(statement->filing->bsns_year) < oldest_year || !scene_is_served(scene, statement, day)) continue;
    const char *ticker = scene_company_of(scene, statement, day)->stock_code;
    if (!scene_is_listed(scene, ticker, today)) continue;
    scene_id(statement, id);
    if (!scene_is_balanced(statement)) {
      assert_false(live_has(&scene->world, "financial_data", ticker, id));
      (*ret_refused)++;
      continue;
    }
    if (statement->shown_from > statement->filing->filed) scene_take_second(scene, ticker, id);
    bson_t *document = live_get(&scene->world, "financial_data", ticker, id);
    scene_check_document(document, statement);
    bson_destroy(document);
    count++;
  }
  return count;
}

/* How many documents all companies have. */
static inline int64_t scene_count_stored(Scene *scene) {
  int64_t count = 0;
  const char *before = "";
  for (size_t i = 0; i < scene->data.company_count; i++) {
    const DartCompany *company = &scene->data.companies[i];
    if (strcmp(company->corp_code, before) == 0 || strcmp(company->corp_code, "00999901") == 0) continue;
    before = company->corp_code;
    count += live_count(&scene->world, "financial_data", company->stock_code);
  }
  return count;
}

/* The documents of a company whose _id starts so. */
static inline size_t scene_versions(Scene *scene, const char *ticker, const char *start) {
  LiveDocuments documents = live_documents(&scene->world, "financial_data", ticker);
  size_t count = 0;
  for (size_t i = 0; i < documents.count; i++) count += strncmp(live_id(documents.items[i]), start, strlen(start)) == 0;
  live_documents_free(&documents);
  return count;
}

#endif
