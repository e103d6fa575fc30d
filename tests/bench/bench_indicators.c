/* bench_indicators: how many million bars a second each row of the indicator table takes, all of them together, and
 * beside them TA-Lib's C library over the same arrays. Prints a line of JSON.
 *
 * One core, everything in memory, no file and no database. The two take turns, and each number is made of medians of
 * the rounds: what else the machine does meets both alike. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bars.h"
#include "talib.h"

enum { MAX_ROUNDS = 99, MAX_FIELDS = 128 };

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

/* Series from .. to - 1. */
static double seconds_of(Work *work, const Indicator *row, const MarketBars *market, size_t from, size_t to,
                         double *const *outputs) {
  double begin = now();
  for (size_t s = from; s < to; s++) {
    Bars bars = market_bars_of(market, s);
    work(row, &bars, outputs);
  }
  return now() - begin;
}

typedef struct {
  double ours, theirs; /* million bars a second; 0: not measured */
} Speed;

/* Of one row, or of all together: seconds, summed over the portions of the market. */
typedef struct {
  double us, them;
} Times;

/* In slices that stay in the cache, as the bars of a ticker do while its rows are computed one after the other: it is
 * not memory that is measured. Of each slice the median of the rounds counts, whatever interrupted the others. */
static void measure(const Indicator *row, const MarketBars *market, double *const *outputs, size_t rounds, bool beside,
                    Times *times) {
  enum { SLICE = 100 };
  double us[MAX_ROUNDS], them[MAX_ROUNDS] = {0};
  for (size_t from = 0; from < market->series; from += SLICE) {
    size_t to = from + SLICE < market->series ? from + SLICE : market->series;
    for (size_t i = 0; i < rounds; i++) {
      us[i] = seconds_of(row ? ours : everything, row, market, from, to, outputs);
      if (beside) them[i] = seconds_of(talib_compute, row, market, from, to, outputs);
    }
    times->us += median(us, rounds);
    times->them += median(them, rounds);
  }
}

static Speed speed_of(const Times *times, size_t bars) {
  double million = (double)bars / 1e6;
  return (Speed){million / times->us, times->them > 0 ? million / times->them : 0};
}

static void print_speed(const char *name, const int *parameters, Speed speed) {
  printf("{\"name\":\"%s\",\"parameters\":[", name);
  for (size_t k = 0; k < INDICATOR_MAX_PARAMETERS && parameters[k] != 0; k++)
    printf("%s%d", k ? "," : "", parameters[k]);
  printf("],\"ours\":%.3f", speed.ours);
  if (speed.theirs > 0) printf(",\"talib\":%.3f,\"ratio\":%.3f", speed.theirs, speed.ours / speed.theirs);
  printf("}");
}

/* A market of any size takes the memory of one portion. */
enum { PORTION = 4000, MAX_ROWS = 128 };

typedef struct {
  const char *days; /* null: made */
  size_t tickers, sessions, rounds;
  bool has_talib;
} Asked;

static bool is_beside(const Asked *asked, const Indicator *row) { return asked->has_talib && talib_has(row); }

/* Neither a signal nor what comes from outside the bars. */
static bool is_formula(const Indicator *row) { return !row->holds && strcmp(row->name, "company") != 0; }

static void measure_portion(const MarketBars *market, const Asked *asked, Times times[MAX_ROWS + 1]) {
  double *outputs[MAX_FIELDS];
  size_t count;
  const Indicator *table = indicator_table(&count);
  for (size_t k = 0; k < MAX_FIELDS; k++) {
    outputs[k] = calloc(market->longest + 1, sizeof(double));
    if (outputs[k] == NULL) err(1, "bench_indicators");
  }
  for (size_t r = 0; r < count; r++)
    if (is_formula(&table[r]))
      measure(&table[r], market, outputs, asked->rounds, is_beside(asked, &table[r]), &times[r]);
  measure(NULL, market, outputs, asked->rounds, false, &times[MAX_ROWS]);
  for (size_t k = 0; k < MAX_FIELDS; k++) free(outputs[k]);
}

static void print_all(const Asked *asked) {
  static Times times[MAX_ROWS + 1]; /* the last: all together */
  size_t count, series = 0, bars = 0;
  const Indicator *table = indicator_table(&count);
  if (count > MAX_ROWS) errx(1, "more rows than MAX_ROWS");
  do {
    size_t left = asked->tickers - series, portion = left < PORTION ? left : PORTION;
    MarketBars market =
        asked->days ? market_bars_load(asked->days) : market_bars_make(portion, asked->sessions, 1 + series);
    measure_portion(&market, asked, times);
    series += market.series, bars += market.bars;
    market_bars_free(&market);
  } while (!asked->days && series < asked->tickers);
  printf("{\"series\":%zu,\"bars\":%zu,\"rounds\":%zu,\"rows\":[", series, bars, asked->rounds);
  for (size_t r = 0, printed = 0; r < count; r++) {
    if (!is_formula(&table[r])) continue;
    if (printed++ > 0) printf(",\n");
    print_speed(table[r].name, table[r].parameters, speed_of(&times[r], bars));
  }
  double together = speed_of(&times[MAX_ROWS], bars).ours;
  printf("],\n\"together\":%.3f,\"seconds\":%.4f}\n", together, (double)bars / 1e6 / together);
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
  if (tickers == 0 || sessions == 0) errx(64, "%s", usage);
  print_all(&(Asked){days, tickers, sessions, rounds, talib && talib_open(talib)});
}
