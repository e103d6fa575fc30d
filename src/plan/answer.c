#include <closebell/plan/answer.h>

#include <stdlib.h>

const PayloadType PAYLOAD_STOCK_ROWS = {"stock rows", sizeof(StockRow)};
const PayloadType PAYLOAD_INDEX_REPORT = {"index report", sizeof(IndexReport)};

const void *answer_items(const Answer *answer, const PayloadType *type) {
  return answer->kind == ANSWER_ROWS && answer->type == type ? answer->payload : NULL;
}

void day_answer_free(DayAnswer *answer) {
  for (int i = 0; i < MARKET_COUNT; i++) {
    free(answer->markets[i].rows);
    answer->markets[i] = (MarketAnswer){0};
  }
}

size_t day_answer_rows(const DayAnswer *answer, MarketSet markets) {
  size_t rows = 0;
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(markets, market)) rows += answer->markets[market].count;
  return rows;
}

const char *answer_kind_name(AnswerKind kind) {
  switch (kind) {
  case ANSWER_NONE:
    return "not asked";
  case ANSWER_ROWS:
    return "rows";
  case ANSWER_EMPTY:
    return "empty";
  case ANSWER_BROKEN:
    return "broken";
  case ANSWER_UNAUTHORIZED:
    return "unauthorized";
  case ANSWER_BLOCKED:
    return "blocked";
  case ANSWER_THROTTLED:
    return "throttled";
  case ANSWER_FAILING:
    return "failing";
  case ANSWER_UNREACHABLE:
    return "unreachable";
  case ANSWER_MISDIRECTED:
    return "misdirected";
  case ANSWER_TOO_LARGE:
    return "too large";
  case ANSWER_SPENT:
    return "spent";
  case ANSWER_REFUSED:
    return "refused";
  }
  return "unknown answer";
}
