/* filings.h: what OpenDART says of companies: their codes, profiles, lists of filings, and statements as they came.
 *
 * Values: what holds several of them is an answer's payload, one block that free() frees (source/dart_parse.h). */
#ifndef CLOSEBELL_COMPANY_FILINGS_H
#define CLOSEBELL_COMPANY_FILINGS_H

#include <closebell/company/report.h>

enum {
  CORP_CODE_SIZE = 9,      /* 8 digits, the identity of a company at DART */
  COMPANY_NAME_SIZE = 192, /* UTF-8 */
  FILING_NAME_SIZE = 192,
  COMPACT_DAY_SIZE = 9,
  FILINGS_PER_PAGE = 100,
  REPORT_TROUBLE_SIZE = 160
};

/* One entry of the list of corp codes; entries without a stock code are left out. Sorted by ticker, then corp_code: a
 * ticker may stand twice, of a company that was listed anew. */
typedef struct {
  char corp_code[CORP_CODE_SIZE];
  char ticker[TICKER_SIZE];
  char name[COMPANY_NAME_SIZE];
  char modify_date[COMPACT_DAY_SIZE]; /* as published: "20260110" */
} CorpCode;

/* company.json. */
typedef struct {
  char corp_code[CORP_CODE_SIZE];
  char ticker[TICKER_SIZE];     /* "": it has none */
  char name[COMPANY_NAME_SIZE]; /* corp_name there: "삼성전자(주)" where the list of codes has "삼성전자" */
  char corp_cls;                /* 'Y' KOSPI, 'K' KOSDAQ, 'N' KONEX, 'E' none of them */
  int fiscal_month;             /* in which its fiscal year ends, 1 to 12; 0: not published */
} CompanyProfile;

/* What kind of report a filing's name says it is. A quarter is the first or the third one. */
typedef enum { FILING_OTHER = 0, FILING_ANNUAL, FILING_HALF, FILING_QUARTER } FilingKind;

/* One row of list.json. */
typedef struct {
  char corp_code[CORP_CODE_SIZE];
  char ticker[TICKER_SIZE]; /* "": it has none */
  char corp_cls;
  char published_name[FILING_NAME_SIZE]; /* without blanks at its ends; cut where it is longer, as the next */
  char report_name[FILING_NAME_SIZE];    /* and without what stands in brackets before it */
  FilingKind kind;
  int period_year, period_month; /* "(2024.09)" behind the name; 0: there is none */
  char rcept_no[RCEPT_NO_SIZE];
  Day filed;         /* the first 8 digits of rcept_no */
  bool is_corrected; /* "[기재정정]" before the name: it corrects a filing of before */
  bool is_overtaken; /* 정 among the remarks: a later filing corrects it */
  bool is_withdrawn; /* 철 among the remarks */
} Filing;

/* One page of list.json. */
typedef struct {
  int page, pages; /* from 1 */
  int64_t total;   /* rows on all pages */
  size_t count;
  Filing items[FILINGS_PER_PAGE];
} FilingPage;

/* One statement of one company out of an answer of fnlttMultiAcnt. Sorted by corp_code, then statement. */
typedef struct {
  char corp_code[CORP_CODE_SIZE];
  char ticker[TICKER_SIZE]; /* "": it has none */
  /* Why its rows cannot be believed: they are of another question, contradict each other, or hold what is no number.
   * Then nothing of report may be stored. "": none of that was seen; report_fault has not been asked yet. */
  char trouble[REPORT_TROUBLE_SIZE];
  Report report; /* version 1; is_live and first_seen_utc are for whoever stores it */
} FiledReport;

bool corp_code_is_valid(const char *text); /* 8 digits */

/* Fills published_name, report_name, kind, period_* and is_corrected from report_nm. */
void filing_read_name(const char *report_nm, Filing *filing);

/* Which report of the fiscal year it is, where the year ends in fiscal_month. False: none, or a quarter that does not
 * fit that month. */
bool filing_report_kind(const Filing *filing, int fiscal_month, ReportKind *ret_kind);

#endif
