/* mime.h: a mail as bytes: headers of ASCII, and the same content as text and as HTML (RFC 5322, 2045 to 2047). Pure.
 */
#ifndef CLOSEBELL_REPORT_MIME_H
#define CLOSEBELL_REPORT_MIME_H

#include <closebell/base/text.h>

typedef struct {
  const char *from; /* empty: whoever sends it fills it in */
  const char *const *to;
  size_t to_count;
  const char *subject;     /* UTF-8; one line, whatever it holds */
  const char *text, *html; /* UTF-8, lines end in \n */
} MimeMail;

/* Lines end in CRLF and have 76 bytes at most (an address may be longer). The bodies are base64: no letter of theirs
 * means anything on the way. */
void mime_compose(const MimeMail *mail, TextBuffer *ret_mail);

#endif
