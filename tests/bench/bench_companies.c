/* bench_companies: what the cross-section of a market's companies takes a session, beside taking the session in. Made
 * sessions of 2,700 stocks, each with twelve reports; best of five. */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <closebell/analysis/cross_section.h>

enum { STOCKS = 2700, SESSIONS = 300, ROUNDS = 5, FIRST_DAY = 19400, REPORTS = 12 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t seed = 1;
static int64_t below(int64_t bound) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((seed >> 33) % (uint64_t)bound);
}

static void add_reports(CompanyBook *book, int stock) {
  char ticker[TICKER_SIZE], id[REPORT_ID_SIZE];
  static const char *const PERIODS[] = {"03-31:q1", "06-30:half", "09-30:q3", "12-31:annual"};
  snprintf(ticker, sizeof ticker, "%05d0", 10000 + stock);
  Reports *reports = company_book_open(book, ticker);
  if (!reports) errx(1, "no memory");
  for (int k = 0; k < REPORTS; k++) {
    Report report = {0};
    int year = 2022 + k / 4;
    snprintf(id, sizeof id, "%d-%s:CFS:%d%02d%02d000001", year, PERIODS[k % 4], k % 4 == 3 ? year + 1 : year,
             k % 4 == 3 ? 3 : 5 + 3 * (k % 4), 1 + (int)below(28));
    if (!report_id_parse(id, &report)) errx(1, "%s", id);
    memcpy(report.currency, "KRW", sizeof "KRW");
    for (int amount = 0; amount < REPORT_AMOUNT_COUNT; amount++) report.amounts[amount] = 1000 + below(1000000);
    report.has = (1u << REPORT_AMOUNT_COUNT) - 1;
    if (reports_put(reports, &report) != STATUS_OK) errx(1, "no memory");
  }
}

static void add_row(Session *session, int stock, int64_t *close) {
  int64_t base = *close;
  *close = base + base * (below(61) - 30) / 1000;
  if (*close < 200) *close = 200;
  StockRow row = {.open = base,
                  .high = (base > *close ? base : *close) + 5,
                  .low = (base < *close ? base : *close) - 5,
                  .close = *close,
                  .change = *close - base,
                  .volume = 1000,
                  .market_cap = *close * 1000000,
                  .listed_shares = 1000000,
                  .market = stock % 2 ? MARKET_KOSDAQ : MARKET_KOSPI};
  snprintf(row.ticker, sizeof row.ticker, "%05d0", 10000 + stock);
  memcpy(row.name, "made", sizeof "made");
  if (session_add(session, &row) != STATUS_OK) errx(1, "no memory");
}

/* Taking sessions in, without years and with; and what a section takes, of those with a year before them. */
static double run(const Session *sessions, const CompanyBook *book, bool with_years, double *ret_section) {
  Strength strength = {.keeps_years = with_years};
  CrossSection section = {0};
  double start = seconds(), in_sections = 0;
  size_t sections = 0;
  for (int s = 0; s < SESSIONS; s++) {
    for (size_t k = 0; k < MARKET_INDICES; k++) strength.index_close[k] = 2000 + (double)(s * 37 % 101);
    if (strength_add(&strength, &sessions[s], false) != STATUS_OK) errx(1, "no memory");
    if (!ret_section || s < SESSIONS - 30) continue;
    double before = seconds();
    if (cross_section_make(&section, book, &sessions[s], &strength) != STATUS_OK) errx(1, "no memory");
    in_sections += seconds() - before;
    sections++;
  }
  double all = seconds() - start;
  if (ret_section) *ret_section = in_sections / (double)sections;
  cross_section_free(&section);
  strength_free(&strength);
  return (all - in_sections) / SESSIONS;
}

int main(void) {
  static Session sessions[SESSIONS];
  static int64_t closes[STOCKS];
  CompanyBook book = {0};
  Error why;
  double best[3] = {INFINITY, INFINITY, INFINITY};
  for (int i = 0; i < STOCKS; i++) {
    closes[i] = 1000 + below(100000);
    add_reports(&book, i);
  }
  for (int s = 0; s < SESSIONS; s++) {
    sessions[s].date = FIRST_DAY + s;
    for (int i = 0; i < STOCKS; i++) add_row(&sessions[s], i, &closes[i]);
    if (session_seal(&sessions[s], &why) != STATUS_OK) errx(1, "%s", why.text);
  }
  for (int round = 0; round < ROUNDS; round++) {
    double section, plain = run(sessions, &book, false, NULL), years = run(sessions, &book, true, &section);
    if (plain < best[0]) best[0] = plain;
    if (years < best[1]) best[1] = years;
    if (section < best[2]) best[2] = section;
  }
  printf("a session of %d stocks, ms: taken in %.2f, with their years %.2f, its cross-section %.2f\n", STOCKS,
         1e3 * best[0], 1e3 * best[1], 1e3 * best[2]);
  for (int s = 0; s < SESSIONS; s++) session_free(&sessions[s]);
  company_book_free(&book);
}
