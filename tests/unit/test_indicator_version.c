/* Whoever changes what the table computes has to raise its version: otherwise old and new values stand side by side in
 * the database, and nobody redoes the old ones. The fingerprint of all that the table computes of a fixed series stands
 * beside the version (src/indicator/version.h). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/indicator/company_fields.h>
#include <closebell/indicator/indicator.h>

#include "../../src/indicator/version.h"

enum { BARS = 700, MAX_FIELDS = 128, FINGERPRINT_SIZE = 40 };

static double open_[BARS], high[BARS], low[BARS], close_[BARS], volume[BARS], chained[BARS];
static double index_close[MARKET_INDICES][BARS], company[COMPANY_FIELD_COUNT][BARS];
static uint8_t rating[BARS], market[BARS];
static double computed[MAX_FIELDS][BARS];

/* ---- the fixed series: whole numbers of a generator of its own, so that it is the same everywhere ---- */

static int64_t next_random(uint64_t *seed, int64_t below) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((*seed >> 33) % (uint64_t)below);
}

/* Rises, falls, weeks of one and the same price, surges of volume, a fraction as behind a split. */
static void set_bars(void) {
  uint64_t seed = 17;
  int64_t price = 20000;
  for (size_t i = 0; i < BARS; i++) {
    bool still = i % 140 >= 100 && i % 140 < 125;
    int64_t step = next_random(&seed, 801) - (i / 150 % 2 == 0 ? 370 : 430);
    if (!still) price += step;
    if (price < 500) price = 500;
    double unit = i < BARS / 2 ? 0.25 : 1, span = still ? 0 : (double)next_random(&seed, 300);
    close_[i] = (double)price * unit;
    open_[i] = ((double)price + span / 2) * unit;
    high[i] = ((double)price + span) * unit;
    low[i] = ((double)price - span) * unit;
    volume[i] = (double)(next_random(&seed, 100000) * (i % 37 == 0 ? 9 : 1)) / unit;
    chained[i] = (double)price / 20000;
    rating[i] = (uint8_t)next_random(&seed, 100);
    market[i] = (uint8_t)(i / 90 % 3);
    for (size_t k = 0; k < MARKET_INDICES; k++) index_close[k][i] = 800 + (double)next_random(&seed, 400000) / 100;
    for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++) company[k][i] = (double)next_random(&seed, 9);
  }
}

static void compute(void) {
  double *outputs[MAX_FIELDS];
  assert_true(indicator_total_outputs() <= MAX_FIELDS);
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = computed[k];
    for (size_t i = 0; i < BARS; i++) computed[k][i] = NAN;
  }
  const double *of_company[COMPANY_FIELD_COUNT];
  for (size_t k = 0; k < COMPANY_FIELD_COUNT; k++) of_company[k] = company[k];
  Bars bars = {.count = BARS,
               .open = open_,
               .high = high,
               .low = low,
               .close = close_,
               .volume = volume,
               .chained_close = chained,
               .rating = rating,
               .market = market,
               .index_close = {index_close[0], index_close[1]},
               .company = of_company};
  indicator_compute_all(&bars, outputs);
}

/* ---- the fingerprint: FNV-1a of 64 bits ---- */

static void mix(uint64_t *hash, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) *hash = (*hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
}

static void mix_number(uint64_t *hash, int64_t number) {
  unsigned char bytes[8];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
  mix(hash, bytes, sizeof bytes);
}

static void mix_values(uint64_t *hash, const double *values, size_t start) {
  for (size_t i = start; i < BARS; i++) {
    int64_t bits = -1; /* no value */
    if (!isnan(values[i])) memcpy(&bits, &values[i], sizeof bits);
    mix_number(hash, bits);
  }
}

static void mix_row(uint64_t *hash, const Indicator *row, double (*columns)[BARS]) {
  for (size_t k = 0; k < INDICATOR_MAX_PARAMETERS; k++) mix_number(hash, row->parameters[k]);
  mix_number(hash, row->kind);
  for (size_t k = 0; row->fields[k] != NULL; k++) {
    mix(hash, row->fields[k], strlen(row->fields[k]) + 1);
    mix_number(hash, (int64_t)indicator_start(row, k));
    mix_values(hash, columns[k], indicator_start(row, k));
  }
}

/* "5:0123456789abcdef". The version is part of the hash as well: no fingerprint goes with another one. */
static void fingerprint_of(int version, char text[FINGERPRINT_SIZE]) {
  uint64_t hash = UINT64_C(14695981039346656037);
  size_t rows, column = 0;
  const Indicator *table = indicator_table(&rows);
  mix_number(&hash, version);
  for (size_t r = 0; r < rows; r++) {
    mix_row(&hash, &table[r], computed + column);
    column += indicator_output_count(&table[r]);
  }
  snprintf(text, FINGERPRINT_SIZE, "%d:%016llx", version, (unsigned long long)hash);
}

static void a_change_of_what_is_computed_raises_the_version(void **state) {
  (void)state;
  char ours[FINGERPRINT_SIZE], next[FINGERPRINT_SIZE];
  int version = indicator_version();
  set_bars();
  compute();
  fingerprint_of(version, ours);
  if (strcmp(ours, INDICATOR_FINGERPRINT) == 0) return;
  if (atoi(INDICATOR_FINGERPRINT) != version)
    fail_msg("src/indicator/version.h: INDICATOR_VERSION is %d, and the fingerprint beside it is of version %d.\n"
             "Commit the new one: #define INDICATOR_FINGERPRINT \"%s\"",
             version, atoi(INDICATOR_FINGERPRINT), ours);
  fingerprint_of(version + 1, next);
  fail_msg(
      "The table of indicators computes something else than version %d of it did.\n"
      "If that is meant: raise INDICATOR_VERSION in src/indicator/version.h to %d, so that every stock is analysed\n"
      "anew, and commit the new fingerprint beside it: #define INDICATOR_FINGERPRINT \"%s\"",
      version, version + 1, next);
}

/* ---- the check can fail ---- */

static void any_changed_value_changes_the_fingerprint(void **state) {
  (void)state;
  char before[FINGERPRINT_SIZE], after[FINGERPRINT_SIZE];
  set_bars();
  compute();
  fingerprint_of(1, before);
  for (size_t k = 0; k < indicator_total_outputs(); k++) {
    double value = computed[k][BARS - 1];
    computed[k][BARS - 1] = isnan(value) ? 1 : nextafter(value, 1e300);
    fingerprint_of(1, after);
    assert_string_not_equal(before, after);
    computed[k][BARS - 1] = value;
  }
  fingerprint_of(2, after);
  assert_string_not_equal(before, after);
  assert_string_not_equal(before + 1, after + 1); /* without the number itself */
}

/* A field that never differs from bar to bar would hide a change of its formula. */
static void the_fixed_series_moves_every_field(void **state) {
  (void)state;
  size_t rows, column = 0;
  const Indicator *table = indicator_table(&rows);
  set_bars();
  compute();
  for (size_t r = 0; r < rows; r++)
    for (size_t k = 0; table[r].fields[k] != NULL; k++, column++) {
      size_t start = indicator_start(&table[r], k), changes = 0;
      for (size_t i = start + 1; i < BARS; i++)
        changes += isnan(computed[column][i]) || isnan(computed[column][i - 1]) ||
                   computed[column][i] > computed[column][i - 1] || computed[column][i] < computed[column][i - 1];
      if (changes < 4) fail_msg("%s changes %zu times: that proves nothing", table[r].fields[k], changes);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_change_of_what_is_computed_raises_the_version),
      cmocka_unit_test(any_changed_value_changes_the_fingerprint),
      cmocka_unit_test(the_fixed_series_moves_every_field),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
