/* What is particular to one of the definitions of deploy/feeds: how its provider counts, and what it leaves out. */
#include "shipped_case.h"

#include <stdlib.h>

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
