/* sim_whole.h: a simulated world with everything that the product asks: the exchange with its services of indices and
 * funds, the broker, DART, declared feeds, a model. Each of them can fail alone. Runs go over all datasets of the
 * product and four declared feeds. */
#ifndef CLOSEBELL_TESTS_SIM_WHOLE_H
#define CLOSEBELL_TESTS_SIM_WHOLE_H

#include "sim_broker.h"
#include "sim_events.h"
#include "sim_funds.h"
#include "sim_web.h"

/* Who can fail. All three of the exchange are asked by the same source, each behind a door of its own. */
typedef enum {
  SIM_WHO_PRICES,
  SIM_WHO_INDEX,
  SIM_WHO_FUNDS,
  SIM_WHO_BROKER,
  SIM_WHO_DART,
  SIM_WHO_WEB,
  SIM_WHO_MODEL,
  SIM_WHO_COUNT
} SimWho;

const char *sim_who_name(SimWho who);

typedef enum {
  SIM_TROUBLE_NONE,
  SIM_TROUBLE_UNREACHABLE, /* no connection, after half a minute */
  SIM_TROUBLE_FAILING,     /* 5xx */
  SIM_TROUBLE_THROTTLED,   /* 429 */
  SIM_TROUBLE_REFUSED,     /* the key */
  SIM_TROUBLE_BLOCKED,     /* 403 */
  SIM_TROUBLE_BROKEN,      /* what cannot be read */
  SIM_TROUBLE_LYING,       /* what can be read and is not true, where that can be known; else broken */
  SIM_TROUBLE_EMPTY,       /* no rows, whatever there is; DART's "nothing was filed" is broken: who could doubt it? */
  SIM_TROUBLE_KINDS
} SimTrouble;

const char *sim_trouble_name(SimTrouble trouble);

typedef struct {
  SimWorld *world; /* owned */
  SimBroker broker;
  SimFunds funds;
  SimEvents *events; /* owned; with its DART */
  SimWeb *web;       /* owned */
  Source exchange;   /* of the run that goes on */
  ProviderSet beside;
  SimTrouble troubles[SIM_WHO_COUNT];
  long asked[SIM_WHO_COUNT]; /* by the latest run */
  long requests;
  char state_folder[64];
} SimWhole;

/* The market is lent. Aborts without memory. */
SimWhole *sim_whole_new(const SimMarket *market, uint64_t seed, Instant now);
void sim_whole_free(SimWhole *whole);

/* From now on, until it is called again. */
void sim_whole_trouble(SimWhole *whole, SimWho who, SimTrouble trouble);

/* One run at a time; a run that begins while another is stopped is one more. */
SimResult sim_whole_run(SimWhole *whole, SimRun run);

/* The watchlist is what it is on that day, the same in all worlds. */
void sim_whole_list(SimWhole *whole, Day date);

/* A person asks for those days of a dataset again. */
void sim_whole_request(SimWhole *whole, const char *dataset, Day from, Day to);

#endif
