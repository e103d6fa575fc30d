/* Which alerts are news, and what is said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/job/notify.h>

static Alert alert_of(Instant resolved, Instant notified) {
  Alert alert = {.severity = ALERT_CRITICAL, .resolved_utc = resolved, .notified_utc = notified, .count = 1};
  strcpy(alert.kind, "session-failed");
  strcpy(alert.subject, "2025-04-10");
  strcpy(alert.message, "a \"quote\", a \\ and\na line; 삼성전자");
  return alert;
}

static void an_alert_is_news_when_it_opens_and_when_it_ends_and_never_twice(void **state) {
  (void)state;
  Alert opened = alert_of(INSTANT_NONE, INSTANT_NONE), told = alert_of(INSTANT_NONE, 5), ended = alert_of(9, 5),
        ended_told = alert_of(9, 10), unseen = alert_of(9, INSTANT_NONE);
  assert_true(alert_is_news(&opened));
  assert_false(alert_is_news(&told));
  assert_true(alert_is_news(&ended));
  assert_false(alert_is_news(&ended_told));
  assert_false(alert_is_news(&unseen)); /* it came and went before anybody could be told */
}

static void says(const char *body, const Alert *alert, const char *wanted) {
  TextBuffer text = {0};
  notify_body(body, alert, "daily_update", "host-1", &text);
  assert_false(text.failed);
  assert_string_equal(text.data, wanted);
  text_buffer_free(&text);
}

static void the_body_is_json_whatever_the_message_holds(void **state) {
  (void)state;
  Alert alert = alert_of(INSTANT_NONE, INSTANT_NONE);
  says("{\"text\": \"{text}\"}", &alert,
       "{\"text\": \"[CRITICAL] session-failed 2025-04-10: a \\\"quote\\\", a \\\\ and\\u000aa line; 삼성전자 "
       "(daily_update on host-1)\"}");
}

static void every_word_of_the_template_is_put_in_and_the_rest_stays(void **state) {
  (void)state;
  Alert alert = alert_of(9, 5);
  strcpy(alert.message, "m {kind}");
  says("{state}|{severity}|{kind}|{subject}|{message}|{program}|{host}|{else}|{", &alert,
       "resolved|CRITICAL|session-failed|2025-04-10|m {kind}|daily_update|host-1|{else}|{");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_alert_is_news_when_it_opens_and_when_it_ends_and_never_twice),
      cmocka_unit_test(the_body_is_json_whatever_the_message_holds),
      cmocka_unit_test(every_word_of_the_template_is_put_in_and_the_rest_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
