#include <closebell/market/decision.h>

#include <string.h>

static const char *const NAMES[DECISION_FINALS] = {NULL, "BUY", "SELL", "HOLD", "NO_DECISION"};

const char *decision_final_name(DecisionFinal final) { return NAMES[final]; }

bool decision_final_parse(const char *text, DecisionFinal *ret_final) {
  for (int i = DECISION_BUY; i < DECISION_FINALS; i++) {
    if (strcmp(NAMES[i], text) != 0) continue;
    *ret_final = (DecisionFinal)i;
    return true;
  }
  return false;
}

double decision_excess(const DecisionOutcome *outcome, size_t horizon) {
  return outcome->returns[horizon] - outcome->market[horizon];
}
