/* dart_parse.h: bodies of OpenDART, read strictly: bytes in, an answer out; pure. */
#ifndef CLOSEBELL_SOURCE_DART_PARSE_H
#define CLOSEBELL_SOURCE_DART_PARSE_H

#include <closebell/company/filings.h>
#include <closebell/source/feed.h>

extern const PayloadType PAYLOAD_CORP_CODES;      /* CorpCode, sorted */
extern const PayloadType PAYLOAD_COMPANY_PROFILE; /* one CompanyProfile */
extern const PayloadType PAYLOAD_FILING_PAGE;     /* one FilingPage */
extern const PayloadType PAYLOAD_FILED_REPORTS;   /* FiledReport, sorted */

#endif
