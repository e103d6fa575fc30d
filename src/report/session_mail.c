#include <closebell/report/session_mail.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/report/mail.h>
#include <closebell/report/mime.h>
#include <closebell/report/summary.h>
#include <closebell/report/watch_moves.h>
#include <closebell/store/mail_marks.h>

/* One mail, before it goes out. */
typedef struct {
  char subject[SUMMARY_SUBJECT_SIZE];
  MailPage page;
  char said[JOB_REASON_SIZE]; /* what the mark says of it, when all went well */
  bool empty;                 /* there is nothing to tell */
} Draft;

/* A kind of mail: a row of MAILS. */
typedef struct {
  const char *name, *key; /* in job_status; of [mail] */
  Status (*write)(const Job *job, Day date, Draft *draft, Error *err);
} Mail;

/* ---- what they say ---- */

static Status write_summary(const Job *job, Day date, Draft *draft, Error *err) {
  Summary summary = {0};
  Status status = summary_load(job, date, &summary, err);
  if (status == STATUS_OK) {
    summary_subject(&summary, draft->subject);
    summary_page(&summary, &draft->page);
    snprintf(draft->said, sizeof draft->said, "sent");
  }
  summary_free(&summary);
  return status;
}

static Day session_before(const Job *job, Day date) {
  const JobStatusList *updates = job_statuses_of(&job->run.statuses, JOB_DAILY_UPDATE);
  for (size_t i = updates->count; i > 0; i--)
    if (updates->items[i - 1].date < date && updates->items[i - 1].state == JOB_COMPLETED)
      return updates->items[i - 1].date;
  return DAY_NONE;
}

static Status write_watch(const Job *job, Day date, Draft *draft, Error *err) {
  WatchMoves moves = {0};
  Status status = watch_moves_load(job, date, session_before(job, date), &moves, err);
  draft->empty = moves.count == 0;
  if (status == STATUS_OK && !draft->empty) {
    watch_moves_subject(&moves, draft->subject);
    watch_moves_page(&moves, &draft->page);
  }
  snprintf(draft->said, sizeof draft->said, draft->empty ? "nothing moved: not sent" : "sent");
  watch_moves_free(&moves);
  return status;
}

static const Mail MAILS[] = {{"summary_mail", "summary_to", write_summary}, {"watch_mail", "watch_to", write_watch}};
enum { MAIL_COUNT = sizeof MAILS / sizeof MAILS[0] };

/* ---- sending ---- */

static Status hand_over(const Job *job, const MailAddresses *to, const Draft *draft, Error *err) {
  const char *addresses[MAIL_RECIPIENTS_MAX];
  TextBuffer bytes = {0};
  for (size_t i = 0; i < to->count; i++) addresses[i] = to->items[i];
  const MimeMail mail = {.from = job->config->alerts.mail_from,
                         .to = addresses,
                         .to_count = to->count,
                         .subject = draft->subject,
                         .text = draft->page.text.data,
                         .html = draft->page.html.data};
  mime_compose(&mail, &bytes);
  Status status = mail_hand_over(job, to, &bytes, err);
  text_buffer_free(&bytes);
  return status;
}

static MailMark make_mark(const Job *job, const Mail *mail, Day date) {
  MailMark mark = {.date = date,
                   .mail = mail->name,
                   .host = job->process.host.name,
                   .pid = job->process.host.pid,
                   .start_utc = clock_now(job->clock),
                   .end_utc = INSTANT_NONE,
                   .state = JOB_RUNNING};
  snprintf(mark.token, sizeof mark.token, "%016" PRIx64 "%016" PRIx64, random_next(job->random),
           random_next(job->random));
  return mark;
}

static Status end_mark(const Job *job, MailMark *mark, JobState state, const char *said, Error *err) {
  mark->state = state;
  mark->end_utc = clock_now(job->clock);
  snprintf(mark->reason, sizeof mark->reason, "%.*s", (int)sizeof mark->reason - 1, said);
  return mail_mark_replace(job->db, mark, err);
}

/* The mark is ours. What becomes of it is told by the mark; an error that is returned, by the log. */
static Status send_marked(const Job *job, MailMark *mark, const MailAddresses *to, const Draft *draft, Error *err) {
  Error ignored;
  Status status = draft->empty ? STATUS_OK : hand_over(job, to, draft, err);
  if (status == STATUS_OK) return end_mark(job, mark, JOB_COMPLETED, draft->said, err);
  if (status == STATUS_INCOMPLETE)
    end_mark(job, mark, JOB_FAILED, err->text, &ignored);
  else
    mail_mark_delete(job->db, mark, &ignored);
  return status;
}

static Status send_once(const Job *job, const Mail *mail, Day date, Error *err) {
  MailAddresses to;
  Draft draft = {0};
  bool ours = false;
  MailMark mark = make_mark(job, mail, date);
  if (!mail_addresses(config_text(job->config, "mail", mail->key), &to)) return mail_check(job->config, err);
  Status status = mail->write(job, date, &draft, err);
  if (status == STATUS_OK && (draft.page.text.failed || draft.page.html.failed))
    status = error_set(err, STATUS_NO_MEMORY, "no memory");
  if (status == STATUS_OK) status = mail_mark_insert(job->db, &mark, &ours, err);
  if (status == STATUS_OK && ours) status = send_marked(job, &mark, &to, &draft, err);
  if (status == STATUS_OK && ours) log_info(job->log, "%s of %s: %s", mail->name, day_text(date).text, draft.said);
  mail_page_free(&draft.page);
  return status;
}

/* ---- which are owed ---- */

/* The newest session, if it is analysed; else none: its own mail comes with it. */
static Day newest_analysed(const Job *job) {
  const JobStatusList *analyses = job_statuses_of(&job->run.statuses, JOB_HOURLY_ANALYSIS);
  const JobStatus *newest = analyses->count > 0 ? &analyses->items[analyses->count - 1] : NULL;
  return newest && newest->state == JOB_COMPLETED ? newest->date : DAY_NONE;
}

static Status send_if_owed(const Job *job, const Mail *mail, Day date, Error *err) {
  bool there = false;
  Status status = mail_mark_look(job->db, date, mail->name, &there, err);
  return status == STATUS_OK && !there ? send_once(job, mail, date, err) : status;
}

void session_mail_send(const Job *job) {
  bool wanted = *job->config->mail.summary_to != '\0' || *job->config->mail.watch_to != '\0';
  if (!wanted || !job_writes(job) || !job->run.statuses.whole) return;
  Day date = newest_analysed(job);
  for (size_t i = 0; i < MAIL_COUNT && date != DAY_NONE && !clock_stopping(job->clock); i++) {
    Error err = {{0}};
    if (*config_text(job->config, "mail", MAILS[i].key) == '\0') continue;
    Status status = send_if_owed(job, &MAILS[i], date, &err);
    if (status == STATUS_OK) continue;
    log_warn(job->log, "%s of %s: %s; %s", MAILS[i].name, day_text(date).text, err.text,
             status == STATUS_INCOMPLETE ? "it may have been sent, and is not sent again" : "the next run tries again");
  }
}
