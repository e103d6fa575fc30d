/* dart_replay_data.h: companies, filings and statements that the DART server knows, and what of them is known on a day.
 *
 * Made by tests/data/make_dart: companies.csv, filings.csv, statements.csv, recorded.csv and recorded/. */
#ifndef DART_REPLAY_DATA_H
#define DART_REPLAY_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "krx_replay_csv.h"
#include "krx_replay_time.h"

/* All texts are owned by the data. */
typedef struct {
  const char *corp_code, *stock_code, *name, *corp_cls, *induty_code, *est_dt, *acc_mt, *modify_date;
  const char *names; /* how its accounts are called: "plain", "loss", "service" */
  const char *q1;    /* the year to date of its first quarter: "same", "blank", "absent" */
  long from;         /* the company is so from this day on; REPLAY_NO_DAY: always was */
} DartCompany;

typedef struct DartFiling DartFiling;
struct DartFiling {
  const char *rcept_no, *corp_code, *detail, *bsns_year, *reprt_code, *report_nm; /* detail: "A001", "B001" */
  long filed, withdrawn;                                                          /* withdrawn: REPLAY_NO_DAY: never */
  const DartFiling *later;                                                        /* the next one of the same report */
};

/* The amounts as they stand in the file: digits; "" no row; "-"; "none" and "blank": an empty one and a space. */
#define DART_CELLS(X)                                                                                                  \
  X(TOTAL_ASSETS)                                                                                                      \
  X(CURRENT_ASSETS)                                                                                                    \
  X(TOTAL_LIABILITIES)                                                                                                 \
  X(CURRENT_LIABILITIES)                                                                                               \
  X(CAPITAL)                                                                                                           \
  X(RETAINED_EARNINGS)                                                                                                 \
  X(TOTAL_EQUITY)                                                                                                      \
  X(REVENUE)                                                                                                           \
  X(OPERATING_PROFIT)                                                                                                  \
  X(PRETAX_PROFIT)                                                                                                     \
  X(NET_INCOME)                                                                                                        \
  X(REVENUE_3M)                                                                                                        \
  X(OPERATING_PROFIT_3M)                                                                                               \
  X(PRETAX_PROFIT_3M)                                                                                                  \
  X(NET_INCOME_3M)
typedef enum {
#define X(name) DART_##name,
  DART_CELLS(X)
#undef X
      DART_CELL_COUNT
} DartCell;
enum { DART_QUARTER_CELLS = DART_REVENUE_3M - DART_REVENUE }; /* from an income's cell to that of its three months */

typedef struct {
  const DartFiling *filing;
  const char *fs_div, *currency;
  long shown_from, period_end; /* shown_from: the day of filing, or a later one */
  bool is_real;                /* published; else made up */
  const char *cells[DART_CELL_COUNT];
} DartStatement;

/* An answer of DART's as it was recorded, given to questions that have these parameters. */
typedef struct {
  const char *endpoint, *question; /* "corp_code=00126380&bsns_year=2023" */
  long filed;
  char *text; /* owned */
} DartRecorded;

typedef struct {
  ReplayCsv files[4], events_file;
  DartCompany *companies; /* by corp_code, then from */
  DartFiling *filings;    /* by rcept_no */
  DartStatement *statements;
  DartRecorded *recorded;
  struct DartEvent *events; /* dart_replay_events.h */
  size_t event_count;
  size_t company_count, filing_count, statement_count, recorded_count;
} DartData;

/* False, and a line in why: nothing is to be freed. */
bool dart_data_load(DartData *data, const char *folder, char *why, size_t why_size);
void dart_data_free(DartData *data);

/* As it is on that day; null: no such company. */
const DartCompany *dart_data_company(const DartData *data, const char *corp_code, long day);
/* The one version of a report that is served on that day: the newest filing that is not withdrawn, as it stands then.
 * Null: none. */
const DartStatement *dart_data_statement(const DartData *data, const char *corp_code, const char *bsns_year,
                                         const char *reprt_code, const char *fs_div, long day);
bool dart_filing_is_withdrawn(const DartFiling *filing, long day);
/* Whether a filing of the same report, not withdrawn, came after it. */
bool dart_filing_is_overtaken(const DartFiling *filing, long day);

#endif
