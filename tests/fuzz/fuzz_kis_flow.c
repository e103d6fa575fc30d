/* A body as inquire-investor, investor-trade-by-stock-daily or program-trade-by-stock-daily might send it. Accepted:
 * rows of one of them, or none. */
#include "fuzz_kis.h"

static void parse_investors(const json_t *body, Answer *answer) { kis_parse_investors(body, "output", answer); }
static void parse_dated(const json_t *body, Answer *answer) { kis_parse_investors(body, "output2", answer); }
static void parse_programs(const json_t *body, Answer *answer) { kis_parse_programs(body, answer); }

static void check(const Answer *answer) {
  const FlowRow *rows = answer_items(answer, &PAYLOAD_FLOW_ROWS);
  FUZZ_CHECK(rows != NULL);
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(i == 0 || rows[i - 1].date < rows[i].date);
    FUZZ_CHECK(rows[i].close >= 0 && rows[i].volume >= -1);
    for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++) {
      const FlowTrade *trade = &rows[i].groups[group];
      FUZZ_CHECK(trade->bought_volume >= 0 && trade->sold_volume >= 0 && trade->bought_value >= 0);
      FUZZ_CHECK(flow_set_has(rows[i].has, group) || (trade->net_volume == 0 && trade->net_value == 0));
    }
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  bool investors = fuzz_kis(data, size, parse_investors, check), dated = fuzz_kis(data, size, parse_dated, check);
  return fuzz_kis(data, size, parse_programs, check) || investors || dated;
}
