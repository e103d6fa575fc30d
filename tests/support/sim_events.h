/* sim_events.h: what the companies of a simulated world decide about their shares, and a DART that tells of it as
 * the real one does: a list of filings with corrections, withdrawals and what is none of ours; services that have
 * one row a decision, in its newest version, by the day of the original, some days late. As bodies, which the product
 * reads. */
#ifndef CLOSEBELL_TESTS_SIM_EVENTS_H
#define CLOSEBELL_TESTS_SIM_EVENTS_H

#include <closebell/company/event.h>

#include "sim_dart.h"

enum { SIM_VERSIONS_MAX = 4 };

/* One receipt. */
typedef struct {
  char rcept_no[RCEPT_NO_SIZE];
  Day filed, given; /* from `given` on the service has it; before it, the one before */
  bool is_withdrawal;
  Day base_date, listing_date;
  int64_t new_shares, before, after; /* new shares a 10,000 shares; a reduction's shares */
} SimVersion;

typedef struct {
  size_t stock;
  EventKind kind;
  SimVersion versions[SIM_VERSIONS_MAX];
  size_t count;
} SimDecision;

/* Zero: nothing is wrong with it. */
typedef struct {
  SimDart *dart; /* owned */
  SimDecision *decisions; /* owned */
  size_t count;
  bool has_strange_ratio; /* bonus issues say a word where their number is due */
  int64_t lie;            /* so much is added to each new_shares */
  bool knows_nothing;     /* the services have no row */
  /* What was asked in this run. */
  long lists, services;
  ProviderSet beside;
} SimEvents;

/* Moves the prices of common stocks of the market, which made markets hardly do: each a few times, by 1/2 to 4. */
void sim_events_move_prices(SimMarket *market);

/* Decisions of some years, of which those that the market's prices moved by say so. */
SimEvents *sim_events_new(SimWorld *world, uint64_t seed);
void sim_events_free(SimEvents *events);

/* The same run with this DART beside the exchange, and with companies and company_events alone as datasets. */
SimRun sim_events_run(SimEvents *events, SimRun run);

/* The version that the service has on that day; null: none, or it was withdrawn. */
const SimVersion *sim_decision_given(const SimDecision *decision, Day day);
/* Null: it is not withdrawn on that day. */
const SimVersion *sim_decision_withdrawal(const SimDecision *decision, Day day);
double sim_version_ratio(const SimDecision *decision, const SimVersion *version); /* 0: it has none */

#endif
