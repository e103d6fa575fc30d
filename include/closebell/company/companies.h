/* companies.h: which company stands behind which stock. Pure. */
#ifndef CLOSEBELL_COMPANY_COMPANIES_H
#define CLOSEBELL_COMPANY_COMPANIES_H

#include <closebell/company/filings.h>
#include <closebell/market/market.h>

typedef struct {
  char corp_code[CORP_CODE_SIZE];
  char ticker[TICKER_SIZE]; /* of its common stock */
  char name[COMPANY_NAME_SIZE];
  char modify_date[COMPACT_DAY_SIZE]; /* as published: "20260110" */
  Market market;
  int fiscal_month; /* 1 to 12: in which its fiscal year ends; 0: it was not asked */
} Company;

/* Zero-initialise; companies_free at the end. */
typedef struct {
  Company *items; /* owned; ascending by corp_code */
  size_t count, capacity;
} Companies;

/* Null: there is none. */
const Company *companies_find(const Companies *companies, const char *corp_code);
const Company *companies_of_ticker(const Companies *companies, const char *ticker);
/* In the place of the one of that corp_code. STATUS_NO_MEMORY: nothing was added. */
Status companies_put(Companies *companies, const Company *company);
void companies_free(Companies *companies);

/* A stock that is followed: a common one of KOSPI or KOSDAQ. */
typedef struct {
  char ticker[TICKER_SIZE];
  Market market;
} ListedStock;

typedef struct {
  Companies companies; /* what is to be stored; one to one with tickers */
  size_t mapped;       /* of the stocks */
  size_t relisted;     /* tickers of more than one company: the one that was modified last has it */
} CompanyMap;

/* What the list of codes says of the stocks, in order of ticker, and of the companies that are known: whoever has left
 * the exchange stays, unless another company has its ticker. codes are in the order of PAYLOAD_CORP_CODES. */
Status companies_map(const CorpCode *codes, size_t code_count, const ListedStock *stocks, size_t stock_count,
                     const Companies *known, CompanyMap *ret_map);

#endif
