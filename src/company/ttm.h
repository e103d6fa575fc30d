/* ttm.h: amounts of a period as doubles: of its last twelve months, and the average of its balance. NaN: absent. */
#ifndef CLOSEBELL_COMPANY_TTM_H
#define CLOSEBELL_COMPANY_TTM_H

#include "periods.h"

/* As published. Null has nothing. */
double amount_of(const Report *report, ReportAmount amount);
/* What the twelve months to the period's end brought: an annual report's own amount; of an interim report the annual
 * before it + its year to date - that of a year before, in one currency. Never annualised. */
double ttm_of(const Period *period, ReportAmount amount);
/* (at the end of the period + a year before) / 2, in one currency. Never the closing value alone. */
double average_of(const Period *period, ReportAmount amount);
/* Both are there and in one currency. */
bool reports_same_currency(const Report *a, const Report *b);

#endif
