/* mail_marks.h: documents of system_info.job_status that say which session's mail is sent: `2025-09-15_summary_mail`.
 *
 * A mark is inserted before its mail goes out, and only who has inserted it sends: so a mail is sent once at most,
 * however many processes and runs come to it. It has the fields of the other documents there. */
#ifndef CLOSEBELL_STORE_MAIL_MARKS_H
#define CLOSEBELL_STORE_MAIL_MARKS_H

#include <closebell/plan/job_state.h>
#include <closebell/store/db.h>
#include <closebell/store/job_status.h>

enum { MAIL_TOKEN_SIZE = 33 };

typedef struct {
  Day date;
  const char *mail; /* "summary_mail" */
  const char *host;
  int64_t pid;
  char token[MAIL_TOKEN_SIZE]; /* drawn by who sends */
  Instant start_utc, end_utc;
  JobState state; /* running, completed, failed */
  char reason[JOB_REASON_SIZE];
} MailMark;

Status mail_mark_look(const Db *db, Day date, const char *mail, bool *ret_there, Error *err);
/* *ret_ours false: another was quicker, now or long ago. */
Status mail_mark_insert(const Db *db, const MailMark *mark, bool *ret_ours, Error *err);
/* What became of it; only who has inserted it. */
Status mail_mark_replace(const Db *db, const MailMark *mark, Error *err);
/* It was not sent: whoever comes next may try. Only who has inserted it. */
Status mail_mark_delete(const Db *db, const MailMark *mark, Error *err);

#endif
