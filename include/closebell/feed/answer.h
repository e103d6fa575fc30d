/* answer.h: what an answer to a declared question is worth, and the rows that it brings. Pure.
 *
 * Judged in this order, the first that fits:
 *   1. no HTTP status: ANSWER_FAILING. (What broke the connection the source has judged before.)
 *   2. a status other than 200: 401 ANSWER_UNAUTHORIZED, 403 _BLOCKED, 429 _THROTTLED, 3xx _MISDIRECTED, another 4xx
 *      but 408 _REFUSED (a series or a coin that is not there says nothing of the next one), else _FAILING.
 *   3. the body: empty ANSWER_FAILING; "<" as its first byte _BLOCKED; cut, or no JSON, _FAILING; not UTF-8, a member
 *      twice, too deep, too large: _BROKEN. Of a CSV feed the body is JSON when its first byte is { or [.
 *   4. [answer], of JSON alone: `limit_if` ANSWER_SPENT; `error_if` _REFUSED; not `ok_if` _BROKEN; `empty_if` _EMPTY.
 *      A list of conditions holds when one of them does. JSON where CSV was due, and none of these: _BROKEN.
 *      So an answer without rows needs to meet `ok_if` as well as `empty_if`.
 *   5. the rows: ANSWER_ROWS with at least one in this page, ANSWER_EMPTY with none, _BROKEN.
 * Conditions: a pointer "exists" where it leads to a value, null too; it "equals" a text that is the same, a number
 * that is written so, and true, false and null by their words. */
#ifndef CLOSEBELL_FEED_ANSWER_H
#define CLOSEBELL_FEED_ANSWER_H

#include <closebell/feed/paging.h>
#include <closebell/plan/answer.h>

/* What came back. Lent. */
typedef struct {
  int http_status; /* 0: none */
  const char *body;
  size_t length;
  int64_t retry_after_ms;  /* of Retry-After; -1: not given */
  const char *limit_reset; /* the value of the header x-rate-limit-reset (or x-ratelimit-reset); null: not given */
  Instant now;             /* the business instant */
} FeedBytes;

typedef struct {
  AnswerKind kind;
  /* Of ANSWER_THROTTLED: when the provider answers again, not before now and at most 30 days later; the later of what
   * the two headers say. Of ANSWER_SPENT: the next UTC day. INSTANT_NONE: not known. */
  Instant until;
  size_t rows;                     /* that this page brought, with those that `only` leaves out */
  char detail[ANSWER_DETAIL_SIZE]; /* for people, printable ASCII; never holds a key */
} FeedAnswer;

/* Judges the answer to a page, adds its rows, and turns the page. Of another kind than ANSWER_ROWS and ANSWER_EMPTY
 * nothing is added, and the page is not turned: it can be asked for again. After ANSWER_BROKEN pages is of no use any
 * more: the question begins anew. STATUS_NO_MEMORY only, and then likewise. */
Status feed_answer_take(const FeedAsked *asked, const FeedBytes *bytes, FeedRowList *rows, FeedPages *pages,
                        FeedAnswer *ret_answer, Error *err);

#endif
