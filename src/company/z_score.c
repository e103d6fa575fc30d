/* z_score.c: Altman's Z'' for emerging markets (1995): above 5.85 safe, below 4.35 in distress. */
#include "ratios.h"
#include "ttm.h"

double z_score_of(const Period *period) {
  const Report *report = period->report;
  double assets = amount_of(report, AMOUNT_total_assets);
  double liabilities = amount_of(report, AMOUNT_total_liabilities);
  double working_capital = amount_of(report, AMOUNT_current_assets) - amount_of(report, AMOUNT_current_liabilities);
  return 3.25 + 6.56 * ratio_of(working_capital, assets) +
         3.26 * ratio_of(amount_of(report, AMOUNT_retained_earnings), assets) +
         6.72 * ratio_of(ttm_of(period, AMOUNT_operating_profit), assets) +
         1.05 * ratio_of(amount_of(report, AMOUNT_total_equity), liabilities);
}
