/* sim_broker.h: a broker in a simulated world, as KIS answers and lies: quotes without a date, flows that are blank
 * until 16:00 and provisional until 20:00, minutes by the page, an after-market that moves prices. It lets everybody
 * in: tokens are sim/test_token_desk's. */
#ifndef CLOSEBELL_TESTS_SIM_BROKER_H
#define CLOSEBELL_TESTS_SIM_BROKER_H

#include <closebell/source/source.h>

#include "sim_world.h"

typedef enum {
  BROKER_UNREACHABLE,
  BROKER_FAILING,    /* 5xx */
  BROKER_THROTTLED,  /* EGW00201 */
  BROKER_REFUSING,   /* the key */
  BROKER_PAPER,      /* only the services that paper trading has */
  BROKER_BROKEN,     /* rows that cannot be read */
  BROKER_BLANK,      /* flows are "" */
  BROKER_WRONG,      /* a flow whose net is not what was bought less what was sold; minutes beyond the day's range */
  BROKER_NO_AUCTION, /* the closing auction is not there */
  BROKER_STALE,      /* quotes of the session before */
  BROKER_FAULT_KINDS
} BrokerFaultKind;

typedef struct {
  BrokerFaultKind kind;
  Instant from, until;      /* until is not part of it */
  char ticker[TICKER_SIZE]; /* "": all stocks */
} BrokerFault;

enum { BROKER_FAULTS_MAX = 16 };
typedef struct SimBroker {
  BrokerFault faults[BROKER_FAULTS_MAX]; /* the oldest ones are forgotten */
  size_t next;
} SimBroker;

void sim_broker_fault(SimBroker *broker, const BrokerFault *fault);
bool sim_broker_has(const SimBroker *broker, BrokerFaultKind kind, const char *ticker, Instant now);

typedef struct {
  SimWorld *world; /* lent; with a broker */
  const Clock *clock;
  long calls;
} SimBrokerSource;

/* self is lent: it must stay where it is. */
Source sim_broker_source(SimBrokerSource *self);

#endif
