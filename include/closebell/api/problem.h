/* problem.h: what is wrong with a request, as RFC 9457 says it. Pure. */
#ifndef CLOSEBELL_API_PROBLEM_H
#define CLOSEBELL_API_PROBLEM_H

#include <stdbool.h>

#include <closebell/base/text.h>

typedef struct {
  int status;                      /* of HTTP; 0: nothing is wrong */
  char detail[512];                /* a sentence */
  char parameter[64], nearest[64]; /* empty: left out */
  int line, column;                /* from 1; 0: left out */
  int retry_after;                 /* seconds; 0: no header */
} Problem;

/* Fills in status and detail, and returns false, so that callers can write `return problem_set(...)`. */
bool problem_set(Problem *problem, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* 400 about a parameter. One about `where` has a position: its beginning. */
bool problem_of_parameter(Problem *problem, const char *parameter, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "Not Found". Never null. */
const char *problem_title(int status);

/* application/problem+json. */
void problem_write(const Problem *problem, TextBuffer *out);

#endif
