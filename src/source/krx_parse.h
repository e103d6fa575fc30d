/* krx_parse.h: what the parsers of the KRX Open API's services share: {"OutBlock_1": [row, ...]}, every value a string.
 */
#ifndef CLOSEBELL_SOURCE_KRX_PARSE_H
#define CLOSEBELL_SOURCE_KRX_PARSE_H

#include <stdbool.h>

#include <jansson.h>

#include <closebell/plan/answer.h>
#include <closebell/source/feed.h>

/* A row's fields in the order in which they stand there. They are asked for in much that order, so the next one is
 * nearly always where the last one was: a comparison instead of a hash for each of 40,000 fields a session. */
enum { KRX_MEMBERS_MAX = 32 };

typedef struct {
  const char *names[KRX_MEMBERS_MAX], *texts[KRX_MEMBERS_MAX]; /* null: not a string */
  size_t count, next;
} KrxMembers;

typedef struct {
  Answer *answer;
  Day date; /* that was asked for; DAY_NONE: any */
  Market market;
  size_t number; /* of the row, from 1 */
  const json_t *object;
  KrxMembers *members;
  const char *code; /* as it stands there, or "" */
} KrxRow;

/* How the rows of one service are read. */
typedef struct {
  const char *path;       /* of the service, for "the server has no ..." */
  const char *code_field; /* names the row in messages */
  const PayloadType *type;
  bool (*is_other)(const KrxRow *row);              /* a row that is none of ours; null: there are none */
  bool (*parse)(const KrxRow *row, void *ret_item); /* false: the answer is broken, and says why */
  int (*compare)(const void *a, const void *b);     /* the order of the items; equal ones are refused */
  const char *(*name)(const void *item);            /* by which a refused one is called */
} KrxService;

/* What krx_parse_daily says, for any service. */
void krx_parse(const FeedReply *reply, const KrxService *service, Day date, Market market, Answer *answer);

/* Sets kind and detail. */
void krx_answer_fail(Answer *answer, AnswerKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, broken, about a row; returns false. */
bool krx_row_fail(const KrxRow *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Null when the field is absent or not a string; krx_row_text also makes the answer broken. */
const char *krx_row_member(const KrxRow *row, const char *field);
const char *krx_row_text(const KrxRow *row, const char *field);

typedef enum { MAY_BE_MISSING, MUST_BE_THERE } Presence;
/* A missing number ("", "-") is 0: the exchange writes so what a session without trades does not have. */
bool krx_row_number(const KrxRow *row, const char *field, Presence presence, int64_t low, int64_t *ret_value);

bool krx_row_is_of_date(const KrxRow *row); /* BAS_DD */
bool krx_row_is_of_market(const KrxRow *row, const char *field);
/* Ticker and name. */
bool krx_row_identity(const KrxRow *row, const char *code_field, StockRow *ret_stock);
/* For rows that are StockRow. */
int krx_compare_tickers(const void *a, const void *b);
const char *krx_ticker(const void *item);

/* Foreign text as part of a message: printable ASCII, cut when long. */
enum { KRX_QUOTE_SIZE = 64 };
typedef struct {
  char text[KRX_QUOTE_SIZE];
} KrxQuote;
KrxQuote krx_quote(const char *text);

/* Writes "PATH?basDd=20250102" of the question's date. */
Status krx_ask(const char *path, const Question *question, FeedRequest *request, Error *err);

#endif
