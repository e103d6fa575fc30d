/* market_flow: who bought and who sold a stock on a day, investors and program trade. Provisional from 16:00 of the
 * day, final after 20:05; one answer brings thirty days, of which those that are missing are stored as well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/plan/flow_proof.h>
#include <closebell/run/run.h>
#include <closebell/source/kis.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/collections.h>
#include <closebell/store/market_flow.h>

#include "datasets.h"
#include "stock_days.h"

enum {
  FLOW_BACK_DAYS = 60, /* thirty sessions are fewer days than that ... */
  FLOW_NEAR_DAYS = 35  /* ... and more than that */
};

static const char *chosen(const Config *config) { return config->flow.stocks; }

static Day oldest(const Job *job) {
  (void)job;
  return DAY_NONE;
}

/* ---- one stock ---- */

typedef struct {
  const char *ticker;
  StoredFlow *stored; /* owned; of the days before, ascending */
  size_t stored_count;
  Answer investors, programs;
} Stock;

static void stock_free(Stock *stock) {
  free(stock->stored);
  free(stock->investors.payload);
  free(stock->programs.payload);
}

/* One day's work. */
typedef struct {
  StockDays *days;
  StockDay *day;
  FlowSet wanted;
  bool is_final;
  bool is_near; /* the last thirty days have it */
} Bringing;

static const StoredFlow *find_stored(const Stock *stock, Day date) {
  for (size_t i = stock->stored_count; i > 0; i--)
    if (stock->stored[i - 1].date == date) return &stock->stored[i - 1];
  return NULL;
}

static bool is_there(const Stock *stock, Day date, FlowSet wanted, bool is_final) {
  const StoredFlow *flow = find_stored(stock, date);
  return flow && flow->readable && (wanted & ~flow->day.has) == 0 && (flow->day.is_final || !is_final);
}

static Status store(const Bringing *bringing, const char *ticker, const FlowDay *flows, size_t count, Error *err) {
  Job *job = bringing->days->work->ingest->job;
  const ToldFlows told = {.days = flows, .count = count, .as_of_utc = job_business_now(job)};
  StoredCounts counts;
  Status status = count ? run_beat(job, err) : STATUS_OK;
  if (status != STATUS_OK || count == 0) return status;
  status = market_flow_store(job->db, ticker, &told, &counts, err);
  if (status == STATUS_OK) bringing->days->work->changed += (int64_t)(counts.inserted + counts.replaced);
  if (status == STATUS_OK && counts.stored < count)
    return error_set(err, STATUS_INCOMPLETE, "market_flow.%s: somebody else writes it", ticker);
  return status;
}

/* What is stored already gains the close that was not known then. *ret_done: nothing is to be asked. */
static Status keep_stored(const Bringing *bringing, const Stock *stock, bool *ret_done, Error *err) {
  StockDay *day = bringing->day;
  const StockRow *row = stock_day_row(day, stock->ticker);
  *ret_done = !day->is_forced && is_there(stock, day->date, bringing->wanted, bringing->is_final);
  if (!*ret_done) return STATUS_OK;
  FlowDay flow = find_stored(stock, day->date)->day;
  stock_day_stored(day);
  Status status = stock_day_tells(bringing->days, day, err);
  if (status != STATUS_OK || !row || flow.close == row->close || !flow.is_final) return status;
  flow.close = row->close;
  return store(bringing, stock->ticker, &flow, 1, err);
}

/* ---- what is stored of an answer ---- */

/* A day behind, of an archived session: it need not have been chosen then. */
static Status take_older(const Bringing *bringing, const Stock *stock, const FlowRow *row, FlowDay *flows,
                         size_t *count, Error *err) {
  const Session *session;
  if (is_there(stock, row->date, bringing->wanted, true)) return STATUS_OK;
  const LedgerDay *known = ledger_find(&bringing->days->work->ingest->ledger, row->date);
  if (!known || !dataset_is_session(bringing->days->work->ingest, known)) return STATUS_OK;
  Status status = stock_days_session(bringing->days, row->date, &session, err);
  const StockRow *archived = status == STATUS_OK && session ? session_find(session, stock->ticker) : NULL;
  if (!archived || !row_has_trades(archived)) return status;
  const FlowFacts facts = {.wanted = bringing->wanted, .archived = archived, .volume = -1};
  if (flow_judge(row, &facts).state == FLOW_GOOD) flows[(*count)++] = flow_day(row, archived->close, true);
  return STATUS_OK;
}

static bool has_traded(const FlowRow *row) {
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++)
    if (flow_set_has(row->has, group) && (row->groups[group].bought_volume > 0 || row->groups[group].sold_volume > 0))
      return true;
  return false;
}

/* Nobody bought and nobody sold. Of those that no session knows, that one is not counted; where the evening says that
 * it traded, one of the two is wrong, and the archived session says which. */
static void take_untraded(StockDay *day, const char *ticker) {
  if (stock_day_knows(day, ticker))
    stock_day_lacks(day, ticker, LACKS_YET, "nobody bought or sold it, though it was quoted with trades");
  else
    stock_day_did_not_trade(day, ticker);
}

/* The day itself. */
static void take_day(const Bringing *bringing, const Stock *stock, const FlowRow *row, FlowDay *flows, size_t *count) {
  StockDay *day = bringing->day;
  const StockRow *archived = stock_day_row(day, stock->ticker);
  const FlowFacts facts = {.wanted = bringing->wanted, .archived = archived, .volume = -1};
  const FlowVerdict verdict = flow_judge(row, &facts);
  if (verdict.state != FLOW_GOOD) {
    StockLack lack = verdict.state == FLOW_WRONG ? LACKS_WRONG : LACKS_YET;
    stock_day_lacks(day, stock->ticker, lack, "%s", verdict.message);
    return;
  }
  if (!day->is_archived && !has_traded(row)) {
    take_untraded(day, stock->ticker);
    return;
  }
  flows[(*count)++] = flow_day(row, archived ? archived->close : 0, bringing->is_final);
  stock_day_stored(day);
}

static bool is_answered(const Bringing *bringing, const Stock *stock) {
  return stock->investors.kind == ANSWER_ROWS &&
         (!flow_set_has(bringing->wanted, FLOW_PROGRAM) || stock->programs.kind == ANSWER_ROWS);
}

static Status take_rows(const Bringing *bringing, const Stock *stock, FlowRow *rows, FlowDay *flows, Error *err) {
  const FlowRow *investors = answer_items(&stock->investors, &PAYLOAD_FLOW_ROWS);
  const FlowRow *programs = answer_items(&stock->programs, &PAYLOAD_FLOW_ROWS);
  size_t stored = 0;
  Status status = STATUS_OK;
  size_t count =
      flow_rows_merge(investors, stock->investors.count, programs, programs ? stock->programs.count : 0, rows);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    if (rows[i].date < bringing->day->date) status = take_older(bringing, stock, &rows[i], flows, &stored, err);
  const FlowRow *own = flow_row_find(rows, count, bringing->day->date);
  if (status == STATUS_OK && own) status = stock_day_tells(bringing->days, bringing->day, err);
  if (status != STATUS_OK) return status;
  take_day(bringing, stock, own, flows, &stored);
  return store(bringing, stock->ticker, flows, stored, err);
}

static Status take(const Bringing *bringing, const Stock *stock, Error *err) {
  if (!is_answered(bringing, stock)) {
    const Answer *answer = stock->investors.kind != ANSWER_ROWS ? &stock->investors : &stock->programs;
    stock_day_unanswered(bringing->day, stock->ticker, answer);
    return STATUS_OK;
  }
  size_t room = stock->investors.count + stock->programs.count + 1;
  FlowRow *rows = malloc(room * sizeof *rows);
  FlowDay *flows = malloc(room * sizeof *flows);
  Status status = rows && flows ? take_rows(bringing, stock, rows, flows, err)
                                : error_set(err, STATUS_NO_MEMORY, "no memory for the flows of a stock");
  free(rows);
  free(flows);
  return status;
}

/* ---- some stocks at once ---- */

static Status ask_feed(const Bringing *bringing, const Feed *feed, Stock *stocks, size_t count, Error *err) {
  Question questions[STOCK_BATCH];
  Job *job = bringing->days->work->ingest->job;
  bool programs = feed == &KIS_PROGRAMS;
  for (size_t i = 0; i < count; i++)
    questions[i] = (Question){.feed = feed,
                              .date = feed->scope == SCOPE_KEY ? DAY_NONE : bringing->day->date,
                              .key = stocks[i].ticker,
                              .asked_at = job_business_now(job),
                              .answer = programs ? &stocks[i].programs : &stocks[i].investors};
  return stock_days_ask(bringing->days, questions, count, err);
}

/* Where the service for program trade turns out to be lacking, the others do without. */
static Status look_at_programs(Bringing *bringing, Error *err) {
  bool shut = true;
  Status status = fetch_door_is_shut(&bringing->days->fetch, FEED_KIS_PROGRAMS, &shut, err);
  bringing->wanted = FLOW_INVESTORS | (shut ? 0 : flow_bit(FLOW_PROGRAM));
  return status;
}

static Status ask(Bringing *bringing, Stock *stocks, size_t count, Error *err) {
  const Feed *feed = bringing->is_near ? &KIS_INVESTORS : &KIS_INVESTORS_DATED;
  Status status = ask_feed(bringing, feed, stocks, count, err);
  if (status == STATUS_OK && flow_set_has(bringing->wanted, FLOW_PROGRAM)) {
    status = ask_feed(bringing, &KIS_PROGRAMS, stocks, count, err);
    if (status == STATUS_OK) status = look_at_programs(bringing, err);
  }
  return status;
}

/* What was answered is stored, also where the provider then refused the rest, which is missing. */
static Status bring_some(Bringing *bringing, Stock *stocks, size_t count, Error *err) {
  Error trouble;
  Status asked = count ? ask(bringing, stocks, count, &trouble) : STATUS_OK;
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = take(bringing, &stocks[i], err);
  for (size_t i = 0; i < count; i++) stock_free(&stocks[i]);
  if (status != STATUS_OK || asked == STATUS_OK) return status;
  bringing->day->is_refused = stock_days_is_refusal(asked);
  *err = trouble;
  return asked;
}

static Status open_stock(const Bringing *bringing, const char *ticker, Stock *stock, bool *ret_done, Error *err) {
  const Db *db = bringing->days->work->ingest->job->db;
  Day date = bringing->day->date;
  *stock = (Stock){.ticker = ticker};
  const DayRange dates = {date - FLOW_BACK_DAYS, date};
  Status status = market_flow_read(db, ticker, dates, &stock->stored, &stock->stored_count, err);
  if (status == STATUS_OK) status = keep_stored(bringing, stock, ret_done, err);
  if (status != STATUS_OK || *ret_done) stock_free(stock);
  return status;
}

static Status bring_all(Bringing *bringing, Error *err) {
  const TickerList *list = &bringing->day->stocks;
  Stock batch[STOCK_BATCH];
  size_t count = 0;
  Status status = STATUS_OK;
  for (size_t i = 0; i < list->count && status == STATUS_OK; i++) {
    bool done = false, full, nothing;
    status = open_stock(bringing, list->items[i], &batch[count], &done, err);
    if (status != STATUS_OK) break;
    count += !done;
    full = count == STOCK_BATCH || i + 1 == list->count;
    if (full) {
      size_t asked = count;
      count = 0;
      status = bring_some(bringing, batch, asked, err);
      if (status != STATUS_OK) stock_day_lacks_rest(bringing->day, i + 1);
    }
    nothing = full && !bringing->day->session && bringing->day->told == 0;
    if (nothing) return status; /* perhaps no session */
  }
  for (size_t i = 0; i < count; i++) stock_free(&batch[i]);
  return status;
}

/* Of a day that nobody else knows yet: those that the flows themselves show to have traded. */
static Status record_traded(const Bringing *bringing, Error *err) {
  StockDay *day = bringing->day;
  const Job *job = bringing->days->work->ingest->job;
  bool known = !day->session && bringing->is_final && day->missing_count == 0 && day->told > 0;
  if (!known) return STATUS_OK;
  TickerList traded = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < day->stocks.count && status == STATUS_OK; i++) {
    StoredFlow *stored = NULL;
    size_t count = 0;
    const char *ticker = day->stocks.items[i];
    status = market_flow_read(job->db, ticker, day_alone(day->date), &stored, &count, err);
    if (status == STATUS_OK && count > 0) status = ticker_list_add(&traded, ticker, err);
    free(stored);
  }
  ticker_list_settle(&traded);
  if (status == STATUS_OK)
    status = chosen_stocks_replace(job->db, day->date, MARKET_FLOW.name, job_business_now(job), &traded, err);
  ticker_list_free(&traded);
  return status;
}

static Status bring(StockDays *days, StockDay *day, Error *err) {
  const Job *job = days->work->ingest->job;
  Bringing bringing = {.days = days,
                       .day = day,
                       .is_final = day->is_over,
                       .is_near = day->date > stock_days_today(job) - FLOW_NEAR_DAYS};
  Status status = look_at_programs(&bringing, err);
  if (status == STATUS_OK) status = stock_day_create(days, day, DB_FLOW, err);
  if (status == STATUS_OK) status = bring_all(&bringing, err);
  return status == STATUS_OK ? record_traded(&bringing, err) : status;
}

/* ---- what is stored ---- */

static Status look_at_stock(const Job *job, const StockDue *due, size_t count, const StockTeller *teller, Error *err) {
  StoredFlow *stored = NULL;
  size_t stored_count = 0, at = 0;
  const DayRange dates = {due[0].date, due[count - 1].date};
  Status status = market_flow_read(job->db, due[0].ticker, dates, &stored, &stored_count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    while (at < stored_count && stored[at].date < due[i].date) at++;
    bool there = at < stored_count && stored[at].date == due[i].date;
    const FlowFacts facts = {.wanted = FLOW_INVESTORS, .archived = due[i].has_row ? &due[i].row : NULL, .volume = -1};
    const char *fault = !there                                        ? "the document is gone"
                        : !stored[at].readable                        ? "the document cannot be read"
                        : !stored[at].day.is_final                    ? "the document is provisional"
                        : due[i].has_row && stored[at].day.close == 0 ? "the archived close is missing"
                                                                      : flow_day_fault(&stored[at].day, &facts);
    char text[160];
    snprintf(text, sizeof text, "market_flow.%s: %s", due[i].ticker, fault ? fault : "");
    if (fault) status = teller->tell(teller->context, due[i].date, text, err);
  }
  free(stored);
  return status;
}

/* ---- the dataset ---- */

static const StockKind KIND;

static int64_t expected_rows(const Job *job) { return stock_days_wanted(&KIND, job); }

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  (void)dataset;
  return stock_days_plan(&KIND, ingest, wish, ret_plan, err);
}

static Status work(DatasetWork *of, DatasetPlan *what, Error *err) { return stock_days_work(&KIND, of, what, err); }

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  const StockTeller teller = {tell, context};
  return stock_days_look(&KIND, ingest, stored, look_at_stock, &teller, err);
}

static const StockKind KIND = {.dataset = &MARKET_FLOW,
                               .stocks = chosen,
                               .due_minute = FLOW_PROVISIONAL_FROM,
                               .closes_evening = true,
                               .calls_per_stock = 2,
                               .oldest = oldest,
                               .bring = bring};
static const DatasetUnits UNITS = {.unit = "sessions", .plan = plan, .work = work, .is_shut = stock_days_is_shut};

const Dataset MARKET_FLOW = {.name = "market_flow",
                             .feed = FEED_KIS_INVESTORS,
                             .proof = "proven by what was bought less what was sold, and by the archived closes",
                             .units = &UNITS,
                             .expected_rows = expected_rows,
                             .look = look};
