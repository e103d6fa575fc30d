#include "answer_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void answer_fail(Answer *answer, AnswerKind kind, const char *format, ...) {
  va_list arguments;
  answer->kind = kind;
  va_start(arguments, format);
  vsnprintf(answer->detail, sizeof(answer->detail), format, arguments);
  va_end(arguments);
}

AnswerQuote answer_quote(const char *text) {
  AnswerQuote result = {.text = ""};
  size_t i = 0;
  for (; i < ANSWER_QUOTE_SIZE - 4 && text[i] != '\0'; i++) {
    bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '"';
    result.text[i] = plain ? text[i] : '?';
  }
  if (text[i] != '\0') memcpy(result.text + i, "...", 3);
  return result;
}

void answer_fail_by_status(Answer *answer, int status, const char *path, const char *said) {
  const char *colon = said[0] == '\0' ? "" : ": ";
  AnswerQuote words = answer_quote(said);
  if (status == 401)
    answer_fail(answer, ANSWER_UNAUTHORIZED, "HTTP 401%s%s", colon, words.text);
  else if (status == 403)
    answer_fail(answer, ANSWER_BLOCKED, "HTTP 403%s%s", colon, words.text);
  else if (status == 404)
    answer_fail(answer, ANSWER_FAILING, "HTTP 404: the server has no %s", path);
  else if (status == 429)
    answer_fail(answer, ANSWER_THROTTLED, "HTTP 429: too many requests%s%s", colon, words.text);
  else if (status >= 300 && status < 400)
    answer_fail(answer, ANSWER_MISDIRECTED, "HTTP %d: a redirect, which is not followed", status);
  else
    answer_fail(answer, ANSWER_FAILING, "HTTP %d%s%s", status, colon, words.text);
}

const AnswerCode *answer_code_find(const AnswerCode *codes, const char *code) {
  for (; codes->code != NULL; codes++)
    if (strcmp(codes->code, code) == 0) return codes;
  return NULL;
}
