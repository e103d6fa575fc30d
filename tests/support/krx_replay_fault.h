/* krx_replay_fault.h: scripted faults: what the server is to get wrong, for which date and market, how often. */
#ifndef KRX_REPLAY_FAULT_H
#define KRX_REPLAY_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* kind, its name in a script, what the client sees */
#define REPLAY_FAULTS(X)                                                                                               \
  X(STATUS, "status")         /* HTTP status `value`, perhaps with Retry-After `retry_after` and respMsg `message` */  \
  X(EMPTY, "empty")           /* this market answers without rows */                                                   \
  X(HALF, "half")             /* the first half of the rows */                                                         \
  X(WRONG_DATE, "wrong-date") /* BAS_DD is the weekday before */                                                       \
  X(REPEAT, "repeat")         /* the session before, under this date */                                                \
  X(HTML, "html")             /* a page, with HTTP 200 */                                                              \
  X(CUT_JSON, "cut-json")     /* half of the JSON, as a complete HTTP answer */                                        \
  X(TRUNCATED, "truncated")   /* the connection ends in the middle of the body */                                      \
  X(RESET, "reset")           /* the connection is reset without an answer */                                          \
  X(SLOW, "slow")             /* right, after `value` milliseconds */                                                  \
  X(HUGE, "huge")             /* a body of `value` bytes, its length not announced */                                  \
  X(SHAPE, "shape")           /* JSON of another kind */                                                               \
  X(BAD_CODE, "bad-code")     /* the first row has the code `code`, or ../x */                                         \
  X(NUL_CODE, "nul-code")     /* the first row's code holds an escaped NUL */                                          \
  X(NEGATIVE, "negative")     /* the first row closes at -5 */                                                         \
  X(OVERFLOW, "overflow")     /* the first row's volume is beyond an int64 */                                          \
  X(DUPLICATE, "duplicate")   /* the first row comes again at the end */                                               \
  X(SECTION, "section")       /* the stock `code` stands in the segment `message` */                                   \
  X(GROUP, "group")           /* base info: the stock `code` is of the group `message` */                              \
  X(TOTALS, "totals")         /* indices: the market's volume is `value` shares too large, or 1 */                     \
  X(UNLINKED, "unlinked")     /* indices: their changes do not lead back to the session before; KIS: another index */  \
  X(NOT_APPROVED, "not-approved")   /* 401: the key is good, the service not approved for it */                        \
  X(BAD_UTF8, "bad-utf8")           /* the first row's name is no UTF-8 */                                             \
  X(CODE, "code")                   /* KIS: rt_cd 1 and the msg_cd `code`, msg1 `message`, as HTTP `value` or 200 */   \
  X(NO_DATA, "no-data")             /* KIS minutes: the newest row's volume is the smallest int64 */                   \
  X(PLACEHOLDER, "placeholder")     /* KIS index: today's row is still that of before the open */                      \
  X(REDIRECT, "redirect")           /* DART: 302 to a page of errors */                                                \
  X(WRONG_COMPANY, "wrong-company") /* DART: rows of the company `message`, or of one that was not asked for */        \
  X(WRONG_REPORT, "wrong-report")   /* DART: rows of another reprt_code */                                             \
  X(TWO_RECEIPTS, "two-receipts")   /* DART: the last row of a statement has another receipt number */                 \
  X(UNBALANCED, "unbalanced")       /* DART: total assets are one too large */                                         \
  X(NOT_A_NUMBER, "not-a-number")   /* DART, web: `message` where a number should stand */                             \
  X(ZIP_BOMB, "zip-bomb")           /* DART: a zip that unpacks to `value` bytes of blanks */                          \
  X(ZIP_MEMBER, "zip-member")       /* DART: the zip holds `message` instead */                                        \
  X(ZIP_TWO, "zip-two")             /* DART: the zip holds a second file */                                            \
  X(ZIP_CUT_XML, "zip-cut-xml")     /* DART: half of the XML in a whole zip */                                         \
  X(NO_BODY, "no-body")             /* web: HTTP 200 without a byte */                                                 \
  X(DRIP, "drip")                   /* web: right, a few bytes at a time over `value` milliseconds */                  \
  X(LIMIT, "limit")                 /* web: what the provider says when the key is spent; it may hold the key */       \
  X(RATE_RESET, "rate-reset")       /* web: 429 with x-rate-limit-reset `value` seconds from now */                    \
  X(KEY_REFUSED, "key-refused")     /* web: what the provider says to a key that it does not know */                   \
  X(ERROR, "error")                 /* web: the provider's own error, where it says so with HTTP 200 */                \
  X(LACKS, "lacks")                 /* web: the first row lacks the value that it is about */                          \
  X(WRONG_TOTAL, "wrong-total")     /* web: the number of all rows is one too large */                                 \
  X(SAME_CURSOR, "same-cursor")     /* web: the next page is this one again */                                         \
  X(OTHER_HOST, "other-host")       /* web: the URL of the next page is another host's */

typedef enum {
  REPLAY_FAULT_NONE = 0,
#define X(name, text) REPLAY_FAULT_##name,
  REPLAY_FAULTS(X)
#undef X
} ReplayFaultKind;

enum { REPLAY_ANY_DAY = -1, REPLAY_FOREVER = -1 };

typedef struct {
  ReplayFaultKind kind;
  long date;       /* or REPLAY_ANY_DAY */
  char market[80]; /* or "*"; "base-KOSPI": its base info; "index-KOSPI": its indices; web: "news", "news/AAPL" */
  long times;      /* answers still to be spoilt, or REPLAY_FOREVER */
  long value;
  char retry_after[48]; /* seconds or an HTTP date; empty: none */
  char message[128];
  char code[16]; /* of a bad-code; empty: ../x; of section and group */
} ReplayFault;

typedef struct {
  ReplayFault *items;
  size_t count;
} ReplayFaults;

/* A fault as a script writes it; null: not said. */
typedef struct {
  const char *date, *market, *kind, *times, *value, *retry_after, *message, *code;
} ReplayFaultWords;
bool replay_fault_read(const ReplayFaultWords *words, ReplayFault *ret_fault);
/* A number that is not negative; of null the fallback. */
bool replay_count_parse(const char *text, long fallback, long *ret_value);

bool replay_fault_kind_parse(const char *text, ReplayFaultKind *ret_kind);
const char *replay_fault_kind_text(ReplayFaultKind kind); /* "": none */
bool replay_faults_add(ReplayFaults *faults, const ReplayFault *fault);
/* The oldest fault that fits and is not used up; one of its times is taken. kind is NONE when there is none. */
ReplayFault replay_faults_take(ReplayFaults *faults, long date, const char *market);
void replay_faults_clear(ReplayFaults *faults);

#endif
