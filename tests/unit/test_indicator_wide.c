/* Which of its two forms an indicator runs in is the processor's choice: WIDE_VECTORS in src/indicator/table.h. Two
 * hosts may work on one database, so both have to give the same bits. Beside them: the one form, compiled alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/random.h>
#include <closebell/indicator/indicator.h>

enum { MAX_BARS = 700, OUTPUTS = 4 };

typedef void Compute(const Bars *bars, const int *parameters, double *const *outputs);

#define DO(formula) Compute narrow_##formula##_compute;
WIDE_FORMULAS
#undef DO

static const struct {
  const char *formula;
  Compute *narrow;
} WIDE[] = {
#define DO(formula) {#formula, narrow_##formula##_compute},
    WIDE_FORMULAS
#undef DO
};

static double open_[MAX_BARS], high[MAX_BARS], low[MAX_BARS], close_[MAX_BARS], volume[MAX_BARS];

/* A price that stands still for a while, leaps at times, and is no whole number behind a split. */
static void set_bars(const Random *random) {
  double price = 1000 + (double)(random_next(random) % 90000), unit = random_next(random) % 2 ? 1 : 0.37;
  for (size_t i = 0; i < MAX_BARS; i++) {
    if (random_next(random) % 3 == 0) price = 500 + (double)(random_next(random) % 120000);
    double up = (double)(random_next(random) % 200), down = (double)(random_next(random) % 200);
    close_[i] = price * unit;
    open_[i] = (price + up / 2) * unit;
    high[i] = (price + up) * unit;
    low[i] = (price - down) * unit;
    volume[i] = random_next(random) % 5 ? (double)(random_next(random) % 1000000) / unit : 0;
  }
}

static void assert_same_bits(const Indicator *row, Compute *narrow, size_t count) {
  static double wide[OUTPUTS][MAX_BARS], alone[OUTPUTS][MAX_BARS];
  double *to_wide[OUTPUTS], *to_alone[OUTPUTS];
  Bars bars = {.count = count,
               .open = open_,
               .high = high,
               .low = low,
               .close = close_,
               .volume = volume,
               .chained_close = close_};
  memset(wide, 0, sizeof wide);
  memset(alone, 0, sizeof alone);
  for (size_t k = 0; k < OUTPUTS; k++) to_wide[k] = wide[k], to_alone[k] = alone[k];
  row->compute(&bars, row->parameters, to_wide);
  narrow(&bars, row->parameters, to_alone);
  for (size_t k = 0; k < indicator_output_count(row); k++)
    if (memcmp(wide[k], alone[k], count * sizeof(double)) != 0)
      fail_msg("%s, field %s: other bits in the wide form, of %zu bars", row->name, row->fields[k], count);
}

static void both_forms_give_the_same_bits(void **state) {
  (void)state;
  uint64_t seed = 20261122;
  Random random = random_seeded(&seed);
  size_t rows, compared = 0;
  const Indicator *table = indicator_table(&rows);
  for (int round = 0; round < 40; round++) {
    set_bars(&random);
    for (size_t r = 0; r < rows; r++) {
      for (size_t w = 0; w < sizeof WIDE / sizeof *WIDE; w++) {
        if (strcmp(table[r].name, WIDE[w].formula) != 0) continue;
        assert_true(table[r].compute != WIDE[w].narrow);
        assert_true(indicator_output_count(&table[r]) <= OUTPUTS);
        assert_same_bits(&table[r], WIDE[w].narrow, MAX_BARS - (size_t)(random_next(&random) % 300));
        compared++;
      }
    }
  }
  assert_true(compared >= 40 * sizeof WIDE / sizeof *WIDE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(both_forms_give_the_same_bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
