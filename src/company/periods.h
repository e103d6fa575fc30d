/* periods.h: which of a company's reports counts on a session, and which of them are read together. */
#ifndef CLOSEBELL_COMPANY_PERIODS_H
#define CLOSEBELL_COMPANY_PERIODS_H

#include <closebell/company/report.h>

/* What is known of a company on a session: reports filed before it, in one kind of statement. */
typedef struct {
  const Reports *reports; /* lent */
  Day session;
  Statement basis;
} Known;

/* A report and those it is read together with. All are lent, and null where unknown. */
typedef struct {
  const Report *report;
  const Report *year_before;   /* of the same kind, the same month of the year before */
  const Report *annual_before; /* of an interim report: the annual report that ends as many months before it as its
                                  year to date has */
} Period;

/* The newest report; ret_known is filled when there is one. Consolidated where the newest period has it, else
 * separate; all other reports are then read in this basis only. Null: nothing is known. */
const Report *known_newest(const Reports *reports, Day session, Known *ret_known);
Period known_period(const Known *known, const Report *report);

#endif
