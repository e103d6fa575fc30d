/* dividend.h: what one report of a company says of its dividends, of one kind of its stock, as it was published; and
 * what is known of them on a day. NaN stands for absent, everywhere here. Pure. */
#ifndef CLOSEBELL_COMPANY_DIVIDEND_H
#define CLOSEBELL_COMPANY_DIVIDEND_H

#include <closebell/company/merge.h>
#include <closebell/company/report.h>

typedef enum { DIVIDEND_COMMON = 0, DIVIDEND_PREFERRED, DIVIDEND_STOCK_COUNT } DividendStock;

enum { DIVIDEND_ID_SIZE = 64 };

typedef struct {
  Day period_end;
  ReportKind kind;
  DividendStock stock;
  char rcept_no[RCEPT_NO_SIZE];
  Day filed;       /* its first 8 digits */
  uint8_t version; /* 1; 2 and more: other values under the same receipt number, in the order they were seen */
  bool is_live;    /* collected when it was new; else a back-fill brought it, perhaps in a corrected version */
  Instant first_seen_utc;
  double dps; /* KRW a share; 0: none was paid */
  double payout_percent, yield_percent;
  bool has_total;
  int64_t total; /* KRW, of the company; 0 where it was not published */
} Dividend;

/* When the service was asked about an annual report last, and for which filing of it. */
typedef struct {
  int year, month; /* in which its period ends */
  char rcept_no[RCEPT_NO_SIZE];
  Day day;
} DividendAsked;

/* Those of one company. Zero-initialise; dividends_free at the end. */
typedef struct {
  char ticker[TICKER_SIZE]; /* of its common stock */
  Dividend *items;          /* owned; sorted by dividend_compare */
  size_t count, capacity;
  DividendAsked *asked; /* owned; sorted by year and month, each once */
  size_t asked_count, asked_capacity;
} Dividends;

/* The _id of its document: "2024-12-31:annual:common:20250311001085"; ":2" behind it for version 2. Returns text. */
char *dividend_id(const Dividend *dividend, char text[DIVIDEND_ID_SIZE]);
bool dividend_id_parse(const char *text, Dividend *ret_dividend); /* fills what the _id says, and nothing else */

/* By period_end, kind, stock, rcept_no, version. */
int dividend_compare(const Dividend *a, const Dividend *b);
/* The same published values. */
bool dividend_same_values(const Dividend *a, const Dividend *b);
/* Null when it can be believed, else what cannot: "rcept_no" where it was filed before its period ended. */
const char *dividend_fault(const Dividend *dividend);

/* Keeps the order. STATUS_NO_MEMORY, nothing added. One with the same _id is replaced. */
Status dividends_put(Dividends *dividends, const Dividend *dividend);
void dividends_free(Dividends *dividends);

/* Adds what is new, with the version that it has beside those there; *ret_dividend is that one. */
Status dividends_merge(Dividends *dividends, const Dividend *dividend, Merge *ret_merge, Dividend *ret_dividend);
/* Whether an annual one of that year and month is there under that receipt number or a newer one. */
bool dividends_have(const Dividends *dividends, int year, int month, const char *rcept_no);

/* Null: it was never asked about. */
const DividendAsked *dividends_asked(const Dividends *dividends, int year, int month);
/* In the place of what was noted of that report. STATUS_NO_MEMORY: nothing was noted. */
Status dividends_note_asked(Dividends *dividends, const DividendAsked *asked);

/* ---- what is known of a common stock on a day ---- */

/* The one that counts in a session: of the annual ones of the common stock that were filed before it, that of the
 * newest period; of that period the highest receipt number, and of two documents of that the first. Null: none was
 * filed. */
const Dividend *dividends_known(const Dividends *dividends, Day session);

typedef struct {
  double dps_ttm, dividend_yield, payout_ratio; /* KRW a share of the session; percent; percent */
} DividendFields;
/* known null: all are absent. factors: the product of the stock's corporate actions that are dated after the end of its
 * period and not after the session; close: of the session, as published. */
DividendFields dividend_fields(const Dividend *known, double factors, int64_t close);

/* ---- those of all companies ---- */

/* Zero-initialise; dividend_book_free at the end. */
typedef struct {
  Dividends *items; /* owned; ascending by ticker, each once */
  size_t count, capacity;
} DividendBook;

const Dividends *dividend_book_find(const DividendBook *book, const char *ticker); /* lent; null: none */
/* Its dividends, empty where there were none. Null: no memory, or no ticker. */
Dividends *dividend_book_open(DividendBook *book, const char *ticker);
/* The first session that knows one. DAY_NONE: there is none. */
Day dividend_book_begins(const DividendBook *book);
void dividend_book_free(DividendBook *book);

#endif
