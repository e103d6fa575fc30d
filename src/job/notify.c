#include <closebell/job/notify.h>

#include <string.h>
#include <unistd.h>

#include <closebell/job/child.h>
#include <closebell/job/mail.h>
#include <closebell/source/http.h>
#include <closebell/store/job_status.h>

enum { URL_SIZE = CONFIG_TEXT_SIZE + 16, ANSWER_MAX = 64 * 1024 };

/* --- what is said --- */

static void append_json(TextBuffer *text, const char *value) {
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\')
      text_buffer_printf(text, "\\%c", *value);
    else if ((unsigned char)*value < 0x20)
      text_buffer_printf(text, "\\u%04x", (unsigned)*value);
    else
      text_buffer_append(text, value, 1);
  }
}

static void append_sentence(TextBuffer *text, const Alert *alert, const char *program, const char *host) {
  const char *severity = alert->severity == ALERT_CRITICAL ? "CRITICAL" : "WARN";
  bool open = alert->resolved_utc == INSTANT_NONE;
  text_buffer_printf(text, "[%s] %s %s: %s (%s on %s)", open ? severity : "resolved", alert->kind, alert->subject,
                     alert->message, program, host);
}

void notify_body(const char *body, const Alert *alert, const char *program, const char *host, TextBuffer *text) {
  TextBuffer sentence = {0};
  append_sentence(&sentence, alert, program, host);
  const struct {
    const char *word, *value;
  } words[] = {{"{text}", sentence.failed ? "" : sentence.data},
               {"{state}", alert->resolved_utc == INSTANT_NONE ? "open" : "resolved"},
               {"{severity}", alert->severity == ALERT_CRITICAL ? "CRITICAL" : "WARN"},
               {"{kind}", alert->kind},
               {"{subject}", alert->subject},
               {"{message}", alert->message},
               {"{program}", program},
               {"{host}", host}};
  while (*body != '\0') {
    size_t i = 0, count = sizeof words / sizeof words[0];
    while (i < count && strncmp(body, words[i].word, strlen(words[i].word)) != 0) i++;
    if (i < count)
      append_json(text, words[i].value);
    else
      text_buffer_append(text, body, 1);
    body += i < count ? strlen(words[i].word) : 1;
  }
  text_buffer_free(&sentence);
}

/* --- how it gets there --- */

typedef struct {
  bool accepted;
  char why[128]; /* never the URL: it may be a secret */
} Delivery;

static void on_answer(void *context, size_t index, const HttpAnswer *answer) {
  Delivery *delivery = context;
  (void)index;
  delivery->accepted = answer->outcome == HTTP_ANSWERED && answer->status >= 200 && answer->status < 300;
  if (answer->outcome == HTTP_ANSWERED)
    snprintf(delivery->why, sizeof delivery->why, "it answered %d", answer->status);
  else
    snprintf(delivery->why, sizeof delivery->why, "%s",
             answer->outcome == HTTP_TIMED_OUT ? "no answer in time" : "it cannot be reached");
}

static Status post(const Job *job, const char *url, const char *type, const char *body, Error *err) {
  const HttpOptions options = {.rate_per_second = 1000,
                               .parallel = 1,
                               .connect_timeout_ms = job->config->alerts.timeout_ms,
                               .timeout_ms = job->config->alerts.timeout_ms,
                               .max_answer_bytes = ANSWER_MAX,
                               .header = type,
                               .body = body};
  Http *http = NULL;
  Delivery delivery = {.why = "no answer"};
  Status status = http_open(&http, &options, job->clock, err);
  if (status != STATUS_OK) return status;
  status = http_get_all(http, &url, 1, on_answer, &delivery, err);
  http_close(http);
  if (status != STATUS_OK || delivery.accepted) return status;
  return error_set(err, STATUS_UNAVAILABLE, "%s", delivery.why);
}

/* --- alerts --- */

static Status post_alert(const Job *job, const Alert *alert, Error *err) {
  TextBuffer body = {0};
  notify_body(job->config->alerts.webhook_body, alert, job->program, job->host.name, &body);
  Status status = body.failed
                      ? error_set(err, STATUS_NO_MEMORY, "no memory")
                      : post(job, job->config->alerts.webhook, "Content-Type: application/json", body.data, err);
  text_buffer_free(&body);
  return error_prefix(err, status, "[alerts] webhook");
}

/* Returns of how many, from the first on, somebody was told by it. */
static size_t post_all(const Job *job, const AlertReport *alerts) {
  Error err = {{0}};
  size_t told = 0;
  if (*job->config->alerts.webhook == '\0') return 0;
  while (told < alerts->news_count && post_alert(job, &alerts->news[told], &err) == STATUS_OK) told++;
  if (told < alerts->news_count) log_warn(job->log, "of some alerts nobody was told yet: %s", err.text);
  return told;
}

static size_t mail_all(const Job *job, const AlertReport *alerts) {
  Error err = {{0}};
  if (*job->config->alerts.mail_to == '\0') return 0;
  if (mail_send(job, alerts->news, alerts->news_count, &err) == STATUS_OK) return alerts->news_count;
  log_warn(job->log, "of some alerts nobody was told by mail: %s", err.text);
  return 0;
}

/* One way that has worked will do: who is told by two is not told twice by one because the other fails. */
static Status tell_news(const Job *job, AlertReport *alerts, Error *err) {
  if (*job->config->alerts.webhook == '\0' && *job->config->alerts.mail_to == '\0') return STATUS_OK;
  Status status = alert_report_read(alerts, job->db, err);
  if (status != STATUS_OK || alerts->news_count == 0) return status;
  size_t posted = post_all(job, alerts), mailed = mail_all(job, alerts);
  for (size_t i = 0; status == STATUS_OK && (i < posted || i < mailed); i++)
    status = ops_alerts_notified(job->db, alerts->news[i].kind, alerts->news[i].subject, clock_now(job->clock), err);
  return status;
}

/* --- pings --- */

static const char *ping_url(const Job *job) {
  if (strcmp(job->program, JOB_DAILY_UPDATE) == 0) return job->config->alerts.ping_daily_update;
  return strcmp(job->program, JOB_HOURLY_ANALYSIS) == 0 ? job->config->alerts.ping_hourly_analysis : "";
}

static Status ping(const Job *job, const char *what, const char *body, Error *err) {
  char url[URL_SIZE];
  if (*ping_url(job) == '\0') return STATUS_OK;
  snprintf(url, sizeof url, "%s%s", ping_url(job), what);
  Status status = post(job, url, "Content-Type: text/plain; charset=utf-8", body, err);
  return status == STATUS_OK ? status : error_prefix(err, status, "[alerts] ping_%s", job->program);
}

void notify_start(Job *job) {
  Error err = {{0}};
  if (job->dry_run || *ping_url(job) == '\0') return;
  job->run.start_ping = fork();
  if (job->run.start_ping != 0) return;
  ping(job, "/start", "", &err);
  _exit(0);
}

/* A service that hears of the end first takes the run for one that goes on. The time of the start's ping began with
 * the run, so what is left of it is [alerts] timeout at most. */
static void await_start(Job *job) {
  if (job->run.start_ping > 0) child_await(job->clock, job->run.start_ping, job->config->alerts.timeout_ms, NULL);
  job->run.start_ping = 0;
}

void notify_finish(Job *job, const Outcome *outcome, AlertReport *alerts) {
  Error err = {{0}};
  if (job->dry_run || clock_stopping(job->clock)) return;
  Status status = alerts ? tell_news(job, alerts, &err) : STATUS_OK;
  if (status != STATUS_OK) log_warn(job->log, "alerts: %s", err.text);
  await_start(job);
  if (clock_stopping(job->clock)) return;
  status = ping(job, outcome->exit_code == EXIT_DONE ? "" : "/fail", outcome->message, &err);
  if (status != STATUS_OK) log_warn(job->log, "%s", err.text);
}
