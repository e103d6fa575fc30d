/* bench_screen_real FOLDER STRATEGIES [REPEAT]: the shipped strategies over real sessions of the whole market, a line
 * of JSON a time, as tests/bench/screen_pandas.py prints them. FOLDER has files YYYY-MM-DD.csv
 * (code,open,high,low,close,volume), STRATEGIES those of deploy/strategies. */
#include <err.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <closebell/market/archive.h>
#include <closebell/screen/list.h>
#include <closebell/screen/outcome.h>
#include <closebell/screen/strategy.h>

enum { MOST_STRATEGIES = 64, FILE_SIZE = 1 << 20 };

static ScreenMarket market;
static Strategy strategies[MOST_STRATEGIES];
static char names[MOST_STRATEGIES][64];
static size_t strategy_count;
static uint8_t *answers;
static Error why;

static double now_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void need(Status status) {
  if (status != STATUS_OK) errx(1, "%s", why.text);
}

/* ---- the sessions, as the archive has them ---- */

typedef struct {
  uint8_t *blob;
  size_t size;
  Day date;
} Blob;

static char *read_file(const char *path) {
  static char text[FILE_SIZE];
  FILE *file = fopen(path, "r");
  if (file == NULL) err(1, "%s", path);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

/* Prices of these files are adjusted: a row continues the one before. */
static int64_t *close_before(const char *code) {
  static struct {
    char code[TICKER_SIZE];
    int64_t close;
  } known[8192];
  size_t at = (size_t)strtoull(code, NULL, 36) % 8192;
  while (known[at].code[0] != '\0' && strcmp(known[at].code, code) != 0) at = (at + 1) % 8192;
  snprintf(known[at].code, TICKER_SIZE, "%s", code);
  return &known[at].close;
}

static Blob read_session(const char *path) {
  Session session = {.markets = market_bit(MARKET_KOSPI)};
  char date[11], *rest = read_file(path);
  Blob blob;
  snprintf(date, sizeof date, "%.10s", strrchr(path, '/') + 1);
  if (!day_parse(date, &session.date)) errx(1, "%s: no date", path);
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    StockRow row = {.market = MARKET_KOSPI, .name = "-", .listed_shares = 1000000};
    if (sscanf(line, "%6[^,],%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64, row.ticker, &row.open,
               &row.high, &row.low, &row.close, &row.volume) != 6)
      continue;
    int64_t *before = close_before(row.ticker);
    row.change = *before > 0 ? row.close - *before : 0;
    *before = row.close;
    row.value = row.close * row.volume;
    row.market_cap = row.close * row.listed_shares;
    need(session_add(&session, &row));
  }
  need(session_seal(&session, &why));
  need(archive_encode(&session, &blob.blob, &blob.size, &why));
  blob.date = session.date;
  session_free(&session);
  return blob;
}

/* ---- times ---- */

typedef void Work(size_t strategy);

static void timed(const char *what, const char *more, int repeat, Work *work, size_t strategy) {
  double best = INFINITY, cpu = INFINITY;
  for (int turn = 0; turn < repeat; turn++) {
    double start = now_ms(CLOCK_MONOTONIC), busy = now_ms(CLOCK_PROCESS_CPUTIME_ID);
    work(strategy);
    best = fmin(best, now_ms(CLOCK_MONOTONIC) - start);
    cpu = fmin(cpu, now_ms(CLOCK_PROCESS_CPUTIME_ID) - busy);
  }
  printf("{\"what\": \"%s\", \"ms\": %.3f, \"cpu_ms\": %.3f%s}\n", what, best, cpu, more);
  fflush(stdout);
}

static glob_t files;
static Blob *blobs;

static void build(size_t unused) {
  (void)unused;
  screen_market_free(&market);
  for (size_t i = 0; i < files.gl_pathc; i++) {
    Session session = {0};
    need(archive_decode(blobs[i].blob, blobs[i].size, blobs[i].date, &session, &why));
    need(screen_market_add(&market, &session, false, &why));
    session_free(&session);
  }
}

static void prepare(size_t unused) {
  (void)unused;
  for (size_t i = 0; i < strategy_count; i++) need(screen_market_prepare(&market, &strategies[i].where, 0, &why));
}

static void newest(size_t strategy) {
  size_t last = market.session_count - 1;
  need(screen_evaluate(&strategies[strategy].where, &market, last, last, answers, &why));
}

static void with_outcome(size_t strategy, const OutcomeMarket *outcomes) {
  ScreenOutcome outcome;
  const OutcomeSignals signals = {.last = market.session_count - 1, .answers = answers};
  need(screen_evaluate(&strategies[strategy].where, &market, 0, market.session_count - 1, answers, &why));
  need(outcome_of(outcomes, &signals, &outcome, &why));
}

static void alone(size_t strategy) {
  OutcomeMarket outcomes;
  need(outcome_market_init(&market, 0, market.session_count - 1, &outcomes, &why));
  with_outcome(strategy, &outcomes);
  outcome_market_free(&outcomes);
}

/* What all screens share is there already, as in a server. */
static OutcomeMarket resident;
static void beside_others(size_t strategy) { with_outcome(strategy, &resident); }

static void all_newest(size_t unused) {
  (void)unused;
  for (size_t i = 0; i < strategy_count; i++) newest(i);
}

static void all(size_t unused) {
  (void)unused;
  OutcomeMarket outcomes;
  need(outcome_market_init(&market, 0, market.session_count - 1, &outcomes, &why));
  for (size_t i = 0; i < strategy_count; i++) with_outcome(i, &outcomes);
  outcome_market_free(&outcomes);
}

/* ---- strategies ---- */

static void read_strategies(const char *folder) {
  glob_t found;
  char pattern[4096];
  ScreenError error;
  snprintf(pattern, sizeof pattern, "%s/*.ini", folder);
  if (glob(pattern, 0, NULL, &found) != 0) errx(1, "%s: no strategies", folder);
  for (size_t i = 0; i < found.gl_pathc && i < MOST_STRATEGIES; i++) {
    const char *text = read_file(found.gl_pathv[i]);
    if (strategy_parse(text, strlen(text), &strategies[i], &error) != STATUS_OK)
      errx(1, "%s: %s", found.gl_pathv[i], error.what);
    snprintf(names[i], sizeof names[i], "%s", strrchr(found.gl_pathv[i], '/') + 1);
    *strrchr(names[i], '.') = '\0';
    strategy_count++;
  }
  globfree(&found);
}

int main(int argc, char **argv) {
  char pattern[4096], more[200];
  struct rusage usage;
  if (argc < 3) errx(2, "usage: bench_screen_real FOLDER STRATEGIES [REPEAT]");
  int repeat = argc > 3 ? atoi(argv[3]) : 5;
  read_strategies(argv[2]);
  snprintf(pattern, sizeof pattern, "%s/20*.csv", argv[1]);
  if (glob(pattern, 0, NULL, &files) != 0) errx(1, "%s: no sessions", argv[1]);
  blobs = calloc(files.gl_pathc, sizeof *blobs);
  if (blobs == NULL) err(1, "memory");
  for (size_t i = 0; i < files.gl_pathc; i++) blobs[i] = read_session(files.gl_pathv[i]);
  market.considered = market_bit(MARKET_KOSPI);
  market.memory.sessions = files.gl_pathc;
  timed("build", "", 1, build, 0);
  snprintf(more, sizeof more, ", \"stocks\": %zu, \"sessions\": %zu, \"entries\": %zu", market.stock_count,
           market.session_count, market.entry_count);
  answers = malloc(market.entry_count + 1);
  if (answers == NULL) err(1, "memory");
  timed("fields", more, 1, prepare, 0);
  need(outcome_market_init(&market, 0, market.session_count - 1, &resident, &why));
  for (size_t i = 0; i < strategy_count; i++) {
    snprintf(more, sizeof more, ", \"strategy\": \"%s\"", names[i]);
    timed("newest", more, repeat, newest, i);
    timed("sessions", more, repeat, alone, i);
    timed("sessions, resident", more, repeat, beside_others, i);
  }
  timed("newest, all", "", repeat, all_newest, 0);
  timed("all", "", 1, all, 0);
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"what\": \"memory\", \"mb\": %.1f, \"peak_mb\": %.1f}\n", (double)screen_market_memory(&market) / 1e6,
         (double)usage.ru_maxrss / 1e3);
  return 0;
}
