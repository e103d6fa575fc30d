#include "ratios.h"

#include <math.h>

#include "ttm.h"

double ratio_of(double a, double b) { return b > 0 ? a / b : NAN; }

static double percent_of(double a, double b) { return 100 * ratio_of(a, b); }

/* ---- returns ---- */

bool has_worst_roe(const Period *period) {
  return amount_of(period->report, AMOUNT_total_equity) <= 0 || average_of(period, AMOUNT_total_equity) <= 0;
}

double roe_of(const Period *period) {
  if (!(amount_of(period->report, AMOUNT_total_equity) > 0)) return NAN;
  return percent_of(ttm_of(period, AMOUNT_net_income), average_of(period, AMOUNT_total_equity));
}

double roa_of(const Period *period) {
  return percent_of(ttm_of(period, AMOUNT_net_income), average_of(period, AMOUNT_total_assets));
}

double operating_return_of(const Period *period) {
  return ratio_of(ttm_of(period, AMOUNT_operating_profit), average_of(period, AMOUNT_total_assets));
}

double operating_margin_of(const Period *period) {
  return percent_of(ttm_of(period, AMOUNT_operating_profit), ttm_of(period, AMOUNT_revenue));
}

double growth_of(const Period *period, const Period *year_before, ReportAmount amount) {
  if (!reports_same_currency(period->report, year_before->report)) return NAN;
  double now = ttm_of(period, amount), older = ttm_of(year_before, amount);
  return now >= 0 ? 100 * (ratio_of(now, older) - 1) : NAN;
}

/* ---- the balance ---- */

double debt_ratio_of(const Report *report) {
  return percent_of(amount_of(report, AMOUNT_total_liabilities), amount_of(report, AMOUNT_total_equity));
}

double current_ratio_of(const Report *report) {
  return percent_of(amount_of(report, AMOUNT_current_assets), amount_of(report, AMOUNT_current_liabilities));
}

double equity_to_assets_of(const Report *report) {
  return ratio_of(amount_of(report, AMOUNT_total_equity), amount_of(report, AMOUNT_total_assets));
}
