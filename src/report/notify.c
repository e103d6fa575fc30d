#include <closebell/report/notify.h>

#include <string.h>
#include <unistd.h>

#include <closebell/base/escape.h>
#include <closebell/base/json.h>
#include <closebell/report/mail.h>
#include <closebell/run/child.h>
#include <closebell/source/http.h>
#include <closebell/store/job_status.h>

enum { URL_SIZE = CONFIG_TEXT_SIZE + 16, ANSWER_MAX = 64 * 1024 };

/* --- what is said --- */

/* Into a JSON string, and shown at the other end as a terminal shows it: whoever reads the message is a person too. */
static void append_json(TextBuffer *text, const char *value) {
  TextBuffer shown = {0};
  escape_append(&shown, value, ESCAPE_TO_SHOW);
  if (shown.data != NULL) escape_append(text, shown.data, ESCAPE_TO_QUOTE);
  text->failed |= shown.failed;
  text_buffer_free(&shown);
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

/* A word in braces that is none of ours, from at on; its length, 0: it is not there. */
static size_t find_word(const char *text, const char **ret_at) {
  for (; (text = strchr(text, '{')) != NULL; text++) {
    size_t length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_");
    if (length == 0 || text[length + 1] != '}') continue;
    *ret_at = text;
    return length + 2;
  }
  return 0;
}

Status notify_check_body(const char *body, Error *err) {
  const Alert sample = {.kind = "session-failed",
                        .subject = "2025-04-10",
                        .message = "a \"quoted\" word",
                        .severity = ALERT_WARN,
                        .resolved_utc = INSTANT_NONE};
  TextBuffer filled = {0};
  const char *word = "";
  Status status = STATUS_OK;
  notify_body(body, &sample, JOB_DAILY_UPDATE, "host", &filled);
  size_t length = filled.failed || filled.data == NULL ? 0 : find_word(filled.data, &word);
  if (filled.failed)
    status = error_set(err, STATUS_NO_MEMORY, "no memory");
  else if (length > 0 && length < 40)
    status = error_set(err, STATUS_CONFIG,
                       "there is no %.*s; there are {text}, {state}, {severity}, {kind}, {subject}, "
                       "{message}, {program}, {host}",
                       (int)length, word);
  else if (filled.data == NULL || !json_is_valid(filled.data))
    status = error_set(err, STATUS_CONFIG, "it is no JSON once its words are filled in");
  text_buffer_free(&filled);
  return status;
}

/* --- how it gets there --- */

typedef struct {
  bool accepted, misdirected;
  char why[320]; /* never the URL: it may be a secret */
} Delivery;

static HttpUse on_answer(void *context, size_t index, const HttpAnswer *answer) {
  Delivery *delivery = context;
  (void)index;
  delivery->accepted = answer->outcome == HTTP_ANSWERED && answer->status >= 200 && answer->status < 300;
  delivery->misdirected = answer->outcome == HTTP_MISDIRECTED;
  if (answer->outcome == HTTP_ANSWERED)
    snprintf(delivery->why, sizeof delivery->why, "it answered %d", answer->status);
  else if (delivery->misdirected || answer->proxy_failed)
    snprintf(delivery->why, sizeof delivery->why, "%s", answer->detail);
  else
    snprintf(delivery->why, sizeof delivery->why, "%s",
             answer->outcome == HTTP_TIMED_OUT ? "no answer in time" : "it cannot be reached");
  return HTTP_NO_MATTER;
}

static Status post(const Job *job, const char *url, const char *type, const char *body, Error *err) {
  const HttpOptions options = {.rate_per_second = 1000,
                               .parallel = 1,
                               .connect_timeout_ms = job->config->alerts.timeout_ms,
                               .timeout_ms = job->config->alerts.timeout_ms,
                               .max_answer_bytes = ANSWER_MAX};
  const HttpRequest request = {.url = url, .headers = {type}, .body = body, .url_is_secret = true};
  Http *http = NULL;
  Delivery delivery = {.why = "no answer"};
  Status status = http_open(&http, &options, job->clock, err);
  if (status != STATUS_OK) return status;
  status = http_get_all(http, &request, 1, on_answer, &delivery, err);
  http_close(http);
  if (status != STATUS_OK || delivery.accepted) return status;
  return error_set(err, delivery.misdirected ? STATUS_CONFIG : STATUS_UNAVAILABLE, "%s", delivery.why);
}

/* What a person has to mend is named by its file and line. */
static Status name_setting(const Job *job, const char *key, Status status, Error *err) {
  if (status == STATUS_CONFIG) return config_prefix(job->config, "alerts", key, status, err);
  return error_prefix(err, status, "[alerts] %s", key);
}

/* --- alerts --- */

static Status post_alert(const Job *job, const Alert *alert, Error *err) {
  TextBuffer body = {0};
  notify_body(job->config->alerts.webhook_body, alert, job->process.program, job->process.host.name, &body);
  Status status = body.failed
                      ? error_set(err, STATUS_NO_MEMORY, "no memory")
                      : post(job, job->config->alerts.webhook, "Content-Type: application/json", body.data, err);
  text_buffer_free(&body);
  return name_setting(job, "webhook", status, err);
}

/* *ret_told: of how many, from the first on, somebody was told by it. Returns the status of the first that failed. */
static Status post_all(const Job *job, const AlertReport *alerts, size_t *ret_told) {
  Error err = {{0}};
  Status status = STATUS_OK;
  *ret_told = 0;
  if (*job->config->alerts.webhook == '\0') return STATUS_OK;
  while (*ret_told < alerts->news_count && (status = post_alert(job, &alerts->news[*ret_told], &err)) == STATUS_OK)
    ++*ret_told;
  if (status != STATUS_OK) log_warn(job->log, "of some alerts nobody was told yet: %s", err.text);
  return status;
}

static size_t mail_all(const Job *job, const AlertReport *alerts) {
  Error err = {{0}};
  if (*job->config->alerts.mail_to == '\0') return 0;
  if (mail_send(job, alerts->news, alerts->news_count, &err) == STATUS_OK) return alerts->news_count;
  log_warn(job->log, "of some alerts nobody was told by mail: %s", err.text);
  return 0;
}

/* One way that has worked will do: who is told by two is not told twice by one because the other fails. */
static Status tell_news(const Job *job, AlertReport *alerts, bool *ret_misdirected, Error *err) {
  if (*job->config->alerts.webhook == '\0' && *job->config->alerts.mail_to == '\0') return STATUS_OK;
  Status status = alert_report_read(alerts, job, err);
  if (status != STATUS_OK || alerts->news_count == 0) return status;
  size_t posted;
  *ret_misdirected = post_all(job, alerts, &posted) == STATUS_CONFIG;
  size_t mailed = mail_all(job, alerts);
  for (size_t i = 0; status == STATUS_OK && (i < posted || i < mailed); i++)
    status = ops_alerts_notified(job->db, alerts->news[i].kind, alerts->news[i].subject, clock_now(job->clock), err);
  return status;
}

/* --- pings --- */

static const char *ping_url(const Job *job) {
  const JobRow *row = job_table_find(job->tables.jobs, job->process.program);
  return row ? job_row_ping_url(row, job->config) : "";
}

static Status ping(const Job *job, const char *what, const char *body, Error *err) {
  char url[URL_SIZE];
  if (*ping_url(job) == '\0') return STATUS_OK;
  snprintf(url, sizeof url, "%s%s", ping_url(job), what);
  char shown[JOB_RUN_MESSAGE_SIZE];
  escape_text(shown, sizeof shown, body);
  Status status = post(job, url, "Content-Type: text/plain; charset=utf-8", shown, err);
  char key[JOB_PING_KEY_SIZE];
  return name_setting(job, job_row_ping_key(job_table_find(job->tables.jobs, job->process.program), key), status, err);
}

void notify_start(Job *job) {
  Error err = {{0}};
  if (!job_writes(job) || *ping_url(job) == '\0') return;
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

Status notify_finish(Job *job, const Outcome *outcome, AlertReport *alerts) {
  Error err = {{0}};
  bool misdirected = false;
  if (!job_writes(job) || clock_stopping(job->clock)) return STATUS_OK;
  Status status = alerts ? tell_news(job, alerts, &misdirected, &err) : STATUS_OK;
  if (status != STATUS_OK) log_warn(job->log, "alerts: %s", err.text);
  await_start(job);
  if (clock_stopping(job->clock)) return misdirected ? STATUS_CONFIG : STATUS_OK;
  status = ping(job, outcome->exit_code == EXIT_DONE && !misdirected ? "" : "/fail", outcome->message, &err);
  if (status != STATUS_OK) log_warn(job->log, "%s", err.text);
  return misdirected || status == STATUS_CONFIG ? STATUS_CONFIG : STATUS_OK;
}
