/* A condition of a screen. Accepted: it is a plan, and the newest session's answers are the same alone and with others.
 * Refused: the place lies in the text or right behind it. */
#include "fuzz.h"

#include <closebell/screen/market.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STOCKS = 4, SESSIONS = 20 };

/* Made once: halts, a corporate action, a new listing, a renamed stock. */
static ScreenMarket *small_market(void) {
  static ScreenMarket market = {.considered = 1};
  for (int t = (int)market.session_count; t < SESSIONS; t++) {
    StockRow rows[STOCKS];
    Error err;
    for (int s = 0; s < STOCKS; s++) {
      int64_t close = s == 1 && t >= 9 ? 50 : 100;
      rows[s] = (StockRow){.close = close + t % 3, .change = t % 3, .volume = 10 + t * s, .high = close + 3, .low = 40};
      rows[s].open = s == 2 && t % 4 == 1 ? 0 : close;
      snprintf(rows[s].ticker, sizeof rows[s].ticker, "%06d", s);
      snprintf(rows[s].name, sizeof rows[s].name, "n%d", s == 3 && t > 15);
    }
    Session session = {.date = 20000 + t, .rows = rows, .count = t < 5 ? STOCKS - 1 : STOCKS};
    FUZZ_CHECK(screen_market_add(&market, &session, false, &err) == STATUS_OK);
  }
  return &market;
}

static void evaluate(const ScreenPlan *plan) {
  ScreenMarket *market = small_market();
  uint8_t all[STOCKS * SESSIONS], newest[STOCKS];
  Error err;
  Status whole = screen_evaluate(plan, market, 0, SESSIONS - 1, all, &err);
  Status alone = screen_evaluate(plan, market, SESSIONS - 1, SESSIONS - 1, newest, &err);
  FUZZ_CHECK(alone == STATUS_OK || alone == STATUS_CONFIG);
  if (whole != STATUS_OK || alone != STATUS_OK) return;
  size_t first = market->first_entry[SESSIONS - 1];
  FUZZ_CHECK(memcmp(all + first, newest, market->entry_count - first) == 0);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  ScreenPlan *plan = malloc(sizeof *plan);
  char *text = malloc(size + 1); /* of exactly its length, so that a read behind it is seen */
  ScreenError error;
  FUZZ_CHECK(plan != NULL && text != NULL);
  memcpy(text, data, size);
  char *exact = realloc(text, size == 0 ? 1 : size);
  FUZZ_CHECK(exact != NULL);
  bool accepted = screen_plan(exact, size, plan, &error) == STATUS_OK;
  if (accepted) {
    FUZZ_CHECK(plan->count > 0 && plan->count <= SCREEN_MAX_PARTS);
    const int back = plan->parts[plan->count - 1].back;
    FUZZ_CHECK(back >= 0 && back <= SCREEN_MAX_BACK);
    FUZZ_CHECK(plan->parts[plan->count - 1].kind == SCREEN_TRUTH);
    for (int i = 0; i < plan->count; i++) {
      for (int k = 0; k < plan->parts[i].operands; k++) FUZZ_CHECK(plan->parts[i].operand[k] < i);
    }
    evaluate(plan);
  } else {
    FUZZ_CHECK(error.line >= 1 && error.column >= 1 && error.what[0] != '\0');
    FUZZ_CHECK((size_t)error.line + (size_t)error.column <= size + 2);
  }
  free(exact);
  free(plan);
  return accepted;
}
