/* The lines of dividend_archive.data, read as the dividends of 005930. The sum keeps nearly all invented text from the
 * reader: they get the right one here, so that the rest is looked at too. */
#include "fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/company/dividend_text.h>

static const char TICKER[] = "005930";

/* As dividend_text.c says. */
static void put_sum(TextBuffer *text) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (const char *at = TICKER; *at; at++) sum = (sum ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
  for (size_t i = 0; i < text->length; i++) sum = (sum ^ (uint8_t)text->data[i]) * UINT64_C(0x100000001b3);
  text_buffer_printf(text, "sum %016" PRIx64 "\n", sum);
}

static void check(const Dividends *dividends) {
  TextBuffer again = {0};
  Dividends second = {0};
  Error err = {{0}};
  for (size_t i = 0; i < dividends->count; i++) {
    FUZZ_CHECK(dividend_fault(&dividends->items[i]) == NULL);
    FUZZ_CHECK(i == 0 || dividend_compare(&dividends->items[i - 1], &dividends->items[i]) < 0);
  }
  dividend_text_encode(dividends, &again);
  FUZZ_CHECK(!again.failed && dividend_text_decode(again.data, TICKER, &second, &err) == STATUS_OK);
  FUZZ_CHECK(second.count == dividends->count && second.asked_count == dividends->asked_count);
  for (size_t i = 0; i < second.count; i++)
    FUZZ_CHECK(dividend_same_values(&second.items[i], &dividends->items[i]));
  dividends_free(&second);
  text_buffer_free(&again);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  TextBuffer text = {0};
  Dividends dividends = {.count = 77};
  Error err = {{0}};
  size_t length = strnlen((const char *)data, size);
  text_buffer_append(&text, (const char *)data, length);
  if (length > 0 && data[length - 1] != '\n') text_buffer_append(&text, "\n", 1);
  put_sum(&text);
  FUZZ_CHECK(!text.failed);
  Status status = dividend_text_decode(text.data, TICKER, &dividends, &err);
  if (status == STATUS_OK) {
    check(&dividends);
    dividends_free(&dividends);
  } else {
    FUZZ_CHECK(status == STATUS_BAD_DATA && dividends.count == 77);
    fuzz_check_message(err.text);
  }
  text_buffer_free(&text);
  return status == STATUS_OK;
}
