/* report.h: one statement (consolidated or separate) of one periodic report of a company, as it was published. */
#ifndef CLOSEBELL_COMPANY_REPORT_H
#define CLOSEBELL_COMPANY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/base/instant.h>
#include <closebell/market/ticker.h>

/* In the order in which they come in a year: of two that end on the same day, the later one here is the newer. */
typedef enum { REPORT_Q1 = 0, REPORT_HALF, REPORT_Q3, REPORT_ANNUAL, REPORT_KIND_COUNT } ReportKind;

/* Consolidated, and separate financial statements. */
typedef enum { STATEMENT_CFS = 0, STATEMENT_OFS, STATEMENT_COUNT } Statement;

/* The amounts of a statement, listed once: documents, parsers and comparisons go over them, in this order. In units of
 * the report's currency. The balance at the end of the period; then what the year to date brought; then what its last
 * three months brought, which only interim reports have. */
/* clang-format off */
#define REPORT_AMOUNTS(X) \
  X(total_assets) X(current_assets) X(noncurrent_assets) \
  X(total_liabilities) X(current_liabilities) X(noncurrent_liabilities) \
  X(capital) X(retained_earnings) X(total_equity) \
  X(revenue) X(operating_profit) X(pretax_profit) X(net_income) \
  X(revenue_3m) X(operating_profit_3m) X(pretax_profit_3m) X(net_income_3m)
/* clang-format on */
#define REPORT_AMOUNT_NUMBER(name) AMOUNT_##name,
typedef enum { REPORT_AMOUNTS(REPORT_AMOUNT_NUMBER) REPORT_AMOUNT_COUNT } ReportAmount;
#undef REPORT_AMOUNT_NUMBER

enum { RCEPT_NO_LENGTH = 14, RCEPT_NO_SIZE = RCEPT_NO_LENGTH + 1, CURRENCY_SIZE = 4, REPORT_ID_SIZE = 64 };

typedef struct {
  Day period_end;
  ReportKind kind;
  Statement statement;
  char rcept_no[RCEPT_NO_SIZE]; /* the receipt number: 14 digits, of which the first 8 are the day it was filed */
  char currency[CURRENCY_SIZE]; /* "KRW" */
  uint8_t version; /* 1; 2 and more: other values under the same receipt number, in the order they were seen */
  bool is_live;    /* collected when it was new; else a back-fill brought it, perhaps in a corrected version */
  Instant first_seen_utc;
  uint32_t has;                         /* bit 1u << ReportAmount: it was published */
  int64_t amounts[REPORT_AMOUNT_COUNT]; /* 0 where it was not */
} Report;

static inline bool report_has(const Report *report, ReportAmount amount) { return (report->has >> amount & 1u) != 0; }

/* The reports of one company. Zero-initialise; reports_free at the end. Sorted by report_compare. */
typedef struct {
  char ticker[TICKER_SIZE]; /* of its common stock */
  Report *items;            /* owned */
  size_t count, capacity;
} Reports;

const char *report_kind_name(ReportKind kind);   /* "annual", "q1", "half", "q3" */
const char *statement_name(Statement statement); /* "CFS", "OFS" */
bool report_kind_find(const char *name, ReportKind *ret_kind);
bool statement_find(const char *name, Statement *ret_statement);
int report_months(ReportKind kind);                  /* of the year to date: 3, 6, 9, 12 */
const char *report_amount_name(ReportAmount amount); /* "total_assets" */

/* The first 8 digits as a day; DAY_NONE: not 14 digits, or no day. */
Day rcept_no_filed(const char *rcept_no);
static inline Day report_filed(const Report *report) { return rcept_no_filed(report->rcept_no); }

/* The _id of its document: "2024-12-31:annual:CFS:20250311001085"; ":2" behind it for version 2. Returns text. */
char *report_id(const Report *report, char text[REPORT_ID_SIZE]);
bool report_id_parse(const char *text, Report *ret_report); /* fills what the _id says, and nothing else */

/* By period_end, kind, statement, rcept_no, version. */
int report_compare(const Report *a, const Report *b);
/* The same published values: currency and amounts. */
bool report_same_values(const Report *a, const Report *b);
/* Null when it can be believed, else what cannot: "total_assets" where all three are there and it is not
 * total_liabilities + total_equity, "rcept_no", "currency". */
const char *report_fault(const Report *report);

/* Keeps the order. STATUS_NO_MEMORY, nothing added. One with the same _id is replaced. */
Status reports_put(Reports *reports, const Report *report);
void reports_free(Reports *reports);

#endif
