/* absence.h: why a field of a company is absent, in one sentence. It goes by what is known of the stock beside it, so
 * that every reader says the same. Pure. */
#ifndef CLOSEBELL_COMPANY_ABSENCE_H
#define CLOSEBELL_COMPANY_ABSENCE_H

#include <stdbool.h>

typedef struct {
  bool is_common;      /* the stock itself; a preferred one has no fields of its company */
  bool is_collected;   /* there are companies at all */
  bool has_company;    /* and one of them is the stock's */
  bool has_report;     /* a report of it was used */
  bool has_dividend;   /* one of the three fields of dividends is there */
  double eps_ttm, bps; /* NaN: absent too */
} CompanyKnown;

/* Null: the field is none of a company's. */
const char *company_absence(const char *field, const CompanyKnown *known);

#endif
