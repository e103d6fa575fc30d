#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "named.h"

#include <closebell/base/config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static Config defaults(void) {
  Config config;
  config_defaults(&config);
  return config;
}

static Config read_ok(const char *text) {
  Config config = defaults();
  Error err = {""};
  if (config_read_text(&config, "t.conf", text, &err) != STATUS_OK) fail_msg("%s", err.text);
  return config;
}

/* The text is refused with this message, and the config is as it was. */
static void refuses(const char *text, const char *parts) {
  Config config = defaults(), before = config;
  Error err = {""};
  assert_int_equal(config_read_text(&config, "t.conf", text, &err), STATUS_CONFIG);
  assert_named(err.text, parts);
  assert_memory_equal(&config, &before, sizeof(config));
}

static void the_defaults_are_those_of_the_design(void **state) {
  (void)state;
  Config config = defaults();
  assert_string_equal(config.mongodb.uri, "mongodb://127.0.0.1:27017");
  assert_string_equal(config.mongodb.uri_file, "");
  assert_string_equal(config.krx.base_url, "https://data-dbg.krx.co.kr");
  assert_string_equal(config.krx.auth_key, "");
  assert_int_equal(config.krx.publication.kind, PUBLICATION_NEXT_DAY);
  assert_int_equal(config.krx.publication.minute_of_day, 8 * 60);
  assert_true(config.krx.rate_per_second == 4);
  assert_int_equal(config.krx.parallel, 1);
  assert_int_equal(config.krx.connect_timeout_ms, 10000);
  assert_int_equal(config.krx.timeout_ms, 60000);
  assert_int_equal(config.krx.max_answer_bytes, 16777216);
  assert_int_equal(config.krx.calls_per_day, 10000);
  assert_int_equal(config.krx.calls_per_run, 5000);
  assert_int_equal(config.update.budget_ms, 50 * 60000);
  assert_string_equal(config.universe.markets, "KOSPI,KOSDAQ");
  assert_int_equal(config.universe.min_market_cap, INT64_C(100000000000));
  assert_string_equal(config.calendar.closures_file, "");
  assert_string_equal(config.mail.headlines, "");
  assert_int_equal(config.analysis.quota, 2000);
  assert_int_equal(config.analysis.workers, 1);
  assert_int_equal(config.analysis.screen_memory, 192);
  assert_int_equal(config.analysis.budget_ms, 50 * 60000);
  assert_int_equal(config.lease.seconds, 300);
  assert_int_equal(config.lease.skew_seconds, 30);
  assert_true(config.retry.scale == 1);
}

static void the_file_changes_what_it_names_and_nothing_else(void **state) {
  (void)state;
  Config config = read_ok(
      "\xEF\xBB\xBF# a comment\n; another\n\n[krx]\r\nrate_per_second = 2.5\r\npublication=same-day 18:00 ; KST\n"
      "  parallel : 4\n\tauth_key = a;b#c=d\n[retry] # for tests\nscale=0\n[krx]\ntimeout = 1500ms");
  Config expected = defaults();
  expected.krx.rate_per_second = 2.5;
  expected.krx.publication = (Publication){PUBLICATION_SAME_DAY, 18 * 60};
  expected.krx.parallel = 4;
  expected.krx.timeout_ms = 1500;
  strcpy(expected.krx.auth_key, "a;b#c=d");
  expected.retry.scale = 0;
  assert_memory_equal(&config, &expected, offsetof(Config, origins));
}

static void an_empty_file_leaves_the_defaults(void **state) {
  (void)state;
  Config config = read_ok(""), expected = defaults();
  assert_memory_equal(&config, &expected, offsetof(Config, origins));
  config = read_ok("\n\n# nothing\n[krx]");
  assert_memory_equal(&config, &expected, offsetof(Config, origins));
}

static void a_value_out_of_bounds_is_named_with_file_line_and_key(void **state) {
  (void)state;
  refuses("[analysis]\n\nquota = -1\n", "t.conf:3|[analysis] quota|-1|0|1000000");
  refuses("[krx]\nparallel = 65", "t.conf:2|[krx] parallel|65|1|64");
  refuses("[krx]\nrate_per_second = 0.05", "t.conf:2|[krx] rate_per_second|0.05|0.1|10000");
  refuses("[krx]\ntimeout = 2h", "t.conf:2|[krx] timeout|2h|10ms|1h|250ms");
  refuses("[krx]\npublication = next day 08:00",
          "t.conf:2|[krx] publication|next day 08:00|next-day HH:MM|same-day HH:MM");
  refuses("[lease]\nseconds = 300 # five minutes", "t.conf:2|[lease] seconds|300 # five minutes|3|86400");
  refuses("[lease]\nseconds =", "t.conf:2|[lease] seconds|empty|3|86400");
  refuses("[krx]\nbase_url =\n", "t.conf:2|[krx] base_url|empty|511");
}

static void the_bounds_themselves_are_allowed(void **state) {
  (void)state;
  Config config =
      read_ok("[krx]\nrate_per_second=0.1\nparallel=64\n[lease]\nseconds=3\nskew_seconds=0\n[retry]\nscale=100");
  assert_true(config.krx.rate_per_second == 0.1);
  assert_int_equal(config.krx.parallel, 64);
  assert_int_equal(config.lease.seconds, 3);
  assert_int_equal(config.lease.skew_seconds, 0);
  assert_true(config.retry.scale == 100);
}

static void unknown_names_are_refused_with_the_ones_that_exist(void **state) {
  (void)state;
  refuses("[lease]\nsecond = 3\n", "t.conf:2|[lease] second|seconds|skew_seconds");
  refuses("\n[kxr]\n",
          "t.conf:2|[kxr]|[mongodb]|[krx]|[indices]|[universe]|[update]|[calendar]|[analysis]|[leaders]|[lease]|["
          "retry]|[history]|[alerts]|[metrics]|[api]");
  refuses("quota = 3\n[analysis]\n", "t.conf:1|quota|[section]");
}

static void a_key_twice_is_refused_even_in_two_parts_of_a_section(void **state) {
  (void)state;
  refuses("[lease]\nseconds = 3\nseconds = 4\n", "t.conf:3|[lease] seconds|once");
  refuses("[lease]\nseconds = 3\n[retry]\n[lease]\n  seconds = 3\n", "t.conf:5|[lease] seconds|once");
}

static void a_malformed_line_is_named_and_the_first_one_counts(void **state) {
  (void)state;
  static const char malformed[] = "t.conf:2|[section]|key = value|# comment";
  refuses("[krx]\nparallel 4\n", malformed);
  refuses("[krx]\nparallel 4\nparallel = 900\n", malformed);
  refuses("[krx]\nparallel 4", malformed);
  refuses("[krx\nparallel = 4\n", "t.conf:1|[name]");
  refuses("[krx] parallel = 4\n", "t.conf:1|section|key");
  refuses("[lease]\nseconds = 2\nrubbish\n", "t.conf:2|[lease] seconds|2|3|86400");
}

static void a_long_line_is_refused_and_never_cut(void **state) {
  (void)state;
  char text[2000], value[1000];
  Error err = {""};
  /* Grows past whatever the installed inih can take: every value is read whole, or the line is refused. */
  size_t refused = 0;
  for (size_t length = 1; length < sizeof(value); length++) {
    memset(value, 'k', length);
    value[length] = '\0';
    snprintf(text, sizeof(text), "[krx]\nauth_key = %s\nparallel = 4\n", value);
    Config config = defaults();
    if (config_read_text(&config, "t.conf", text, &err) == STATUS_OK) {
      assert_string_equal(config.krx.auth_key, value);
      assert_int_equal(config.krx.parallel, 4);
      assert_int_equal(refused, 0);
    } else {
      refused++;
      assert_string_equal(config.krx.auth_key, "");
      assert_memory_equal(err.text, "t.conf:2: ", 10);
      assert_null(strstr(err.text, "kkkk"));
    }
  }
  assert_in_range(refused, 1000 - CONFIG_TEXT_SIZE, 1000 - 150);
}

static void a_long_comment_is_no_matter(void **state) {
  (void)state;
  char text[3000] = "[krx]\n#";
  memset(text + 7, 'c', 2000);
  strcpy(text + 2007, "\nparallel = 4\n");
  assert_int_equal(read_ok(text).krx.parallel, 4);
}

static void control_characters_are_refused(void **state) {
  (void)state;
  Config config = defaults();
  Error err;
  assert_int_equal(config_read_text(&config, "t.conf", "[calendar]\nclosures_file = a\001b\n", &err), STATUS_CONFIG);
  assert_string_equal(config.calendar.closures_file, "");
}

static void a_secret_never_reaches_a_message(void **state) {
  (void)state;
  static const char *const texts[] = {"[krx]\nauth_key = Hunter2\001\n",
                                      "[krx]\nHunter2\n",
                                      "[krx]\nHunter2 = 1\n",
                                      "[Hunter2]\n",
                                      "[mongodb]\nmongodb://me:Hunter2@db/?a=b\n",
                                      "[krx]\nauth_key = Hunter2\nauth_key = Hunter2\n"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    Config config = defaults();
    Error err = {""};
    assert_int_equal(config_read_text(&config, "t.conf", texts[i], &err), STATUS_CONFIG);
    assert_memory_equal(err.text, "t.conf:", 7);
    assert_null(strstr(err.text, "Hunter2"));
  }
}

/* The variables that a test sets, as NAME, value pairs. */
static const char *const *variables;
static const char *get_variable(const char *name) {
  for (const char *const *v = variables; *v != NULL; v += 2) {
    if (strcmp(v[0], name) == 0) return v[1];
  }
  return NULL;
}

static Status read_variables(Config *config, const char *const *set, Error *err) {
  variables = set;
  return config_read_environment(config, get_variable, err);
}

static void the_environment_wins_over_the_file(void **state) {
  (void)state;
  Config config = read_ok("[krx]\nparallel = 4\nrate_per_second = 3\n");
  static const char *const set[] = {"CLOSEBELL_KRX_PARALLEL",
                                    "5",
                                    "MONGODB_URI",
                                    "mongodb://db:1",
                                    "KRX_AUTH_KEY",
                                    " key\n",
                                    "KRX_BASE_URL",
                                    "http://localhost:8080",
                                    "CLOSEBELL_ANALYSIS_BUDGET",
                                    "90",
                                    NULL};
  Error err = {""};
  assert_int_equal(read_variables(&config, set, &err), STATUS_OK);
  assert_int_equal(config.krx.parallel, 5);
  assert_true(config.krx.rate_per_second == 3);
  assert_string_equal(config.mongodb.uri, "mongodb://db:1");
  assert_string_equal(config.krx.auth_key, "key");
  assert_string_equal(config.krx.base_url, "http://localhost:8080");
  assert_int_equal(config.analysis.budget_ms, 90000);
}

static void an_empty_variable_counts_as_unset(void **state) {
  (void)state;
  Config config = defaults(), expected = config;
  static const char *const set[] = {"MONGODB_URI", "",  "CLOSEBELL_KRX_PARALLEL", "", "CLOSEBELL_LEASE_SECONDS",
                                    "  ",          NULL};
  assert_int_equal(read_variables(&config, set, NULL), STATUS_OK);
  assert_memory_equal(&config, &expected, sizeof(config));
}

/* Off is a value, too. */
static void a_list_that_may_be_empty_is_emptied_by_the_file_and_by_a_variable(void **state) {
  (void)state;
  assert_string_equal(defaults().indices.names, "KOSPI,KOSDAQ,KOSPI200");
  assert_string_equal(read_ok("[indices]\nnames =\n").indices.names, "");
  assert_string_equal(read_ok("[indices]\nnames = KOSPI ; the largest\n").indices.names, "KOSPI");
  Config config = read_ok("[indices]\nnames = KOSDAQ\n");
  static const char *const other[] = {"CLOSEBELL_ANALYSIS_QUOTA", "5", NULL};
  assert_int_equal(read_variables(&config, other, NULL), STATUS_OK);
  assert_string_equal(config.indices.names, "KOSDAQ");
  static const char *const emptied[] = {"CLOSEBELL_INDICES_NAMES", " ", NULL};
  assert_int_equal(read_variables(&config, emptied, NULL), STATUS_OK);
  assert_string_equal(config.indices.names, "");
  assert_int_equal(config_origin(&config, "indices", "names"), ORIGIN_ENVIRONMENT);
}

static void a_bad_variable_is_named_and_changes_nothing(void **state) {
  (void)state;
  Config config = defaults(), expected = config;
  Error err;
  static const char *const set[] = {"KRX_AUTH_KEY", "new", "CLOSEBELL_RETRY_SCALE", "fast", NULL};
  assert_int_equal(read_variables(&config, set, &err), STATUS_CONFIG);
  assert_named(err.text, "environment CLOSEBELL_RETRY_SCALE|[retry] scale|fast|0|100");
  char secret[600];
  memset(secret, 's', sizeof(secret) - 1);
  secret[sizeof(secret) - 1] = '\0';
  const char *const too_long[] = {"KRX_AUTH_KEY", secret, NULL};
  assert_int_equal(read_variables(&config, too_long, &err), STATUS_CONFIG);
  assert_named(err.text, "environment KRX_AUTH_KEY|599|511");
  assert_memory_equal(&config, &expected, sizeof(config));
}

/* Writes a file below the temporary folder; the caller unlinks path. */
static void write_file(char path[64], const char *bytes, size_t count) {
  strcpy(path, "/tmp/closebell-config-XXXXXX");
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, bytes, count), count);
  close(fd);
}

static void secrets_come_from_files_without_their_end_of_line(void **state) {
  (void)state;
  char path[64];
  write_file(path, "file-key\r\n", 10);
  Config config = defaults();
  strcpy(config.krx.auth_key_file, path);
  strcpy(config.mongodb.uri_file, path);
  Error err = {""};
  assert_int_equal(config_read_secrets(&config, &err), STATUS_OK);
  assert_string_equal(config.krx.auth_key, "file-key");
  assert_string_equal(config.mongodb.uri, "file-key");
  unlink(path);
}

static void without_secret_files_nothing_changes(void **state) {
  (void)state;
  Config config = defaults(), expected = config;
  assert_int_equal(config_read_secrets(&config, NULL), STATUS_OK);
  assert_memory_equal(&config, &expected, sizeof(config));
}

static void a_bad_secret_file_is_named_and_never_quoted(void **state) {
  (void)state;
  char big[CONFIG_TEXT_SIZE + 100];
  memset(big, 'H', sizeof(big));
  const struct {
    const char *bytes;
    size_t count;
  } files[] = {{"", 0}, {"\n\n", 2}, {"HHHH\nHHHH\n", 10}, {"HHHH\0H", 6}, {big, sizeof(big)}, {big, CONFIG_TEXT_SIZE}};
  for (size_t i = 0; i < COUNT(files); i++) {
    char path[64];
    write_file(path, files[i].bytes, files[i].count);
    Config config = defaults(), expected;
    strcpy(config.krx.auth_key_file, path);
    expected = config;
    Error err = {""};
    assert_int_equal(config_read_secrets(&config, &err), STATUS_CONFIG);
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, "[krx] auth_key"));
    assert_null(strstr(err.text, "HHHH"));
    assert_memory_equal(&config, &expected, sizeof(config));
    unlink(path);
  }
  Config config = defaults();
  strcpy(config.mongodb.uri_file, "/nonexistent/uri");
  Error err;
  assert_int_equal(config_read_secrets(&config, &err), STATUS_CONFIG);
  assert_named(err.text, "[mongodb] uri_file|/nonexistent/uri");
}

static void a_value_and_its_file_exclude_each_other_in_one_place(void **state) {
  (void)state;
  refuses("[krx]\nauth_key = a\nauth_key_file = b\n", "t.conf:3|[krx] auth_key_file|auth_key");
  assert_string_equal(read_ok("[krx]\nauth_key =\nauth_key_file = b\n").krx.auth_key_file, "b");
  Config config = defaults();
  static const char *const both[] = {"MONGODB_URI", "mongodb://a", "CLOSEBELL_MONGODB_URI_FILE", "b", NULL};
  Error err;
  assert_int_equal(read_variables(&config, both, &err), STATUS_CONFIG);
  assert_named(err.text, "environment CLOSEBELL_MONGODB_URI_FILE|[mongodb] uri_file|uri");
}

static void a_variable_replaces_the_secret_file_that_the_config_names(void **state) {
  (void)state;
  Config config = read_ok("[krx]\nauth_key_file = /nonexistent\n");
  static const char *const set[] = {"KRX_AUTH_KEY", "from-environment", NULL};
  assert_int_equal(read_variables(&config, set, NULL), STATUS_OK);
  assert_int_equal(config_read_secrets(&config, NULL), STATUS_OK);
  assert_string_equal(config.krx.auth_key, "from-environment");
}

static void a_file_is_read_like_its_text(void **state) {
  (void)state;
  char path[64], expected[200];
  static const char good[] = "[krx]\nparallel = 4\n", bad[] = "[krx]\nparallel = 0\n";
  Config config = defaults();
  Error err = {""};
  write_file(path, good, sizeof(good) - 1);
  assert_int_equal(config_read_file(&config, path, &err), STATUS_OK);
  assert_int_equal(config.krx.parallel, 4);
  unlink(path);
  write_file(path, bad, sizeof(bad) - 1);
  assert_int_equal(config_read_file(&config, path, &err), STATUS_CONFIG);
  snprintf(expected, sizeof(expected), "%s:2|[krx] parallel|0|1|64", path);
  assert_named(err.text, expected);
  unlink(path);
  write_file(path, good, sizeof(good)); /* with its NUL */
  assert_int_equal(config_read_file(&config, path, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "NUL"));
  unlink(path);
  assert_int_equal(config_read_file(&config, "/nonexistent.conf", &err), STATUS_CONFIG);
  assert_named(err.text, "/nonexistent.conf");
  assert_int_equal(config_read_file(&config, "/tmp", &err), STATUS_CONFIG);
  assert_named(err.text, "/tmp|directory");
}

static void a_publication_is_written_in_one_way(void **state) {
  (void)state;
  Publication publication = {PUBLICATION_SAME_DAY, 7};
  static const char *const refused[] = {"",
                                        "next-day",
                                        "next-day ",
                                        "08:00",
                                        "next-day 8:00",
                                        "next-day 24:00",
                                        "next-day 08:60",
                                        "next-day  08:00",
                                        "next-day 08:00 ",
                                        "Next-Day 08:00",
                                        "same-day18:00",
                                        "same-day 18-00",
                                        "same-day 1a:00"};
  for (size_t i = 0; i < COUNT(refused); i++) assert_false(publication_parse(refused[i], &publication));
  assert_true(publication.kind == PUBLICATION_SAME_DAY && publication.minute_of_day == 7);
  assert_true(publication_parse("next-day 00:00", &publication));
  assert_true(publication.kind == PUBLICATION_NEXT_DAY && publication.minute_of_day == 0);
  assert_true(publication_parse("same-day 23:59", &publication));
  assert_true(publication.kind == PUBLICATION_SAME_DAY && publication.minute_of_day == 1439);
}

static char *printed(void (*print)(FILE *stream)) {
  char *text = NULL;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  assert_non_null(stream);
  print(stream);
  fclose(stream);
  return text;
}

static void the_sample_reads_back_as_the_defaults(void **state) {
  (void)state;
  char *sample = printed(config_print_sample);
  Config config = read_ok(sample), expected = defaults();
  assert_memory_equal(&config, &expected, offsetof(Config, origins));
  free(sample);
}

static void the_sample_with_every_setting_switched_on_reads_back_as_the_defaults(void **state) {
  (void)state;
  char *sample = printed(config_print_sample);
  size_t switched_on = 0, keys = 0;
  for (char *at = sample; (at = strstr(at, "\n#")) != NULL; at++) {
    if (at[2] == ' ') continue;
    at[1] = ' ';
    switched_on++;
  }
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) keys++;
  assert_int_equal(switched_on, keys);
  Config other = defaults(), expected = defaults();
  other.krx.parallel = 64;
  other.retry.scale = 0;
  other.analysis.quota = 1;
  Error err = {""};
  if (config_read_text(&other, "sample", sample, &err) != STATUS_OK) fail_msg("%s", err.text);
  assert_memory_equal(&other, &expected, offsetof(Config, origins));
  free(sample);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_defaults_are_those_of_the_design),
      cmocka_unit_test(the_file_changes_what_it_names_and_nothing_else),
      cmocka_unit_test(an_empty_file_leaves_the_defaults),
      cmocka_unit_test(a_value_out_of_bounds_is_named_with_file_line_and_key),
      cmocka_unit_test(the_bounds_themselves_are_allowed),
      cmocka_unit_test(unknown_names_are_refused_with_the_ones_that_exist),
      cmocka_unit_test(a_key_twice_is_refused_even_in_two_parts_of_a_section),
      cmocka_unit_test(a_malformed_line_is_named_and_the_first_one_counts),
      cmocka_unit_test(a_long_line_is_refused_and_never_cut),
      cmocka_unit_test(a_long_comment_is_no_matter),
      cmocka_unit_test(control_characters_are_refused),
      cmocka_unit_test(a_secret_never_reaches_a_message),
      cmocka_unit_test(the_environment_wins_over_the_file),
      cmocka_unit_test(an_empty_variable_counts_as_unset),
      cmocka_unit_test(a_list_that_may_be_empty_is_emptied_by_the_file_and_by_a_variable),
      cmocka_unit_test(a_bad_variable_is_named_and_changes_nothing),
      cmocka_unit_test(secrets_come_from_files_without_their_end_of_line),
      cmocka_unit_test(without_secret_files_nothing_changes),
      cmocka_unit_test(a_bad_secret_file_is_named_and_never_quoted),
      cmocka_unit_test(a_value_and_its_file_exclude_each_other_in_one_place),
      cmocka_unit_test(a_variable_replaces_the_secret_file_that_the_config_names),
      cmocka_unit_test(a_file_is_read_like_its_text),
      cmocka_unit_test(a_publication_is_written_in_one_way),
      cmocka_unit_test(the_sample_reads_back_as_the_defaults),
      cmocka_unit_test(the_sample_with_every_setting_switched_on_reads_back_as_the_defaults),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
