/* dart_accounts.h: by which names OpenDART publishes an account: the one table of aliases. */
#ifndef CLOSEBELL_SOURCE_DART_ACCOUNTS_H
#define CLOSEBELL_SOURCE_DART_ACCOUNTS_H

#include <closebell/company/report.h>

typedef struct {
  ReportAmount amount;       /* of the balance, or of the year to date */
  ReportAmount three_months; /* REPORT_AMOUNT_COUNT: it belongs to the balance and has none */
  int rank;                  /* of several rows for one amount the lowest counts */
} DartAccount;

/* sj_div "BS", "IS", "CIS"; blanks in the name do not matter. False: an account that is not kept, or another
 * statement. */
bool dart_account_find(const char *sj_div, const char *account_nm, DartAccount *ret_account);

#endif
