/* universe.txt, which lies beside exported sessions. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/market/filter_history.h>

static void check_history(const FilterHistory *history) {
  FilterHistory again;
  TextBuffer text = {0};
  Error err;
  FUZZ_CHECK(history->count > 0);
  for (size_t i = 0; i < history->count; i++) {
    bool changed_at_once = i == 0 && history->count > 1 && history->items[1].from == history->items[0].from;
    FUZZ_CHECK(i == 0 || history->items[i - 1].from + (i == 1 ? 0 : 1) <= history->items[i].from);
    FUZZ_CHECK(filter_history_find(history, history->items[i].from) == &history->items[i + changed_at_once].filter);
  }
  filter_history_format(history, &text);
  FUZZ_CHECK(filter_history_parse(text.data, &again, &err) == STATUS_OK && again.count == history->count);
  filter_history_free(&again);
  text_buffer_free(&text);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  FilterHistory history = {0};
  Error err = {{0}};
  char *text = fuzz_text(data, size);
  Status status = filter_history_parse(text, &history, &err);
  if (status == STATUS_OK) {
    check_history(&history);
  } else {
    FUZZ_CHECK(status == STATUS_BAD_DATA && history.items == NULL);
    fuzz_check_message(err.text);
  }
  filter_history_free(&history);
  free(text);
  return status == STATUS_OK;
}
