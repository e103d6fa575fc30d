#include <closebell/market/action.h>

#include <stdlib.h>

#include <closebell/base/vector.h>

bool action_factor(int64_t previous_close, int64_t base_price, double *ret_factor) {
  if (previous_close <= 0 || base_price <= 0) return false;
  int64_t moved = base_price > previous_close ? base_price - previous_close : previous_close - base_price;
  /* 1000 * moved >= 5 * previous_close without its overflow: moved >= previous_close / 200, rounded up. */
  int64_t least = previous_close / 200 + (previous_close % 200 != 0);
  if (moved < least) return false;
  *ret_factor = (double)base_price / (double)previous_close;
  return true;
}

Status actions_add(Actions *actions, const CorporateAction *action, Error *err) {
  CorporateAction *items = vector_reserve(actions->items, &actions->capacity, actions->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for corporate actions");
  actions->items = items;
  items[actions->count++] = *action;
  return STATUS_OK;
}

void actions_free(Actions *actions) {
  free(actions->items);
  *actions = (Actions){0};
}
