/* sim_strategies.h: the lists of strategies in a simulated world, and the same made once more from its archive. */
#ifndef CLOSEBELL_TESTS_SIM_STRATEGIES_H
#define CLOSEBELL_TESTS_SIM_STRATEGIES_H

#include <closebell/screen/market.h>
#include <closebell/store/strategy_days.h>
#include <closebell/strategy/strategies.h>

#include "sim_case.h"

/* What the world's settings name, and how many strategies are there. */
#define SIM_STRATEGIES_FOLDER TEST_DATA "/strategies"
enum { SIM_STRATEGIES = 3 };

/* Runs that must end well. */
void sim_strategies_analyze(const SimCase *c);
void sim_strategies_begin(SimCase *c); /* set-up and analysis */
void sim_strategies_update(SimCase *c, size_t sessions);

/* The archive up to the date, and nothing behind it. */
ScreenMarket sim_strategies_market(const SimWorld *world, Day date);
/* The list of its newest session; the caller frees its tickers. */
StrategyMatches sim_strategies_list(ScreenMarket *market, const Strategy *strategy);

/* How many are stored, of all sessions. */
size_t sim_strategies_count(const SimCase *c);
/* The strategy's document of the session, which must be there. */
StrategyDay sim_strategies_day(const SimCase *c, size_t session, const char *strategy);
void sim_strategies_free(StrategyDay *day);
bool sim_strategies_match(const StrategyMatches *matches, const char *ticker);

/* The lists of the session are what its archive gives, and nothing is said of another today. */
void sim_strategies_assert(const SimCase *c, size_t session);

/* The archive of the session says another value traded of that stock, and a restatement of all says so. */
void sim_strategies_restate(const SimCase *c, size_t session, const char *ticker, int64_t value);

#endif
