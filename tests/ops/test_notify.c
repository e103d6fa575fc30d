/* Which alerts are news, what is said of them, and which runs are missed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/report/mail.h>
#include <closebell/report/notify.h>
#include <closebell/report/watch.h>

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
       "{\"text\": \"[CRITICAL] session-failed 2025-04-10: a \\\"quote\\\", a \\\\ and\\\\na line; 삼성전자 "
       "(daily_update on host-1)\"}");
}

static void what_turns_hides_or_is_no_text_is_seen_at_the_other_end(void **state) {
  (void)state;
  Alert alert = alert_of(INSTANT_NONE, INSTANT_NONE);
  strcpy(alert.message, "a\xE2\x80\xAE\033[2J\xFF\177 삼성");
  says("{message}", &alert, "a\\\\u202e\\\\x1b[2J\\\\xff\\\\x7f 삼성");
}

static void every_word_of_the_template_is_put_in_and_the_rest_stays(void **state) {
  (void)state;
  Alert alert = alert_of(9, 5);
  strcpy(alert.message, "m {kind}");
  says("{state}|{severity}|{kind}|{subject}|{message}|{program}|{host}|{else}|{", &alert,
       "resolved|CRITICAL|session-failed|2025-04-10|m {kind}|daily_update|host-1|{else}|{");
}

/* ---- mail ---- */

static Config mail_config(const char *to, const char *from) {
  Config config;
  config_defaults(&config);
  strcpy(config.alerts.mail_to, to);
  strcpy(config.alerts.mail_from, from);
  return config;
}

static void a_mail_has_headers_of_its_own_whatever_the_alert_holds(void **state) {
  (void)state;
  Config config = mail_config("ops@example.org,root", "closebell@example.org");
  Alert alerts[] = {alert_of(INSTANT_NONE, INSTANT_NONE), alert_of(9, 5)};
  strcpy(alerts[0].subject, "x\r\nBcc: thief@example.org");
  alerts[0].first_utc = alerts[1].first_utc = 0;
  TextBuffer text = {0};
  mail_compose(&config, alerts, 2, "daily_update", "host\n.\n", &text);
  assert_string_equal(text.data,
                      "From: closebell@example.org\n"
                      "To: ops@example.org,root\n"
                      "Subject: [CRITICAL] session-failed x??Bcc: thief@example.org: closebell on host?.?, and 1 more\n"
                      "Auto-Submitted: auto-generated\n"
                      "MIME-Version: 1.0\n"
                      "Content-Type: text/plain; charset=utf-8\n"
                      "Content-Transfer-Encoding: 8bit\n"
                      "\n"
                      "[CRITICAL] session-failed x\\r\\nBcc: thief@example.org, since 1970-01-01 09:00 KST, 1 times:\n"
                      "  a \"quote\", a \\ and\\na line; 삼성전자\n"
                      "\n"
                      "[resolved] session-failed 2025-04-10, since 1970-01-01 09:00 KST, 1 times:\n"
                      "  a \"quote\", a \\ and\\na line; 삼성전자\n"
                      "\n"
                      "Told by daily_update on host\\n.\\n..\n");
  text_buffer_free(&text);
}

static void a_mail_shows_what_would_turn_or_hide_letters(void **state) {
  (void)state;
  Config config = mail_config("root", "");
  Alert alert = alert_of(INSTANT_NONE, INSTANT_NONE);
  strcpy(alert.subject, "s\xE2\x80\xAE");
  strcpy(alert.message, "m\xE2\x80\xAE\xC2\x9B\xFF 삼성");
  TextBuffer text = {0};
  mail_compose(&config, &alert, 1, "daily_update", "host", &text);
  assert_non_null(strstr(text.data, "session-failed s???: closebell on host\n"));
  assert_non_null(strstr(text.data, " s\\u202e, since"));
  assert_non_null(strstr(text.data, "  m\\u202e\\u009b\\xff 삼성\n"));
  text_buffer_free(&text);
}

static void what_is_no_address_is_refused_before_anything_runs(void **state) {
  (void)state;
  static const char *const good[] = {"", "root", "a@b.example", "a.b+c@d-e.example, root ,x_y@z"};
  static const char *const bad[] = {
      "-oQ/tmp",     "a@b -bs",        "a@b,",      ",a@b",      "a@b;c@d",          "<a@b>",
      "a@b\nBcc: c", "삼성@b.example", "a,-f,root", "\"a b\"@c", "a,b,c,d,e,f,g,h,i"};
  Error err;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    Config config = mail_config(good[i], "");
    assert_int_equal(mail_check(&config, &err), STATUS_OK);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    Config config = mail_config(bad[i], "");
    assert_int_equal(mail_check(&config, &err), STATUS_CONFIG);
    config = mail_config("root", bad[i]);
    assert_int_equal(mail_check(&config, &err), STATUS_CONFIG);
  }
  Config config = mail_config("root", "");
  strcpy(config.alerts.sendmail, "sendmail");
  assert_int_equal(mail_check(&config, &err), STATUS_CONFIG);
}

/* ---- runs that never happened ---- */

static const Instant HOUR = 3600 * 1000;

static const Instant GRACE_MS = 3 * 3600 * 1000;

/* Sessions from 2025-04-07 on, a Monday, each with its state; '-' is absent. All ended at 0. */
static JobStatuses statuses_of(const char *updates, const char *analyses) {
  static JobStatus items[2][16];
  JobStatuses statuses = {.jobs = job_table(), .whole = true};
  Day monday;
  assert_true(day_parse("2025-04-07", &monday));
  const char *const texts[] = {updates, analyses};
  const char *const names[] = {JOB_DAILY_UPDATE, JOB_HOURLY_ANALYSIS};
  for (size_t k = 0; k < 2; k++) {
    JobStatusList *list = &statuses.lists[job_table_index(statuses.jobs, names[k])];
    list->items = items[k];
    for (size_t i = 0; texts[k][i] != '\0'; i++) {
      JobState found = texts[k][i] == 'c' ? JOB_COMPLETED : texts[k][i] == 'w' ? JOB_WAITING : JOB_FAILED;
      if (texts[k][i] != '-') items[k][list->count++] = (JobStatus){.date = monday + (Day)i, .state = found};
    }
  }
  return statuses;
}

static Instant told_now(void *self) { return *(Instant *)self; }

/* At that instant, by the business clock and the other. */
static size_t missed(const char *program, const JobStatuses *statuses, const Closures *closures, Instant now) {
  const Config config = {.krx.publication = {PUBLICATION_NEXT_DAY, 8 * 60}};
  const Clock clock = {.self = &now, .now = told_now};
  const Job job = {.tables.jobs = job_table(),
                   .config = &config,
                   .rules = {.closures = *closures, .terms.publication = config.krx.publication},
                   .clock = &clock,
                   .now.instant = now};
  return watch_missed(&job, job_table_find(job.tables.jobs, program), statuses);
}

static void two_sessions_without_an_analysis_are_missed_and_less_is_not(void **state) {
  (void)state;
  static const struct {
    const char *updates, *analyses;
    size_t missed;
  } cases[] = {
      {"ccccc", "ccccc", 0}, {"ccccc", "cccc", 1},  {"ccccc", "ccc", 2},
      {"ccccc", "", 5},      {"ccccc", "----w", 0}, /* within the quota: it runs */
      {"cfccc", "c", 3},                            /* three later ones: the gate passes over the second */
      {"cffcc", "c", 0},                            /* it waits at the gate */
      {"", "", 0},
  };
  const Closures none = {0};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    JobStatuses statuses = statuses_of(cases[i].updates, cases[i].analyses);
    assert_int_equal(missed(JOB_HOURLY_ANALYSIS, &statuses, &none, GRACE_MS), cases[i].missed);
    assert_int_equal(missed(JOB_HOURLY_ANALYSIS, &statuses, &none, GRACE_MS - 1), 0); /* caught up a moment ago */
  }
}

static void due_sessions_without_an_update_are_missed_once_their_time_is_over(void **state) {
  (void)state;
  Closures closures = {0};
  Error err;
  Instant monday;
  assert_int_equal(closures_builtin(&closures, &err), STATUS_OK);
  JobStatuses nothing = statuses_of("", "");
  assert_true(instant_parse("2025-04-14T08:00:00+09:00", &monday)); /* Friday's session is due */
  assert_int_equal(missed(JOB_DAILY_UPDATE, &nothing, &closures, monday), 0);
  JobStatuses statuses = statuses_of("ccw", ""); /* up to Wednesday, 2025-04-09 */
  assert_int_equal(missed(JOB_DAILY_UPDATE, &statuses, &closures, monday - 72 * HOUR), 0);
  assert_int_equal(missed(JOB_DAILY_UPDATE, &statuses, &closures, monday + 3 * HOUR - 1), 1);
  assert_int_equal(missed(JOB_DAILY_UPDATE, &statuses, &closures, monday + 3 * HOUR), 2);
  assert_int_equal(missed(JOB_DAILY_UPDATE, &statuses, &closures, monday + 27 * HOUR), 3);
  closures_free(&closures);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_alert_is_news_when_it_opens_and_when_it_ends_and_never_twice),
      cmocka_unit_test(the_body_is_json_whatever_the_message_holds),
      cmocka_unit_test(what_turns_hides_or_is_no_text_is_seen_at_the_other_end),
      cmocka_unit_test(every_word_of_the_template_is_put_in_and_the_rest_stays),
      cmocka_unit_test(a_mail_has_headers_of_its_own_whatever_the_alert_holds),
      cmocka_unit_test(a_mail_shows_what_would_turn_or_hide_letters),
      cmocka_unit_test(what_is_no_address_is_refused_before_anything_runs),
      cmocka_unit_test(two_sessions_without_an_analysis_are_missed_and_less_is_not),
      cmocka_unit_test(due_sessions_without_an_update_are_missed_once_their_time_is_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
