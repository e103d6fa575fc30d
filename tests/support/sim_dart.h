/* sim_dart.h: a DART of a simulated world: every company of its market files four reports a year, corrects some of them
 * later, and gives them late, as a seed decides. What it says depends on the hour. */
#ifndef CLOSEBELL_TESTS_SIM_DART_H
#define CLOSEBELL_TESTS_SIM_DART_H

#include <closebell/company/companies.h>
#include <closebell/company/report_dates.h>
#include <closebell/dataset/dataset.h>
#include <closebell/source/dart.h>

#include "sim_run.h"

enum { SIM_FILINGS_MAX = 2, SIM_FIRST_YEAR = 2020, SIM_LAST_YEAR = 2027 };

/* Zero: nothing is wrong with it. */
typedef struct {
  SimWorld *world;
  ListedStock *stocks; /* owned: the common ones of all sessions, by ticker */
  size_t stock_count;
  size_t takes;           /* companies in one question; 0: as many as are asked for */
  AnswerKind trouble;     /* not ANSWER_NONE: of each question ... */
  const Feed *troubled;   /* ... of this feed; null: of all */
  size_t hidden;          /* so many companies at the end are not in its list of codes */
  const char *wrong;      /* the assets of this ticker's reports are one won too many */
  const char *lied;       /* the revenue of this ticker's reports is one won more than it was */
  const char *never;      /* it lists this ticker's reports and never gives them */
  bool pays;              /* the dataset dividends runs, too */
  const char *pays_lied;  /* the dividends of this ticker are others than they were */
  const char *pays_never; /* it never says anything of this ticker's dividends */
  /* What was asked in this run. */
  long calls, lists, statements, dividends;
  size_t largest; /* companies in a question that it took */
  ProviderSet beside;
} SimDart;

SimDart *sim_dart_new(SimWorld *world);
void sim_dart_free(SimDart *dart);

/* The same run with this DART beside the exchange, and with companies and financials alone as datasets; and dividends,
 * where it pays. */
SimRun sim_dart_run(SimDart *dart, SimRun run);

/* One receipt. */
typedef struct {
  ReportTerm term;
  Day period_end, filed, given; /* from `given` on its accounts are answered; before it, those of the one before */
  char rcept_no[RCEPT_NO_SIZE];
  bool is_corrected;
} SimFiling;

/* Of that report, in the order in which they are filed; returns how many. */
size_t sim_dart_filings(const SimDart *dart, size_t stock, ReportTerm term, SimFiling filings[SIM_FILINGS_MAX]);
/* As it is answered. */
Report sim_dart_report(const SimDart *dart, size_t stock, const SimFiling *filing, Statement statement);
int sim_dart_fiscal_month(size_t stock);

/* ---- dividends (sim_dart_dividends.c) ---- */

/* From that day on they are answered, where anything is known of them. */
Day sim_dart_pays_given(size_t stock, const SimFiling *filing);
bool sim_dart_pays_known(const SimDart *dart, size_t stock, const SimFiling *filing);
/* As they are answered. */
FiledDividends sim_dart_dividends(const SimDart *dart, size_t stock, const SimFiling *filing);
Answer sim_dart_tell_dividends(SimDart *dart, const char *key);

#endif
