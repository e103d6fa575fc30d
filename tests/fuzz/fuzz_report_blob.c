/* The bytes of report_archive.data, read as the reports of 005930. The checksum keeps nearly all invented bytes from
 * the decoder: they get the right one here, so that the rest is looked at too. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/company/report_blob.h>

enum { CHECKSUM_SIZE = 8 };
static const char TICKER[] = "005930";

/* As report_blob.c says. */
static void put_checksum(uint8_t *blob, size_t size) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (const char *at = TICKER; *at; at++) sum = (sum ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
  for (size_t i = 0; i < size; i++) sum = (sum ^ blob[i]) * UINT64_C(0x100000001b3);
  for (int i = 0; i < CHECKSUM_SIZE; i++) blob[size + (size_t)i] = (uint8_t)(sum >> (8 * i));
}

static void check_round_trip(const Reports *reports, const uint8_t *blob, size_t size) {
  uint8_t *again = NULL;
  size_t again_size = 0;
  Error err = {{0}};
  for (size_t i = 0; i < reports->count; i++) {
    FUZZ_CHECK(report_fault(&reports->items[i]) == NULL);
    FUZZ_CHECK(i == 0 || report_compare(&reports->items[i - 1], &reports->items[i]) < 0);
  }
  FUZZ_CHECK(report_blob_encode(reports, &again, &again_size, &err) == STATUS_OK);
  FUZZ_CHECK(again_size == size && memcmp(again, blob, size) == 0); /* reports have one form */
  free(again);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  uint8_t *blob = malloc(size + CHECKSUM_SIZE);
  Reports reports = {.count = 77};
  Error err = {{0}};
  FUZZ_CHECK(blob != NULL);
  if (size) memcpy(blob, data, size);
  put_checksum(blob, size);
  Status status = report_blob_decode(blob, size + CHECKSUM_SIZE, TICKER, &reports, &err);
  if (status == STATUS_OK) {
    check_round_trip(&reports, blob, size + CHECKSUM_SIZE);
    reports_free(&reports);
  } else {
    FUZZ_CHECK(status == STATUS_BAD_DATA && reports.count == 77);
    fuzz_check_message(err.text);
  }
  free(blob);
  return status == STATUS_OK;
}
