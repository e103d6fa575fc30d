/* All companies of the recorded market with all their real annual reports: a back-fill stores each as it was published.
 *
 * Takes the folder that has krx/ and dart/; without it, skipped. Prints what it took. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "financials_scene.h"

enum { SKIPPED = 77, MEMORY_MAX_KB = 150 * 1024 };
static const char DAY[] = "2025-04-30";
static char shared[256], data_folder[512];

/* ---- the market ---- */

static int start(void **state) {
  static Scene scene;
  char command[1600], days[300], listing[300], why[256];
  live_world_open(&scene.world, LIVE_DAYS);
  scene.world.prices_only = true;
  snprintf(data_folder, sizeof data_folder, "%s/dart", scene.world.folder);
  snprintf(command, sizeof command, "%s/make_dart %s/dart %s --whole %s --years 2019-2024 >%s/made", TEST_DATA, shared,
           TEST_DATA, data_folder, scene.world.folder);
  assert_int_equal(system(command), 0);
  if (!dart_data_load(&scene.data, data_folder, why, sizeof why)) fail_msg("%s", why);
  assert_true(replay_run_stop(&scene.world.exchange));
  snprintf(days, sizeof days, "%s/krx/days", shared);
  snprintf(listing, sizeof listing, "%s/krx/listing.csv", shared);
  const ReplayRun exchange = live_start_exchange_of(days, listing);
  live_use_exchange(&scene.world, &exchange);
  assert_true(dart_run_start(&scene.dart, DART_REPLAY, data_folder, "2025-04-30T18:00:00"));
  *state = &scene;
  return 0;
}

static int each(void **state) {
  Scene *scene = *state;
  scene_reset(state);
  live_set(&scene->world, "CLOSEBELL_DART_CALLS_PER_DAY", "100000");
  live_set(&scene->world, "CLOSEBELL_DART_RATE_PER_SECOND", "10000");
  return 0;
}

/* ---- what is stored ---- */

typedef struct {
  int oldest_year;
  int64_t companies, statements, real;
} Stored;

static const bson_t *find_document(const LiveDocuments *documents, const char *id) {
  const bson_t *document = live_documents_find(documents, id);
  if (document == NULL) fail_msg("%s is not stored", id);
  return document;
}

/* The statements of one company stand together; count: how many. */
static void check_company(Scene *scene, const DartStatement *statements, size_t count, const char *ticker,
                          Stored *stored) {
  LiveDocuments documents = live_documents(&scene->world, "financial_data", ticker);
  size_t served = 0;
  for (size_t i = 0; i < count; i++) {
    char id[64];
    if (atoi(statements[i].filing->bsns_year) < stored->oldest_year ||
        !scene_is_served(scene, &statements[i], scene_day(DAY)))
      continue;
    scene_check_document(find_document(&documents, scene_id(&statements[i], id)), &statements[i]);
    served++;
    stored->real += statements[i].is_real;
  }
  assert_int_equal(documents.count, served);
  stored->statements += (int64_t)served;
  stored->companies++;
  live_documents_free(&documents);
}

static Stored check_all(Scene *scene, int oldest_year) {
  Stored stored = {.oldest_year = oldest_year};
  const DartData *data = &scene->data;
  for (size_t i = 0, next; i < data->statement_count; i = next) {
    const char *corp_code = data->statements[i].filing->corp_code;
    for (next = i; next < data->statement_count; next++)
      if (strcmp(data->statements[next].filing->corp_code, corp_code) != 0) break;
    bson_t *company = live_find(&scene->world, "system_info", "companies", corp_code);
    if (company == NULL) continue; /* its stock is not listed */
    check_company(scene, &data->statements[i], next - i, live_text(company, "ticker"), &stored);
    bson_destroy(company);
  }
  assert_true(stored.companies <= live_count(&scene->world, "system_info", "companies")); /* some have never filed */
  return stored;
}

/* Of the programs that have ended so far. */
static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static Stored collect(Scene *scene, int years) {
  char text[8];
  snprintf(text, sizeof text, "%d", years);
  live_set(&scene->world, "CLOSEBELL_DART_YEARS", text);
  dart_run_control(&scene->dart, "forget-calls");
  double before = cpu_seconds();
  LiveResult result = scene_run(scene, DAY, "manual_setup", "--days 1 --financials");
  live_assert_exit(&result, 0);
  printf("%d years: %ld calls, %.1f s, of which %.1f at work itself, %ld MB\n", years, scene_calls(scene, "calls"),
         (double)result.took_ms / 1000, cpu_seconds() - before, result.max_rss_kb / 1024);
  fflush(stdout);
  assert_true(result.max_rss_kb < MEMORY_MAX_KB);
  Stored stored = check_all(scene, atoi(DAY) - years);
  printf("  %" PRId64 " statements of %" PRId64 " companies, %" PRId64 " of them real annual ones\n", stored.statements,
         stored.companies, stored.real);
  return stored;
}

/* Three years, then as many again: what is there is not asked for twice. */
static void every_report_of_the_market_is_stored_as_published(void **state) {
  Scene *scene = *state;
  scene_do(scene, DAY, "manual_setup", "--days 1");
  Stored stored = collect(scene, 3);
  assert_true(stored.companies > 2000 && stored.statements > 40000 && stored.real > 2000);
  long calls = scene_calls(scene, "multi");
  stored = collect(scene, 6);
  assert_true(stored.real > 4000);
  assert_true(scene_calls(scene, "multi") < 2 * calls);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup(every_report_of_the_market_is_stored_as_published, each)};
  struct stat info;
  char path[300];
  snprintf(shared, sizeof shared, "%s", argc > 1 ? argv[1] : "");
  snprintf(path, sizeof path, "%s/dart/annual_reports.csv", shared);
  if (stat(path, &info) != 0) {
    printf("skipped: no reports at \"%s\"\n", path);
    return SKIPPED;
  }
  return cmocka_run_group_tests(tests, start, scene_stop);
}
