#include <closebell/report/mail.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <closebell/base/escape.h>
#include <closebell/feed/definition.h>
#include <closebell/run/child.h>

enum { SUBJECT_MAX = 160, OPEN_FILES = 1024, NOT_STARTED = 127, PIPE_BYTES = 65536 };

/* ---- addresses ---- */

/* Nothing that a header, an option or another address could begin with. */
static bool is_address(const char *text, size_t length) {
  static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._%+=-";
  return length > 0 && length < MAIL_ADDRESS_SIZE && text[0] != '-' && strspn(text, ALLOWED) >= length;
}

bool mail_addresses(const char *text, MailAddresses *ret_addresses) {
  MailAddresses addresses = {.count = 0};
  for (;;) {
    text += strspn(text, " ");
    size_t length = strcspn(text, ", ");
    if (!is_address(text, length) || addresses.count == MAIL_RECIPIENTS_MAX) return false;
    memcpy(addresses.items[addresses.count], text, length);
    addresses.items[addresses.count++][length] = '\0';
    text += length;
    text += strspn(text, " ");
    if (*text == '\0') break;
    if (*text++ != ',') return false;
  }
  *ret_addresses = addresses;
  return true;
}

static void look_at_list(const Config *config, const char *section, const char *key, Complaints *complaints) {
  MailAddresses ignored;
  Error err;
  const char *to = config_text(config, section, key);
  if (*to == '\0' || mail_addresses(to, &ignored)) return;
  complaints_add(
      complaints,
      config_fault(config, section, key, &err, "not a list of at most %d mail addresses", MAIL_RECIPIENTS_MAX), &err);
}

/* That there is such a feed is seen when the mail is written. */
static void look_at_headlines(const Config *config, Complaints *complaints) {
  Error err;
  char where[CONFIG_WHERE_SIZE];
  const char *feed = config->mail.headlines;
  if (*feed == '\0') return;
  if (!feed_name_is_valid(feed))
    complaints_add(complaints, config_fault(config, "mail", "headlines", &err, "not the name of a feed"), &err);
  else if (*config->mail.summary_to == '\0' || *config->feeds.folder == '\0')
    complaints_warn(complaints, "%s: nothing comes of it: %s is empty",
                    config_where(config, "mail", "headlines", where),
                    *config->feeds.folder == '\0' ? "[feeds] folder" : "[mail] summary_to");
}

void mail_look(const Config *config, Complaints *complaints) {
  Error err;
  const char *from = config->alerts.mail_from;
  look_at_list(config, "alerts", "mail_to", complaints);
  look_at_list(config, "mail", "summary_to", complaints);
  look_at_list(config, "mail", "watch_to", complaints);
  look_at_headlines(config, complaints);
  if (*from != '\0' && !is_address(from, strlen(from)))
    complaints_add(complaints, config_fault(config, "alerts", "mail_from", &err, "not a mail address"), &err);
  if (config->alerts.sendmail[0] != '/')
    complaints_add(
        complaints,
        config_fault(config, "alerts", "sendmail", &err, "not the path of a program, like /usr/sbin/sendmail"), &err);
}

Status mail_check(const Config *config, Error *err) {
  Complaints complaints = {0};
  mail_look(config, &complaints);
  Status status = complaints_status(&complaints, err);
  complaints_free(&complaints);
  return status;
}

/* ---- the text ---- */

/* A header holds ASCII and ends with its line. */
static void append_header(TextBuffer *text, const char *value) {
  for (; *value != '\0'; value++) text_buffer_append(text, *value >= ' ' && *value < 0x7F ? value : "?", 1);
}

static const char *state_of(const Alert *alert) {
  if (alert->resolved_utc != INSTANT_NONE) return "resolved";
  return alert->severity == ALERT_CRITICAL ? "CRITICAL" : "WARN";
}

static void append_subject(TextBuffer *text, const Alert *alerts, size_t count, const char *host) {
  char subject[SUBJECT_MAX];
  int length = snprintf(subject, sizeof subject, "[%s] %s %.60s: closebell on %.40s", state_of(alerts), alerts->kind,
                        alerts->subject, host);
  if (count > 1 && length > 0 && (size_t)length < sizeof subject)
    snprintf(subject + length, sizeof subject - (size_t)length, ", and %zu more", count - 1);
  text_buffer_printf(text, "Subject: ");
  append_header(text, subject);
  text_buffer_printf(text, "\n");
}

void mail_compose(const Config *config, const Alert *alerts, size_t count, const char *program, const char *host,
                  TextBuffer *text) {
  if (*config->alerts.mail_from != '\0') {
    text_buffer_printf(text, "From: ");
    append_header(text, config->alerts.mail_from);
    text_buffer_printf(text, "\n");
  }
  text_buffer_printf(text, "To: ");
  append_header(text, config->alerts.mail_to);
  text_buffer_printf(text, "\n");
  append_subject(text, alerts, count, host);
  text_buffer_printf(text, "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
                           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
  for (size_t i = 0; i < count; i++) {
    text_buffer_printf(text, "[%s] ", state_of(&alerts[i]));
    escape_append(text, alerts[i].kind, ESCAPE_TO_SHOW);
    text_buffer_printf(text, " ");
    escape_append(text, alerts[i].subject, ESCAPE_TO_SHOW);
    text_buffer_printf(text, ", since %s, %lld times:\n  ", instant_kst_text(alerts[i].first_utc).text,
                       (long long)alerts[i].count);
    escape_append(text, alerts[i].message, ESCAPE_TO_SHOW);
    text_buffer_printf(text, "\n\n");
  }
  text_buffer_printf(text, "Told by %s on ", program);
  escape_append(text, host, ESCAPE_TO_SHOW);
  text_buffer_printf(text, "..\n");
}

/* ---- the program ---- */

/* In the child: nothing of ours but the text; only calls that are safe behind a fork. */
static void become_sendmail(const char *path, char *const *arguments, int text) {
  static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
  const struct sigaction usual = {.sa_handler = SIG_DFL};
  int nowhere = open("/dev/null", O_WRONLY);
  setpgid(0, 0);
  sigaction(SIGPIPE, &usual, NULL);
  if (nowhere < 0 || dup2(text, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0) _exit(NOT_STARTED);
  for (int descriptor = 3; descriptor < OPEN_FILES; descriptor++) close(descriptor);
  execve(path, arguments, environment);
  _exit(NOT_STARTED);
}

static Status await_end(const Job *job, pid_t child, Error *err) {
  int state = 0;
  if (!child_await(job->clock, child, job->config->alerts.timeout_ms, &state))
    return error_set(err, STATUS_INCOMPLETE, "it did not end in time");
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return STATUS_OK;
  if (WIFEXITED(state) && WEXITSTATUS(state) == NOT_STARTED)
    return error_set(err, STATUS_UNAVAILABLE, "it cannot be started");
  if (WIFEXITED(state)) return error_set(err, STATUS_UNAVAILABLE, "it ended with exit code %d", WEXITSTATUS(state));
  return error_set(err, STATUS_INCOMPLETE, "it was killed");
}

/* The text is put into the pipe before anybody reads it: it fits, so nobody can keep us waiting. A pipe has 64 KiB,
 * which nearly every mail fits into, and grows for a longer one where the host lets it. */
static bool fill_pipe(const TextBuffer *text, int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  if (text->length > PIPE_BYTES) fcntl(ends[1], F_SETPIPE_SZ, (int)text->length);
  ssize_t written = fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 ? write(ends[1], text->data, text->length) : -1;
  bool good = written == (ssize_t)text->length;
  int why = written < 0 ? errno : EMSGSIZE;
  close(ends[1]);
  if (!good) close(ends[0]);
  errno = why;
  return good;
}

static Status start(const Job *job, const MailAddresses *to, const TextBuffer *text, Error *err) {
  const Config *config = job->config;
  char *arguments[MAIL_RECIPIENTS_MAX + 6] = {(char *)config->alerts.sendmail, "-i"};
  size_t count = 2;
  if (*config->alerts.mail_from != '\0') {
    arguments[count++] = "-f";
    arguments[count++] = (char *)config->alerts.mail_from;
  }
  arguments[count++] = "--";
  for (size_t i = 0; i < to->count; i++) arguments[count++] = (char *)to->items[i];
  int ends[2];
  if (!fill_pipe(text, ends)) return error_set(err, STATUS_UNAVAILABLE, "pipe: %s", strerror(errno));
  pid_t child = fork();
  if (child == 0) become_sendmail(config->alerts.sendmail, arguments, ends[0]);
  int why = errno;
  close(ends[0]);
  if (child < 0) return error_set(err, STATUS_UNAVAILABLE, "fork: %s", strerror(why));
  return await_end(job, child, err);
}

Status mail_hand_over(const Job *job, const MailAddresses *to, const TextBuffer *mail, Error *err) {
  Status status = mail->failed ? error_set(err, STATUS_NO_MEMORY, "no memory") : start(job, to, mail, err);
  return error_prefix(err, status, "[alerts] sendmail");
}

Status mail_send(const Job *job, const Alert *alerts, size_t count, Error *err) {
  MailAddresses to;
  TextBuffer text = {0};
  if (!mail_addresses(job->config->alerts.mail_to, &to)) return mail_check(job->config, err);
  mail_compose(job->config, alerts, count, job->process.program, job->process.host.name, &text);
  Status status = mail_hand_over(job, &to, &text, err);
  text_buffer_free(&text);
  return status;
}
