/* bench_screen: hostile and ordinary conditions over 2,700 stocks and 300 sessions of made-up prices: milliseconds for
 * the newest session. */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <closebell/screen/screen.h>

enum { STOCKS = 2700, SESSIONS = 300 };
static double prices[SESSIONS][STOCKS];

static size_t considered(const void *self, size_t session) { return (void)self, (void)session, STOCKS; }

static bool place(const void *self, size_t session, size_t stock, int ago, ScreenPlace *ret_place) {
  (void)self;
  if ((size_t)ago > session) return false;
  *ret_place = (ScreenPlace){session - (size_t)ago, stock};
  return true;
}

static void numbers(const void *self, size_t session, int name, int ago, size_t first, size_t count, double *ret) {
  (void)self, (void)name;
  for (size_t i = 0; i < count; i++) ret[i] = (size_t)ago > session ? NAN : prices[session - (size_t)ago][first + i];
}

static ScreenString text(const void *self, size_t session, int name, size_t stock) {
  (void)self, (void)session, (void)name, (void)stock;
  return (ScreenString){"KOSPI", 5};
}

static void repeat(char *to, const char *first, const char *format, int times, const char *last) {
  size_t length = (size_t)snprintf(to, SCREEN_MAX_BYTES, "%s", first);
  for (int k = 1; k <= times; k++) length += (size_t)snprintf(to + length, SCREEN_MAX_BYTES - length, format, k, k, k);
  snprintf(to + length, SCREEN_MAX_BYTES - length, "%s", last);
}

static void measure(const char *title, const char *where) {
  static const ScreenMarket market = {NULL, SESSIONS, considered, place, numbers, text};
  static ScreenPlan plan;
  static uint8_t answers[STOCKS];
  struct timespec begin, end;
  ScreenError error;
  Error why = {0};
  double best = INFINITY;
  Status status = screen_plan(where, strlen(where), &plan, &error);
  if (status != STATUS_OK) errx(1, "%s: %d:%d %s", title, error.line, error.column, error.what);
  for (int turn = 0; turn < 3; turn++) {
    clock_gettime(CLOCK_MONOTONIC, &begin);
    status = screen_evaluate(&plan, &market, SESSIONS - 1, answers, &why);
    clock_gettime(CLOCK_MONOTONIC, &end);
    best = fmin(best, (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6);
  }
  printf("%8.2f ms  %s%s%s\n", best, title, status == STATUS_OK ? "" : ": ", status == STATUS_OK ? "" : why.text);
}

int main(void) {
  char where[SCREEN_MAX_BYTES];
  unsigned seed = 7;
  for (int t = 0; t < SESSIONS; t++)
    for (int s = 0; s < STOCKS; s++) prices[t][s] = 1 + (double)((seed = seed * 1664525u + 1013904223u) >> 12);
  measure("an ordinary window", "close > highest(close, 20)[1]");
  measure("a rank", "rank(close[21] / close[252]) >= 90");
  measure("windows of windows", "mean(mean(mean(close, 87), 87), 87) > 1");
  repeat(where, "mean(mean(close + 0, 130), 130) > 1", " or mean(mean(close + %d, 130), 130) < 1", 14, "");
  measure("fifteen windows of windows", where);
  repeat(where, "mean(close", " + close / (close + %d)", 20, ", 260) > 1");
  measure("long sums in a window of 260", where);
  measure("ranks of ranks", "rank(rank(rank(rank(rank(rank(rank(rank(close)))))))) > 50");
  measure("a rank in a window of 260", "highest(rank(close), 260) > 50");
  measure("ranks of windows in windows", "mean(rank(mean(rank(mean(close, 60)), 60)), 60) > 50");
  repeat(where, "highest(rank(close)", " + rank(close + %d)", 24, ", 260) > 1");
  measure("twenty-five ranks in a window of 260", where);
  return 0;
}
