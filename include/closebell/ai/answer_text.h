/* answer_text.h: an accepted answer as lines for people. Pure. */
#ifndef CLOSEBELL_AI_ANSWER_TEXT_H
#define CLOSEBELL_AI_ANSWER_TEXT_H

#include <closebell/base/status.h>
#include <closebell/base/text.h>

/* json: the answer's members, as figure_check gave them or the ledger has them. A member a line, "name: text"; one that
 * is a list has its name alone, and its texts and turns below it, each after "- " or "- side: ". STATUS_BAD_DATA: it is
 * no JSON object. On lack of memory out->failed is set. */
Status answer_text(const char *json, TextBuffer *out, Error *err);

#endif
