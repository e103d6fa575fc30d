/* analysis_companies.h: a ticker's company fields, from the cells of the panel and from what is stored. */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_COMPANIES_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_COMPANIES_H

#include <closebell/analysis/analysis.h>

/* One array for each of COMPANY_FIELDS, a value a bar; one block, of the caller (free). Null: no memory, or nothing is
 * known of companies: *ret_made says which. kept: the ticker's rows, of the series of that index, whose bars begin at
 * `from`. */
double **analysis_companies_pick(const AnalysisPanel *gathered, const PanelSeries *kept, size_t series, Day from,
                                 size_t bars, bool *ret_made);
/* From which date on they are known; DAY_NONE: all. */
Day analysis_companies_known(const AnalysisPanel *gathered);
/* Which of the names is the first of COMPANY_FIELDS: they stand together in the table. */
size_t analysis_companies_first(const char *const *names);

#endif
