#include "sim_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/company/fundamentals.h>
#include <closebell/market/action.h>

enum { DECISIONS_MAX = 4096, SERIAL_MAX = 1000000 };

/* ---- the companies' decisions ---- */

typedef struct {
  SimEvents *events;
  uint64_t state;
  unsigned serial;
} Making;

static uint64_t next_random(uint64_t *state) {
  *state += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t value = *state;
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

static int below(Making *of, int bound) { return (int)(next_random(&of->state) % (uint64_t)bound); }

static void number(Making *of, SimVersion *version) {
  char day[DAY_TEXT_SIZE];
  day_format_compact(version->filed, day);
  snprintf(version->rcept_no, sizeof version->rcept_no, "%.8s%06u", day, of->serial++ % SERIAL_MAX);
}

static void add_version(Making *of, SimDecision *decision, SimVersion version) {
  number(of, &version);
  decision->versions[decision->count++] = version;
}

/* Corrections that move dates and numbers, and withdrawals. */
static void add_later(Making *of, SimDecision *decision, bool keeps_values) {
  for (int more = below(of, 4) == 0 ? 1 + below(of, 2) : 0; more > 0; more--) {
    SimVersion version = decision->versions[decision->count - 1];
    version.filed += below(of, 20);
    version.given = version.filed + (below(of, 4) == 0 ? below(of, 4) : 0);
    if (version.base_date != DAY_NONE) version.base_date += below(of, 3);
    if (!keeps_values && decision->kind == EVENT_BONUS_ISSUE) version.new_shares += 100 * below(of, 20);
    add_version(of, decision, version);
  }
  if (below(of, 6) != 0) return;
  SimVersion gone = {.is_withdrawal = true, .base_date = DAY_NONE, .listing_date = DAY_NONE};
  gone.filed = gone.given = decision->versions[decision->count - 1].filed + 1 + below(of, 40);
  add_version(of, decision, gone);
}

static SimDecision *add_decision(Making *of, size_t stock, EventKind kind) {
  SimEvents *events = of->events;
  sim_or_die(events->count < DECISIONS_MAX, "too many decisions");
  SimDecision *decision = &events->decisions[events->count++];
  *decision = (SimDecision){.stock = stock, .kind = kind};
  return decision;
}

static SimVersion original(Making *of, EventKind kind, Day filed) {
  SimVersion version = {.filed = filed, .given = filed + (below(of, 5) == 0 ? below(of, 5) : 0)};
  bool has_dates = kind != EVENT_RIGHTS_ISSUE;
  version.base_date = has_dates && below(of, 8) ? filed + 10 + below(of, 20) : DAY_NONE;
  version.listing_date = has_dates && below(of, 3) ? filed + 40 + below(of, 20) : DAY_NONE;
  version.new_shares = 500 * (1 + below(of, 40));
  version.before = 1000000 * (1 + below(of, 50));
  version.after = version.before / (2 + below(of, 9));
  return version;
}

static void make_any(Making *of, Day first, Day last) {
  for (size_t stock = 0; stock < of->events->dart->stock_count; stock++)
    for (int i = 4 + below(of, 16); i > 0; i--) {
      EventKind kind = (EventKind)below(of, EVENT_KIND_COUNT);
      Day filed = first + below(of, last - first);
      for (int twins = below(of, 8) == 0 ? 2 : 1; twins > 0; twins--) {
        SimDecision *decision = add_decision(of, stock, kind);
        add_version(of, decision, original(of, kind, filed));
        add_later(of, decision, false);
      }
    }
}

static size_t stock_of(const SimDart *dart, const char *ticker) {
  for (size_t i = 0; i < dart->stock_count; i++)
    if (strcmp(dart->stocks[i].ticker, ticker) == 0) return i;
  return SIZE_MAX;
}

/* The decision behind a price that was moved: of three in four of them. */
static void make_reason(Making *of, const char *ticker, int64_t before, int64_t base, Day date) {
  size_t stock = stock_of(of->events->dart, ticker);
  if (stock == SIZE_MAX || below(of, 4) == 0) return;
  EventKind kind = base < before ? EVENT_BONUS_ISSUE : EVENT_CAPITAL_REDUCTION;
  SimDecision *decision = add_decision(of, stock, kind);
  SimVersion version = original(of, kind, date - 20 - below(of, 60));
  version.base_date = below(of, 3) ? date + below(of, 12) - 6 : DAY_NONE;
  version.listing_date = date + below(of, 70);
  version.new_shares = (before - base) * 10000 / base;
  version.before = 1000 * base; /* factor = base ÷ before = 1 ÷ ratio */
  version.after = 1000 * before;
  add_version(of, decision, version);
  add_later(of, decision, true);
}

static void make_reasons(Making *of, const SimMarket *market) {
  for (size_t i = 1; i < market->count; i++) {
    const Session *session = &market->sessions[i], *before = &market->sessions[i - 1];
    for (size_t k = 0; k < session->count; k++) {
      const StockRow *then = session_find(before, session->rows[k].ticker);
      double factor;
      if (then && action_factor(then->close, row_base_price(&session->rows[k]), &factor))
        make_reason(of, then->ticker, then->close, row_base_price(&session->rows[k]), session->date);
    }
  }
}

/* ---- moved prices ---- */

enum { MOVE_EVERY = 60, MOVES_APART = 7 }; /* sessions */

static int64_t scaled(int64_t price, double scale) {
  int64_t moved = (int64_t)((double)price * scale);
  return price == 0 || moved > 0 ? moved : 1;
}

static StockRow *row_of(Session *session, const char *ticker) {
  for (size_t i = 0; i < session->count; i++)
    if (strcmp(session->rows[i].ticker, ticker) == 0) return &session->rows[i];
  return NULL;
}

/* The first of them comes after `wait` sessions. */
static void move_prices_of(SimMarket *market, const char *ticker, size_t wait) {
  static const double FACTORS[] = {0.5, 3, 0.8, 0.25, 4};
  double scale = 1;
  int64_t before = 0, before_moved = 0;
  for (size_t i = 0, moves = 0; i < market->count; i++) {
    StockRow *row = row_of(&market->sessions[i], ticker);
    if (!row) continue;
    bool moves_now = i >= wait && (i - wait) % MOVE_EVERY == 0 && before_moved > 0;
    int64_t base = row_base_price(row), close = row->close;
    double factor = moves_now ? FACTORS[moves++ % 5] : 1;
    scale *= factor;
    int64_t base_moved = base == before ? scaled(before_moved, factor) : scaled(base, scale);
    row->close = scaled(close, scale);
    row->open = scaled(row->open, scale);
    row->high = scaled(row->high, scale);
    row->low = scaled(row->low, scale);
    row->change = row->close - base_moved;
    before = close;
    before_moved = row->close;
  }
}

void sim_events_move_prices(SimMarket *market) {
  size_t wait = MOVES_APART;
  for (size_t i = 0; i < market->sessions[0].count; i++) {
    const StockRow *row = &market->sessions[0].rows[i];
    if (!ticker_is_common(row->ticker)) continue;
    char ticker[TICKER_SIZE];
    memcpy(ticker, row->ticker, sizeof ticker);
    move_prices_of(market, ticker, wait);
    wait += MOVES_APART;
  }
}

/* ---- what it says ---- */

const SimVersion *sim_decision_withdrawal(const SimDecision *decision, Day day) {
  const SimVersion *last = &decision->versions[decision->count - 1];
  return last->is_withdrawal && last->filed <= day ? last : NULL;
}

const SimVersion *sim_decision_given(const SimDecision *decision, Day day) {
  const SimVersion *newest = NULL;
  if (sim_decision_withdrawal(decision, day)) return NULL;
  for (size_t i = 0; i < decision->count; i++) {
    const SimVersion *version = &decision->versions[i];
    if (!version->is_withdrawal && version->filed <= day && version->given <= day) newest = version;
  }
  return newest;
}

double sim_version_ratio(const SimDecision *decision, const SimVersion *version) {
  if (decision->kind == EVENT_BONUS_ISSUE) return (double)version->new_shares / 10000;
  return decision->kind == EVENT_CAPITAL_REDUCTION ? (double)version->after / (double)version->before : 0;
}

static Day today(const SimEvents *events) { return instant_kst_day(events->dart->world->now); }

static void corp_code(size_t stock, char code[CORP_CODE_SIZE]) {
  snprintf(code, CORP_CODE_SIZE, "%08u", (100000 + (unsigned)stock) % 100000000);
}

/* "2024년 03월 05일", "2024.03.05", "-". */
static const char *date_text(Day day, char text[40]) {
  int year, month, of_month;
  if (day == DAY_NONE) return "-";
  day_to_ymd(day, &year, &month, &of_month);
  snprintf(text, 40, day % 3 ? "%04d년 %02d월 %02d일" : "%04d.%02d.%02d", year, month, of_month);
  return text;
}

static void put_decision(const SimEvents *events, const SimDecision *decision, const SimVersion *version,
                         TextBuffer *out) {
  static const char *const DATES[EVENT_KIND_COUNT][2] = {{"nstk_asstd", "nstk_lstprd"},
                                                         {"ssl_bgd", "ssl_edd"},
                                                         {"cr_std", "crsc_nstklstprd"},
                                                         {"abcr_nstkasstd", "abcr_nstklstprd"},
                                                         {"mgsc_shddstd", "mgsc_nstklstprd"}};
  char code[CORP_CODE_SIZE], base[40], listing[40], before[TEXT_GROUPED_SIZE], after[TEXT_GROUPED_SIZE];
  int64_t shares = version->new_shares + events->lie;
  corp_code(decision->stock, code);
  text_buffer_printf(out, "%s{\"rcept_no\":\"%s\",\"corp_cls\":\"Y\",\"corp_code\":\"%s\",\"corp_name\":\"회사\"",
                     out->data[out->length - 1] == '[' ? "" : ",", version->rcept_no, code);
  text_buffer_printf(out, ",\"%s\":\"%s\",\"%s\":\"%s\"", DATES[decision->kind][0], date_text(version->base_date, base),
                     DATES[decision->kind][1], date_text(version->listing_date, listing));
  if (decision->kind == EVENT_BONUS_ISSUE && events->has_strange_ratio)
    text_buffer_printf(out, ",\"nstk_ascnt_ps_ostk\":\"반 주\"");
  else if (decision->kind == EVENT_BONUS_ISSUE)
    text_buffer_printf(out, ",\"nstk_ascnt_ps_ostk\":\"%lld.%04lld\"", (long long)shares / 10000,
                       (long long)shares % 10000);
  text_buffer_printf(out, ",\"bfcr_tisstk_ostk\":\"%s\",\"atcr_tisstk_ostk\":\"%s\",\"cr_rt_ostk\":\"5.00\"}",
                     text_group_int64(version->before, before), text_group_int64(version->after, after));
}

static Answer read_as(const Feed *feed, const char *key, const char *body) {
  Answer answer;
  const Question question = {.feed = feed, .date = DAY_NONE, .key = key, .answer = &answer};
  feed->parse(&(FeedReply){body, strlen(body), 200, ""}, &question, &answer);
  return answer;
}

static const char NO_DATA[] = "{\"status\":\"013\",\"message\":\"조회된 데이타가 없습니다.\"}";

static Answer tell_decisions(SimEvents *events, const char *key) {
  DartEventsAsked asked;
  TextBuffer out = {0};
  size_t rows = 0;
  events->services++;
  sim_or_die(dart_events_key_parse(key, &asked), "decisions that cannot be asked for");
  text_buffer_printf(&out, "{\"status\":\"000\",\"message\":\"정상\",\"list\":[");
  for (size_t i = 0; i < events->count && !events->knows_nothing; i++) {
    const SimDecision *decision = &events->decisions[i];
    const SimVersion *given = sim_decision_given(decision, today(events));
    char code[CORP_CODE_SIZE];
    corp_code(decision->stock, code);
    if (!given || decision->kind != asked.kind || strcmp(code, asked.corp_code) != 0) continue;
    if (decision->versions[0].filed < asked.from || decision->versions[0].filed > asked.to) continue;
    put_decision(events, decision, given, &out);
    rows++;
  }
  text_buffer_printf(&out, "]}");
  sim_or_die(!out.failed, "no memory for an answer");
  Answer answer = read_as(&DART_EVENTS, key, rows ? out.data : NO_DATA);
  text_buffer_free(&out);
  return answer;
}

/* ---- the list ---- */

typedef struct {
  char rcept_no[RCEPT_NO_SIZE];
  size_t stock;
  char name[160];
  const char *remarks;
} Row;

typedef struct {
  Row *rows;
  size_t count;
} Rows;

static const char *const WORDS[EVENT_KIND_COUNT] = {"무상증자결정", "유상증자결정", "감자결정", "회사분할결정",
                                                    "회사합병결정"};

static void name_version(const SimDecision *decision, size_t at, char name[160]) {
  const char *words = WORDS[decision->kind];
  unsigned turn = (unsigned)decision->versions[at].rcept_no[13];
  if (decision->versions[at].is_withdrawal)
    snprintf(name, 160, turn % 2 ? "[철회]주요사항보고서(%s)" : "주요사항보고서(%s 철회)  ", words);
  else if (at > 0)
    snprintf(name, 160, turn % 3 ? "[기재정정]주요사항보고서(%s)" : "[첨부정정]주요사항보고서(%s)        ", words);
  else
    snprintf(name, 160, turn % 2 ? "주요사항보고서(%s)" : "주요사항보고서 (%s)   ", words);
}

static void add_rows(const SimEvents *events, const DartFilingsAsked *asked, Rows *rows) {
  static const char *const OTHERS[] = {"주요사항보고서(유무상증자결정)", "주요사항보고서(회사분할합병결정)",
                                       "주요사항보고서(무상증자결정)(자회사의 주요경영사항)",
                                       "주요사항보고서(주식교환ㆍ이전결정)", "주요사항보고서(자기주식취득결정)"};
  for (size_t i = 0; i < events->count; i++) {
    const SimDecision *decision = &events->decisions[i];
    char code[CORP_CODE_SIZE];
    corp_code(decision->stock, code);
    char corp_cls = events->dart->stocks[decision->stock].market == MARKET_KOSPI ? 'Y' : 'K';
    bool is_asked = asked->corp_code[0] ? strcmp(asked->corp_code, code) == 0 : asked->corp_cls == corp_cls;
    for (size_t k = 0; k < decision->count && is_asked; k++) {
      const SimVersion *version = &decision->versions[k];
      if (version->filed < asked->from || version->filed > asked->to || version->filed > today(events)) continue;
      bool gone = !version->is_withdrawal && sim_decision_withdrawal(decision, today(events));
      bool later = k + 1 < decision->count && !decision->versions[k + 1].is_withdrawal &&
                   decision->versions[k + 1].filed <= today(events);
      Row *row = &rows->rows[rows->count++];
      *row = (Row){.stock = decision->stock, .remarks = gone ? (later ? "정철" : "철") : later ? "정연" : ""};
      memcpy(row->rcept_no, version->rcept_no, sizeof row->rcept_no);
      name_version(decision, k, row->name);
      if (i % 5 != 0) continue;
      row = &rows->rows[rows->count++];
      *row = (Row){.stock = decision->stock, .remarks = ""};
      snprintf(row->rcept_no, sizeof row->rcept_no, "%.8s%s%.5s", version->rcept_no, "9", version->rcept_no + 9);
      snprintf(row->name, sizeof row->name, "%s", OTHERS[(i + k) % 5]);
    }
  }
}

static int newest_first(const void *a, const void *b) {
  return strcmp(((const Row *)b)->rcept_no, ((const Row *)a)->rcept_no);
}

static Answer tell_list(SimEvents *events, const char *key) {
  enum { MONTHS_DAYS = 92 };
  DartFilingsAsked asked;
  TextBuffer out = {0};
  events->lists++;
  sim_or_die(dart_filings_key_parse(key, &asked), "a list that cannot be asked for");
  sim_or_die(asked.corp_code[0] || asked.to - asked.from <= MONTHS_DAYS, "more than three months in one question");
  Rows rows = {.rows = calloc(2 * SIM_VERSIONS_MAX * (events->count + 1), sizeof(Row))};
  sim_or_die(rows.rows != NULL, "no memory for a list");
  add_rows(events, &asked, &rows);
  qsort(rows.rows, rows.count, sizeof *rows.rows, newest_first);
  size_t begin = (size_t)(asked.page - 1) * FILINGS_PER_PAGE, end = begin + FILINGS_PER_PAGE;
  text_buffer_printf(&out,
                     "{\"status\":\"000\",\"message\":\"정상\",\"page_no\":%d,\"page_count\":%d,\"total_count\":%zu,"
                     "\"total_page\":%zu,\"list\":[",
                     asked.page, FILINGS_PER_PAGE, rows.count, (rows.count + FILINGS_PER_PAGE - 1) / FILINGS_PER_PAGE);
  for (size_t i = begin; i < rows.count && i < end; i++) {
    const Row *row = &rows.rows[i];
    char code[CORP_CODE_SIZE];
    corp_code(row->stock, code);
    text_buffer_printf(&out,
                       "%s{\"corp_code\":\"%s\",\"corp_name\":\"회사\",\"stock_code\":\"%s\",\"corp_cls\":\"%c\","
                       "\"report_nm\":\"%s\",\"rcept_no\":\"%s\",\"flr_nm\":\"회사\",\"rcept_dt\":\"%.8s\","
                       "\"rm\":\"%s\"}",
                       i == begin ? "" : ",", code, events->dart->stocks[row->stock].ticker,
                       events->dart->stocks[row->stock].market == MARKET_KOSPI ? 'Y' : 'K', row->name, row->rcept_no,
                       row->rcept_no, row->remarks);
  }
  text_buffer_printf(&out, "]}");
  sim_or_die(!out.failed, "no memory for a list");
  Answer answer = read_as(&DART_FILINGS, key, begin < rows.count ? out.data : NO_DATA);
  free(rows.rows);
  text_buffer_free(&out);
  return answer;
}

/* ---- runs with it ---- */

static bool is_ours(const Question *question) {
  return question->feed == &DART_EVENTS || (question->feed == &DART_FILINGS && question->key[0] == 'B');
}

/* What is in trouble there is in trouble here. */
static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  SimEvents *events = self;
  const Source *dart = &events->dart->beside.items[0].source;
  AnswerKind trouble = events->dart->trouble;
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    bool troubled = trouble != ANSWER_NONE && (!events->dart->troubled || events->dart->troubled == questions[i].feed);
    if (!is_ours(&questions[i]) || troubled) {
      status = dart->fetch(dart->self, &questions[i], 1, err);
      continue;
    }
    events->dart->calls++;
    free(questions[i].answer->payload);
    *questions[i].answer = questions[i].feed == &DART_EVENTS ? tell_decisions(events, questions[i].key)
                                                             : tell_list(events, questions[i].key);
  }
  return status;
}

static long calls(void *self) { return ((const SimEvents *)self)->dart->calls; }

SimEvents *sim_events_new(SimWorld *world, uint64_t seed) {
  static const Feed *const FEEDS[] = {&DART_CORP_CODES, &DART_COMPANY, &DART_FILINGS,
                                      &DART_STATEMENTS, &DART_EVENTS,  &DART_DIVIDENDS};
  SimEvents *events = calloc(1, sizeof *events);
  sim_or_die(events != NULL, "no memory for decisions");
  events->dart = sim_dart_new(world);
  events->decisions = calloc(DECISIONS_MAX, sizeof *events->decisions);
  sim_or_die(events->decisions != NULL, "no memory for decisions");
  Making making = {.events = events, .state = seed, .serial = 1};
  const SimMarket *market = world->market;
  make_reasons(&making, market);
  make_any(&making, market->from - 700, market->to + 30);
  events->beside = events->dart->beside;
  Source *source = &events->beside.items[0].source;
  source->self = events;
  source->feeds = FEEDS;
  source->feed_count = sizeof FEEDS / sizeof FEEDS[0];
  source->fetch = fetch;
  source->calls = calls;
  world->config.dart.years = 1;
  return events;
}

void sim_events_free(SimEvents *events) {
  sim_dart_free(events->dart);
  free(events->decisions);
  free(events);
}

static const JobTable *jobs(void) {
  static JobRow rows[JOB_TABLE_MAX];
  static JobTable table;
  table = (JobTable){.rows = rows};
  for (size_t i = 0; i < job_table()->count; i++) {
    const JobRow *row = &job_table()->rows[i];
    bool wanted =
        row->kind != JOB_DATASET || strcmp(row->name, "companies") == 0 || strcmp(row->name, "company_events") == 0;
    if (wanted) rows[table.count++] = *row;
  }
  return &table;
}

static const DatasetTable *datasets(const Job *job) {
  static const Dataset *items[2];
  static const DatasetTable TABLE = {items, 2};
  items[0] = dataset_find(job, "companies");
  items[1] = dataset_find(job, "company_events");
  return &TABLE;
}

SimRun sim_events_run(SimEvents *events, SimRun run) {
  events->dart->calls = events->lists = events->services = 0;
  run.beside = &events->beside;
  run.jobs = jobs();
  run.datasets = datasets(&events->dart->world->prepared);
  return run;
}
