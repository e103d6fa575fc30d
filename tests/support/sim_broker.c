#include "sim_broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/source/kis.h>

#include "sim_flow.h"
#include "sim_index.h"

enum {
  FLOW_ROWS = 30,
  PAGE_ROWS = 5,
  TODAY_ROWS = 30,
  CALENDAR_DAYS = 24,
  INDEX_ROWS = 20,
  OPEN = 9 * 60,
  CLOSE = 15 * 60 + 40
};
enum { AFTER_MARKET = 16 * 60, AFTER_MARKET_END = 20 * 60, AUCTION_BACK_EVERY = 6 };

/* ---- faults ---- */

void sim_broker_fault(SimBroker *broker, const BrokerFault *fault) {
  broker->faults[broker->next++ % BROKER_FAULTS_MAX] = *fault;
}

bool sim_broker_has(const SimBroker *broker, BrokerFaultKind kind, const char *ticker, Instant now) {
  for (size_t i = 0; i < BROKER_FAULTS_MAX; i++) {
    const BrokerFault *fault = &broker->faults[i];
    bool about = fault->ticker[0] == '\0' || strcmp(fault->ticker, ticker) == 0;
    if (fault->kind == kind && about && fault->from <= now && now < fault->until) return true;
  }
  return false;
}

static bool has(const SimWorld *world, BrokerFaultKind kind, const char *ticker) {
  return sim_broker_has(world->broker, kind, ticker, world->now);
}

static bool is_lacking(const Feed *feed) {
  return feed == &KIS_QUOTES || feed == &KIS_PROGRAMS || feed == &KIS_MINUTES || feed == &KIS_CALENDAR;
}

static Answer fail(AnswerKind kind, int http_status, const char *detail) {
  Answer answer = {.kind = kind, .http_status = http_status, .retry_after_ms = -1};
  snprintf(answer.detail, sizeof answer.detail, "%s (simulated)", detail);
  return answer;
}

/* ANSWER_NONE: it answers. */
static Answer refuse(const SimWorld *world, const Feed *feed, const char *ticker) {
  if (has(world, BROKER_UNREACHABLE, ticker)) return fail(ANSWER_UNREACHABLE, 0, "could not connect");
  if (has(world, BROKER_FAILING, ticker)) return fail(ANSWER_FAILING, 500, "EGW00300");
  if (has(world, BROKER_THROTTLED, ticker)) return fail(ANSWER_THROTTLED, 200, "EGW00201");
  if (has(world, BROKER_BROKEN, ticker)) return fail(ANSWER_BROKEN, 200, "a row that cannot be read");
  if (has(world, BROKER_REFUSING, ticker)) return fail(ANSWER_UNAUTHORIZED, 500, "EGW00103: the app key is not valid");
  if (!has(world, BROKER_PAPER, "") || !is_lacking(feed)) return (Answer){.retry_after_ms = -1};
  Answer answer = fail(ANSWER_UNAUTHORIZED, 200, "OPSQ0002: there is no such service");
  answer.refused = REFUSED_SERVICE;
  return answer;
}

/* The items, which the answer takes over; none: it is empty. */
static Answer give(void *items, size_t count, const PayloadType *type) {
  Answer answer = {.kind = count ? ANSWER_ROWS : ANSWER_EMPTY, .http_status = 200, .retry_after_ms = -1};
  if (count == 0) {
    free(items);
    return answer;
  }
  answer.type = type;
  answer.payload = items;
  answer.count = count;
  return answer;
}

static void *room_for(size_t count, size_t size) {
  void *items = calloc(count, size);
  sim_or_die(items != NULL, "no memory for an answer");
  return items;
}

/* ---- what time it is ---- */

static Day today(const SimWorld *world) { return instant_kst_day(world->now); }

static int minute_now(const SimWorld *world) {
  return (int)((world->now - instant_from_kst(today(world), 0)) / (INT64_C(60) * 1000));
}

/* The session that is shown: today's from its opening on. Null before the first. */
static const Session *shown(const SimWorld *world) {
  const Session *session = sim_market_session(world->market, today(world));
  return session && minute_now(world) >= OPEN ? session : sim_market_neighbour(world->market, today(world), 1);
}

static bool is_today(const SimWorld *world, Day date) { return date == today(world); }

/* ---- quotes ---- */

/* How far the price has moved on: on an exam day it still trades when others have closed. */
static int64_t drift(const SimWorld *world, Day date) {
  int minute = minute_now(world), end = sim_hours(date).auction == HOURS_LATE.auction ? 16 * 60 + 30 : CLOSE;
  if (!is_today(world, date) || minute < OPEN) return 0;
  if (minute < end) return 1 + minute % 7;
  return minute >= AFTER_MARKET ? 3 : 0;
}

/* One without trades is shown without a price every second time: then it is left out. */
static bool quote_of(const SimWorld *world, const Session *session, const char *ticker, Quote *ret_quote) {
  const StockRow *row = session_find(session, ticker);
  if (!row || (!row_has_trades(row) && sim_hash(ticker, session->date, 4) % 2 == 0)) return false;
  Quote quote = {.open = row->open,
                 .high = row->high,
                 .low = row->low,
                 .close = row->close,
                 .base_price = row_base_price(row),
                 .volume = row_has_trades(row) ? row->volume : 0,
                 .value = row_has_trades(row) ? row->value : 0};
  int64_t moved = row_has_trades(row) ? drift(world, session->date) : 0;
  quote.high = quote.high < quote.close + moved ? quote.close + moved : quote.high;
  quote.close += moved;
  memcpy(quote.ticker, row->ticker, sizeof quote.ticker);
  *ret_quote = quote;
  return quote_fault(&quote) == NULL;
}

static int by_ticker(const void *a, const void *b) {
  return strcmp(((const Quote *)a)->ticker, ((const Quote *)b)->ticker);
}

static Answer tell_quotes(const SimWorld *world, const char *codes) {
  const Session *session = shown(world);
  if (session && has(world, BROKER_STALE, "")) session = sim_market_neighbour(world->market, session->date, 1);
  Quote *quotes = room_for(KIS_QUOTES_PER_CALL, sizeof *quotes);
  size_t count = 0;
  for (const char *code = codes; session && *code; code += strspn(code, ",")) {
    char ticker[TICKER_SIZE] = "";
    size_t length = strcspn(code, ",");
    sim_or_die(length < sizeof ticker && count < KIS_QUOTES_PER_CALL, "more codes than a call takes");
    memcpy(ticker, code, length);
    code += length;
    count += quote_of(world, session, ticker, &quotes[count]);
  }
  qsort(quotes, count, sizeof *quotes, by_ticker);
  return give(quotes, count, &PAYLOAD_QUOTES);
}

static Answer tell_calendar(const SimWorld *world, Day from) {
  OpenDay *days = room_for(CALENDAR_DAYS, sizeof *days);
  for (int i = 0; i < CALENDAR_DAYS; i++)
    days[i] = (OpenDay){.date = from + i, .is_open = sim_market_session(world->market, from + i) != NULL};
  return give(days, CALENDAR_DAYS, &PAYLOAD_OPEN_DAYS);
}

/* ---- flows ---- */

static FlowRow flow_of(const SimWorld *world, const StockRow *row, Day date, FlowSet groups) {
  int minute = minute_now(world);
  FlowRow flow = sim_flow_row(row, date, !is_today(world, date) || minute >= AFTER_MARKET_END);
  bool blank = (is_today(world, date) && minute < AFTER_MARKET) || has(world, BROKER_BLANK, row->ticker);
  flow.has = blank ? 0 : groups;
  if (has(world, BROKER_WRONG, row->ticker)) flow.groups[FLOW_FOREIGN].net_volume++;
  if (has(world, BROKER_WRONG, row->ticker)) flow.groups[FLOW_PROGRAM].net_volume++;
  if (!row_has_trades(row)) memset(flow.groups, 0, sizeof flow.groups);
  return flow;
}

/* Thirty sessions up to the date, or to the one that is shown; ascending. */
static Answer tell_flows(const SimWorld *world, const char *ticker, Day until, FlowSet groups) {
  const Session *session = shown(world);
  FlowRow *rows = room_for(FLOW_ROWS, sizeof *rows);
  size_t at = FLOW_ROWS;
  if (session && until != DAY_NONE && session->date > until)
    session = sim_market_neighbour(world->market, until + 1, 1);
  for (int i = 0; i < FLOW_ROWS && session; i++) {
    const StockRow *row = session_find(session, ticker);
    if (row) rows[--at] = flow_of(world, row, session->date, groups);
    session = sim_market_neighbour(world->market, session->date, 1);
  }
  memmove(rows, rows + at, (FLOW_ROWS - at) * sizeof *rows);
  return give(rows, FLOW_ROWS - at, &PAYLOAD_FLOW_ROWS);
}

/* ---- minutes ---- */

/* An auction that moves nothing comes back by the next day: that it is lost for good nobody could notice. */
static bool moves(const StockRow *row, const MinuteDay *day) {
  return day->count < 2 || day->bars[day->count - 2].close != row->close;
}

/* With J those of the after-market come too, and the auction comes back late. */
static void minutes_now(const SimWorld *world, const StockRow *row, Day date, MinuteDay *day) {
  sim_minutes(row, date, day);
  int32_t auction = sim_hours(date).auction;
  bool late = sim_hash(row->ticker, date, 5) % AUCTION_BACK_EVERY == 0 && minute_now(world) < 16 * 60 + 30;
  bool lost = has(world, BROKER_NO_AUCTION, row->ticker) && (is_today(world, date) || moves(row, day));
  bool hidden = lost || (is_today(world, date) && late);
  if (hidden && day->count > 1 && day->bars[day->count - 1].time == auction) day->count--;
  if (has(world, BROKER_WRONG, row->ticker)) day->bars[0].high = day->bars[0].high * 2;
  if (auction == HOURS_LATE.auction) return;
  for (int32_t label = 1600; label < 1630; label += 10) {
    MinuteBar bar = {label, row->close + 3, row->close + 5, row->close + 1, row->close + 2, 1};
    minute_day_add(day, &bar, 1);
  }
}

/* What belongs to a minute that was not over is left out, as the parser does. */
static bool is_over(const Question *question, int32_t label) {
  return question->asked_at >= minute_label_start(question->date, label) + INT64_C(66) * 1000;
}

static void put_bar(const Question *question, const MinuteBar *bar, MinutePage *page) {
  if (page->earliest < 0 || bar->time < page->earliest) page->earliest = bar->time;
  if (is_over(question, bar->time)) page->bars[page->count++] = *bar;
}

static void reverse(MinutePage *page) {
  for (size_t i = 0; i < page->count / 2; i++) {
    MinuteBar bar = page->bars[i];
    page->bars[i] = page->bars[page->count - 1 - i];
    page->bars[page->count - 1 - i] = bar;
  }
}

/* The dated service: minutes with trades alone, and what is left of the page is of the day before. */
static void fill_dated(const Question *question, const MinuteDay *day, MinutePage *page) {
  size_t rows = 0;
  for (size_t i = day->count; i > 0 && rows < PAGE_ROWS; i--) {
    if (day->bars[i - 1].time > question->label) continue;
    put_bar(question, &day->bars[i - 1], page);
    rows++;
  }
  page->reaches_back = rows < PAGE_ROWS;
  reverse(page);
}

/* Today's service: a row for each of thirty minutes. */
static void fill_today(const Question *question, const MinuteDay *day, MinutePage *page) {
  int32_t first = minute_label_add(question->label, 1 - TODAY_ROWS);
  page->earliest = first < MINUTE_FIRST ? MINUTE_FIRST : first;
  for (size_t i = 0; i < day->count; i++)
    if (day->bars[i].time >= first && day->bars[i].time <= question->label) put_bar(question, &day->bars[i], page);
}

static Answer tell_minutes(const SimWorld *world, const Question *question) {
  bool of_today = question->feed == &KIS_MINUTES_TODAY;
  const Session *session = sim_market_session(world->market, question->date);
  const StockRow *row = session ? session_find(session, question->key) : NULL;
  bool unknown = session && !row, other_day = of_today && (!session || !is_today(world, question->date));
  if (unknown || other_day) return give(NULL, 0, NULL);
  MinutePage *page = room_for(1, sizeof *page);
  MinuteDay day = {.date = question->date};
  page->date = question->date;
  page->earliest = -1;
  if (row && row_has_trades(row)) minutes_now(world, row, question->date, &day);
  if (of_today)
    fill_today(question, &day, page);
  else
    fill_dated(question, &day, page);
  return give(page, 1, &PAYLOAD_MINUTE_PAGE);
}

/* ---- indices ---- */

static MarketIndex index_of(const char *code) {
  MarketIndex which = INDEX_KOSPI;
  while (which < INDEX_KOSPI200 && strcmp(code, kis_index_code(which)) != 0) which++;
  return which;
}

/* In thousand shares and million KRW, as a broker counts; the cap is not shown. */
static DatedIndexRow index_row(const SimWorld *world, const Session *session, MarketIndex which) {
  IndexReport report = sim_index_report(world->market, session, index_market(which));
  IndexRow row = report.day.rows[which];
  row.change = row.market_cap = 0;
  row.volume -= row.volume % 1000;
  row.value -= row.value % 1000000;
  return (DatedIndexRow){.date = session->date, .row = row};
}

static Answer tell_index(const SimWorld *world, const char *code, Day until) {
  DatedIndexRow newest_first[INDEX_ROWS], *rows = room_for(INDEX_ROWS, sizeof *rows);
  const Session *session = shown(world);
  size_t count = 0;
  if (session && has(world, BROKER_STALE, "")) session = sim_market_neighbour(world->market, session->date, 1);
  for (; session && count < INDEX_ROWS; session = sim_market_neighbour(world->market, session->date, 1))
    if (session->date <= until) newest_first[count++] = index_row(world, session, index_of(code));
  for (size_t i = 0; i < count; i++) rows[i] = newest_first[count - 1 - i];
  return give(rows, count, &PAYLOAD_INDEX_ROWS);
}

/* ---- the source ---- */

static Answer ask(const SimWorld *world, const Question *question) {
  const Feed *feed = question->feed;
  const char *key = question->key ? question->key : "";
  Answer refused = refuse(world, feed, feed == &KIS_QUOTES ? "" : key);
  if (refused.kind != ANSWER_NONE) return refused;
  if (feed == &KIS_QUOTES) return tell_quotes(world, key);
  if (feed == &KIS_INDEX) return tell_index(world, key, question->date);
  if (feed == &KIS_CALENDAR) return tell_calendar(world, question->date);
  if (feed == &KIS_INVESTORS) return tell_flows(world, key, DAY_NONE, FLOW_INVESTORS);
  if (feed == &KIS_INVESTORS_DATED) return tell_flows(world, key, question->date, FLOW_INVESTORS);
  if (feed == &KIS_PROGRAMS) return tell_flows(world, key, question->date, flow_bit(FLOW_PROGRAM));
  return tell_minutes(world, question);
}

static Status fetch(void *context, const Question *questions, size_t count, Error *err) {
  SimBrokerSource *self = context;
  for (size_t i = 0; i < count; i++) {
    free(questions[i].answer->payload);
    *questions[i].answer = (Answer){.retry_after_ms = -1};
  }
  for (size_t i = 0; i < count; i++) {
    if (clock_stopping(self->clock)) return error_set(err, STATUS_INTERRUPTED, "asked to stop");
    sim_world_pass(self->world, self->world->request_ms);
    self->calls++;
    *questions[i].answer = ask(self->world, &questions[i]);
    if (questions[i].answer->kind == ANSWER_UNAUTHORIZED) break; /* what is behind it is not sent */
  }
  return STATUS_OK;
}

static long calls(void *self) { return ((const SimBrokerSource *)self)->calls; }

Source sim_broker_source(SimBrokerSource *self) {
  static const Feed *const FEEDS[] = {&KIS_QUOTES,        &KIS_INVESTORS, &KIS_INVESTORS_DATED, &KIS_PROGRAMS,
                                      &KIS_MINUTES_TODAY, &KIS_MINUTES,   &KIS_INDEX,           &KIS_CALENDAR};
  return (Source){.self = self,
                  .name = KIS_PROVIDER.name,
                  .feeds = FEEDS,
                  .feed_count = sizeof FEEDS / sizeof *FEEDS,
                  .fetch = fetch,
                  .calls = calls};
}
