/* fundamentals.h: what a company's reports say on a day, from what was filed before it.
 *
 * Every rule and unit: deploy/FIELDS.md, "How the fields of companies are made". NaN stands for absent, everywhere
 * here. Pure. */
#ifndef CLOSEBELL_COMPANY_FUNDAMENTALS_H
#define CLOSEBELL_COMPANY_FUNDAMENTALS_H

#include <closebell/company/report.h>

typedef struct {
  const Report *newest; /* of the basis, lent; null: nothing is known, and all else is absent */
  bool is_financial;    /* its newest report has no current_assets: a bank's or an insurer's layout */
  bool is_won;          /* in KRW */
  /* In units of the currency. */
  double ttm_net_income, ttm_revenue, ttm_operating_profit, total_equity;
  /* Percent, but for z_score. */
  double roe, roa, operating_margin, debt_ratio, current_ratio, revenue_growth, operating_profit_growth, z_score;
  /* What only the compass looks at: TTM operating profit / average assets, ROA less that of a year before, equity /
   * assets; and that ROE counts as the worst of all (equity or its average not above 0). */
  double operating_return, roa_change, equity_to_assets;
  bool has_worst_roe;
} Fundamentals;

/* As of a session: reports with filed < session. Lends newest from reports. */
Fundamentals fundamentals_of(const Reports *reports, Day session);
/* The first day after `day` from which fundamentals_of may say something else; DAY_NONE: it never does. So whoever goes
 * over sessions computes once a report, not once a day. */
Day fundamentals_change(const Reports *reports, Day day);

/* What the market pays for it: cap in KRW and shares, both of all classes of the company's stock in the session. */
typedef struct {
  double eps_ttm, bps;  /* KRW a share */
  double per, pbr, psr; /* times */
  double earnings_yield, book_yield,
      sales_yield; /* of the compass: absent too when the report is stale (over 200 days) */
} Valuation;
Valuation valuation_of(const Fundamentals *fundamentals, Day session, int64_t cap, int64_t shares);

/* Rows of the market that belong to one company: the same first five characters of the code. */
enum { COMPANY_CODE_LENGTH = 5 };
static inline bool ticker_is_common(const char *ticker) { return ticker[COMPANY_CODE_LENGTH] == '0'; }

#endif
