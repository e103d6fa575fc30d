#include "sim_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bson/bson.h>

#include <closebell/store/market_days.h>

#include "sim_index.h"

enum { OLD_SESSIONS = 5, THROTTLE_MS = 45000 };

static MarketAnswer fail(AnswerKind kind, int http_status, const char *detail) {
  MarketAnswer answer = {.kind = kind, .http_status = http_status, .retry_after_ms = -1};
  if (kind == ANSWER_THROTTLED) answer.retry_after_ms = THROTTLE_MS;
  snprintf(answer.detail, sizeof answer.detail, "%s (simulated)", detail);
  return answer;
}

/* The market's rows of the session, every `step`th of them; no rows are an empty answer. */
static MarketAnswer tell(const Session *session, Market market, size_t step) {
  MarketAnswer answer = {.kind = ANSWER_EMPTY, .http_status = 200, .retry_after_ms = -1};
  size_t room = session ? session_count_market(session, market) : 0;
  if (room == 0) return answer;
  answer.rows = malloc(room * sizeof *answer.rows);
  sim_or_die(answer.rows != NULL, "no memory for an answer");
  for (size_t i = 0, seen = 0; i < session->count; i++) {
    if (session->rows[i].market != market || seen++ % step != 0) continue;
    answer.rows[answer.count++] = session->rows[i];
  }
  answer.kind = ANSWER_ROWS;
  answer.type = &PAYLOAD_STOCK_ROWS;
  return answer;
}

static bool is_archived(const SimWorld *world, Day date) {
  bson_t *archived = NULL;
  if (world->view.find(world->view.self, DB_SYSTEM, "market_days", day_text(date).text, &archived, NULL) != STATUS_OK)
    return false;
  bson_destroy(archived);
  return true;
}

/* One price of one stock is another than it was when it was archived. */
static MarketAnswer restate(const SimWorld *world, const Session *session, Market market) {
  MarketAnswer answer = tell(session, market, 1);
  if (!is_archived(world, session->date)) return answer;
  for (size_t i = 0; i < answer.count; i++) {
    if (!row_has_trades(&answer.rows[i])) continue;
    answer.rows[i].value++;
    break;
  }
  return answer;
}

/* Nobody has its rows, and asked for it the source has none. */
static bool is_hidden(const SimWorld *world, const Session *session, Market market) {
  while (session && !is_archived(world, session->date)) {
    const SimFault *fault = sim_world_source_fault(world, SIM_PRICES, session->date, market);
    if (!fault || fault->kind != SIM_REPEATED) return fault && fault->kind == SIM_EMPTY;
    session = sim_market_neighbour(world->market, session->date, 1);
  }
  return false;
}

/* The rows of the session before, dates and all: the exchange's own answers name their date, and the parser looks at
 * it. A source that hides a session and shows its rows as those of the next one tells a history that agrees with
 * itself, in which that day was closed; nothing in it can give that away, so it is not simulated. */
static MarketAnswer repeat(const SimWorld *world, const Session *session, Market market) {
  const Session *before = session ? sim_market_neighbour(world->market, session->date, 1) : NULL;
  return tell(is_hidden(world, before, market) ? NULL : before, market, 1);
}

static MarketAnswer refuse(SimFaultKind kind) {
  switch (kind) {
  case SIM_UNREACHABLE:
    return fail(ANSWER_UNREACHABLE, 0, "could not connect");
  case SIM_FAILING:
    return fail(ANSWER_FAILING, 503, "HTTP 503");
  case SIM_THROTTLED:
    return fail(ANSWER_THROTTLED, 429, "HTTP 429");
  case SIM_BLOCKED:
    return fail(ANSWER_BLOCKED, 403, "HTTP 403");
  default:
    return fail(ANSWER_UNAUTHORIZED, 401, "Unauthorized Key");
  }
}

static MarketAnswer answer_faulty(const SimWorld *world, SimFaultKind kind, const Session *session, Market market) {
  if (kind <= SIM_UNAUTHORIZED) return refuse(kind);
  switch (kind) {
  case SIM_EMPTY:
    return tell(NULL, market, 1);
  case SIM_HALF:
    return tell(session, market, 2);
  case SIM_REPEATED:
    return repeat(world, session, market);
  case SIM_REPEATED_OLD:
    return tell(session ? sim_market_neighbour(world->market, session->date, OLD_SESSIONS) : NULL, market, 1);
  case SIM_WRONG_ROW:
    return session ? fail(ANSWER_BROKEN, 200, "row 3: low: -1") : tell(NULL, market, 1);
  case SIM_RESTATED:
    return session ? restate(world, session, market) : tell(NULL, market, 1);
  default:
    return tell(session, market, 1);
  }
}

/* Null: the exchange has published none, or not yet. */
static const Session *published(const SimWorld *world, Day date) {
  const Session *session = sim_market_session(world->market, date);
  return session && world->now >= sim_market_published(world->market, date) ? session : NULL;
}

static MarketAnswer ask(const SimWorld *world, Day date, Market market) {
  const Session *session = published(world, date);
  const SimFault *fault = sim_world_source_fault(world, SIM_PRICES, date, market);
  return fault ? answer_faulty(world, fault->kind, session, market) : tell(session, market, 1);
}

/* What the index service publishes of the market. */
static Answer ask_index(const SimWorld *world, Day date, Market market) {
  Answer answer = {.kind = ANSWER_EMPTY, .http_status = 200, .retry_after_ms = -1};
  const Session *session = published(world, date);
  const SimFault *fault = sim_world_source_fault(world, SIM_INDEX, date, market);
  if (fault && fault->kind <= SIM_UNAUTHORIZED) return refuse(fault->kind);
  if (!session || (fault && fault->kind == SIM_EMPTY)) return answer;
  if (fault && (fault->kind == SIM_HALF || fault->kind == SIM_WRONG_ROW))
    return fail(ANSWER_BROKEN, 200, "the row of the whole market is missing");
  IndexReport *report = malloc(sizeof *report);
  sim_or_die(report != NULL, "no memory for a report");
  *report = sim_index_report(world->market, session, market);
  if (fault && fault->kind == SIM_ALTERED) report->totals.volume++;
  if (fault && fault->kind == SIM_REPEATED) {
    const Session *before = sim_market_neighbour(world->market, date, 1);
    if (before) report->day = sim_index_report(world->market, before, market).day;
    report->day.date = date;
  }
  answer.kind = ANSWER_ROWS;
  answer.type = &PAYLOAD_INDEX_REPORT;
  answer.payload = report;
  answer.count = 1;
  return answer;
}

/* As http_source.c does: what has not been sent when the door shuts is not sent. */
static bool shuts_the_door(AnswerKind kind) { return kind == ANSWER_BLOCKED || kind == ANSWER_UNAUTHORIZED; }

static Status fetch(void *context, const Question *questions, size_t count, Error *err) {
  SimSource *self = context;
  for (size_t i = 0; i < count; i++) {
    free(questions[i].answer->rows);
    *questions[i].answer = (MarketAnswer){.retry_after_ms = -1};
  }
  for (size_t i = 0; i < count; i++) {
    if (clock_stopping(self->clock)) return error_set(err, STATUS_INTERRUPTED, "asked to stop");
    sim_world_pass(self->world, self->world->request_ms);
    self->calls++;
    bool prices = questions[i].feed->payload == &PAYLOAD_STOCK_ROWS;
    *questions[i].answer = prices ? ask(self->world, questions[i].date, questions[i].market)
                                  : ask_index(self->world, questions[i].date, questions[i].market);
    if (shuts_the_door(questions[i].answer->kind)) break;
  }
  return STATUS_OK;
}

static long calls(void *self) { return ((const SimSource *)self)->calls; }

static const Feed DAILY_PRICES = {
    .name = FEED_DAILY_PRICES, .provider = "krx", .scope = SCOPE_MARKET_DAY, .payload = &PAYLOAD_STOCK_ROWS};
static const Feed INDEX = {.name = FEED_INDEX,
                           .provider = "krx",
                           .scope = SCOPE_MARKET_DAY,
                           .markets = 1 << MARKET_KOSPI | 1 << MARKET_KOSDAQ,
                           .is_kept = true,
                           .payload = &PAYLOAD_INDEX_REPORT,
                           .title = "index days and totals",
                           .without = "nothing is compared"};
static const Feed *const FEEDS[] = {&DAILY_PRICES, &INDEX};

Source sim_source(SimSource *self) {
  return (Source){.self = self,
                  .name = "krx",
                  .feeds = FEEDS,
                  .feed_count = self->world->publishes_totals ? 2 : 1,
                  .fetch = fetch,
                  .calls = calls};
}
