/* Which stocks are chosen in a session, from what is stored: recorded once, and then what is recorded. */
#include "market_rows.h"

#include <closebell/dataset/choice.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/watchlists.h>

#include "db_memory.h"

static const Instant NOW = 1757923500000;

typedef struct {
  DbMemory *memory;
  Db db;
  Target targets[2];
  Universe universe;
  Session session;
  ChoiceQuestion question;
} World;

static void begin(World *world) {
  StockRow rows[] = {row_of("000020", 1), row_of("000660", 1), row_of("005930", 1), row_of("035720", 1)};
  rows[0].open = 0; /* no trades */
  *world = (World){.memory = db_memory_new(), .session = session_of(day_of("2025-09-15"), rows, 4)};
  assert_non_null(world->memory);
  world->db = db_memory_db(world->memory);
  strcpy(world->targets[0].ticker, "005930");
  strcpy(world->targets[1].ticker, "035720");
  world->targets[0].is_active = true;
  world->universe = (Universe){.items = world->targets, .count = 2};
  world->question = (ChoiceQuestion){.dataset = "market_flow",
                                     .set = 1 << CHOSEN_WATCHLISTS | 1 << CHOSEN_LEADERS | 1 << CHOSEN_TARGETS,
                                     .date = world->session.date,
                                     .before = day_of("2025-09-12"),
                                     .analyzed_from = DAY_NONE,
                                     .session = &world->session,
                                     .universe = &world->universe,
                                     .now = NOW};
}

static void end(World *world) {
  session_free(&world->session);
  db_memory_free(world->memory);
}

static void watch(World *world, const char *ticker) {
  Error err = {{0}};
  char tickers[1][8] = {""};
  Watchlist list = {.name = "mine", .tickers = tickers, .count = 1, .updated_utc = NOW};
  strcpy(tickers[0], ticker);
  assert_int_equal(watchlist_write(&world->db, &list, &err), STATUS_OK);
}

static void lead(World *world, const char *date, const char *ticker) {
  Error err = {{0}};
  LeaderRules rules = {.min_rs_rating = 80};
  LeaderCandidate candidate = {.row = row_of(ticker, 5), .numbers = {.close = 5}};
  assert_int_equal(leader_candidates_write(&world->db, &(LeaderDay){day_of(date), &rules, &candidate, 1, 1}, &err),
                   STATUS_OK);
}

/* "000660 005930", or "waits". */
static void assert_choice(World *world, const char *expected) {
  Error err = {{0}};
  Choice choice = {0};
  char text[128] = "";
  if (choice_make(&world->db, &world->question, &choice, &err) != STATUS_OK) fail_msg("%s", err.text);
  for (size_t i = 0; i < choice.list.count; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", choice.list.items[i]);
  assert_string_equal(choice.waits ? "waits" : text, expected);
  ticker_list_free(&choice.list);
}

static void what_is_chosen_stays_chosen_when_a_watchlist_changes(void **state) {
  (void)state;
  World world;
  begin(&world);
  watch(&world, "000660");
  lead(&world, "2025-09-12", "000020"); /* which has no trades today */
  lead(&world, "2025-09-15", "035720"); /* chosen for tomorrow */
  assert_choice(&world, "000660 005930");
  watch(&world, "035720");
  world.targets[1].is_active = true;
  world.question.set = 1 << CHOSEN_TARGETS; /* settings change, too */
  assert_choice(&world, "000660 005930");
  world.question.date++;
  assert_choice(&world, "005930 035720");
  world.question.dataset = "minute_prices"; /* another dataset has a list of its own */
  world.question.set = 1 << CHOSEN_WATCHLISTS;
  assert_choice(&world, "035720");
  end(&world);
}

static void without_the_leaders_of_the_session_before_it_waits(void **state) {
  (void)state;
  World world;
  begin(&world);
  Error err = {{0}};
  TickerList found = {0};
  watch(&world, "000660");
  assert_choice(&world, "waits");
  assert_int_equal(chosen_stocks_find(&world.db, world.question.date, "market_flow", &found, &err), STATUS_NOT_FOUND);
  lead(&world, "2025-09-12", "035720");
  assert_choice(&world, "000660 005930 035720");
  world.question.date++;
  world.question.before = DAY_NONE; /* the first session of all */
  assert_choice(&world, "000660 005930");
  end(&world);
}

static void a_session_behind_one_that_is_older_than_the_first_analysis_waits_for_no_leaders(void **state) {
  (void)state;
  World world;
  begin(&world);
  watch(&world, "000660");
  world.question.analyzed_from = world.question.before;
  assert_choice(&world, "waits");
  world.question.analyzed_from = world.question.date;
  assert_choice(&world, "000660 005930");
  end(&world);
}

static void while_nobody_knows_who_trades_nothing_is_recorded(void **state) {
  (void)state;
  World world;
  begin(&world);
  watch(&world, "000020");
  world.question.set = 1 << CHOSEN_WATCHLISTS;
  world.question.session = NULL;
  assert_choice(&world, "000020");
  world.question.session = &world.session;
  assert_choice(&world, "");
  watch(&world, "000660");
  assert_choice(&world, ""); /* nobody was chosen: that is recorded as well */
  end(&world);
}

static void what_is_off_costs_nothing(void **state) {
  (void)state;
  World world;
  begin(&world);
  world.question.set = 0;
  long before = world.db.counters(world.db.self).round_trips;
  assert_choice(&world, "");
  assert_int_equal(world.db.counters(world.db.self).round_trips, before);
  end(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_chosen_stays_chosen_when_a_watchlist_changes),
      cmocka_unit_test(without_the_leaders_of_the_session_before_it_waits),
      cmocka_unit_test(a_session_behind_one_that_is_older_than_the_first_analysis_waits_for_no_leaders),
      cmocka_unit_test(while_nobody_knows_who_trades_nothing_is_recorded),
      cmocka_unit_test(what_is_off_costs_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
