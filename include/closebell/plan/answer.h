/* answer.h: what a source said to one question. */
#ifndef CLOSEBELL_PLAN_ANSWER_H
#define CLOSEBELL_PLAN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/market/index_report.h>
#include <closebell/market/session.h>

typedef enum {
  ANSWER_NONE = 0,     /* not asked */
  ANSWER_ROWS,         /* parsed and checked row by row; at least one */
  ANSWER_EMPTY,        /* a well-formed answer without rows */
  ANSWER_BROKEN,       /* rows that cannot be believed, or of another date: detail names row and field */
  ANSWER_UNAUTHORIZED, /* 401: the key, or its approval for this service */
  ANSWER_BLOCKED,      /* 403, or HTML or XML where JSON was due */
  ANSWER_THROTTLED,    /* 429 */
  ANSWER_FAILING,      /* 5xx, time-out, truncated body */
  ANSWER_UNREACHABLE,  /* no connection */
  ANSWER_MISDIRECTED,  /* a redirect, or a proxy that wants a password: a setting is wrong, asking again is no use */
  ANSWER_TOO_LARGE,    /* the question asks for more than the provider gives at once: ask for half of it */
  ANSWER_SPENT,        /* the provider says that the day's allowance is used up: tomorrow */
  ANSWER_REFUSED       /* the provider says no to this question: it is not asked again in this run */
} AnswerKind;

/* Who is refused by ANSWER_UNAUTHORIZED, where a provider tells. */
typedef enum {
  REFUSED_KEY = 0, /* the key */
  REFUSED_SERVICE, /* this service alone: the key lacks it, or there is none */
  REFUSED_TOKEN    /* the access token: another one may be let in */
} AnswerRefused;

enum { ANSWER_DETAIL_SIZE = 256 };

/* What a payload holds: one block of items of one size. Each feed names its own; two are the same when they are the
 * same object. */
typedef struct {
  const char *name;
  size_t item_size;
} PayloadType;

extern const PayloadType PAYLOAD_STOCK_ROWS;   /* StockRow, sorted by ticker */
extern const PayloadType PAYLOAD_INDEX_REPORT; /* one IndexReport */

typedef struct {
  AnswerKind kind;
  int http_status;                 /* 0 when there was none */
  AnswerRefused refused;           /* of ANSWER_UNAUTHORIZED */
  bool was_reset;                  /* the connection ended before any answer */
  int64_t retry_after_ms;          /* -1 when not given */
  char detail[ANSWER_DETAIL_SIZE]; /* for people; never holds the key */
  const PayloadType *type;         /* of what comes next; null without */
  union {
    void *payload;  /* owned: one block, free() frees it; ANSWER_ROWS only */
    StockRow *rows; /* the same, of PAYLOAD_STOCK_ROWS */
  };
  size_t count;
} Answer;

/* The answer about one market of one date: stock rows. */
typedef Answer MarketAnswer;

/* The items when they are of that type, else null. */
const void *answer_items(const Answer *answer, const PayloadType *type);

/* Indexed by Market. Zero-initialise; day_answer_free at the end. */
typedef struct {
  Day date;
  MarketAnswer markets[MARKET_COUNT];
} DayAnswer;

void day_answer_free(DayAnswer *answer);
/* Rows of those markets. */
size_t day_answer_rows(const DayAnswer *answer, MarketSet markets);
const char *answer_kind_name(AnswerKind kind);

#endif
