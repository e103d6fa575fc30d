/* What a person may ask to have done again, and the sentence that says why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/request.h>

static const char FIRST[] = "2024-01-02", NEWEST[] = "2025-03-06", TODAY[] = "2025-03-07";

static Day day(const char *text) {
  Day read;
  assert_true(day_parse(text, &read));
  return read;
}

static RequestWhat what(const char *dataset, const char *from, const char *to) {
  RequestWhat made = {.from = day(from), .to = day(to)};
  assert_true(strlen(dataset) < sizeof made.dataset);
  strcpy(made.dataset, dataset);
  return made;
}

/* Every dataset is wanted. */
static const Config *settings(void) {
  static Config config;
  config_defaults(&config);
  strcpy(config.kis.app_key, "key");
  strcpy(config.dart.auth_key, "key");
  strcpy(config.flow.stocks, "targets");
  strcpy(config.minutes.stocks, "targets");
  return &config;
}

static bool judge_with(const Config *config, const RequestWhat *asked, RequestRefusal *refusal) {
  const RequestFacts facts = {
      .jobs = job_table(), .config = config, .first = day(FIRST), .newest = day(NEWEST), .today = day(TODAY)};
  return request_judge(asked, &facts, refusal);
}

static void accepts(const char *dataset, const char *from, const char *to) {
  const RequestWhat asked = what(dataset, from, to);
  RequestRefusal refusal;
  if (!judge_with(settings(), &asked, &refusal)) fail_msg("%s %s: %s", dataset, from, refusal.text);
}

static void refuses(const char *dataset, const char *from, const char *to, const char *parameter, const char *said) {
  const RequestWhat asked = what(dataset, from, to);
  RequestRefusal refusal;
  if (judge_with(settings(), &asked, &refusal)) fail_msg("%s from %s to %s is taken", dataset, from, to);
  assert_string_equal(refusal.parameter, parameter);
  if (!strstr(refusal.text, said)) fail_msg("\"%s\" is not in: %s", said, refusal.text);
}

static void days_that_are_kept_and_published_are_taken(void **state) {
  (void)state;
  accepts(REQUEST_PRICES, FIRST, FIRST);
  accepts(REQUEST_PRICES, NEWEST, NEWEST);
  accepts("index_days", "2025-03-03", NEWEST);
  accepts(REQUEST_PRICES, "2024-01-02", "2024-04-02"); /* 92 days */
}

static void what_is_there_in_the_evening_may_be_todays(void **state) {
  (void)state;
  accepts("market_flow", TODAY, TODAY);
  accepts("financials", TODAY, TODAY);
  refuses(REQUEST_PRICES, TODAY, TODAY, "to", "not published yet: the newest day that is due is 2025-03-06");
  refuses("index_days", NEWEST, TODAY, "to", "not published yet");
}

static void a_day_to_come_is_refused(void **state) {
  (void)state;
  refuses(REQUEST_PRICES, TODAY, "2025-03-08", "to", "2025-03-08 lies in the future");
  refuses("market_flow", TODAY, "2025-03-08", "to", "future");
}

static void a_day_before_the_first_session_kept_is_refused(void **state) {
  (void)state;
  refuses(REQUEST_PRICES, "2024-01-01", FIRST, "from", "before the first session kept, 2024-01-02");
  accepts("financials", "2023-12-01", "2023-12-31"); /* its days are no sessions */
}

static void minutes_are_there_for_thirty_days(void **state) {
  (void)state;
  accepts("minute_prices", "2025-02-05", TODAY);
  refuses("minute_prices", "2025-02-04", TODAY, "from", "the last 30 days alone, from 2025-02-05 on");
}

static void ends_that_are_the_wrong_way_round_or_far_apart_are_refused(void **state) {
  (void)state;
  refuses(REQUEST_PRICES, "2025-03-05", "2025-03-04", "from", "lies after");
  refuses(REQUEST_PRICES, "2024-01-02", "2024-04-03", "to", "93 days");
}

static void an_unknown_name_is_refused_with_the_nearest(void **state) {
  (void)state;
  const RequestWhat asked = what("market_flaw", NEWEST, NEWEST);
  RequestRefusal refusal;
  assert_false(judge_with(settings(), &asked, &refusal));
  assert_string_equal(refusal.nearest, "market_flow");
  refuses("daily_price", NEWEST, NEWEST, "dataset", "daily_prices");
  refuses("weather", NEWEST, NEWEST, "dataset", "daily_prices is one");
  refuses("daily_update", NEWEST, NEWEST, "dataset", "no dataset");
  refuses("hourly_analysis", NEWEST, NEWEST, "dataset", "no dataset");
}

static void what_its_source_tells_of_today_alone_is_refused(void **state) {
  (void)state;
  refuses("evening", NEWEST, NEWEST, "dataset", "cannot be asked for again by day");
  refuses("market_totals", NEWEST, NEWEST, "dataset", "index_days");
  refuses("companies", NEWEST, NEWEST, "dataset", "every week");
}

static void what_is_off_is_refused_by_its_setting(void **state) {
  (void)state;
  Config config;
  RequestRefusal refusal;
  config_defaults(&config);
  const RequestWhat asked = what("market_flow", NEWEST, NEWEST), prices = what(REQUEST_PRICES, NEWEST, NEWEST);
  assert_false(judge_with(&config, &asked, &refusal));
  assert_non_null(strstr(refusal.text, "[flow] stocks"));
  assert_true(judge_with(&config, &prices, &refusal));
}

static void an_id_has_letters_digits_and_four_signs(void **state) {
  static const char *const good[] = {"k", "01J9ZK3W8Q2V5T7Y9B1D3F5H7K", "8e03978e-40d5-43dd-bc93-6894a57f9324",
                                     "a_b.c:d"};
  static const char *const bad[] = {"", "a b", "a/b", "a\"b", "~", "\xea\xb0\x80", "a\n"};
  char longest[REQUEST_ID_SIZE + 1] = "";
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(request_id_is_valid(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(request_id_is_valid(bad[i]));
  memset(longest, 'a', REQUEST_ID_SIZE - 1);
  assert_true(request_id_is_valid(longest));
  longest[REQUEST_ID_SIZE - 1] = 'a';
  assert_false(request_id_is_valid(longest));
}

static void a_reason_is_a_line_that_says_something(void **state) {
  char longest[REQUEST_REASON_SIZE + 1] = "";
  (void)state;
  assert_true(request_reason_is_valid("\xeb\xb6\x84\xed\x95\xa0 2:1?"));
  assert_false(request_reason_is_valid(""));
  assert_false(request_reason_is_valid("   "));
  assert_false(request_reason_is_valid("two\nlines"));
  assert_false(request_reason_is_valid("\xff"));
  assert_false(request_reason_is_valid("a\x7f"));
  memset(longest, 'a', REQUEST_REASON_SIZE - 1);
  assert_true(request_reason_is_valid(longest));
  longest[REQUEST_REASON_SIZE - 1] = 'a';
  assert_false(request_reason_is_valid(longest));
}

static void states_are_read_as_they_are_written(void **state) {
  RequestState read;
  (void)state;
  for (RequestState one = REQUEST_OPEN; one <= REQUEST_REFUSED; one++) {
    assert_true(request_state_parse(request_state_name(one), &read));
    assert_int_equal(read, one);
  }
  assert_false(request_state_parse("running", &read));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_that_are_kept_and_published_are_taken),
      cmocka_unit_test(what_is_there_in_the_evening_may_be_todays),
      cmocka_unit_test(a_day_to_come_is_refused),
      cmocka_unit_test(a_day_before_the_first_session_kept_is_refused),
      cmocka_unit_test(minutes_are_there_for_thirty_days),
      cmocka_unit_test(ends_that_are_the_wrong_way_round_or_far_apart_are_refused),
      cmocka_unit_test(an_unknown_name_is_refused_with_the_nearest),
      cmocka_unit_test(what_its_source_tells_of_today_alone_is_refused),
      cmocka_unit_test(what_is_off_is_refused_by_its_setting),
      cmocka_unit_test(an_id_has_letters_digits_and_four_signs),
      cmocka_unit_test(a_reason_is_a_line_that_says_something),
      cmocka_unit_test(states_are_read_as_they_are_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
