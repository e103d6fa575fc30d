/* answer_words.h: an answer that is none says why: its kind, and a detail for people. */
#ifndef CLOSEBELL_SOURCE_ANSWER_WORDS_H
#define CLOSEBELL_SOURCE_ANSWER_WORDS_H

#include <closebell/plan/answer.h>

/* Sets kind and detail. */
void answer_fail(Answer *answer, AnswerKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

enum { ANSWER_QUOTE_SIZE = 64 };
typedef struct {
  char text[ANSWER_QUOTE_SIZE];
} AnswerQuote;

/* Foreign text as part of a message: printable ASCII, cut when long. */
AnswerQuote answer_quote(const char *text);

/* By an HTTP status that is no success. path: of the service, which may not be there; said: the server's own words
 * about it, or "". */
void answer_fail_by_status(Answer *answer, int status, const char *path, const char *said);

/* What a provider's code of an error is worth. */
typedef struct {
  const char *code, *meaning; /* code null: the end of a table */
  AnswerKind kind;
  AnswerRefused refused; /* of ANSWER_UNAUTHORIZED */
} AnswerCode;
/* Null: the table has none of that name. */
const AnswerCode *answer_code_find(const AnswerCode *codes, const char *code);

#endif
