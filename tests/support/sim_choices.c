#include "sim_choices.h"

#include <string.h>

#include <closebell/base/text.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/watchlists.h>

#include "made_market.h"

enum { STOCKS = 56, SESSION_END = 15 * 60 + 30 };
static const char LIST[] = "mine";
static const int64_t SKEW_MS = 15000; /* of a host's clock, at most */

/* ---- changing ---- */

static void draw_list(SimChoice *choice, const Random *random) {
  choice->count = sim_below(random, 8) == 0 ? 0 : 1 + (size_t)sim_below(random, SIM_LIST_STOCKS);
  size_t stock = (size_t)sim_below(random, STOCKS);
  for (size_t i = 0; i < choice->count; i++) made_ticker((stock + 5 * i) % STOCKS, choice->listed[i]);
}

static void write_list(const SimChoice *choice, SimWorld *world) {
  Watchlist list = {.tickers = (char(*)[8])choice->listed, .count = choice->count, .updated_utc = world->now};
  Error err = {{0}};
  _Static_assert(TICKER_SIZE == 8, "a list's tickers");
  text_copy(list.name, sizeof list.name, LIST);
  Status status =
      choice->count ? watchlist_write(&world->view, &list, &err) : watchlist_delete(&world->view, LIST, &err);
  sim_or_die(status == STATUS_OK, err.text);
}

static ChosenSet draw_setting(char *setting, size_t size, const Random *random) {
  static const char *const SETTINGS[] = {"watchlists", "watchlists, leaders", "leaders, watchlists", "leaders"};
  ChosenSet set = 0;
  const char *text = SETTINGS[sim_below(random, sizeof SETTINGS / sizeof *SETTINGS)];
  sim_or_die(chosen_set_parse(text, &set), "a setting that cannot be read");
  text_copy(setting, size, text);
  return set;
}

void sim_choices_change(SimChoices *choices, SimWorld *world, const Random *random) {
  sim_or_die(choices->count < SIM_CHOICES_MAX, "too many choices");
  SimChoice *choice = &choices->items[choices->count++];
  *choice = (SimChoice){.since = world->now};
  draw_list(choice, random);
  write_list(choice, world);
  choice->flow = draw_setting(world->config.flow.stocks, sizeof world->config.flow.stocks, random);
  choice->minutes = draw_setting(world->config.minutes.stocks, sizeof world->config.minutes.stocks, random);
}

/* ---- explaining ---- */

static Status add(TickerList *list, const Session *session, const char *ticker, Error *err) {
  const StockRow *row = session_find(session, ticker);
  return row && row_has_trades(row) ? ticker_list_add(list, ticker, err) : STATUS_OK;
}

static Status add_leaders(const SimWorld *world, const Session *session, TickerList *list, Error *err) {
  const Session *before = sim_market_neighbour(world->market, session->date, 1);
  TickerList leaders = {0};
  Status status = before ? leader_candidates_tickers(&world->view, before->date, &leaders, err) : STATUS_OK;
  if (status == STATUS_NOT_FOUND) return STATUS_OK; /* of the first session that is kept */
  for (size_t i = 0; i < leaders.count && status == STATUS_OK; i++) status = add(list, session, leaders.items[i], err);
  ticker_list_free(&leaders);
  return status;
}

static bool is_that(const SimWorld *world, const SimChoice *choice, ChosenSet set, const Session *session,
                    const TickerList *recorded) {
  TickerList wanted = {0};
  Error err = {{0}};
  Status status = STATUS_OK;
  for (size_t i = 0; chosen_set_has(set, CHOSEN_WATCHLISTS) && i < choice->count && status == STATUS_OK; i++)
    status = add(&wanted, session, choice->listed[i], &err);
  if (status == STATUS_OK && chosen_set_has(set, CHOSEN_LEADERS)) status = add_leaders(world, session, &wanted, &err);
  sim_or_die(status == STATUS_OK, err.text);
  ticker_list_settle(&wanted);
  bool same = wanted.count == recorded->count;
  for (size_t i = 0; i < wanted.count && same; i++) same = ticker_list_has(recorded, wanted.items[i]);
  ticker_list_free(&wanted);
  return same;
}

bool sim_choices_explain(const SimChoices *choices, const SimWorld *world, const char *dataset, Day date,
                         const TickerList *recorded, Error *why) {
  const Session *session = sim_market_session(world->market, date);
  Instant since = instant_from_kst(date, SESSION_END) - SKEW_MS;
  for (size_t i = choices->count; i > 0; i--) {
    const SimChoice *choice = &choices->items[i - 1];
    ChosenSet set = strcmp(dataset, "market_flow") == 0 ? choice->flow : choice->minutes;
    if (is_that(world, choice, set, session, recorded)) return true;
    if (choice->since < since) break; /* those before it were over by then */
  }
  error_set(why, STATUS_BAD_DATA, "%s of %s: the %zu stocks on record are nobody's choice", dataset,
            day_text(date).text, recorded->count);
  return false;
}
