/* Flows and minutes as CSV files that somebody wants to import. The first byte says which. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/market/flow_csv.h>
#include <closebell/market/minute_csv.h>

enum { DATE = 20188 };

static Status write_flow(void *context, const FlowLine *line, Error *err) {
  (void)err;
  FUZZ_CHECK(ticker_is_valid(line->ticker) && line->day.has != 0 && line->day.is_final && line->day.date == DATE);
  flow_csv_append(context, line);
  return STATUS_OK;
}

static Status write_minutes(void *context, const char *ticker, const MinuteDay *day, Instant as_of_utc, Error *err) {
  (void)err;
  FUZZ_CHECK(ticker_is_valid(ticker) && day->count > 0 && day->count <= MINUTE_BARS_MAX && day->date == DATE);
  for (size_t i = 0; i < day->count; i++) {
    FUZZ_CHECK(minute_bar_fault(&day->bars[i]) == NULL);
    FUZZ_CHECK(i == 0 || day->bars[i - 1].time < day->bars[i].time);
  }
  minute_csv_append(context, ticker, day, as_of_utc);
  return STATUS_OK;
}

static Status read_and_write(bool flows, const char *text, TextBuffer *ret_text, Error *err) {
  text_buffer_printf(ret_text, "%s\n", flows ? FLOW_CSV_HEADER : MINUTE_CSV_HEADER);
  return flows ? flow_csv_read(text, DATE, write_flow, ret_text, err)
               : minute_csv_read(text, DATE, write_minutes, ret_text, err);
}

/* What is accepted has one written form. */
static void check_again(bool flows, const TextBuffer *once) {
  TextBuffer twice = {0};
  Error err;
  FUZZ_CHECK(read_and_write(flows, once->data, &twice, &err) == STATUS_OK);
  FUZZ_CHECK(twice.length == once->length && memcmp(twice.data, once->data, once->length) == 0);
  text_buffer_free(&twice);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  TextBuffer once = {0};
  Error err = {{0}};
  const bool flows = size > 0 && data[0] == 'f';
  char *text = calloc(size + 1, 1);
  FUZZ_CHECK(text != NULL);
  if (size > 0) memcpy(text, data + 1, size - 1);
  Status status = read_and_write(flows, text, &once, &err);
  if (status == STATUS_OK) {
    check_again(flows, &once);
  } else {
    FUZZ_CHECK(status == STATUS_BAD_DATA);
    fuzz_check_message(err.text);
  }
  text_buffer_free(&once);
  free(text);
  return status == STATUS_OK;
}
