#include "sim_dart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/company/fundamentals.h>

static uint64_t mix(uint64_t value) {
  value += UINT64_C(0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

/* Below `bound`, always the same for the same report. */
static int fate(size_t stock, ReportTerm term, int what, int bound) {
  uint64_t seed = (uint64_t)stock * 1000003 + (uint64_t)term.year * 101 + (uint64_t)term.kind * 7 + (uint64_t)what;
  return (int)(mix(seed) % (uint64_t)bound);
}

int sim_dart_fiscal_month(size_t stock) { return stock % 17 == 3 ? 3 : stock % 17 == 5 ? 6 : 12; }

/* ---- what is filed ---- */

static void number_filing(SimFiling *filing, size_t stock, int which) {
  char day[DAY_TEXT_SIZE];
  day_format_compact(filing->filed, day);
  snprintf(filing->rcept_no, sizeof filing->rcept_no, "%.8s%06u", day, ((unsigned)stock * 10 + (unsigned)which) % 1000000);
}

size_t sim_dart_filings(const SimDart *dart, size_t stock, ReportTerm term, SimFiling filings[SIM_FILINGS_MAX]) {
  (void)dart;
  Day end = report_term_end(term, sim_dart_fiscal_month(stock));
  int within = term.kind == REPORT_ANNUAL ? 70 + fate(stock, term, 1, 25) : 38 + fate(stock, term, 1, 12);
  int late = fate(stock, term, 2, 4) == 0 ? fate(stock, term, 3, 4) : 0;
  filings[0] = (SimFiling){.term = term, .period_end = end, .filed = end + within, .given = end + within + late};
  number_filing(&filings[0], stock, 1);
  if (fate(stock, term, 4, 6) != 0) return 1;
  filings[1] = filings[0];
  filings[1].is_corrected = true;
  filings[1].filed += 1 + fate(stock, term, 5, 60);
  filings[1].given = filings[1].filed + fate(stock, term, 6, 3);
  number_filing(&filings[1], stock, 2);
  return 2;
}

Report sim_dart_report(const SimDart *dart, size_t stock, const SimFiling *filing, Statement statement) {
  const char *ticker = dart->stocks[stock].ticker;
  Report report = {.period_end = filing->period_end,
                   .kind = filing->term.kind,
                   .statement = statement,
                   .currency = "KRW",
                   .version = 1};
  memcpy(report.rcept_no, filing->rcept_no, sizeof report.rcept_no);
  for (ReportAmount amount = 0; amount < REPORT_AMOUNT_COUNT; amount++) {
    if (filing->term.kind == REPORT_ANNUAL && amount >= AMOUNT_revenue_3m) continue;
    report.has |= 1u << amount;
    report.amounts[amount] =
        1000 *
        (1 + fate(stock, filing->term, 100 + (int)amount + 50 * filing->is_corrected + 200 * (int)statement, 1000000));
  }
  report.amounts[AMOUNT_total_assets] = report.amounts[AMOUNT_total_liabilities] + report.amounts[AMOUNT_total_equity];
  if (dart->wrong && strcmp(dart->wrong, ticker) == 0) report.amounts[AMOUNT_total_assets]++;
  if (dart->lied && strcmp(dart->lied, ticker) == 0) report.amounts[AMOUNT_revenue]++;
  return report;
}

/* ---- who is there ---- */

static int compare_stocks(const void *a, const void *b) {
  return strcmp(((const ListedStock *)a)->ticker, ((const ListedStock *)b)->ticker);
}

static void list_stocks(SimDart *dart) {
  const SimMarket *market = dart->world->market;
  size_t room = 0;
  for (size_t i = 0; i < market->count; i++) room += market->sessions[i].count;
  dart->stocks = calloc(room + 1, sizeof *dart->stocks);
  sim_or_die(dart->stocks != NULL, "no memory for the stocks");
  size_t count = 0;
  for (size_t i = 0; i < market->count; i++)
    for (size_t k = 0; k < market->sessions[i].count; k++) {
      const StockRow *row = &market->sessions[i].rows[k];
      if (row->market == MARKET_KONEX || !ticker_is_common(row->ticker)) continue;
      memcpy(dart->stocks[count].ticker, row->ticker, TICKER_SIZE);
      dart->stocks[count++].market = row->market;
    }
  qsort(dart->stocks, count, sizeof *dart->stocks, compare_stocks);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || strcmp(dart->stocks[i - 1].ticker, dart->stocks[i].ticker) != 0)
      dart->stocks[dart->stock_count++] = dart->stocks[i];
}

static void code_of(size_t stock, char code[CORP_CODE_SIZE]) {
  snprintf(code, CORP_CODE_SIZE, "%08u", (100000 + (unsigned)stock) % 100000000);
}

static size_t stock_of(const SimDart *dart, const char *code) {
  int number = atoi(code) - 100000;
  return number >= 0 && (size_t)number < dart->stock_count ? (size_t)number : SIZE_MAX;
}

/* ---- answers ---- */

static Day today(const SimDart *dart) { return instant_kst_day(dart->world->now); }

static Answer rows(const PayloadType *type, void *items, size_t count) {
  sim_or_die(items != NULL, "no memory for an answer");
  if (count == 0) free(items);
  return count ? (Answer){.kind = ANSWER_ROWS, .retry_after_ms = -1, .type = type, .payload = items, .count = count}
               : (Answer){.kind = ANSWER_EMPTY, .retry_after_ms = -1};
}

static Answer fail(AnswerKind kind) {
  Answer answer = {.kind = kind, .retry_after_ms = -1};
  snprintf(answer.detail, sizeof answer.detail, "it is in trouble (simulated)");
  return answer;
}

static Answer tell_codes(const SimDart *dart) {
  size_t count = dart->stock_count - dart->hidden;
  CorpCode *codes = calloc(count + 1, sizeof *codes);
  for (size_t i = 0; codes && i < count; i++) {
    code_of(i, codes[i].corp_code);
    text_copy(codes[i].ticker, sizeof codes[i].ticker, dart->stocks[i].ticker);
    snprintf(codes[i].name, sizeof codes[i].name, "company %zu", i);
    snprintf(codes[i].modify_date, sizeof codes[i].modify_date, "20240101");
  }
  return rows(&PAYLOAD_CORP_CODES, codes, count);
}

static Answer tell_profile(const SimDart *dart, const char *code) {
  size_t stock = stock_of(dart, code);
  CompanyProfile *profile = calloc(1, sizeof *profile);
  if (profile && stock != SIZE_MAX) {
    text_copy(profile->corp_code, sizeof profile->corp_code, code);
    profile->fiscal_month = sim_dart_fiscal_month(stock);
  }
  return rows(&PAYLOAD_COMPANY_PROFILE, profile, stock != SIZE_MAX);
}

static void list_filing(const SimDart *dart, size_t stock, const SimFiling *from, Filing *filing) {
  static const char *const NAMES[] = {"분기보고서", "반기보고서", "분기보고서", "사업보고서"};
  char name[FILING_NAME_SIZE];
  int year, month, day;
  day_to_ymd(from->period_end, &year, &month, &day);
  snprintf(name, sizeof name, "%s%s (%04d.%02d)", from->is_corrected ? "[기재정정]" : "", NAMES[from->term.kind], year,
           month);
  *filing = (Filing){.corp_cls = dart->stocks[stock].market == MARKET_KOSPI ? 'Y' : 'K', .filed = from->filed};
  code_of(stock, filing->corp_code);
  memcpy(filing->rcept_no, from->rcept_no, sizeof filing->rcept_no);
  filing_read_name(name, filing);
}

static Answer tell_filings(const SimDart *dart, const char *key) {
  DartFilingsAsked asked;
  sim_or_die(dart_filings_key_parse(key, &asked), "a list that cannot be asked for");
  Day to = asked.to < today(dart) ? asked.to : today(dart);
  FilingPage *page = calloc(1, sizeof *page);
  sim_or_die(page != NULL, "no memory for a page");
  size_t begin = (size_t)(asked.page - 1) * FILINGS_PER_PAGE;
  page->page = asked.page;
  for (size_t stock = 0; stock < dart->stock_count; stock++) {
    if ((dart->stocks[stock].market == MARKET_KOSPI ? 'Y' : 'K') != asked.corp_cls) continue;
    for (int year = SIM_FIRST_YEAR; year <= SIM_LAST_YEAR; year++)
      for (ReportKind kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        SimFiling filings[SIM_FILINGS_MAX];
        size_t count = sim_dart_filings(dart, stock, (ReportTerm){year, kind}, filings);
        for (size_t i = 0; i < count; i++) {
          if (filings[i].filed < asked.from || filings[i].filed > to) continue;
          size_t at = (size_t)page->total++;
          if (at >= begin && page->count < FILINGS_PER_PAGE)
            list_filing(dart, stock, &filings[i], &page->items[page->count++]);
        }
      }
  }
  page->pages = (int)((page->total + FILINGS_PER_PAGE - 1) / FILINGS_PER_PAGE);
  return rows(&PAYLOAD_FILING_PAGE, page, page->count > 0);
}

/* The newest one that is given today; null: none. */
static const SimFiling *given(const SimDart *dart, const SimFiling *filings, size_t count) {
  const SimFiling *newest = NULL;
  for (size_t i = 0; i < count; i++)
    if (filings[i].filed <= today(dart) && filings[i].given <= today(dart)) newest = &filings[i];
  return newest;
}

static Answer tell_statements(SimDart *dart, const char *key) {
  DartStatementsAsked asked;
  sim_or_die(dart_statements_key_parse(key, &asked), "a report that cannot be asked for");
  if (dart->takes && asked.count > dart->takes) return fail(ANSWER_TOO_LARGE);
  if (asked.count > dart->largest) dart->largest = asked.count;
  FiledReport *filed = calloc(asked.count * STATEMENT_COUNT, sizeof *filed);
  size_t count = 0;
  for (size_t i = 0; filed && i < asked.count; i++) {
    SimFiling filings[SIM_FILINGS_MAX];
    size_t stock = stock_of(dart, asked.corp_codes[i]);
    if (stock == SIZE_MAX || (dart->never && strcmp(dart->never, dart->stocks[stock].ticker) == 0)) continue;
    size_t versions = sim_dart_filings(dart, stock, (ReportTerm){asked.year, asked.kind}, filings);
    const SimFiling *newest = given(dart, filings, versions);
    for (Statement statement = 0; newest && statement < STATEMENT_COUNT; statement++, count++) {
      memcpy(filed[count].corp_code, asked.corp_codes[i], CORP_CODE_SIZE);
      filed[count].report = sim_dart_report(dart, stock, newest, statement);
    }
  }
  return rows(&PAYLOAD_FILED_REPORTS, filed, count);
}

static Answer tell(SimDart *dart, const Question *question) {
  dart->calls++;
  dart->lists += question->feed == &DART_FILINGS;
  dart->statements += question->feed == &DART_STATEMENTS;
  if (dart->trouble != ANSWER_NONE && (!dart->troubled || dart->troubled == question->feed)) return fail(dart->trouble);
  if (question->feed == &DART_CORP_CODES) return tell_codes(dart);
  if (question->feed == &DART_COMPANY) return tell_profile(dart, question->key);
  if (question->feed == &DART_DIVIDENDS) return sim_dart_tell_dividends(dart, question->key);
  return question->feed == &DART_FILINGS ? tell_filings(dart, question->key) : tell_statements(dart, question->key);
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  (void)err;
  for (size_t i = 0; i < count; i++) {
    free(questions[i].answer->payload);
    *questions[i].answer = tell(self, &questions[i]);
  }
  return STATUS_OK;
}

static long calls(void *self) { return ((const SimDart *)self)->calls; }

/* ---- runs with it ---- */

SimDart *sim_dart_new(SimWorld *world) {
  static const Feed *const FEEDS[] = {&DART_CORP_CODES, &DART_COMPANY, &DART_FILINGS, &DART_STATEMENTS, &DART_DIVIDENDS};
  SimDart *dart = calloc(1, sizeof *dart);
  sim_or_die(dart != NULL, "no memory for a DART");
  dart->world = world;
  text_copy(world->config.dart.auth_key, sizeof world->config.dart.auth_key, "simulated");
  list_stocks(dart);
  dart->beside.count = 1;
  dart->beside.items[0].source = (Source){.self = dart,
                                          .name = "dart",
                                          .feeds = FEEDS,
                                          .feed_count = sizeof FEEDS / sizeof FEEDS[0],
                                          .fetch = fetch,
                                          .calls = calls};
  dart->beside.items[0].terms = (ProviderTerms){.name = "dart",
                                                .key_advice = "set it",
                                                .rate_per_second = 1000,
                                                .parallel = 1,
                                                .calls_per_day = 10000,
                                                .calls_per_run = 10000};
  return dart;
}

void sim_dart_free(SimDart *dart) {
  free(dart->stocks);
  free(dart);
}

static bool is_ours(const char *name) {
  return strcmp(name, "companies") == 0 || strcmp(name, "financials") == 0 || strcmp(name, "dividends") == 0;
}

static const JobTable *jobs(void) {
  static JobRow rows[JOB_TABLE_MAX];
  static JobTable table;
  table = (JobTable){.rows = rows};
  for (size_t i = 0; i < job_table()->count; i++) {
    const JobRow *row = &job_table()->rows[i];
    if (row->kind != JOB_DATASET || is_ours(row->name)) rows[table.count++] = *row;
  }
  return &table;
}

static const DatasetTable *datasets(const Job *job, bool pays) {
  static const Dataset *items[3];
  static DatasetTable table = {.items = items};
  items[0] = dataset_find(job, "companies");
  items[1] = dataset_find(job, "financials");
  items[2] = dataset_find(job, "dividends");
  table.count = pays ? 3 : 2;
  return &table;
}

SimRun sim_dart_run(SimDart *dart, SimRun run) {
  dart->calls = dart->lists = dart->statements = dart->dividends = 0;
  dart->largest = 0;
  run.beside = &dart->beside;
  run.jobs = jobs();
  run.datasets = datasets(&dart->world->prepared, dart->pays);
  return run;
}
