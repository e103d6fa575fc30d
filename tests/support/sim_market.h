/* sim_market.h: an exchange that never was, for simulations: on which weekdays it traded, and every session of it.
 *
 * The jobs believe in a table of closures; the exchange does not keep to it: some closures are not in the table, and
 * one weekday that the table says closed is a session. Stocks are listed, delisted, split, halted and renamed. */
#ifndef CLOSEBELL_TESTS_SIM_MARKET_H
#define CLOSEBELL_TESTS_SIM_MARKET_H

#include <closebell/base/instant.h>
#include <closebell/base/random.h>
#include <closebell/market/closures.h>
#include <closebell/market/session.h>

enum { SIM_UNANNOUNCED = 3, SIM_PUBLISHED_MINUTE = 8 * 60 };

typedef struct {
  Day from, to;
  Closures table;                   /* what the jobs expect */
  Day unannounced[SIM_UNANNOUNCED]; /* closed, and not in the table */
  Day open_after_all;               /* in the table, and a session; DAY_NONE */
  Session *sessions;                /* ascending */
  size_t count;
} SimMarket;

/* All sessions from..to. 56 stocks of two markets, about a quarter of them above SIM_MIN_MARKET_CAP. Aborts without
 * memory. */
SimMarket *sim_market_new(uint64_t seed, Day from, Day to);
void sim_market_free(SimMarket *market);

#define SIM_MIN_MARKET_CAP INT64_C(5000000000000)
#define SIM_EXIT_MARKET_CAP INT64_C(4750000000000)

/* Null when the exchange is closed on that day. */
const Session *sim_market_session(const SimMarket *market, Day date);
/* The session so many sessions before (negative: after) the day; null beyond the ends. */
const Session *sim_market_neighbour(const SimMarket *market, Day date, int before);
/* When the source has the day's rows: at 08:00 KST of the next day that really is a session. */
Instant sim_market_published(const SimMarket *market, Day date);

/* Chance for simulations. */
uint64_t sim_below(const Random *random, uint64_t bound); /* 0 .. bound - 1 */
bool sim_chance(const Random *random, unsigned per_mille);

/* For what a simulation cannot go on without. */
void sim_or_die(bool good, const char *what);

#endif
