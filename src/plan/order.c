#include <closebell/plan/order.h>

#include <stdlib.h>
#include <string.h>

static int by_urgency(const void *a, const void *b) {
  const OrderItem *left = a, *right = b;
  bool left_behind = left->sessions_behind >= ORDER_BEHIND_SESSIONS;
  bool right_behind = right->sessions_behind >= ORDER_BEHIND_SESSIONS;
  if (left_behind != right_behind) return left_behind ? -1 : 1;
  if (left->market_cap != right->market_cap) return left->market_cap > right->market_cap ? -1 : 1;
  return strcmp(left->ticker, right->ticker);
}

void order_sort(OrderItem *items, size_t count) { qsort(items, count, sizeof *items, by_urgency); }

bool order_failure_due(int64_t failure_count, Instant last_failure, Instant now) {
  if (failure_count < ORDER_FAILURES_BEFORE_DAILY || last_failure == INSTANT_NONE) return true;
  return now - last_failure >= MS_OF_DAY;
}
