/* notify.h: telling people: each alert that opens or ends, by a webhook; start, success and failure of a run, by pings.
 *
 * Nothing of it delays or fails a job: the ping at the start is a process of its own, which the one at the end waits
 * for; everything else comes after the lease has been released, takes [alerts] timeout at most for each message and
 * gives up at the first that fails. An alert of which nobody could be told is tried again by the next run. */
#ifndef CLOSEBELL_REPORT_NOTIFY_H
#define CLOSEBELL_REPORT_NOTIFY_H

#include <closebell/base/text.h>
#include <closebell/report/alert_report.h>
#include <closebell/run/job.h>

/* [alerts] webhook_body with its words put in as JSON; what is not one of them stays as it is. */
void notify_body(const char *body, const Alert *alert, const char *program, const char *host, TextBuffer *ret_text);

/* STATUS_CONFIG: it names a {word} that there is not, or is no JSON with the words put in. */
Status notify_check_body(const char *body, Error *err);

/* Before the database is opened; to be called while the process has one thread. */
void notify_start(Job *job);
/* After the run. alerts: null when the database cannot be asked. STATUS_CONFIG when a URL redirects or its proxy wants
 * a password: that stays so until a person changes the setting, and the log names it. Whatever passes is STATUS_OK. */
Status notify_finish(Job *job, const Outcome *outcome, AlertReport *alerts);

#endif
