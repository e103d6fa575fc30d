/* dart_parse.h: bodies of OpenDART, read strictly: bytes in, an answer out; pure. */
#ifndef CLOSEBELL_SOURCE_DART_PARSE_H
#define CLOSEBELL_SOURCE_DART_PARSE_H

#include <closebell/company/event.h>
#include <closebell/company/dividend.h>
#include <closebell/company/filings.h>
#include <closebell/source/feed.h>

typedef struct json_t json_t;
typedef struct DartStatementsAsked DartStatementsAsked;
typedef struct DartEventsAsked DartEventsAsked;

extern const PayloadType PAYLOAD_CORP_CODES;      /* CorpCode, sorted */
extern const PayloadType PAYLOAD_COMPANY_PROFILE; /* one CompanyProfile */
extern const PayloadType PAYLOAD_FILING_PAGE;     /* one FilingPage */
extern const PayloadType PAYLOAD_FILED_REPORTS;   /* FiledReport, sorted */
extern const PayloadType PAYLOAD_FILED_EVENTS;    /* FiledEvent, in the order of the rows */
extern const PayloadType PAYLOAD_FILED_DIVIDENDS; /* one FiledDividends */

/* What an answer of alotMatter says of the report of a company. */
typedef struct {
  char corp_code[CORP_CODE_SIZE];
  char trouble[REPORT_TROUBLE_SIZE]; /* why it cannot be believed; "": nothing was seen */
  size_t count;                      /* 1: common; 2: and preferred; the same report is behind both */
  Dividend items[DIVIDEND_STOCK_COUNT];
} FiledDividends;

/* Those that take an opened body have been given one of status 000, and *answer but for kind and payload: they fill in
 * that. ANSWER_EMPTY: there is nothing in it. ANSWER_BROKEN: detail names row and field. */

/* What corpCode.xml answers: a zip file, unpacked to 64 MB at most; or an error, which is XML there. */
void dart_parse_corp_code_file(const FeedReply *reply, Answer *answer);
/* The XML within. Records without a stock code are only passed over; one that cannot be believed breaks the answer, one
 * that is cut short makes it fail. */
void dart_parse_corp_codes(const char *xml, size_t length, Answer *answer);

/* company.json. Of another company than asked: broken. */
void dart_parse_profile(const json_t *body, const char *corp_code, Answer *answer);

/* list.json. Another page than asked, or one that lacks rows, is broken. */
void dart_parse_filings(const json_t *body, int asked_page, Answer *answer);

/* fnlttMultiAcnt.json: one FiledReport for each statement of each company that has a row. Year to date:
 * thstrm_add_amount where it is there, else thstrm_amount of a first quarter and of a whole year. Three months:
 * thstrm_amount of interim reports. Where an account stands in IS and in CIS, IS counts; of several names of one
 * account, the first one of the table (src/source/dart_accounts.c). The same line twice with other amounts, rows of
 * another question, receipt number or period, and what is no number, are the trouble of that statement alone. */
void dart_parse_statements(const json_t *body, const DartStatementsAsked *asked, Answer *answer);

/* fricDecsn.json and its like, a service for each kind of decision. A date that is "-", or words without a date, is not
 * published. A number that is none is the trouble of its row alone; a row of another company, without a receipt number,
 * or of one that is older than the days that were asked about, breaks the answer. */
void dart_parse_events(const json_t *body, const DartEventsAsked *asked, Answer *answer);

/* alotMatter.json, of one company's report. The common stock's document always, the preferred one's where a row of the
 * dividend or its yield is of that stock (우선 in stock_knd); of several rows of a kind the first counts. dps "-" is 0,
 * and absent where no row says it. Rows of other reports or periods, and what is no number, are its trouble. */
void dart_parse_dividends(const json_t *body, const DartStatementsAsked *asked, Answer *answer);

#endif
