/* session_mail.h: what people get by mail of a session that is analysed: [mail] summary_to and watch_to.
 *
 * Once a session and mail at most: a mark in job_status (store/mail_marks.h) is inserted before the mail is handed
 * over, and whoever comes second leaves it. So of a run that is killed between the two, or of a sendmail that is killed
 * because it hangs, nobody knows whether the mail went out, and it is not sent again. A sendmail that refuses has sent
 * nothing: its mark is taken away, and the next run tries again. Nothing of it fails a job, and without the settings
 * nothing is read. */
#ifndef CLOSEBELL_REPORT_SESSION_MAIL_H
#define CLOSEBELL_REPORT_SESSION_MAIL_H

#include <closebell/run/job.h>

/* After the run: its lease is released, its record is written. Sends what is owed of the newest session, if its
 * analysis is completed; by whom, is all the same. */
void session_mail_send(const Job *job);

#endif
