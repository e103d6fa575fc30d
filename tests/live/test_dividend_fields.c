/* dps_ttm, dividend_yield and payout_ratio in stock_analyzed, through splits and bonus issues of early 2023, held against
 * a program in Python that makes them from the documents of the database alone (support/dividend_oracle.py). */
#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <closebell/store/collections.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/dividend_data.h>
#include <closebell/store/restatements.h>
#include <closebell/store/db.h>

#include "live_db.h"
#include "live_sample.h"

static const char SET_UP[] = "2023-01-16T00:00:00Z", MONTH_LATER[] = "2023-02-15T00:00:00Z";

typedef struct {
  LiveWorld world;
  Db db;
  char codes[256][8];
  size_t code_count;
} Scene;

/* ---- the world ---- */

static void list_codes(Scene *scene) {
  LiveSample sample;
  live_sample_load_raw(&sample);
  for (size_t i = 0; i < sample.days[0].count; i++) {
    const char *code = sample.days[0].rows[i].code;
    if (code[5] == '0') memcpy(scene->codes[scene->code_count++], code, sizeof scene->codes[0]);
  }
  live_sample_free(&sample);
}

static int open_scene(void **state) {
  static const Log silent = {.stream = NULL};
  static const DbOptions options = {.program = "test", .retries = 0, .selection_ms = 5000, .socket_timeout_ms = 60000};
  static Scene scene;
  static Clock clock;
  Error err = {{0}};
  *state = &scene;
  list_codes(&scene);
  live_world_open(&scene.world, LIVE_RAW);
  live_world_reset(&scene.world);
  live_set(&scene.world, "CLOSEBELL_UNIVERSE_MARKETS", "KOSPI,KOSDAQ,KONEX");
  live_set(&scene.world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "0");
  live_set(&scene.world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", "0");
  live_do(&scene.world, "manual_setup", SET_UP, "--days 10");
  live_do(&scene.world, "daily_update", MONTH_LATER, "");
  clock = clock_system(-1);
  if (db_mongo_open(&scene.db, scene.world.uri, &options, &clock, &silent, &err) != STATUS_OK) fail_msg("%s", err.text);
  return 0;
}

static int close_scene(void **state) {
  Scene *scene = *state;
  db_mongo_close(&scene->db);
  live_world_close(&scene->world);
  return 0;
}

/* ---- dividends ---- */

static void put(Dividends *dividends, const char *id, double dps, double payout_percent) {
  Dividend dividend = {.dps = dps, .payout_percent = payout_percent, .yield_percent = NAN, .first_seen_utc = 1700000000000};
  assert_true(dividend_id_parse(id, &dividend));
  assert_int_equal(dividends_put(dividends, &dividend), STATUS_OK);
}

static void store(Scene *scene, const Dividends *dividends) {
  const char *name = dividends->ticker;
  StoredCounts counts;
  Error err = {{0}};
  Status status = collections_create_chosen(&scene->db, DB_DIVIDEND, &name, 1, &err);
  if (status == STATUS_OK) status = dividend_archive_write(&scene->db, &dividends, 1, &err);
  if (status == STATUS_OK)
    status = dividend_data_append(&scene->db, name, dividends->items, dividends->count, &counts, &err);
  if (status != STATUS_OK) fail_msg("%s", err.text);
}

/* Every company has another history: corrections, an unknown dividend, none paid, two versions, a preferred stock. */
static void fill(Dividends *dividends, size_t company, bool is_later) {
  /* Of these the base price moved on the last day of the period. */
  const bool is_split_at_the_end = !strcmp(dividends->ticker, "095700") || !strcmp(dividends->ticker, "311320");
  const double dps = 100 + 7.5 * (double)company;
  if (company % 11 == 10) return;
  put(dividends, "2021-12-31:annual:common:20220315000001", dps, 20 + (double)company / 8);
  if (company % 4 == 1) put(dividends, "2021-12-31:annual:common:20220315000001:2", dps + 1000, 99);
  if (company % 3 == 1) put(dividends, "2021-12-31:annual:preferred:20230102000001", dps + 50, 30);
  if (company % 5 == 1) put(dividends, "2021-12-31:annual:common:20230118000009", company % 2 ? dps / 2 : 0, NAN);
  if (company % 5 == 2) put(dividends, "2022-12-31:annual:common:20230201000002", NAN, 11);
  if (company % 5 == 3) put(dividends, "2022-12-31:annual:common:20230120000002", 0, NAN);
  if (company % 7 == 3) put(dividends, "2022-06-30:half:common:20220812000002", 9999, 50);
  if (is_split_at_the_end) put(dividends, "2023-01-11:annual:common:20230120000007", dps + 5, 33);
  if (is_later && company % 2 == 0) put(dividends, "2022-12-31:annual:common:20230125000007", dps + 3, 77);
}

static void fill_all(Scene *scene, bool is_later) {
  Error err = {{0}};
  assert_int_equal(collections_create_section(&scene->db, "dart", &err), STATUS_OK);
  for (size_t i = 0; i < scene->code_count; i++) {
    Dividends dividends = {0};
    memcpy(dividends.ticker, scene->codes[i], sizeof scene->codes[i]);
    fill(&dividends, i, is_later);
    if (dividends.count > 0) store(scene, &dividends);
    dividends_free(&dividends);
  }
}

/* ---- the other program ---- */

static void ask_oracle(Scene *scene, char *said, size_t size) {
  char path[] = "/tmp/closebell-dividends-XXXXXX", command[sizeof path + sizeof DIVIDEND_ORACLE + 32];
  LiveDump dump = live_dump(&scene->world, LIVE_ALL);
  int fd = mkstemp(path);
  FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
  assert_non_null(file);
  for (size_t i = 0; i < dump.count; i++) fprintf(file, "%s\n", dump.lines[i]);
  fclose(file);
  live_dump_free(&dump);
  snprintf(command, sizeof command, "python3 " DIVIDEND_ORACLE " < %s", path);
  FILE *out = popen(command, "r");
  assert_non_null(out);
  said[fread(said, 1, size - 1, out)] = '\0';
  int status = pclose(out);
  remove(path);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("%s", said);
}

static void expect_no_difference(Scene *scene) {
  static char said[8192];
  int documents, known, behind, differ;
  ask_oracle(scene, said, sizeof said);
  if (sscanf(said, "%d documents, %d with a dividend, %d behind an action, %d differ", &documents, &known, &behind,
             &differ) != 4)
    fail_msg("%s", said);
  print_message("%s", said);
  assert_true(documents > 500 && known > 400 && behind > 20);
  assert_int_equal(differ, 0);
}

static void the_fields_equal_those_of_another_program(void **state) {
  Scene *scene = *state;
  fill_all(scene, false);
  live_set(&scene->world, "CLOSEBELL_DART_AUTH_KEY", "0123456789abcdef0123456789abcdef01234567");
  live_do(&scene->world, "hourly_analysis", MONTH_LATER, "");
  expect_no_difference(scene);
}

static void what_is_known_late_is_analysed_anew(void **state) {
  Scene *scene = *state;
  Day from;
  int64_t number;
  Error err;
  fill_all(scene, true);
  assert_true(day_parse("2023-01-26", &from));
  assert_int_equal(restatements_insert(&scene->db,
                                       &(NewRestatement){.from = from, .reason = "dividends", .at_utc = 1700000000000},
                                       &number, &err),
                   STATUS_OK);
  live_do(&scene->world, "hourly_analysis", MONTH_LATER, "");
  expect_no_difference(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_fields_equal_those_of_another_program),
      cmocka_unit_test(what_is_known_late_is_analysed_anew),
  };
  return cmocka_run_group_tests(tests, open_scene, close_scene);
}
