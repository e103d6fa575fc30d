/* dart.h: OpenDART of the Financial Supervisory Service: who the companies are, what they file, and their accounts.
 *
 * Its questions are the feeds below; each is a row in src/source/dart_feeds.c, its parser a file of its own
 * (dart_parse.h). "No data" (013) is ANSWER_EMPTY. ANSWER_TOO_LARGE: a question about several companies was turned away
 * by a redirect or a page, because the answer would be too large: ask about half of them. ANSWER_SPENT ends the day. */
#ifndef CLOSEBELL_SOURCE_DART_H
#define CLOSEBELL_SOURCE_DART_H

#include <closebell/source/dart_parse.h>
#include <closebell/source/provider.h>

extern const Provider DART_PROVIDER;

extern const Feed DART_CORP_CODES;
extern const Feed DART_COMPANY;    /* key: a corp_code */
extern const Feed DART_FILINGS;    /* key: dart_filings_key */
extern const Feed DART_STATEMENTS; /* key: dart_statements_key */
extern const Feed DART_EVENTS;     /* key: dart_events_key */
extern const Feed DART_DIVIDENDS;  /* key: dart_statements_key of one company */

/* By these names a source is asked for them. */
#define FEED_DART_CORP_CODES "corp_codes"
#define FEED_DART_COMPANY "company"
#define FEED_DART_FILINGS "filings"
#define FEED_DART_STATEMENTS "statements"
#define FEED_DART_EVENTS "events"
#define FEED_DART_DIVIDENDS "dividends"

enum { DART_KEY_SIZE = 1024, DART_COMPANIES_PER_CALL = 100 };

/* One page of what was filed in those days. Without a company DART takes three months at most. */
typedef struct {
  char type;     /* pblntf_ty: 'A' periodic reports, 'B' major events */
  char corp_cls; /* 'Y', 'K', 'N', 'E'; not looked at where there is a company */
  char corp_code[CORP_CODE_SIZE]; /* of one company alone; "": of all */
  Day from, to;
  int page; /* from 1 */
} DartFilingsAsked;
/* "A:Y:20250101:20250331:1", "B:00126380:20230101:20251231:1". False: it does not fit into what DART takes. */
bool dart_filings_key(const DartFilingsAsked *asked, char key[DART_KEY_SIZE]);
bool dart_filings_key_parse(const char *key, DartFilingsAsked *ret_asked);

/* One report of several companies. */
struct DartStatementsAsked {
  int year; /* bsns_year: in which the period ends */
  ReportKind kind;
  size_t count; /* 1 to DART_COMPANIES_PER_CALL */
  char corp_codes[DART_COMPANIES_PER_CALL][CORP_CODE_SIZE];
};
/* "2024:11011:00126380,00164742". False: as above. */
bool dart_statements_key(const DartStatementsAsked *asked, char key[DART_KEY_SIZE]);
bool dart_statements_key_parse(const char *key, DartStatementsAsked *ret_asked);

/* The decisions of one kind of one company, each in its newest version, whose original was filed in those days. */
struct DartEventsAsked {
  EventKind kind;
  char corp_code[CORP_CODE_SIZE];
  Day from, to;
};
/* "fricDecsn:00126380:20240305:20240305". False: as above. */
bool dart_events_key(const DartEventsAsked *asked, char key[DART_KEY_SIZE]);
bool dart_events_key_parse(const char *key, DartEventsAsked *ret_asked);

/* reprt_code: "11013" Q1, "11012" half, "11014" Q3, "11011" annual. */
const char *dart_report_code(ReportKind kind);
bool dart_report_code_find(const char *code, ReportKind *ret_kind);

/* Opens the source by [dart]; clock must outlive it. STATUS_CONFIG: a key that is missing or cannot be sent, or a wrong
 * address. */
Status dart_open(Source *ret_source, const Config *config, const Clock *clock, Error *err);

#endif
