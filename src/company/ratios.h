/* ratios.h: the ratios of a period, each absent (NaN) where its divisor is not above 0.
 *
 * A quotient is taken first and multiplied afterwards: so a report in thousands gives the same bits. */
#ifndef CLOSEBELL_COMPANY_RATIOS_H
#define CLOSEBELL_COMPANY_RATIOS_H

#include "periods.h"

/* a / b, only for b > 0. */
double ratio_of(double a, double b);

/* Percent. */
double roe_of(const Period *period);
double roa_of(const Period *period);
double operating_margin_of(const Period *period);
double debt_ratio_of(const Report *report);
double current_ratio_of(const Report *report);
/* Of the last twelve months against those a year before: from above 0 only, and not to below 0. */
double growth_of(const Period *period, const Period *year_before, ReportAmount amount);

/* Not in percent: the compass looks at them. */
double operating_return_of(const Period *period); /* TTM(operating_profit) / average total_assets */
double equity_to_assets_of(const Report *report);
/* Equity, or its average, is not above 0: there is no ROE, and it counts as the worst of all. */
bool has_worst_roe(const Period *period);

/* Altman's Z'' for emerging markets (1995); not for financial companies. */
double z_score_of(const Period *period);

#endif
