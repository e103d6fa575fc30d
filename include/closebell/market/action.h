/* action.h: corporate actions, read off the exchange's own base prices. */
#ifndef CLOSEBELL_MARKET_ACTION_H
#define CLOSEBELL_MARKET_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/base/status.h>
#include <closebell/market/row.h>

enum { ACTION_FILING_SIZE = 15 };

/* On `date` the exchange moved the base price away from the previous close: split, merger, bonus or rights issue, big
 * stock dividend. Earlier prices are multiplied by the factor, earlier volumes divided by it. */
typedef struct {
  char ticker[TICKER_SIZE];
  Day date;
  int64_t base_price, previous_close;  /* KRW */
  double factor;                       /* base_price / previous_close */
  char explained_by[ACTION_FILING_SIZE]; /* the receipt number of the filing that says why; "": none is known */
} CorporateAction;

/* True, and *ret_factor set, when 1000 * |base - previous_close| >= 5 * previous_close, in integers. False as well when
 * previous_close or base_price is not positive. */
bool action_factor(int64_t previous_close, int64_t base_price, double *ret_factor);

/* Zero-initialise; actions_free at the end. */
typedef struct {
  CorporateAction *items; /* owned */
  size_t count, capacity;
} Actions;

Status actions_add(Actions *actions, const CorporateAction *action, Error *err);
void actions_free(Actions *actions);

#endif
