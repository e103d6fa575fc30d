/* Everything that is said of settings: which file, line and key, all of it at once, and never a piece of a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/job/settings.h>
#include <closebell/store/db.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/secret_maker.h"

/* The variables that a test sets, as NAME, value pairs. */
static const char *const *variables;
static const char *get_variable(const char *name) {
  for (const char *const *v = variables; v != NULL && *v != NULL; v += 2)
    if (strcmp(v[0], name) == 0) return v[1];
  return NULL;
}

/* What reading and checking say of a file's text and of variables; the caller frees it. */
static Complaints complaints_of(const char *text, const char *const *set) {
  Config config;
  Complaints complaints = {0};
  config_defaults(&config);
  if (text != NULL) config_take_text(&config, "t.conf", text, &complaints);
  variables = set;
  config_take_environment(&config, get_variable, &complaints);
  config_take_secrets(&config, &complaints);
  settings_check(&config, &complaints);
  settings_check_access(&config, false, &complaints);
  return complaints;
}

static void assert_lines(Complaints complaints, size_t errors, size_t warnings, const char *const *says) {
  const char *lines = complaints.lines.data != NULL ? complaints.lines.data : "";
  if (complaints.errors != errors || complaints.warnings != warnings)
    fail_msg("%zu errors, %zu warnings:\n%s", complaints.errors, complaints.warnings, lines);
  for (; *says != NULL; says++)
    if (strstr(lines, *says) == NULL) fail_msg("\"%s\" is not in:\n%s", *says, lines);
  complaints_free(&complaints);
}

#define SAYS(...)                                                                                                      \
  (const char *const[]) { __VA_ARGS__, NULL }

static void refuses(const char *text, const char *says) { assert_lines(complaints_of(text, NULL), 1, 0, SAYS(says)); }
static void takes(const char *text) { assert_lines(complaints_of(text, NULL), 0, 0, SAYS("")); }

/* ---- what cannot be meant ---- */

static void a_lease_shorter_than_three_skews_is_refused(void **state) {
  (void)state;
  refuses("[lease]\nseconds = 89\n", "t.conf:2: [lease] seconds: ");
  refuses("[lease]\n\nskew_seconds = 101\n", "t.conf:3: [lease] skew_seconds: ");
  takes("[lease]\nseconds = 90\n");
  takes("[lease]\nseconds = 3\nskew_seconds = 1\n");
}

static void an_exit_cap_above_the_entry_cap_is_refused_when_both_are_set(void **state) {
  (void)state;
  refuses("[universe]\nmin_market_cap = 50\nexit_market_cap = 51\n", "t.conf:3: [universe] exit_market_cap: ");
  refuses("[universe]\nmin_market_cap = 50\nexit_market_cap = 51\n", "t.conf:2: [universe] min_market_cap");
  takes("[universe]\nmin_market_cap = 50\nexit_market_cap = 50\n");
  takes("[universe]\nmin_market_cap = 50000000000\n");
  static const char *const variable[] = {"CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "5", NULL};
  assert_lines(complaints_of("[universe]\nexit_market_cap = 9\n", variable), 1, 0,
               SAYS("t.conf:2: [universe] exit_market_cap", "environment CLOSEBELL_UNIVERSE_MIN_MARKET_CAP"));
  Config config;
  EntryFilter filter;
  Error err;
  config_defaults(&config);
  config.universe.min_market_cap = 50;
  assert_int_equal(settings_filter(&config, &filter, &err), STATUS_OK);
  assert_int_equal(filter.exit_market_cap, 50);
}

static void a_webhook_or_ping_that_is_no_http_url_is_refused(void **state) {
  (void)state;
  refuses("[alerts]\nwebhook = hooks.example.com/x\n", "t.conf:2: [alerts] webhook: ");
  refuses("[alerts]\nping_daily_update = ftp://h/x\n", "t.conf:2: [alerts] ping_daily_update: ");
  refuses("[alerts]\nping_hourly_analysis = https://u:a@b@h/\n", "t.conf:2: [alerts] ping_hourly_analysis: ");
  refuses("[alerts]\nping_hourly_analysis = https://u:a@b@h/\n", "percent-encode @");
  takes("[alerts]\nwebhook = https://hooks.example.com/services/T/B/x\n");
}

static void a_body_that_is_no_json_or_names_an_unknown_word_is_refused(void **state) {
  (void)state;
  refuses("[alerts]\nwebhook_body = {\"a\": \"{txt}\"}\n", "t.conf:2: [alerts] webhook_body: there is no {txt}");
  refuses("[alerts]\nwebhook_body = {\"a\": {text}}\n", "t.conf:2: [alerts] webhook_body: ");
  refuses("[alerts]\nwebhook_body = {\"a\": \"{text}\"\n", "JSON");
  takes("[alerts]\nwebhook_body = {\"a\": [\"{text}\", \"{state}{severity}{kind}{subject}{message}{program}{host}\"], "
        "\"b\": {}}\n");
}

static void what_others_can_read_or_overhear_is_warned_of(void **state) {
  (void)state;
  char path[] = "/tmp/closebell-settings-XXXXXX", text[256];
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "a-key\n", 6), 6);
  close(fd);
  snprintf(text, sizeof text, "[krx]\nauth_key_file = %s\n", path);
  takes(text);
  assert_int_equal(chmod(path, 0644), 0);
  assert_lines(complaints_of(text, NULL), 0, 1, SAYS("warning: t.conf:2: [krx] auth_key_file ", path));
  unlink(path);
  assert_lines(complaints_of("[krx]\nbase_url = http://api.example\n[alerts]\nwebhook = http://h.example/x\n", NULL), 0,
               2, SAYS("warning: t.conf:2: [krx] base_url: ", "warning: t.conf:4: [alerts] webhook: "));
  takes("[krx]\nbase_url = http://127.0.0.1:80\n[alerts]\nwebhook = http://localhost/x\n");
}

static void indices_are_a_list_of_known_names_each_once_or_nothing(void **state) {
  (void)state;
  refuses("[indices]\nnames = KOSPI,KOSPI100\n", "t.conf:2: [indices] names: ");
  refuses("[indices]\nnames = KOSPI,KOSPI\n", "t.conf:2: [indices] names: ");
  takes("[indices]\nnames = KOSPI200, KOSDAQ\n");
  takes("[indices]\nnames =\n");
  static const char *const wrong[] = {"CLOSEBELL_INDICES_NAMES", "DOW", NULL};
  assert_lines(complaints_of(NULL, wrong), 1, 0, SAYS("environment CLOSEBELL_INDICES_NAMES: [indices] names"));
}

static void the_evenings_window_and_the_chosen_stocks_are_read_whole(void **state) {
  (void)state;
  refuses("[evening]\nwindow = 15:41\n", "t.conf:2: [evening] window: ");
  refuses("[evening]\nwindow = 15:58-15:41\n", "t.conf:2: [evening] window: ");
  refuses("[evening]\nwindow = 15:50-16:00\n", "t.conf:2: [evening] window: ");
  refuses("[evening]\nwindow = 15:20-15:50\n", "t.conf:2: [evening] window: ");
  takes("[evening]\nwindow = 15:45-15:50\n");
  refuses("[flow]\nstocks = leader\n", "t.conf:2: [flow] stocks: ");
  refuses("[minutes]\nstocks = targets,targets\n", "t.conf:2: [minutes] stocks: ");
  refuses("[minutes]\nstocks = targets;leaders\n", "watchlists, leaders, targets");
  refuses("[minutes]\nkeep_days = -1\n", "t.conf:2: [minutes] keep_days: ");
  takes("[kis]\napp_key = k\napp_secret = s\n"
        "[flow]\nstocks = watchlists, leaders\n[minutes]\nstocks = targets\nkeep_days = 365\n");
  assert_lines(complaints_of("[flow]\nstocks = leaders\n", NULL), 0, 1, /* nobody is asked about them */
               SAYS("warning: t.conf:2: [flow] stocks: ", "[kis] app_key"));
  takes("[flow]\nstocks =\n[minutes]\nstocks =\n");
  static const char *const wrong[] = {"CLOSEBELL_FLOW_STOCKS", "everything", NULL};
  assert_lines(complaints_of(NULL, wrong), 1, 0, SAYS("environment CLOSEBELL_FLOW_STOCKS: [flow] stocks"));
  static const char *const emptied[] = {"CLOSEBELL_MINUTES_STOCKS", "", NULL};
  assert_lines(complaints_of("[minutes]\nstocks = targets\n", emptied), 0, 0, SAYS(""));
}

/* ---- where ---- */

static void every_late_error_names_file_line_and_key(void **state) {
  (void)state;
  refuses("[mongodb]\nuri = mongodb://closebell:My@Secret99@host/\n", "t.conf:2: [mongodb] uri: ");
  refuses("[universe]\nmarkets = NASDAQ\n", "t.conf:2: [universe] markets: ");
  refuses("[universe]\nexclude = bonds\n", "t.conf:2: [universe] exclude: ");
  refuses("[leaders]\nsignals = nothing_of_the_kind\n", "t.conf:2: [leaders] signals: ");
  refuses("[leaders]\nabove = a b\n", "t.conf:2: [leaders] above: ");
  refuses("[krx]\nbase_url = ftp://x\n", "t.conf:2: [krx] base_url: ");
  refuses("[krx]\nbase_info = perhaps\n", "t.conf:2: [krx] base_info: ");
  refuses("[krx]\nauth_key = a b\n", "t.conf:2: [krx] auth_key: ");
  refuses("[calendar]\nclosures_file = /nonexistent/x.csv\n",
          "t.conf:2: [calendar] closures_file: open /nonexistent/x.csv");
  refuses("[api]\nstrategies = /nonexistent/strategies\n",
          "t.conf:2: [api] strategies: there is no folder /nonexistent/strategies");
  refuses("[api]\nstrategies = /etc/passwd\n", "t.conf:2: [api] strategies: ");
  takes("[api]\nstrategies = /etc\n");
  refuses("[alerts]\nmail_to = <a>\n", "t.conf:2: [alerts] mail_to: ");
  refuses("[mail]\nsummary_to = a@b, <c>\n", "t.conf:2: [mail] summary_to: ");
  refuses("[mail]\nwatch_to = a@b\nwatch_points = 0\n", "t.conf:3: [mail] watch_points: ");
  refuses("[mail]\n\nwatch_to = a@b;c@d\n", "t.conf:3: [mail] watch_to: ");
  refuses("[mail]\nsummary_to = a@b\nheadlines = ../x\n", "t.conf:3: [mail] headlines: ");
  refuses("[mail]\nheadlines = News\n", "t.conf:2: [mail] headlines: ");
  takes("[feeds]\nfolder = /etc\n[mail]\nsummary_to = a@b\nheadlines = alpha_news\n");
  assert_lines(complaints_of("[feeds]\nfolder = /etc\n[mail]\nheadlines = news\n", NULL), 0, 1,
               SAYS("warning: t.conf:4: [mail] headlines: ", "[mail] summary_to"));
  assert_lines(complaints_of("[mail]\nsummary_to = a@b\nheadlines = news\n", NULL), 0, 1,
               SAYS("warning: t.conf:3: [mail] headlines: ", "[feeds] folder"));
  takes("[mail]\nsummary_to = a@b.example, c+d@e.example\nwatch_to = root\nwatch_points = 2.5\n");
  refuses("[alerts]\nmail_from = -f\n", "t.conf:2: [alerts] mail_from: ");
  refuses("[alerts]\nsendmail = sendmail\n", "t.conf:2: [alerts] sendmail: ");
  refuses("[krx]\nauth_key_file = /nonexistent/key\n", "t.conf:2: [krx] auth_key_file: open /nonexistent/key");
}

static void a_value_of_the_environment_or_of_a_file_is_named_so(void **state) {
  (void)state;
  static const char *const uri[] = {"MONGODB_URI", "mongodb://u:a@b@h/", NULL};
  assert_lines(complaints_of(NULL, uri), 1, 0, SAYS("environment MONGODB_URI: [mongodb] uri: ", "percent-encode @"));
  char path[] = "/tmp/closebell-settings-XXXXXX", text[256];
  int fd = mkstemp(path);
  assert_int_equal(write(fd, "mongodb://u:a@b@h/", 18), 18);
  close(fd);
  snprintf(text, sizeof text, "[mongodb]\nuri_file = %s\n", path);
  assert_lines(complaints_of(text, NULL), 1, 0, SAYS("t.conf:2: [mongodb] uri_file ", path, ": [mongodb] uri: "));
  unlink(path);
}

static void all_errors_and_warnings_come_at_once(void **state) {
  (void)state;
  static const char *const set[] = {"CLOSEBELL_RETRY_SCALE", "fast", "CLOSEBELL_UNIVERSE_MARKETS", "NASDAQ", NULL};
  assert_lines(
      complaints_of("[lease]\nseconds = soon\nsecond = 3\nrubbish\n[kxr]\nparallel = many\n[krx]\nparallel = 99\n"
                    "base_url = http://api.example\n[alerts]\nwebhook = x\nwebhook = y\n",
                    set),
      9, 1,
      SAYS("t.conf:2: [lease] seconds", "t.conf:3: [lease] second:", "t.conf:4: neither",
           "t.conf:5: ", "t.conf:8: [krx] parallel", "t.conf:12: [alerts] webhook: is given a second time",
           "environment CLOSEBELL_RETRY_SCALE", "environment CLOSEBELL_UNIVERSE_MARKETS: [universe] markets",
           "t.conf:11: [alerts] webhook: ", "warning: t.conf:9: [krx] base_url"));
}

static void a_run_tells_the_first_error_and_how_many_more_there_are(void **state) {
  (void)state;
  Complaints complaints = complaints_of("[lease]\nseconds = soon\n[krx]\nparallel = 99\n", NULL);
  Error err;
  assert_int_equal(complaints_status(&complaints, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "t.conf:2: [lease] seconds"));
  assert_non_null(strstr(err.text, "1 more"));
  complaints_free(&complaints);
}

/* ---- secrets ---- */

/* %s is the secret. */
static const char *const PLACES[] = {
    "[mongodb]\nuri = mongodb://closebell:%s@db.example:27017/?tls=true\n",
    "[mongodb]\nuri = mongodb://%s@db.example/\n",
    "[mongodb]\nuri = mongodb+srv://closebell:%s@db.example/\n",
    "[mongodb]\nuri = mongodb://db.example/?tlsCertificateKeyFilePassword=%s\n",
    "[mongodb]\nuri = mongodb://db.example/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:%s\n",
    "[mongodb]\nuri = %s\n",
    "[mongodb]\nuri_file = mongodb://closebell:%s@db.example/\n",
    "[krx]\nauth_key = %s\n",
    "[krx]\nauth_key_file = %s\n",
    "[krx]\nbase_url = https://user:%s@api.example\n",
    "[krx]\nbase_url = https://api.example/%s\n",
    "[kis]\napp_secret = %s\n",
    "[kis]\napp_key = %s\n",
    "[kis]\napp_secret_file = %s\n",
    "[kis]\nbase_url = https://user:%s@api.example\n",
    "[alerts]\nwebhook = https://hooks.example/services/%s\n",
    "[alerts]\nwebhook = https://user:%s@hooks.example/\n",
    "[alerts]\nwebhook = %s\n",
    "[alerts]\nwebhook_file = https://hooks.example/%s\n",
    "[alerts]\nping_daily_update = https://ping.example/%s\n",
    "[alerts]\nping_hourly_analysis = https://user:%s@ping.example/\n",
    "[mongodb]\n%s\n",
    "[krx]\nauth_key = x%s\nauth_key = %s\n",
    "[mongodb]\nuri mongodb://closebell:%s@db.example/\n",
};
static const char *const VARIABLES[][2] = {
    {"MONGODB_URI", "mongodb://closebell:%s@db.example/"},
    {"MONGODB_URI", "%s"},
    {"KRX_AUTH_KEY", "%s"},
    {"KRX_BASE_URL", "http://user:%s@api.example"},
    {"CLOSEBELL_ALERTS_WEBHOOK", "https://hooks.example/%s"},
    {"CLOSEBELL_ALERTS_PING_DAILY_UPDATE", "https://user:%s@ping.example/"},
    {"CLOSEBELL_KRX_AUTH_KEY_FILE", "%s"},
    {"CLOSEBELL_KIS_APP_SECRET", "%s"},
    {"CLOSEBELL_KIS_APP_KEY_FILE", "%s"},
};
enum {
  PLACE_COUNT = sizeof PLACES / sizeof PLACES[0],
  VARIABLE_COUNT = sizeof VARIABLES / sizeof VARIABLES[0],
  SECRETS_SHORT = 30000,
  SECRETS_LONG = 1000000
};

static void put(char *to, size_t size, const char *template, const char *secret) {
  size_t length = 0;
  for (; *template != '\0' && length + 1 < size; template ++) {
    if (strncmp(template, "%s", 2) != 0) {
      to[length++] = *template;
      continue;
    }
    length += (size_t)snprintf(to + length, size - length, "%s", secret);
    template ++;
  }
  to[length < size ? length : size - 1] = '\0';
}

/* Of what cannot be used the driver's own words are asked for too, as a run would. */
static void look_at_uri(const char *uri, const char *secret, uint64_t seed) {
  char text[512];
  if (secret_leak(secret, db_mongo_describe(uri, text, sizeof text)) != NULL)
    fail_msg("seed %llu: %s", (unsigned long long)seed, text);
}

static size_t try_secret(uint64_t seed) {
  SecretMaker maker = {seed};
  char secret[SECRET_MAX], value[SECRET_MAX + 128], text[3 * SECRET_MAX];
  secret_make(&maker, secret);
  size_t place = secret_draw(&maker) % (PLACE_COUNT + VARIABLE_COUNT);
  const char *variable[] = {NULL, value, NULL};
  Complaints complaints;
  if (place < PLACE_COUNT) {
    put(text, sizeof text, PLACES[place], secret);
    complaints = complaints_of(text, NULL);
    const char *uri = strstr(text, "mongodb");
    if (uri != NULL && place < 3) look_at_uri(strstr(uri + 8, "mongodb"), secret, seed);
  } else {
    variable[0] = VARIABLES[place - PLACE_COUNT][0];
    put(value, sizeof value, VARIABLES[place - PLACE_COUNT][1], secret);
    complaints = complaints_of(NULL, variable);
    if (place == PLACE_COUNT) look_at_uri(value, secret, seed);
  }
  const char *lines = complaints.lines.data != NULL ? complaints.lines.data : "";
  if (secret_leak(secret, lines) != NULL)
    fail_msg("seed %llu, place %zu: a piece of %s is in\n%s", (unsigned long long)seed, place, secret, lines);
  size_t errors = complaints.errors;
  complaints_free(&complaints);
  return errors;
}

static void no_message_about_a_setting_shows_a_piece_of_a_secret(void **state) {
  (void)state;
  const char *one = getenv("CLOSEBELL_SECRET_SEED"), *longer = getenv("CLOSEBELL_TEST_LONG");
  uint64_t count = longer != NULL && *longer == '1' ? SECRETS_LONG : SECRETS_SHORT, refused = 0;
  if (one != NULL) {
    try_secret(strtoull(one, NULL, 10));
    return;
  }
  for (uint64_t seed = 1; seed <= count; seed++) refused += try_secret(seed) > 0;
  print_message("%llu secrets, %llu of them refused, 0 leaks\n", (unsigned long long)count,
                (unsigned long long)refused);
  assert_true(refused > count / 3 && refused < count);
}

/* The look itself finds what it is there for. */
static void a_leak_would_be_found(void **state) {
  (void)state;
  assert_non_null(secret_leak("QxZj99kk", "the host zj99 cannot be resolved"));
  assert_null(secret_leak("QxZj99kk", "the host db cannot be resolved"));
}

/* ---- the model ---- */

#define AI "[ai]\nprovider = "

static void a_model_wants_a_known_provider_a_safe_address_a_key_and_a_name(void **state) {
  (void)state;
  takes("[ai]\nprovider =\napi_key = k\nmodel = a b\n");
  takes(AI "gemini\napi_key = k\n");
  takes(AI "gemini\napi_key = k\nmodel = gemini-3.8-flash\nbase_url = http://127.0.0.1:9/\n");
  takes(AI "openai\nmodel = meta-llama/Llama-3:8b\nbase_url = http://127.0.0.1:8080/v1\n");
  takes(AI "openai\nmodel = gpt\napi_key = k\n");
  refuses(AI "claude\napi_key = k\n", "t.conf:2: [ai] provider: ");
  refuses(AI "gemini\n", "[ai] api_key: ");
  refuses(AI "gemini\nbase_url = http://127.0.0.1:9\n", "[ai] api_key: ");
  refuses(AI "openai\nmodel = m\n", "[ai] api_key: ");
  takes(AI "openai\nmodel = m\nbase_url = https://models.example/v1\n");
  refuses(AI "openai\nmodel = m\napi_key = k\nbase_url = http://models.example/v1\n", "t.conf:5: [ai] base_url: ");
  assert_lines(complaints_of(AI "openai\nmodel = m\nbase_url = http://models.example/v1\n", NULL), 0, 1,
               SAYS("warning: t.conf:4: [ai] base_url: "));
  refuses(AI "gemini\napi_key = k k\n", "t.conf:3: [ai] api_key: ");
  refuses(AI "openai\napi_key = k\n", "[ai] model: ");
  refuses(AI "gemini\napi_key = k\nmodel = ../x\n", "t.conf:4: [ai] model: ");
  refuses(AI "gemini\napi_key = k\nmodel = a/b\n", "t.conf:4: [ai] model: ");
  refuses(AI "gemini\napi_key = k\nbase_url = http://models.example\n", "t.conf:4: [ai] base_url: ");
  refuses(AI "gemini\napi_key = k\nbase_url = models.example\n", "t.conf:4: [ai] base_url: ");
  refuses(AI "gemini\napi_key = k\nbase_url = https://m.example/?key=1\n", "t.conf:4: [ai] base_url: ");
  refuses(AI "gemini\napi_key = k\ncalls_per_day = 0\n", "[ai] calls_per_day: ");
}

static void what_is_asked_after_an_analysis_is_read_whole(void **state) {
  (void)state;
  takes(AI "gemini\napi_key = k\nafter_analysis = summary pocket_pivot 5, risk minervini 3\n");
  refuses("[ai]\nafter_analysis = summary pocket_pivot\n", "t.conf:2: [ai] after_analysis: ");
  assert_lines(complaints_of("[ai]\nafter_analysis = summary pocket_pivot 5\n", NULL), 0, 1,
               SAYS("warning: t.conf:2: [ai] after_analysis: "));
  refuses("[api]\nprompts = /no/such/folder\n", "t.conf:2: [api] prompts: ");
  takes("[api]\nprompts = /tmp\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_lease_shorter_than_three_skews_is_refused),
      cmocka_unit_test(an_exit_cap_above_the_entry_cap_is_refused_when_both_are_set),
      cmocka_unit_test(a_webhook_or_ping_that_is_no_http_url_is_refused),
      cmocka_unit_test(a_body_that_is_no_json_or_names_an_unknown_word_is_refused),
      cmocka_unit_test(indices_are_a_list_of_known_names_each_once_or_nothing),
      cmocka_unit_test(the_evenings_window_and_the_chosen_stocks_are_read_whole),
      cmocka_unit_test(what_others_can_read_or_overhear_is_warned_of),
      cmocka_unit_test(a_model_wants_a_known_provider_a_safe_address_a_key_and_a_name),
      cmocka_unit_test(what_is_asked_after_an_analysis_is_read_whole),
      cmocka_unit_test(every_late_error_names_file_line_and_key),
      cmocka_unit_test(a_value_of_the_environment_or_of_a_file_is_named_so),
      cmocka_unit_test(all_errors_and_warnings_come_at_once),
      cmocka_unit_test(a_run_tells_the_first_error_and_how_many_more_there_are),
      cmocka_unit_test(no_message_about_a_setting_shows_a_piece_of_a_secret),
      cmocka_unit_test(a_leak_would_be_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
