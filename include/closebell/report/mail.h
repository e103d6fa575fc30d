/* mail.h: alerts as one mail, handed to the host's sendmail. */
#ifndef CLOSEBELL_REPORT_MAIL_H
#define CLOSEBELL_REPORT_MAIL_H

#include <closebell/base/text.h>
#include <closebell/run/job.h>
#include <closebell/store/ops_alerts.h>

enum { MAIL_RECIPIENTS_MAX = 8, MAIL_ADDRESS_SIZE = 128 };

typedef struct {
  char items[MAIL_RECIPIENTS_MAX][MAIL_ADDRESS_SIZE];
  size_t count;
} MailAddresses;

/* "a@example.org, b@example.org": false when it is something else, or empty. */
bool mail_addresses(const char *text, MailAddresses *ret_addresses);

/* What sendmail reads: headers of printable ASCII in lines of their own, whatever the alerts hold, and a line an
 * alert. */
void mail_compose(const Config *config, const Alert *alerts, size_t count, const char *program, const char *host,
                  TextBuffer *ret_text);

/* STATUS_CONFIG names the setting of [alerts] or [mail] that holds something else than mail addresses, or a sendmail
 * that is no path. */
Status mail_check(const Config *config, Error *err);
/* All that is wrong with them. */
void mail_look(const Config *config, Complaints *complaints);

/* Starts [alerts] sendmail without a shell and without our environment, gives it the mail, and waits for it, [alerts]
 * timeout at most; then it is killed. STATUS_UNAVAILABLE: it did not take the mail. STATUS_INCOMPLETE: it was killed,
 * by us or another, and may have taken it. */
Status mail_hand_over(const Job *job, const MailAddresses *to, const TextBuffer *mail, Error *err);

/* The alerts, to [alerts] mail_to. */
Status mail_send(const Job *job, const Alert *alerts, size_t count, Error *err);

#endif
