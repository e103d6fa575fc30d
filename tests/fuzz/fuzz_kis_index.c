/* A body as inquire-daily-indexchartprice might send it. Accepted: rows that can be right, or none. */
#include "fuzz_kis.h"

static void parse(const json_t *body, Answer *answer) { kis_parse_index(body, answer); }

static void check(const Answer *answer) {
  const DatedIndexRow *rows = answer_items(answer, &PAYLOAD_INDEX_ROWS);
  FUZZ_CHECK(rows != NULL);
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(i == 0 || rows[i - 1].date < rows[i].date);
    FUZZ_CHECK(index_row_fault(&rows[i].row) == NULL);
    FUZZ_CHECK(rows[i].row.volume % 1000 == 0 && rows[i].row.value % 1000000 == 0);
    FUZZ_CHECK(rows[i].row.change == 0 && rows[i].row.market_cap == 0);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) { return fuzz_kis(data, size, parse, check); }
