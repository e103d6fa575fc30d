/* bench_indicators: how many million bars a second each row of the indicator table takes, all of them together, and
 * beside them TA-Lib's C library over the same arrays. Prints a line of JSON.
 *
 * One core, everything in memory, no file and no database. The two take turns, and each number is the median of the
 * rounds: what else the machine does meets both alike. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bars.h"
#include "talib.h"

enum { MAX_ROUNDS = 99, MAX_FIELDS = 64 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double median(double *values, size_t count) {
  qsort(values, count, sizeof *values, compare);
  return values[count / 2];
}

typedef void Work(const Indicator *row, const Bars *bars, double *const *outputs);

static void ours(const Indicator *row, const Bars *bars, double *const *outputs) {
  row->compute(bars, row->parameters, outputs);
}

static void everything(const Indicator *row, const Bars *bars, double *const *outputs) {
  (void)row;
  indicator_compute_all(bars, outputs);
}

static double seconds_of(Work *work, const Indicator *row, const MarketBars *market, double *const *outputs) {
  double begin = now();
  for (size_t s = 0; s < market->series; s++) {
    Bars bars = market_bars_of(market, s);
    work(row, &bars, outputs);
  }
  return now() - begin;
}

typedef struct {
  double ours, theirs; /* million bars a second; 0: not measured */
} Speed;

static Speed measure(const Indicator *row, const MarketBars *market, double *const *outputs, size_t rounds,
                     bool beside) {
  double us[MAX_ROUNDS], them[MAX_ROUNDS], million = (double)market->bars / 1e6;
  for (size_t i = 0; i < rounds; i++) {
    us[i] = seconds_of(row ? ours : everything, row, market, outputs);
    if (beside) them[i] = seconds_of(talib_compute, row, market, outputs);
  }
  return (Speed){million / median(us, rounds), beside ? million / median(them, rounds) : 0};
}

static void print_speed(const char *name, const int *parameters, Speed speed) {
  printf("{\"name\":\"%s\",\"parameters\":[", name);
  for (size_t k = 0; k < INDICATOR_MAX_PARAMETERS && parameters[k] != 0; k++)
    printf("%s%d", k ? "," : "", parameters[k]);
  printf("],\"ours\":%.3f", speed.ours);
  if (speed.theirs > 0) printf(",\"talib\":%.3f,\"ratio\":%.3f", speed.theirs, speed.ours / speed.theirs);
  printf("}");
}

static void print_all(const MarketBars *market, size_t rounds, bool has_talib) {

  double *outputs[MAX_FIELDS];
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = calloc(market->longest + 1, sizeof(double));
    if (outputs[k] == NULL) err(1, "bench_indicators");
  }
  size_t count;
  const Indicator *table = indicator_table(&count);
  printf("{\"series\":%zu,\"bars\":%zu,\"rounds\":%zu,\"rows\":[", market->series, market->bars, rounds);
  for (size_t r = 0, printed = 0; r < count; r++) {
    if (table[r].holds) continue;
    if (printed++ > 0) printf(",\n");
    print_speed(table[r].name, table[r].parameters,
                measure(&table[r], market, outputs, rounds, has_talib && talib_has(&table[r])));
  }
  Speed together = measure(NULL, market, outputs, rounds, false);
  printf("],\n\"together\":%.3f,\"seconds\":%.4f}\n", together.ours, (double)market->bars / 1e6 / together.ours);
  for (size_t k = 0; k < MAX_FIELDS; k++) free(outputs[k]);
}

int main(int argc, char **argv) {
  static const char usage[] = "bench_indicators [--days FOLDER | --tickers N --sessions N] [--talib FILE] [--rounds N]";
  static const struct option options[] = {
      {"days", required_argument, NULL, 'd'},     {"tickers", required_argument, NULL, 't'},
      {"sessions", required_argument, NULL, 's'}, {"talib", required_argument, NULL, 'l'},
      {"rounds", required_argument, NULL, 'r'},   {NULL, 0, NULL, 0}};
  const char *days = NULL, *talib = NULL;
  size_t tickers = 2700, sessions = 340, rounds = 5;
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (option == 'd')
      days = optarg;
    else if (option == 't')
      tickers = strtoul(optarg, NULL, 10);
    else if (option == 's')
      sessions = strtoul(optarg, NULL, 10);
    else if (option == 'l')
      talib = optarg;
    else if (option == 'r')
      rounds = strtoul(optarg, NULL, 10);
    else
      errx(64, "%s", usage);
  }
  if (optind < argc || rounds == 0 || rounds > MAX_ROUNDS) errx(64, "%s", usage);
  MarketBars market = days ? market_bars_load(days) : market_bars_make(tickers, sessions, 1);
  print_all(&market, rounds, talib && talib_open(talib));
  market_bars_free(&market);
}
