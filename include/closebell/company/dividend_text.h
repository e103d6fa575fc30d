/* dividend_text.h: the dividends of a company as lines of text, as they are archived. Pure. */
#ifndef CLOSEBELL_COMPANY_DIVIDEND_TEXT_H
#define CLOSEBELL_COMPANY_DIVIDEND_TEXT_H

#include <closebell/base/text.h>
#include <closebell/company/dividend.h>

#define DIVIDEND_TEXT_ENCODING "dividends-1"

enum { DIVIDEND_TEXT_MAX = 10000 }; /* lines of one company */

/* Appends. The same dividends always give the same text. */
void dividend_text_encode(const Dividends *dividends, TextBuffer *to);

/* STATUS_BAD_DATA for a text that is damaged, cut short, of another ticker, or that could not have been encoded:
 * *ret_dividends is untouched then, as with STATUS_NO_MEMORY. Round-trips exactly. */
Status dividend_text_decode(const char *text, const char *ticker, Dividends *ret_dividends, Error *err);

#endif
