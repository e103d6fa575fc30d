#include <closebell/company/fundamentals.h>

#include <math.h>
#include <string.h>

#include "ratios.h"
#include "ttm.h"

static const Fundamentals NOTHING = {.ttm_net_income = NAN,
                                     .ttm_revenue = NAN,
                                     .ttm_operating_profit = NAN,
                                     .total_equity = NAN,
                                     .roe = NAN,
                                     .roa = NAN,
                                     .operating_margin = NAN,
                                     .debt_ratio = NAN,
                                     .current_ratio = NAN,
                                     .revenue_growth = NAN,
                                     .operating_profit_growth = NAN,
                                     .z_score = NAN,
                                     .operating_return = NAN,
                                     .roa_change = NAN,
                                     .equity_to_assets = NAN};

static void fill_amounts(Fundamentals *fundamentals, const Period *period) {
  static const char WON[] = "KRW";
  fundamentals->newest = period->report;
  fundamentals->is_financial = !report_has(period->report, AMOUNT_current_assets);
  fundamentals->is_won = strcmp(period->report->currency, WON) == 0;
  fundamentals->ttm_net_income = ttm_of(period, AMOUNT_net_income);
  fundamentals->ttm_revenue = ttm_of(period, AMOUNT_revenue);
  fundamentals->ttm_operating_profit = ttm_of(period, AMOUNT_operating_profit);
  fundamentals->total_equity = amount_of(period->report, AMOUNT_total_equity);
}

static void fill_ratios(Fundamentals *fundamentals, const Period *period, const Period *year_before) {
  fundamentals->roe = roe_of(period);
  fundamentals->roa = roa_of(period);
  fundamentals->operating_margin = operating_margin_of(period);
  fundamentals->debt_ratio = debt_ratio_of(period->report);
  fundamentals->current_ratio = current_ratio_of(period->report);
  fundamentals->revenue_growth = growth_of(period, year_before, AMOUNT_revenue);
  fundamentals->operating_profit_growth = growth_of(period, year_before, AMOUNT_operating_profit);
  fundamentals->z_score = z_score_of(period);
  fundamentals->operating_return = operating_return_of(period);
  fundamentals->roa_change = fundamentals->roa - roa_of(year_before);
  fundamentals->equity_to_assets = equity_to_assets_of(period->report);
  fundamentals->has_worst_roe = has_worst_roe(period);
}

Fundamentals fundamentals_of(const Reports *reports, Day session) {
  Fundamentals fundamentals = NOTHING;
  Known known;
  const Report *newest = known_newest(reports, session, &known);
  if (!newest) return fundamentals;
  Period period = known_period(&known, newest), year_before = known_period(&known, period.year_before);
  fill_amounts(&fundamentals, &period);
  fill_ratios(&fundamentals, &period, &year_before);
  return fundamentals;
}

Day fundamentals_change(const Reports *reports, Day day) {
  Day change = DAY_NONE;
  for (size_t i = 0; i < reports->count; i++) {
    Day filed = report_filed(&reports->items[i]);
    if (filed >= day && (change == DAY_NONE || filed < change)) change = filed + 1;
  }
  return change;
}
