/* Flows and minutes in memory, one thing at a time: what is filled in behind, and what comes back late. */
#include <malloc.h>

#include "sim_flow_case.h"

#include <closebell/store/market_flow.h>
#include <closebell/store/minute_data.h>

#include "sim_flow.h"

/* ---- what is filled in behind ---- */

static void assert_closes(const SimCase *c, size_t stock) {
  char ticker[TICKER_SIZE];
  StoredFlow *stored = NULL;
  size_t count = 0;
  Error err = {{0}};
  made_ticker(stock, ticker);
  assert_int_equal(market_flow_read(&c->world->view, ticker, DAYS_ALL, &stored, &count, &err), STATUS_OK);
  if (count < SIM_KEPT_SESSIONS - 5) fail_msg("%s: %zu flows", ticker, count);
  for (size_t i = 0; i < count; i++) {
    const StockRow *row = session_find(sim_market_session(c->market, stored[i].date), ticker);
    assert_non_null(row);
    assert_int_equal(stored[i].day.close, row->close);
  }
  free(stored);
}

/* One stock is told of wrongly, so that each of its days is asked for again, with thirty behind it: more sessions than
 * are in memory at once. */
static void a_long_history_has_the_close_of_each_session(void **state) {
  SimCase *c = *state;
  const size_t stocks[] = {8, 20, 40};
  BrokerFault fault = {.kind = BROKER_WRONG, .until = c->world->now + 60 * 60 * 1000};
  made_ticker(stocks[0], fault.ticker);
  sim_broker_fault(&broker, &fault);
  watch(c, stocks, 3);
  begin(c, "", "");
  text_copy(c->world->config.flow.stocks, sizeof c->world->config.flow.stocks, "watchlists");
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  sim_world_move_to(c->world, fault.until);
  const UpdateOptions again = {.dataset = "market_flow", .from = DAY_NONE, .to = instant_kst_day(c->world->now)};
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .update = again, .ranged = true});
  for (size_t i = 0; i < 3; i++) assert_closes(c, stocks[i]);
  assert_verified(c);
}

/* ---- the closing auction ---- */

static bool has_still_auction(const Session *session, size_t stock) {
  char ticker[TICKER_SIZE];
  MinuteDay day;
  made_ticker(stock, ticker);
  const StockRow *row = session_find(session, ticker);
  if (!row || !row_has_trades(row) || sim_hours(session->date).auction != HOURS_USUAL.auction) return false;
  sim_minutes(row, session->date, &day);
  size_t last = day.count - 1;
  return last > 1 && day.bars[last].time == HOURS_USUAL.auction && day.bars[last - 1].close == row->close;
}

/* It shows again after five, and its price is that of the last trade: the archived row agrees without it, too. */
static void an_auction_that_comes_back_at_night_and_moves_nothing_is_not_missed(void **state) {
  SimCase *c = *state;
  Day date = sim_case_session(c, 1), next = sim_case_session(c, 2);
  const Session *session = sim_market_session(c->market, date);
  size_t stock = 8;
  StoredMinutes stored;
  MinuteDay truth;
  Error err = {{0}};
  char ticker[TICKER_SIZE];
  while (stock < 56 && !has_still_auction(session, stock)) stock++;
  assert_true(stock < 56);
  made_ticker(stock, ticker);
  const BrokerFault fault = {
      .kind = BROKER_NO_AUCTION, .from = instant_from_kst(date, 15 * 60), .until = instant_from_kst(date, 17 * 60)};
  sim_broker_fault(&broker, &fault);
  watch(c, &stock, 1);
  begin(c, "", "watchlists");
  run_at(c, date, AFTERNOON, SIM_UPDATE);
  assert_int_equal(minute_data_find(&c->world->view, ticker, date, &stored, &err), STATUS_OK);
  assert_null(minute_day_find(&stored.day, HOURS_USUAL.auction));
  run_at(c, next, 9 * 60, SIM_UPDATE);
  assert_state(c, date, "minute_prices", "completed");
  assert_int_equal(minute_data_find(&c->world->view, ticker, date, &stored, &err), STATUS_OK);
  sim_minutes(session_find(session, ticker), date, &truth);
  assert_true(stored.is_final && minute_day_equal(&stored.day, &truth));
}

/* ---- exam days ---- */

/* A stock whose last trade of an exam day was before 15:30. */
static bool ends_early(const Session *session, size_t stock) {
  char ticker[TICKER_SIZE];
  MinuteDay day;
  made_ticker(stock, ticker);
  const StockRow *row = session_find(session, ticker);
  if (!row || !row_has_trades(row) || sim_hours(session->date).auction != HOURS_LATE.auction) return false;
  sim_minutes(row, session->date, &day);
  return day.bars[day.count - 1].time > HOURS_USUAL.last && day.bars[day.count - 1].time < HOURS_USUAL.auction;
}

static bool find_early(const SimCase *c, Day *ret_date, size_t *ret_stock) {
  for (size_t i = 0; i < SIM_KEPT_SESSIONS - 1; i++)
    for (size_t stock = 8; stock < 56; stock++) {
      const Session *session = &c->market->sessions[c->newest - i];
      if (!ends_early(session, stock)) continue;
      *ret_date = session->date;
      *ret_stock = stock;
      return true;
    }
  return false;
}

static void minutes_of_an_exam_day_keep_its_hours(void **state) {
  SimCase *c = *state;
  Day date = DAY_NONE;
  size_t stock = 0;
  while (!find_early(c, &date, &stock) && c->newest + 5 < c->market->count) c->newest++;
  assert_true(date != DAY_NONE);
  sim_case_wait_for(c, 0);
  watch(c, (const size_t[]){stock, (stock + 1) % 56, (stock + 2) % 56}, 3);
  begin(c, "", "watchlists");
  assert_state(c, date, "minute_prices", "completed");
  assert_verified(c);
}

int main(void) {
  mallopt(M_PERTURB, 0xa5); /* what is freed is not read any more */
  const struct CMUnitTest tests[] = {
      FLOW_CASE(a_long_history_has_the_close_of_each_session),
      FLOW_CASE(an_auction_that_comes_back_at_night_and_moves_nothing_is_not_missed),
      FLOW_CASE(minutes_of_an_exam_day_keep_its_hours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
