#include "dart_accounts.h"

#include <string.h>

/* Names without blanks; of the same amount, the first one counts where several are published. Origins:
 * [R] recorded answers of fnlttSinglAcnt and fnlttMultiAcnt, which both give DART's own selection of accounts;
 * [S] names of the same lines in the statements themselves (fnlttSinglAcntAll), which clients of DART treat as one:
 *     profit of an interim report is called after its period, and (손실) or (결손금) stands where it may be a loss. */
typedef struct {
  const char *name;
  ReportAmount amount;
} Alias;

static const Alias BALANCE[] = {
    {"유동자산", AMOUNT_current_assets},              /* [R] */
    {"비유동자산", AMOUNT_noncurrent_assets},         /* [R] */
    {"자산총계", AMOUNT_total_assets},                /* [R] */
    {"유동부채", AMOUNT_current_liabilities},         /* [R] */
    {"비유동부채", AMOUNT_noncurrent_liabilities},    /* [R] */
    {"부채총계", AMOUNT_total_liabilities},           /* [R] */
    {"자본금", AMOUNT_capital},                       /* [R] */
    {"이익잉여금", AMOUNT_retained_earnings},         /* [R] */
    {"이익잉여금(결손금)", AMOUNT_retained_earnings}, /* [S] */
    {"자본총계", AMOUNT_total_equity},                /* [R] */
};

static const Alias INCOME[] = {
    {"매출액", AMOUNT_revenue},                             /* [R] */
    {"수익(매출액)", AMOUNT_revenue},                       /* [R] */
    {"영업수익", AMOUNT_revenue},                           /* [R] of companies that sell no goods */
    {"영업이익", AMOUNT_operating_profit},                  /* [R] */
    {"영업이익(손실)", AMOUNT_operating_profit},            /* [R] */
    {"법인세차감전순이익", AMOUNT_pretax_profit},           /* [R] with a blank: 법인세차감전 순이익 */
    {"법인세차감전순이익(손실)", AMOUNT_pretax_profit},     /* [S] */
    {"법인세비용차감전순이익", AMOUNT_pretax_profit},       /* [S] */
    {"법인세비용차감전순이익(손실)", AMOUNT_pretax_profit}, /* [S] */
    {"당기순이익", AMOUNT_net_income},                      /* [R] */
    {"당기순이익(손실)", AMOUNT_net_income},                /* [R] */
    {"반기순이익", AMOUNT_net_income},                      /* [S] */
    {"반기순이익(손실)", AMOUNT_net_income},                /* [S] */
    {"분기순이익", AMOUNT_net_income},                      /* [S] */
    {"분기순이익(손실)", AMOUNT_net_income},                /* [S] */
};

enum {
  BALANCE_COUNT = sizeof BALANCE / sizeof BALANCE[0],
  INCOME_COUNT = sizeof INCOME / sizeof INCOME[0],
  NAME_SIZE = 64
};

/* Longer names are none of ours. */
static bool without_blanks(const char *name, char text[NAME_SIZE]) {
  size_t length = 0;
  for (; *name != '\0'; name++) {
    if (*name == ' ' || *name == '\t') continue;
    if (length + 1 == NAME_SIZE) return false;
    text[length++] = *name;
  }
  text[length] = '\0';
  return true;
}

/* Its place in the table; -1: it is not there. */
static int find(const Alias *aliases, int count, const char *account_nm) {
  char name[NAME_SIZE];
  if (!without_blanks(account_nm, name)) return -1;
  for (int i = 0; i < count; i++)
    if (strcmp(aliases[i].name, name) == 0) return i;
  return -1;
}

static ReportAmount three_months_of(ReportAmount amount) {
  switch (amount) {
  case AMOUNT_revenue:
    return AMOUNT_revenue_3m;
  case AMOUNT_operating_profit:
    return AMOUNT_operating_profit_3m;
  case AMOUNT_pretax_profit:
    return AMOUNT_pretax_profit_3m;
  case AMOUNT_net_income:
    return AMOUNT_net_income_3m;
  default:
    return REPORT_AMOUNT_COUNT;
  }
}

bool dart_account_find(const char *sj_div, const char *account_nm, DartAccount *ret_account) {
  bool balance = strcmp(sj_div, "BS") == 0, comprehensive = strcmp(sj_div, "CIS") == 0;
  if (!balance && !comprehensive && strcmp(sj_div, "IS") != 0) return false;
  int at = balance ? find(BALANCE, BALANCE_COUNT, account_nm) : find(INCOME, INCOME_COUNT, account_nm);
  if (at < 0) return false;
  ReportAmount amount = balance ? BALANCE[at].amount : INCOME[at].amount;
  /* The income statement comes before the comprehensive one, which repeats its profit; some have only that. */
  *ret_account = (DartAccount){
      .amount = amount, .three_months = three_months_of(amount), .rank = comprehensive ? INCOME_COUNT + at : at};
  return true;
}
