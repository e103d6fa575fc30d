/* minute_prices: a stock's minutes of a day. Due at 16:05; asked by the service that knows dates, four calls a stock,
 * or where there is none by that of today, fourteen. Provisional until the session is archived and agrees. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/plan/minutes_proof.h>
#include <closebell/run/run.h>
#include <closebell/source/kis.h>
#include <closebell/store/collections.h>
#include <closebell/store/minute_data.h>

#include "datasets.h"
#include "stock_days.h"

enum {
  GROUP_STOCKS = 256, /* whose minutes are in memory at once */
  ROUNDS_MAX = 24,    /* calls about one stock's day */
  SERVICE_DAYS = 365  /* so long the service keeps minutes */
};

static const char *chosen(const Config *config) { return config->minutes.stocks; }

/* The first day that is wanted and can be had. */
static Day oldest(const Job *job) {
  Day today = stock_days_today(job), expired = minutes_expired(today, job->config->minutes.keep_days);
  Day first = today - SERVICE_DAYS;
  return expired != DAY_NONE && expired + 1 > first ? expired + 1 : first;
}

/* ---- one stock ---- */

typedef struct {
  const char *ticker;
  MinuteDay day;
  bool is_stored, is_final; /* these are the stored ones */
  bool is_asked;            /* it is to be asked, or was */
  bool done;                /* nothing more to ask for now */
  bool failed;
  int32_t label; /* to ask for next */
  Answer answer;
} Stock;

/* One day's work. */
typedef struct {
  StockDays *days;
  StockDay *day;
  const Feed *feed; /* null: there is no service for this date */
  HoursCount hours; /* by the stocks seen so far */
  Stock *stocks;    /* owned; of a group */
  size_t count;
} Bringing;

static MinutesFacts facts_of(const Bringing *bringing, const Stock *stock) {
  return (MinutesFacts){.hours = hours_of(&bringing->hours),
                        .archived = stock_day_row(bringing->day, stock->ticker),
                        .now = job_business_now(bringing->days->work->ingest->job)};
}

static MinutesVerdict judge(const Bringing *bringing, const Stock *stock, MinuteDay *cut) {
  const MinutesFacts facts = facts_of(bringing, stock);
  *cut = stock->day;
  minute_day_cut(cut, &facts.hours);
  return minutes_judge(cut, &facts);
}

/* ---- which service ---- */

static Status choose_service(Bringing *bringing, Error *err) {
  const Job *job = bringing->days->work->ingest->job;
  bool shut = true;
  Status status = fetch_door_is_shut(&bringing->days->fetch, FEED_KIS_MINUTES, &shut, err);
  bringing->feed = !shut ? &KIS_MINUTES : bringing->day->date == stock_days_today(job) ? &KIS_MINUTES_TODAY : NULL;
  return status;
}

/* ---- asking ---- */

static void take_page(const Bringing *bringing, Stock *stock, int32_t stop) {
  const MinutePage *page = answer_items(&stock->answer, &PAYLOAD_MINUTE_PAGE);
  if (stock->answer.kind == ANSWER_EMPTY) stock->done = true;
  if (page && page->date == bringing->day->date) minute_day_add(&stock->day, page->bars, page->count);
  if (page) stock->done = !minute_page_next(page, &stock->label) || stock->label <= stop;
  if (!page && stock->answer.kind != ANSWER_EMPTY) stock->failed = stock->done = true;
}

/* The next page of some of the stocks. */
static Status ask_some(Bringing *bringing, Stock *const *stocks, size_t count, int32_t stop, Error *err) {
  Question questions[STOCK_BATCH];
  const Job *job = bringing->days->work->ingest->job;
  for (size_t i = 0; i < count; i++)
    questions[i] = (Question){.feed = bringing->feed,
                              .date = bringing->day->date,
                              .key = stocks[i]->ticker,
                              .label = stocks[i]->label,
                              .asked_at = job_business_now(job),
                              .answer = &stocks[i]->answer};
  Status status = stock_days_ask(bringing->days, questions, count, err);
  const Feed *before = bringing->feed;
  if (status == STATUS_OK && before == &KIS_MINUTES) status = choose_service(bringing, err);
  bool again = status == STATUS_OK && bringing->feed != before; /* the provider lacks the first: by the other then */
  for (size_t i = 0; i < count && status == STATUS_OK && !(again && bringing->feed); i++)
    take_page(bringing, stocks[i], stop);
  return status;
}

/* One page of each that is not whole. *ret_left: so many were asked. */
static Status ask_round(Bringing *bringing, int32_t stop, size_t *ret_left, Error *err) {
  Stock *batch[STOCK_BATCH];
  size_t count = 0;
  Status status = STATUS_OK;
  *ret_left = 0;
  for (size_t i = 0; i <= bringing->count && status == STATUS_OK; i++) {
    bool wanted = i < bringing->count && bringing->stocks[i].is_asked && !bringing->stocks[i].done;
    if (wanted) batch[count++] = &bringing->stocks[i];
    if (count == 0 || (count < STOCK_BATCH && i < bringing->count)) continue;
    *ret_left += count;
    if (bringing->feed) status = ask_some(bringing, batch, count, stop, err);
    count = 0;
  }
  return status;
}

/* Minutes from the label back to those behind `stop`, of the stocks from the first on. */
static Status ask_from(Bringing *bringing, size_t first, const SessionHours *hours, int32_t stop, Error *err) {
  Status status = STATUS_OK;
  size_t left = 1;
  for (size_t i = 0; i < bringing->count; i++) {
    Stock *stock = &bringing->stocks[i];
    stock->done = i < first || stock->failed || !stock->is_asked;
    stock->label = hours->auction;
  }
  for (int round = 0; round < ROUNDS_MAX && left > 0 && bringing->feed && status == STATUS_OK; round++)
    status = ask_round(bringing, stop, &left, err);
  return status;
}

/* ---- a group ---- */

/* What is stored, and whether the stock is to be asked. */
static Status open_stock(const Bringing *bringing, const char *ticker, Stock *stock, Error *err) {
  StoredMinutes stored;
  Error unread;
  *stock = (Stock){.ticker = ticker, .day = {.date = bringing->day->date}};
  Status status =
      minute_data_find(bringing->days->work->ingest->job->db, ticker, bringing->day->date, &stored, &unread);
  stock->is_stored = status == STATUS_OK;
  stock->is_asked = bringing->day->is_forced || !stock->is_stored;
  if (stock->is_stored) {
    stock->day = stored.day;
    stock->is_final = stored.is_final;
  }
  if (status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) return STATUS_OK;
  *err = unread;
  return status;
}

static bool is_doubted(const Bringing *bringing, const Stock *stock) {
  MinuteDay cut;
  const MinutesFacts facts = facts_of(bringing, stock);
  bool wrong = judge(bringing, stock, &cut).state == MINUTES_WRONG;
  return stock->is_stored && (wrong || (!stock->is_final && minutes_lack_auction(&cut, &facts)));
}

/* Those whose stored minutes the archived session contradicts are asked for again, from the beginning. */
static void doubt_stored(Bringing *bringing) {
  for (size_t i = 0; i < bringing->count; i++) {
    Stock *stock = &bringing->stocks[i];
    stock->is_asked |= is_doubted(bringing, stock);
    if (!stock->is_asked) continue;
    stock->day = (MinuteDay){.date = bringing->day->date};
    stock->is_stored = stock->is_final = false;
  }
}

static void count_all_hours(Bringing *bringing, const HoursCount *before) {
  bringing->hours = *before;
  for (size_t i = 0; i < bringing->count; i++) hours_count_add(&bringing->hours, &bringing->stocks[i].day);
}

static Status store(const Bringing *bringing, const Stock *stock, const MinuteDay *day, bool is_final, Error *err) {
  Job *job = bringing->days->work->ingest->job;
  StoredMinutes minutes = {.day = *day, .is_final = is_final, .as_of_utc = job_business_now(job)};
  bool written = false;
  Status status = run_beat(job, err);
  if (status == STATUS_OK) status = minute_data_store(job->db, stock->ticker, &minutes, &written, err);
  bringing->days->work->changed += status == STATUS_OK && written;
  return status;
}

/* Why nothing of it can be stored. One that no session knows did perhaps not trade. */
static void lack(const Bringing *bringing, const Stock *stock, const MinutesVerdict *verdict) {
  StockDay *day = bringing->day;
  if (stock->failed)
    stock_day_unanswered(day, stock->ticker, &stock->answer);
  else if (!bringing->feed)
    stock_day_lacks(day, stock->ticker, LACKS_YET, "the broker gives minutes of today only");
  else if (stock->day.count == 0 && stock_day_knows(day, stock->ticker))
    stock_day_lacks(day, stock->ticker, LACKS_YET, "the broker gives no minute with trades");
  else if (stock->day.count == 0)
    stock_day_did_not_trade(day, stock->ticker);
  else if (stock->day.count > 0)
    stock_day_lacks(day, stock->ticker, verdict->state == MINUTES_WRONG ? LACKS_WRONG : LACKS_YET, "%s",
                    verdict->message);
}

static Status conclude(const Bringing *bringing, const Stock *stock, Error *err) {
  MinuteDay cut;
  MinutesVerdict verdict = judge(bringing, stock, &cut);
  bool is_final = verdict.state == MINUTES_PROVEN;
  bool good = !stock->failed && (is_final || verdict.state == MINUTES_PROVISIONAL);
  Status status = stock->day.count > 0 ? stock_day_tells(bringing->days, bringing->day, err) : STATUS_OK;
  if (status == STATUS_OK && !good) lack(bringing, stock, &verdict);
  if (status != STATUS_OK || !good) return status;
  stock_day_stored(bringing->day);
  if (stock->is_stored && stock->is_final == is_final && cut.count == stock->day.count) return STATUS_OK;
  return store(bringing, stock, &cut, is_final, err);
}

/* Where nobody knows whether the exchange was open, a few are asked first: when none of them traded it is perhaps no
 * session, and the others need not be asked. */
static Status ask_usual(Bringing *bringing, const HoursCount *before, Error *err) {
  size_t all = bringing->count;
  bool unknown = !bringing->day->session && before->traded == 0 && all > STOCK_BATCH;
  if (!unknown) return ask_from(bringing, 0, &HOURS_USUAL, 0, err);
  bringing->count = STOCK_BATCH;
  Status status = ask_from(bringing, 0, &HOURS_USUAL, 0, err);
  count_all_hours(bringing, before);
  bringing->count = all;
  return status == STATUS_OK && bringing->hours.traded > 0 ? ask_from(bringing, STOCK_BATCH, &HOURS_USUAL, 0, err)
                                                           : status;
}

static Status ask_group(Bringing *bringing, const HoursCount *before, Error *err) {
  Status status = ask_usual(bringing, before, err);
  count_all_hours(bringing, before);
  if (status != STATUS_OK || hours_of(&bringing->hours).auction == HOURS_USUAL.auction) return status;
  return ask_from(bringing, 0, &HOURS_LATE, HOURS_USUAL.auction, err);
}

/* What is whole is stored, also where the provider then refused the rest. */
static Status bring_group(Bringing *bringing, Error *err) {
  const HoursCount before = bringing->hours;
  Error trouble;
  count_all_hours(bringing, &before);
  doubt_stored(bringing);
  Status asked = ask_group(bringing, &before, &trouble);
  Status status = STATUS_OK;
  bool kept = asked == STATUS_OK || stock_days_is_refusal(asked);
  for (size_t i = 0; i < bringing->count && kept && status == STATUS_OK; i++) {
    Stock *stock = &bringing->stocks[i];
    bool whole = asked == STATUS_OK || !stock->is_asked || stock->done;
    if (whole)
      status = conclude(bringing, stock, err);
    else
      stock_day_lacks(bringing->day, stock->ticker, LACKS_YET, "it was not asked about to the end");
  }
  for (size_t i = 0; i < bringing->count; i++) free(bringing->stocks[i].answer.payload);
  if (status != STATUS_OK || asked == STATUS_OK) return status;
  bringing->day->is_refused = kept;
  *err = trouble;
  return asked;
}

static Status bring_groups(Bringing *bringing, Error *err) {
  const TickerList *list = &bringing->day->stocks;
  Status status = STATUS_OK;
  for (size_t at = 0; at < list->count && status == STATUS_OK; at += bringing->count) {
    bringing->count = list->count - at < GROUP_STOCKS ? list->count - at : GROUP_STOCKS;
    for (size_t i = 0; i < bringing->count && status == STATUS_OK; i++)
      status = open_stock(bringing, list->items[at + i], &bringing->stocks[i], err);
    if (status == STATUS_OK) status = bring_group(bringing, err);
    if (status != STATUS_OK) stock_day_lacks_rest(bringing->day, at + bringing->count);
    if (!bringing->day->session && bringing->day->told == 0) break;
  }
  return status;
}

static Status bring(StockDays *days, StockDay *day, Error *err) {
  Bringing bringing = {.days = days, .day = day};
  size_t room = day->stocks.count < GROUP_STOCKS ? day->stocks.count : GROUP_STOCKS;
  bringing.stocks = malloc(room * sizeof *bringing.stocks);
  if (!bringing.stocks) return error_set(err, STATUS_NO_MEMORY, "no memory for the minutes of %zu stocks", room);
  Status status = choose_service(&bringing, err);
  if (status == STATUS_OK) status = stock_day_create(days, day, DB_MINUTES, err);
  if (status == STATUS_OK) status = bring_groups(&bringing, err);
  free(bringing.stocks);
  return status;
}

/* ---- what is kept ---- */

/* Days that are no longer kept, of whatever stock. */
static Status tidy(const Job *job, Error *err) {
  Day last = minutes_expired(stock_days_today(job), job->config->minutes.keep_days);
  TickerList kept;
  if (last == DAY_NONE) return STATUS_OK;
  Status status = collections_read_tickers(job->db, DB_MINUTES, &kept, err);
  for (size_t i = 0; i < kept.count && status == STATUS_OK; i++)
    status = minute_data_expire(job->db, kept.items[i], last, err);
  ticker_list_free(&kept);
  return status;
}

/* ---- what is stored ---- */

typedef struct {
  const StockDue *due;
  size_t count, at;
  const StockTeller *teller;
} Looking;

static Status tell(const Looking *looking, const StockDue *due, const char *what, Error *err) {
  char text[256];
  snprintf(text, sizeof text, "minute_data.%s: %s", due->ticker, what);
  return looking->teller->tell(looking->teller->context, due->date, text, err);
}

/* The hours in which the minutes lie: what was stored was cut to its session's. A stock may have its last trade of an
 * exam day before half past three. */
static SessionHours hours_they_keep(const MinuteDay *day) {
  for (size_t i = 0; i < day->count; i++)
    if (!hours_have(&HOURS_USUAL, day->bars[i].time)) return HOURS_LATE;
  return HOURS_USUAL;
}

static Status look_at_one(const Looking *looking, const StockDue *due, const StoredMinutes *stored, bool readable,
                          Error *err) {
  if (!readable) return tell(looking, due, "the document cannot be read", err);
  if (!stored->is_final) return tell(looking, due, "the document is provisional", err);
  const MinutesFacts facts = {
      .hours = hours_they_keep(&stored->day), .archived = due->has_row ? &due->row : NULL, .now = stored->as_of_utc};
  const MinutesVerdict verdict = minutes_judge(&stored->day, &facts);
  return verdict.state == MINUTES_WRONG ? tell(looking, due, verdict.message, err) : STATUS_OK;
}

static Status tell_gone(Looking *looking, Day before, Error *err) {
  Status status = STATUS_OK;
  for (; looking->at < looking->count && looking->due[looking->at].date < before && status == STATUS_OK; looking->at++)
    status = tell(looking, &looking->due[looking->at], "the document is gone", err);
  return status;
}

static Status visit(void *context, const StoredMinutes *stored, bool readable, Error *err) {
  Looking *looking = context;
  Status status = tell_gone(looking, stored->day.date, err);
  bool due = looking->at < looking->count && looking->due[looking->at].date == stored->day.date;
  if (status != STATUS_OK || !due) return status;
  return look_at_one(looking, &looking->due[looking->at++], stored, readable, err);
}

static Status look_at_stock(const Job *job, const StockDue *due, size_t count, const StockTeller *teller, Error *err) {
  Looking looking = {.due = due, .count = count, .teller = teller};
  Status status = minute_data_read(job->db, due[0].ticker, due[0].date, due[count - 1].date, visit, &looking, err);
  return status == STATUS_OK ? tell_gone(&looking, due[count - 1].date + 1, err) : status;
}

/* ---- the dataset ---- */

static const StockKind KIND;

static int64_t expected_rows(const Job *job) { return stock_days_wanted(&KIND, job); }

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  (void)dataset;
  return stock_days_plan(&KIND, ingest, wish, ret_plan, err);
}

static Status work(DatasetWork *of, DatasetPlan *what, Error *err) { return stock_days_work(&KIND, of, what, err); }

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *finding, void *context, Error *err) {
  const StockTeller teller = {finding, context};
  return stock_days_look(&KIND, ingest, stored, look_at_stock, &teller, err);
}

static const StockKind KIND = {.dataset = &MINUTE_PRICES,
                               .stocks = chosen,
                               .due_minute = MINUTES_DUE,
                               .calls_per_stock = 4,
                               .oldest = oldest,
                               .bring = bring,
                               .tidy = tidy};
static const DatasetUnits UNITS = {.unit = "sessions", .plan = plan, .work = work, .is_shut = stock_days_is_shut};

const Dataset MINUTE_PRICES = {.name = "minute_prices",
                               .feed = FEED_KIS_MINUTES,
                               .proof = "proven by the archived rows",
                               .units = &UNITS,
                               .expected_rows = expected_rows,
                               .look = look};
