/* The common reasons first, then the field's own. */
#include <closebell/company/absence.h>

#include <stddef.h>
#include <string.h>

/* What a field is made from. */
typedef enum { FROM_REPORTS, FROM_PRICES, FROM_BOTH, FROM_DIVIDENDS } Source;

static const struct {
  const char *field;
  Source source;
  const char *without_equity,
      *without_earnings; /* where equity or earnings are known and not above 0; null: the same */
  const char *reason;
} FIELDS[] = {
    {"filed", FROM_REPORTS, NULL, NULL, "no report of the company was filed before the session"},
    {"rcept_no", FROM_REPORTS, NULL, NULL, "no report of the company was filed before the session"},
    {"eps_ttm", FROM_REPORTS, NULL, NULL, "net income of the last four quarters is not known, or not in won"},
    {"bps", FROM_REPORTS, NULL, NULL, "the newest report has no total equity, or not in won"},
    {"per", FROM_REPORTS, NULL, "net income of the last four quarters is not above 0",
     "net income of the last four quarters is not known, or not in won"},
    {"pbr", FROM_REPORTS, "equity is not above 0", NULL, "the newest report has no total equity, or not in won"},
    {"psr", FROM_REPORTS, NULL, NULL, "revenue of the last four quarters is not known, not above 0, or not in won"},
    {"roe", FROM_REPORTS, "equity is not above 0: the compass takes it for the lowest of all", NULL,
     "net income of the last four quarters, or equity of a year before, is not known"},
    {"roa", FROM_REPORTS, NULL, NULL, "net income of the last four quarters, or assets of a year before, is not known"},
    {"operating_margin", FROM_REPORTS, NULL, NULL,
     "operating profit or revenue of the last four quarters is not known, or revenue is not above 0"},
    {"debt_ratio", FROM_REPORTS, "equity is not above 0", NULL, "the newest report has no liabilities or no equity"},
    {"current_ratio", FROM_REPORTS, NULL, NULL,
     "the newest report has no current assets or current liabilities: banks and insurers publish none"},
    {"revenue_growth", FROM_REPORTS, NULL, NULL,
     "revenue of four quarters is not known now or a year before, or the older one is not above 0"},
    {"operating_profit_growth", FROM_REPORTS, NULL, NULL,
     "operating profit of four quarters is not known now or a year before; none is told from a loss or to one"},
    {"z_score", FROM_REPORTS, NULL, NULL,
     "one of its parts is not known; banks and insurers, which publish no current assets, have none"},
    {"dps_ttm", FROM_DIVIDENDS, NULL, NULL, "the newest annual report does not say its dividend a share"},
    {"dividend_yield", FROM_DIVIDENDS, NULL, NULL, "the newest annual report does not say its dividend a share"},
    {"payout_ratio", FROM_DIVIDENDS, NULL, NULL,
     "the newest annual report does not say it: without earnings, or without a dividend, there is none"},
    {"compass_financial", FROM_REPORTS, NULL, NULL,
     "fewer than half of its items are known, or fewer than 30 companies of its kind have them"},
    {"compass_valuation", FROM_REPORTS, NULL, NULL,
     "the newest report ends more than 200 days before the session, is not in won, or too few of its items are known"},
    {"compass_technical", FROM_PRICES, NULL, NULL, "it needs 253 traded sessions, and 30 stocks that have them"},
    {"compass_risk", FROM_PRICES, NULL, NULL, "it needs 200 daily returns, and 30 stocks that have them"},
    {"compass_score", FROM_BOTH, NULL, NULL, "the axes that are known weigh less than 80 of 100"},
    {"compass_grade", FROM_BOTH, NULL, NULL, "without compass_score, or with fewer than 30 of them, there is none"},
    {"financial_grade", FROM_REPORTS, NULL, NULL,
     "without compass_financial, or with fewer than 30 of them, there is none"},
    {"compass_coverage", FROM_BOTH, NULL, NULL, "none of its four axes is known"},
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0] };

static const char *without_reports(const CompanyKnown *known) {
  if (!known->has_company) return "OpenDART names no listed company of this ticker";
  return known->has_report ? NULL : "no report of the company was filed before the session";
}

static const char *without_dividends(const CompanyKnown *known) {
  if (!known->has_company) return "OpenDART names no listed company of this ticker";
  if (known->has_dividend) return NULL;
  return "no annual report that was filed before the session says anything of dividends";
}

static const char *own_reason(size_t i, const CompanyKnown *known) {
  if (FIELDS[i].without_equity != NULL && known->bps <= 0) return FIELDS[i].without_equity;
  if (FIELDS[i].without_earnings != NULL && known->eps_ttm <= 0) return FIELDS[i].without_earnings;
  return FIELDS[i].reason;
}

const char *company_absence(const char *field, const CompanyKnown *known) {
  size_t i = 0;
  while (i < FIELD_COUNT && strcmp(FIELDS[i].field, field) != 0) i++;
  if (i == FIELD_COUNT) return NULL;
  if (!known->is_collected) return "no companies are collected: [dart] is not configured, or nothing has come yet";
  if (!known->is_common) return "it is of the common stock of the company alone";
  const char *common = FIELDS[i].source == FROM_REPORTS     ? without_reports(known)
                       : FIELDS[i].source == FROM_DIVIDENDS ? without_dividends(known)
                                                            : NULL;
  return common != NULL ? common : own_reason(i, known);
}
