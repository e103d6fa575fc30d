/* Every definition of deploy/feeds: its file is right, and it reads the recorded answer of its provider as it should;
 * what providers send instead of one is never taken for rows. Whoever ships another feed adds a row and its answer. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/answer.h>
#include <closebell/feed/checks.h>
#include <closebell/feed/template.h>
#include <closebell/feed/units.h>

#include "shipped_feeds.h"

enum { BYTES_MAX = 128 * 1024 };

enum { FEEDS_COUNT = sizeof FEEDS / sizeof FEEDS[0] };

static const Shipped *find(const char *name) {
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    if (strcmp(FEEDS[i].name, name) == 0) return &FEEDS[i];
  fail_msg("%s is not shipped", name);
  return NULL;
}

/* ---- files ---- */

static size_t read_file(const char *folder, const char *name, char bytes[BYTES_MAX]) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s is not there", path);
  size_t length = fread(bytes, 1, BYTES_MAX - 1, file);
  assert_true(feof(file));
  fclose(file);
  bytes[length] = '\0';
  return length;
}

static void supply(FeedDefinition *definition, size_t file, const char *keys) {
  char bytes[BYTES_MAX];
  Error err = {{0}};
  const FeedFile *wanted = &definition->files.items[file];
  size_t length = keys == NULL ? 0 : strlen(keys);
  const char *trouble = keys == NULL ? "No such file or directory" : NULL;
  if (wanted->kind == FEED_FILE_KEYS) {
    assert_int_equal(feed_definition_supply(definition, file, keys, length, trouble, &err), STATUS_OK);
    return;
  }
  length = read_file(wanted->kind == FEED_FILE_ZONE ? "/usr/share/zoneinfo" : TEST_FEEDS, wanted->name, bytes);
  assert_int_equal(feed_definition_supply(definition, file, bytes, length, NULL, &err), STATUS_OK);
}

static FeedDefinition *load(const char *name, const char *keys) {
  char file[64], text[BYTES_MAX];
  Complaints complaints = {0};
  snprintf(file, sizeof file, "%s.ini", name);
  size_t length = read_file(TEST_FEEDS, file, text);
  FeedDefinition *definition = feed_definition_parse(name, file, text, length);
  assert_non_null(definition);
  for (size_t i = 0; i < definition->files.count; i++) supply(definition, i, keys);
  if (feed_definition_settle(definition, &complaints) != STATUS_OK || complaints.lines.data != NULL)
    fail_msg("%s", complaints.lines.data);
  complaints_free(&complaints);
  return definition;
}

/* ---- a question and its answer ---- */

/* What an answer came to. */
typedef struct {
  FeedDefinition *definition;
  FeedQuestionText question;
  FeedRowList rows;
  FeedPages pages;
  FeedAnswer answer;
  bool passes; /* its checks */
  char reason[FEED_REASON_SIZE];
} Asked;

static const FeedLine *item_of(const FeedDefinition *definition, const char *item, Instant due) {
  const FeedTable *items = feed_items_of(definition, day_weekday(feed_unit_date(due)));
  if (item == NULL) return NULL;
  const FeedLine *line = items == NULL ? NULL : feed_table_find(items, item);
  if (line == NULL) fail_msg("%s is no item of %s on that day", item, definition->name);
  return line;
}

static Asked ask(const Shipped *shipped, int http_status, const char *body, size_t length) {
  Asked asked = {.definition = load(shipped->name, "KEY1 25\nKEY2\n")};
  Error err = {{0}};
  Instant due;
  assert_true(instant_parse(shipped->due, &due));
  const FeedLine *item = item_of(asked.definition, shipped->item, due);
  FeedValues values = {.key = asked.definition->keys.file == NULL ? NULL : "KEY1",
                       .item = item,
                       .date = feed_unit_date(due),
                       .weekday = day_weekday(feed_unit_date(due)),
                       .since = asked.definition->units.since_start};
  assert_int_equal(feed_question_write(asked.definition, &values, NULL, &asked.question, &err), STATUS_OK);
  FeedAsked about = {.definition = asked.definition, .item = item, .date = feed_unit_date(due)};
  FeedBytes bytes = {.http_status = http_status,
                     .body = body,
                     .length = length,
                     .retry_after_ms = -1,
                     .now = due + INT64_C(60) * 1000};
  assert_true(feed_pages_begin(&asked.pages, &asked.definition->paging, asked.question.url));
  assert_int_equal(feed_answer_take(&about, &bytes, &asked.rows, &asked.pages, &asked.answer, &err), STATUS_OK);
  asked.passes = feed_checks_judge(&about, &asked.rows, due, asked.reason) == STATUS_OK;
  return asked;
}

static Asked ask_recorded(const Shipped *shipped) {
  char file[64], body[BYTES_MAX];
  snprintf(file, sizeof file, "%s.json", shipped->name);
  return ask(shipped, 200, body, read_file(TEST_DATA "/feeds", file, body));
}

static void asked_free(Asked *asked) {
  feed_pages_free(&asked->pages);
  feed_rows_free(&asked->rows);
  feed_question_free(&asked->question);
  feed_definition_free(asked->definition);
}

/* As a reader of the database would see it. */
static void value_text(const FeedValue *value, char *text, size_t size) {
  text[0] = '\0';
  switch (value->type) {
  case FEED_STRING:
    snprintf(text, size, "%s", value->text);
    break;
  case FEED_INT:
    snprintf(text, size, "%lld", (long long)value->whole);
    break;
  case FEED_DOUBLE:
    snprintf(text, size, "%.15g", value->real);
    break;
  case FEED_BOOL:
    snprintf(text, size, "%s", value->truth ? "true" : "false");
    break;
  case FEED_DATE:
    snprintf(text, size, "%s", day_text(value->day).text);
    break;
  case FEED_INSTANT:
    snprintf(text, size, "%s", instant_text(value->instant).text);
    break;
  case FEED_STRINGS:
    for (size_t i = 0; i < value->texts.count; i++)
      snprintf(text + strlen(text), size - strlen(text), "%s%s", i > 0 ? "|" : "", value->texts.items[i]);
    break;
  }
}

/* ---- what must hold of each ---- */

static void every_file_of_the_folder_has_a_row_here(void **state) {
  (void)state;
  size_t files = 0;
  DIR *folder = opendir(TEST_FEEDS);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const char *dot = strstr(entry->d_name, ".ini");
    if (dot == NULL || dot[4] != '\0') continue;
    size_t i = 0, length = (size_t)(dot - entry->d_name);
    while (i < FEEDS_COUNT && (strlen(FEEDS[i].name) != length || strncmp(FEEDS[i].name, entry->d_name, length) != 0))
      i++;
    if (i == FEEDS_COUNT) fail_msg("%s has no row in this test", entry->d_name);
    files++;
  }
  closedir(folder);
  assert_int_equal(files, FEEDS_COUNT);
}

static void a_recorded_answer_becomes_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const Shipped *shipped = &FEEDS[i];
    char text[256];
    Asked asked = ask_recorded(shipped);
    if (asked.answer.kind != ANSWER_ROWS) fail_msg("%s: %s", shipped->name, asked.answer.detail);
    assert_int_equal(asked.rows.count, shipped->rows);
    assert_string_equal(asked.rows.items[0].id, shipped->ids[0]);
    assert_string_equal(asked.rows.items[shipped->rows - 1].id, shipped->ids[1]);
    size_t field = feed_field_find(asked.definition, shipped->field);
    assert_true(field != FEED_NO_FIELD);
    value_text(&asked.rows.items[0].values[field], text, sizeof text);
    assert_string_equal(text, shipped->text);
    if (!asked.passes) fail_msg("%s: %s", shipped->name, asked.reason);
    assert_false(asked.pages.has_more);
    asked_free(&asked);
  }
}

/* A field that no row of a recorded answer has is misspelt, or of no use to anybody. */
static void every_field_is_in_the_recorded_answer(void **state) {
  (void)state;
  static const char *const absent[] = {"in_reply_to_user_id", "source", "unit", "obs_status",
                                       "portfolio_turnover"}; /* seldom there */
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    Asked asked = ask_recorded(&FEEDS[i]);
    for (size_t field = 0; field < asked.definition->rows.field_count; field++) {
      const char *name = asked.definition->rows.fields[field].name;
      bool found = false, may_lack = false;
      for (size_t row = 0; row < asked.rows.count; row++) found |= !asked.rows.items[row].values[field].is_absent;
      for (size_t k = 0; k < sizeof absent / sizeof absent[0]; k++) may_lack |= strcmp(absent[k], name) == 0;
      if (!found && !may_lack) fail_msg("%s: no row has %s", FEEDS[i].name, name);
    }
    asked_free(&asked);
  }
}

static void a_question_goes_to_the_provider_over_tls_and_shows_no_key(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    Asked asked = ask_recorded(&FEEDS[i]);
    if (strncmp(asked.question.url, FEEDS[i].url, strlen(FEEDS[i].url)) != 0)
      fail_msg("%s: %s", FEEDS[i].name, asked.question.url);
    assert_null(strstr(asked.question.shown, "KEY1"));
    bool has_key = strstr(asked.question.url, "KEY1") != NULL;
    for (size_t k = 0; k < FEED_HEADERS_MAX && asked.question.headers[k] != NULL; k++)
      has_key |= strstr(asked.question.headers[k], "KEY1") != NULL;
    assert_int_equal(has_key, asked.definition->keys.file != NULL);
    asked_free(&asked);
  }
}

static void without_its_keys_a_feed_waits_and_is_no_error(void **state) {
  (void)state;
  static const char *const files[] = {NULL, "", "# none yet\n"};
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    for (size_t k = 0; k < 3; k++) {
      FeedDefinition *definition = load(FEEDS[i].name, files[k]);
      assert_int_equal(definition->keys.are_missing, definition->keys.file != NULL);
      feed_definition_free(definition);
    }
}

/* ---- six kinds of answers that are none ---- */

static void assert_no_rows(const Shipped *shipped, const char *what, int status, const char *body, size_t length,
                           AnswerKind kind) {
  Asked asked = ask(shipped, status, body, length);
  if (asked.answer.kind != kind)
    fail_msg("%s, %s: %s, not %s: %s", shipped->name, what, answer_kind_name(asked.answer.kind), answer_kind_name(kind),
             asked.answer.detail);
  assert_int_equal(asked.rows.count, 0);
  assert_null(strstr(asked.answer.detail, "KEY1"));
  asked_free(&asked);
}

static void a_page_of_html_or_nothing_or_half_an_answer_is_not_taken_for_rows(void **state) {
  (void)state;
  static const char page[] = "<!DOCTYPE html><html><title>Just a moment...</title></html>";
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    char file[64], body[BYTES_MAX];
    snprintf(file, sizeof file, "%s.json", FEEDS[i].name);
    size_t length = read_file(TEST_DATA "/feeds", file, body);
    assert_no_rows(&FEEDS[i], "a page", 200, page, strlen(page), ANSWER_BLOCKED);
    assert_no_rows(&FEEDS[i], "nothing", 200, "", 0, ANSWER_FAILING);
    assert_no_rows(&FEEDS[i], "a half", 200, body, length / 2, ANSWER_FAILING);
    assert_no_rows(&FEEDS[i], "500", 500, body, length, ANSWER_FAILING);
    assert_no_rows(&FEEDS[i], "401", 401, "{}", 2, ANSWER_UNAUTHORIZED);
  }
}

static void what_a_provider_says_instead_of_rows_is_told_apart(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const Shipped *shipped = &FEEDS[i];
    if (shipped->limit != NULL)
      assert_no_rows(shipped, "a limit", 200, shipped->limit, strlen(shipped->limit), ANSWER_SPENT);
    AnswerKind refusal = strcmp(shipped->name, "bithumb_ticker") == 0 ? ANSWER_BROKEN : ANSWER_REFUSED;
    assert_no_rows(shipped, "an error", 200, shipped->error, strlen(shipped->error), refusal);
    if (shipped->empty != NULL)
      assert_no_rows(shipped, "no rows", 200, shipped->empty, strlen(shipped->empty), ANSWER_EMPTY);
  }
}

/* JSON of another kind is broken, or has no rows and then fails its check: it never completes a unit. */
static void json_of_another_shape_completes_nothing(void **state) {
  (void)state;
  static const char *const shapes[] = {"{\"other\":{\"kind\":[1,2,3]}}", "[]", "{}", "null", "[1]", "\"text\""};
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
      Asked asked = ask(&FEEDS[i], 200, shapes[k], strlen(shapes[k]));
      bool is_believed = asked.answer.kind == ANSWER_ROWS || asked.answer.kind == ANSWER_EMPTY;
      if (is_believed && asked.passes) fail_msg("%s believes %s", FEEDS[i].name, shapes[k]);
      asked_free(&asked);
    }
}

/* One value of one row that is of another type: no row is taken. */
static void a_value_of_another_type_breaks_the_whole_answer(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const Shipped *shipped = &FEEDS[i];
    char file[64], body[BYTES_MAX], spoilt[BYTES_MAX];
    snprintf(file, sizeof file, "%s.json", shipped->name);
    read_file(TEST_DATA "/feeds", file, body);
    const char *at = strstr(body, shipped->needs[0]);
    if (at == NULL) fail_msg("%s has no %s", file, shipped->needs[0]);
    snprintf(spoilt, sizeof spoilt, "%.*s%s%s", (int)(at - body), body, shipped->needs[1],
             at + strlen(shipped->needs[0]));
    assert_no_rows(shipped, "a spoilt value", 200, spoilt, strlen(spoilt), ANSWER_BROKEN);
  }
}

/* ---- what is particular to one ---- */

static void the_news_have_25_questions_on_weekdays_and_no_more_on_any_day(void **state) {
  (void)state;
  FeedDefinition *definition = load("alpha_news", "KEY1 25\n");
  for (int weekday = 0; weekday < 7; weekday++) {
    const FeedTable *items = feed_items_of(definition, (Weekday)weekday);
    assert_non_null(items);
    assert_true(items->count > 0 && items->count <= 25);
  }
  assert_int_equal(feed_items_of(definition, day_weekday(20454))->count, 25); /* 2026-01-01, a Thursday */
  feed_definition_free(definition);
}

/* Another number of rows than the answer says there are: some are missing. */
static void the_world_bank_counts_its_rows(void **state) {
  (void)state;
  const Shipped *bank = find("worldbank_gdp");
  char body[BYTES_MAX];
  size_t length = read_file(TEST_DATA "/feeds", "worldbank_gdp.json", body);
  char *total = strstr(body, "\"total\":4");
  assert_non_null(total);
  total[strlen("\"total\":")] = '5';
  assert_no_rows(bank, "a wrong total", 200, body, length, ANSWER_BROKEN);
}

/* The recorded answer of a feed, with another text in the place of one of its. */
static Asked ask_changed(const char *name, const char *from, const char *to) {
  const Shipped *shipped = find(name);
  char file[64], body[BYTES_MAX], changed[BYTES_MAX];
  snprintf(file, sizeof file, "%s.json", name);
  read_file(TEST_DATA "/feeds", file, body);
  const char *at = strstr(body, from);
  if (at == NULL) fail_msg("%s has no %s", file, from);
  int length = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - body), body, to, at + strlen(from));
  return ask(shipped, 200, changed, (size_t)length);
}

static void assert_changed(const char *name, const char *from, const char *to, AnswerKind kind, bool passes) {
  Asked asked = ask_changed(name, from, to);
  if (asked.answer.kind != kind || asked.passes != passes)
    fail_msg("%s with %s: %s: %s, checks: %s", name, to, answer_kind_name(asked.answer.kind), asked.answer.detail,
             asked.reason);
  asked_free(&asked);
}

static void the_supervisor_counts_products_and_not_their_options(void **state) {
  (void)state;
  static const char *const products[] = {"fss_deposits",  "fss_savings",    "fss_annuities",
                                         "fss_mortgages", "fss_rent_loans", "fss_credit_loans"};
  for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
    char options[64];
    snprintf(options, sizeof options, "%s_options", products[i]);
    assert_changed(products[i], "\"total_count\":3", "\"total_count\":4", ANSWER_BROKEN, false);
    assert_changed(products[i], "\"total_count\":3", "\"total_count\":\"3\"", ANSWER_ROWS, true);
    assert_changed(options, "\"total_count\":3", "\"total_count\":4", ANSWER_ROWS, true);
    assert_changed(options, "\"err_cd\":\"000\"", "\"err_cd\":\"900\"", ANSWER_REFUSED, false);
  }
}

/* A parameter that the service does not know is ignored, and another table comes. */
static void rows_that_were_not_asked_for_are_no_bonds_of_a_day(void **state) {
  (void)state;
  static const char nothing[] = "{\"response\":{\"header\":{\"resultCode\":\"00\"},\"body\":{\"totalCount\":%d,"
                                "\"items\":%s}}}";
  static const char *const none[] = {"\"\"", "{\"item\":[]}"};
  assert_changed("fsc_bonds", "\"KR6138931D57\"", "\"KR6000151F12\"", ANSWER_ROWS, false);
  assert_changed("fsc_bonds", "\"totalCount\":2", "\"totalCount\":29087", ANSWER_BROKEN, false);
  assert_changed("fsc_bonds", "\"totalCount\":2", "\"totalCount\":\"2\"", ANSWER_ROWS, true);
  assert_changed("fsc_dividends", "\"totalCount\":2", "\"totalCount\":72000", ANSWER_BROKEN, false);
  for (size_t i = 0; i < 2; i++) {
    char body[256];
    int length = snprintf(body, sizeof body, nothing, 0, none[i]);
    Asked asked = ask(find("fsc_bonds"), 200, body, (size_t)length);
    assert_int_equal(asked.answer.kind, ANSWER_EMPTY); /* so the day before is asked for */
    assert_false(asked.passes);
    asked_free(&asked);
    length = snprintf(body, sizeof body, nothing, 5, none[i]);
    assert_no_rows(find("fsc_bonds"), "a wrong total", 200, body, (size_t)length, ANSWER_BROKEN);
  }
}

/* Older answers of the service say so with a code, with or without a body. */
static void a_day_without_rows_is_said_in_three_ways(void **state) {
  (void)state;
  static const char *const names[] = {"fsc_bonds", "fsc_dividends"};
  static const char *const bodies[] = {
      FSC_EMPTY, "{\"response\":{\"header\":{\"resultCode\":\"03\",\"resultMsg\":\"NODATA_ERROR\"}}}",
      "{\"response\":{\"header\":{\"resultCode\":\"03\"},\"body\":{\"totalCount\":0,\"items\":\"\"}}}"};
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < 3; k++)
      assert_no_rows(find(names[i]), "a day without rows", 200, bodies[k], strlen(bodies[k]), ANSWER_EMPTY);
}

static void products_may_have_no_options(void **state) {
  (void)state;
  static const char none[] = "{\"result\":{\"total_count\":3,\"max_page_no\":1,\"now_page_no\":1,\"err_cd\":\"000\","
                             "\"baseList\":[{\"fin_co_no\":\"0010001\"}],\"optionList\":[]}}";
  static const char cut[] = "{\"result\":{\"total_count\":3,\"max_page_no\":1,\"now_page_no\":1,\"err_cd\":\"000\"}}";
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    if (strncmp(FEEDS[i].name, "fss_", 4) != 0 || strstr(FEEDS[i].name, "_options") == NULL) continue;
    Asked asked = ask(&FEEDS[i], 200, none, strlen(none));
    if (asked.answer.kind != ANSWER_EMPTY || !asked.passes)
      fail_msg("%s: %s%s", FEEDS[i].name, asked.answer.detail, asked.reason);
    asked_free(&asked);
    assert_no_rows(&FEEDS[i], "no list of options", 200, cut, strlen(cut), ANSWER_BROKEN);
  }
}

static void what_a_row_may_lack_breaks_no_answer(void **state) {
  (void)state;
  assert_changed("fsc_dividends", "\"dvdnBasDt\":\"20260630\"", "\"dvdnBasDt\":\"\"", ANSWER_ROWS, true);
  assert_changed("fsc_dividends", "\"stckDvdnRcd\":\"02\"", "\"stckDvdnRcd\":\"\"", ANSWER_ROWS, true);
  assert_changed("alpha_etf_holdings", "\"452800000000\"", "\"n/a\"", ANSWER_ROWS, true);
  assert_changed("alpha_etf_holdings", "\"0.0018\"", "\"n/a\"", ANSWER_ROWS, true);
  assert_changed("alpha_etf_holdings", "\"1999-03-10\"", "\"n/a\"", ANSWER_ROWS, true);
  assert_changed("alpha_etf_holdings", "\"NVIDIA CORP\"", "\"n/a\"", ANSWER_ROWS, true);
  assert_changed("coingecko_markets", "\"name\":\"Bitcoin\"", "\"name\":\"\"", ANSWER_ROWS, true);
}

/* A minute's limit, said with HTTP 200, is none of the day's: the key does not rest until tomorrow. */
static void too_many_calls_a_minute_spend_no_key(void **state) {
  (void)state;
  static const char *const bodies[] = {COIN_LIMIT, "{\"error\":" COIN_LIMIT "}"};
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    for (size_t k = 0; k < 2 && strncmp(FEEDS[i].name, "coingecko_", 10) == 0; k++)
      assert_no_rows(&FEEDS[i], "too many a minute", 200, bodies[k], strlen(bodies[k]), ANSWER_REFUSED);
}

static void the_fed_counts_its_values(void **state) {
  (void)state;
  assert_changed("fred_rates", "\"count\":5", "\"count\":6", ANSWER_BROKEN, false);
}

/* Two keys of 25 calls a day are enough for all of them, also on Saturdays. */
static void the_alpha_feeds_together_ask_no_more_than_two_keys_may(void **state) {
  (void)state;
  for (int weekday = 0; weekday < 7; weekday++) {
    size_t calls = 0;
    for (size_t i = 0; i < FEEDS_COUNT; i++) {
      if (strncmp(FEEDS[i].name, "alpha_", 6) != 0) continue;
      FeedDefinition *definition = load(FEEDS[i].name, "KEY1 25\nKEY2 25\n");
      const FeedTable *items = feed_items_of(definition, (Weekday)weekday);
      const FeedSchedule *schedule = &definition->schedule;
      size_t count = items == NULL ? 1 : items->count, most = (size_t)definition->units.per_run;
      if (most > 0 && count > most) count = most;
      calls += schedule->period == FEED_DAILY || (int)schedule->weekday == weekday ? count : 0;
      feed_definition_free(definition);
    }
    assert_in_range(calls, 1, 50);
  }
}

static void five_hundred_companies_are_asked_about(void **state) {
  (void)state;
  static const char *const names[] = {"alpha_overview", "alpha_balance_sheet"};
  for (size_t i = 0; i < 2; i++) {
    FeedDefinition *definition = load(names[i], "KEY1 25\n");
    assert_in_range(feed_items_of(definition, (Weekday)0)->count, 490, 510);
    feed_definition_free(definition);
  }
}

/* "Add a feed in five minutes" has one in full: its lines are indented. */
static void the_feed_of_the_page_is_right(void **state) {
  (void)state;
  char page[BYTES_MAX], text[4096] = "";
  Complaints complaints = {0};
  read_file(TEST_FEEDS "/..", "README.md", page);
  char *line = strstr(page, "       [feed]\n"), *rest = line;
  assert_non_null(line);
  while ((line = strsep(&rest, "\n")) != NULL && strncmp(line, "       ", 7) == 0)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", line + 7);
  assert_non_null(strstr(text, "[checks]"));
  FeedDefinition *definition = feed_definition_parse("example", "README.md", text, strlen(text));
  assert_non_null(definition);
  assert_int_equal(definition->files.count, 0);
  if (feed_definition_settle(definition, &complaints) != STATUS_OK || complaints.lines.data != NULL)
    fail_msg("%s", complaints.lines.data);
  complaints_free(&complaints);
  feed_definition_free(definition);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_of_the_folder_has_a_row_here),
      cmocka_unit_test(a_recorded_answer_becomes_rows),
      cmocka_unit_test(every_field_is_in_the_recorded_answer),
      cmocka_unit_test(a_question_goes_to_the_provider_over_tls_and_shows_no_key),
      cmocka_unit_test(without_its_keys_a_feed_waits_and_is_no_error),
      cmocka_unit_test(a_page_of_html_or_nothing_or_half_an_answer_is_not_taken_for_rows),
      cmocka_unit_test(what_a_provider_says_instead_of_rows_is_told_apart),
      cmocka_unit_test(json_of_another_shape_completes_nothing),
      cmocka_unit_test(a_value_of_another_type_breaks_the_whole_answer),
      cmocka_unit_test(the_world_bank_counts_its_rows),
      cmocka_unit_test(the_supervisor_counts_products_and_not_their_options),
      cmocka_unit_test(a_day_without_rows_is_said_in_three_ways),
      cmocka_unit_test(products_may_have_no_options),
      cmocka_unit_test(what_a_row_may_lack_breaks_no_answer),
      cmocka_unit_test(too_many_calls_a_minute_spend_no_key),
      cmocka_unit_test(the_fed_counts_its_values),
      cmocka_unit_test(rows_that_were_not_asked_for_are_no_bonds_of_a_day),
      cmocka_unit_test(the_alpha_feeds_together_ask_no_more_than_two_keys_may),
      cmocka_unit_test(five_hundred_companies_are_asked_about),
      cmocka_unit_test(the_feed_of_the_page_is_right),
      cmocka_unit_test(the_news_have_25_questions_on_weekdays_and_no_more_on_any_day),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
