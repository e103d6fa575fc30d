/* Dividends of companies, collected by the real programs from the DART server of ours: what it says is stored, whatever
 * happens on the way. */
#include <math.h>
#include <signal.h>

#include "dart_paid.h"
#include "financials_scene.h"
#include "wire_proxy.h"

enum { OLDEST_YEAR = 2022 };
static const char DIVIDENDS[] = "dividend_data";
static const char DAY[] = "2025-03-06", SET_UP[] = "--days 3 --financials";

/* ---- what must be stored, by the rows that are answered ---- */

typedef struct {
  bool has_document[2], has_total;
  double dps[2], yield_percent[2], payout_percent; /* NaN: absent */
  int64_t total;
} Paid;

/* "1,446" and the like; NaN: none. */
static double number_of(const char *text) {
  char plain[32];
  size_t length = 0;
  for (; *text; text++)
    if (*text != ',') plain[length++] = *text;
  plain[length] = '\0';
  return length == 0 || strcmp(plain, "-") == 0 ? NAN : strtod(plain, NULL);
}

static Paid paid_of(const char *rcept_no) {
  DartPaid rows[DART_PAID_MAX];
  size_t count = dart_paid_rows(rcept_no, rows);
  Paid paid = {
      .has_document = {count > 0, false}, .dps = {NAN, NAN}, .yield_percent = {NAN, NAN}, .payout_percent = NAN};
  bool seen[2] = {false, false};
  for (size_t i = 0; i < count; i++) {
    const DartPaid *row = &rows[i];
    int kind = strstr(row->stock_knd, "우선") != NULL;
    double number = number_of(row->thstrm);
    bool is_dps = strstr(row->se, "현금배당금(원)") != NULL;
    if (is_dps && !seen[kind]) paid.dps[kind] = strcmp(row->thstrm, "-") == 0 ? 0 : number;
    seen[kind] |= is_dps;
    if (strstr(row->se, "현금배당수익률")) paid.yield_percent[kind] = number;
    if (strstr(row->se, "현금배당성향")) paid.payout_percent = number;
    if (strstr(row->se, "현금배당금총액") && !isnan(number)) {
      paid.has_total = true;
      paid.total = (int64_t)number * 1000000;
    }
    if (kind == 1) paid.has_document[1] = true;
  }
  return paid;
}

static void check_number(const bson_t *document, const char *name, double number) {
  if (isnan(number) == live_has_field(document, name)) fail_msg("%s: %s is lost, or there", live_id(document), name);
  if (!isnan(number)) assert_true(live_double(document, name) == number);
}

static int64_t check_report(Scene *scene, const char *ticker, const DartStatement *statement) {
  static const char *const kinds[] = {"common", "preferred"};
  const char *rcept_no = statement->filing->rcept_no;
  Paid paid = paid_of(rcept_no);
  char day[REPLAY_DAY_TEXT_SIZE], id[96];
  int64_t count = 0;
  replay_day_compact(statement->period_end, day);
  for (size_t i = 0; i < 2; i++) {
    snprintf(id, sizeof id, "%.4s-%.2s-%.2s:annual:%s:%s", day, day + 4, day + 6, kinds[i], rcept_no);
    if (!paid.has_document[i]) {
      assert_false(live_has(&scene->world, "dividend_data", ticker, id));
      continue;
    }
    bson_t *document = live_get(&scene->world, "dividend_data", ticker, id);
    check_number(document, "dps", paid.dps[i]);
    check_number(document, "yield_percent", paid.yield_percent[i]);
    check_number(document, "payout_percent", paid.payout_percent);
    scene_check_amount(document, "total", paid.has_total, paid.total);
    snprintf(id, sizeof id, "%.4s-%.2s-%.2s", rcept_no, rcept_no + 4, rcept_no + 6);
    assert_string_equal(live_text(document, "filed"), id);
    live_assert_instant(document, "first_seen_utc");
    bson_destroy(document);
    count++;
  }
  return count;
}

/* Those of all annual reports that DART serves on that day; returns how many documents. */
static int64_t check_stored(Scene *scene, const char *today) {
  long day = scene_day(today);
  int64_t count = 0;
  const char *before = "";
  for (size_t i = 0; i < scene->data.statement_count; i++) {
    const DartStatement *statement = &scene->data.statements[i];
    const DartFiling *filing = statement->filing;
    bool is_annual = strcmp(filing->reprt_code, "11011") == 0 && atoi(filing->bsns_year) >= OLDEST_YEAR;
    if (!is_annual || strcmp(before, filing->rcept_no) == 0 || !scene_is_served(scene, statement, day)) continue;
    before = filing->rcept_no;
    const char *ticker = scene_company_of(scene, statement, day)->stock_code;
    if (scene_is_listed(scene, ticker, today)) count += check_report(scene, ticker, statement);
  }
  return count;
}

static int64_t count_stored(Scene *scene) {
  int64_t count = 0;
  const char *before = "";
  for (size_t i = 0; i < scene->data.company_count; i++) {
    const DartCompany *company = &scene->data.companies[i];
    if (strcmp(company->corp_code, before) == 0 || strcmp(company->corp_code, "00999901") == 0) continue;
    before = company->corp_code;
    count += live_count(&scene->world, "dividend_data", company->stock_code);
  }
  return count;
}

static void assert_all_there(Scene *scene) {
  int64_t stored = check_stored(scene, DAY);
  assert_true(stored > 90);
  assert_int_equal(count_stored(scene), stored);
  assert_string_equal(live_state(&scene->world, DAY, "dividends").text, "completed");
}

/* ---- the cases ---- */

static void what_dart_says_is_stored_once(void **state) {
  Scene *scene = *state;
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
  assert_true(scene_calls(scene, "dividends") > 90);
  dart_run_control(&scene->dart, "forget-calls");
  scene_do(scene, DAY, "daily_update", "--dataset dividends");
  assert_int_equal(scene_calls(scene, "dividends"), 0);
  scene_do(scene, DAY, "manual_setup", "--verify");
}

static bool has_asked(LiveWorld *world, const void *context) {
  const Scene *scene = (const Scene *)world;
  return scene_calls(scene, "dividends") >= *(const long *)context;
}

static void a_run_that_is_killed_goes_on(void **state) {
  Scene *scene = *state;
  assert_true(replay_run_fault(&scene->dart, "service=dividends&kind=slow&value=10"));
  for (long asked = 40; asked <= 80; asked += 40) {
    LiveProcess process = live_start(&scene->world, "manual_setup", "--days 3 --financials --now 2025-03-06T09:00:00Z");
    scene_at(scene, DAY);
    assert_true(live_wait_until(&scene->world, &process, has_asked, &asked));
    kill(process.pid, SIGKILL);
    assert_int_equal(live_finish(&scene->world, &process).signal, SIGKILL);
  }
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
  assert_true(scene_calls(scene, "dividends") < 200);
}

static void an_allowance_that_is_used_up_goes_on_the_next_day(void **state) {
  Scene *scene = *state;
  dart_run_control(&scene->dart, "limits?per_day=100");
  LiveResult result = scene_run(scene, DAY, "manual_setup", SET_UP);
  assert_true(result.exit_code == 0 || result.exit_code == 75);
  assert_string_equal(live_state(&scene->world, DAY, "dividends").text, "waiting");
  assert_true(count_stored(scene) > 0);
  live_delete(&scene->world, "system_info", "source_state", "dart"); /* its door opens at the next midnight */
  dart_run_control(&scene->dart, "limits?per_day=0");
  scene_do(scene, "2025-03-07", "daily_update", "");
  assert_all_there(scene);
  assert_string_equal(live_state(&scene->world, "2025-03-07", "dividends").text, "completed");
}

static void wrong_answers_store_nothing_wrong(void **state) {
  static const char *const faults[] = {"kind=html&times=1",
                                       "kind=redirect&times=1",
                                       "kind=cut-json&times=1",
                                       "kind=truncated&times=1",
                                       "kind=status&value=500&times=1",
                                       "kind=shape&times=1",
                                       "kind=code&code=800&times=1",
                                       "kind=reset&times=1"};
  Scene *scene = *state;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    char fault[128];
    snprintf(fault, sizeof fault, "service=dividends&%s", faults[i]);
    assert_true(replay_run_fault(&scene->dart, fault));
  }
  for (int runs = 0; runs < 20 && (runs == 0 || scene_calls(scene, "faults_left") > 0); runs++) {
    LiveResult result = scene_run(scene, DAY, "manual_setup", SET_UP);
    if (result.exit_code != 75 && result.exit_code != 69) live_assert_exit(&result, 0);
    if (live_has(&scene->world, "system_info", "source_state", "dart"))
      live_delete(&scene->world, "system_info", "source_state", "dart");
  }
  assert_int_equal(scene_calls(scene, "faults_left"), 0);
  scene_do(scene, DAY, "manual_setup", SET_UP);
  assert_all_there(scene);
}

/* Rows of another company or report, and what is no number, are an alert, and not stored. */
static void what_cannot_be_believed_is_an_alert(void **state) {
  static const char *const kinds[] = {"wrong-company", "two-receipts", "overflow"};
  Scene *scene = *state;
  size_t refused = 0;
  for (size_t i = 0; i < 3; i++) {
    char fault[64];
    snprintf(fault, sizeof fault, "service=dividends&kind=%s&times=3", kinds[i]);
    assert_true(replay_run_fault(&scene->dart, fault));
  }
  scene_do(scene, DAY, "manual_setup", SET_UP);
  LiveDocuments alerts = live_documents(&scene->world, "system_info", "ops_alerts");
  for (size_t i = 0; i < alerts.count; i++) refused += strstr(live_id(alerts.items[i]), "dividend-refused") != NULL;
  live_documents_free(&alerts);
  assert_true(refused > 2);
}

/* ---- what it costs ---- */

static void count_lists(void *context, const uint8_t *message, size_t size, const uint8_t *reply, size_t reply_size) {
  static const char command[] = "listCollections";
  (void)reply;
  (void)reply_size;
  *(long *)context +=
      memmem(message, size, command, sizeof command) && memmem(message, size, DIVIDENDS, sizeof DIVIDENDS);
}

/* Each such list is as long as there are companies: one a company would grow with their square. */
static void collections_are_listed_a_few_times_however_many_companies_there_are(void **state) {
  Scene *scene = *state;
  LiveWorld *world = &scene->world;
  long lists = 0;
  char uri[64];
  if (world->server.pid == 0) skip(); /* the proxy stands before a server of ours */
  WireProxy *proxy = wire_proxy_start((uint16_t)world->server.port);
  assert_non_null(proxy);
  wire_proxy_observe(proxy, count_lists, &lists);
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%u/", (unsigned)wire_proxy_port(proxy));
  live_set(world, "MONGODB_URI", uri);
  scene_do(scene, DAY, "manual_setup", SET_UP);
  live_drop(world, "system_info", "dividend_archive"); /* each company of it is put right */
  scene_do(scene, DAY, "daily_update", "--dataset dividends");
  live_set(world, "MONGODB_URI", world->uri);
  wire_proxy_stop(proxy);
  assert_all_there(scene);
  assert_in_range(lists, 1, 8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(what_dart_says_is_stored_once, scene_reset),
      cmocka_unit_test_setup(a_run_that_is_killed_goes_on, scene_reset),
      cmocka_unit_test_setup(an_allowance_that_is_used_up_goes_on_the_next_day, scene_reset),
      cmocka_unit_test_setup(wrong_answers_store_nothing_wrong, scene_reset),
      cmocka_unit_test_setup(what_cannot_be_believed_is_an_alert, scene_reset),
      cmocka_unit_test_setup(collections_are_listed_a_few_times_however_many_companies_there_are, scene_reset),
  };
  const char *only = getenv("CLOSEBELL_TEST");
  if (only != NULL) cmocka_set_test_filter(only);
  return cmocka_run_group_tests(tests, scene_start, scene_stop);
}
