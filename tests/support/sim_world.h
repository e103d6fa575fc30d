/* sim_world.h: a world in memory for simulations: an exchange, a database, one time for all, and what goes wrong in it.
 *
 * Time moves only by the script (sim_world_move_to), by the waits of the jobs, and by what their calls take. */
#ifndef CLOSEBELL_TESTS_SIM_WORLD_H
#define CLOSEBELL_TESTS_SIM_WORLD_H

#include <closebell/run/job.h>

#include "db_memory.h"
#include "sim_market.h"

typedef enum {
  /* the source, for as long as the fault lasts */
  SIM_UNREACHABLE,  /* no connection */
  SIM_FAILING,      /* 5xx */
  SIM_THROTTLED,    /* 429 */
  SIM_BLOCKED,      /* 403 */
  SIM_UNAUTHORIZED, /* 401 */
  SIM_EMPTY,        /* no rows, whatever was published */
  SIM_HALF,         /* half the rows */
  SIM_REPEATED,     /* the rows of the session before */
  SIM_REPEATED_OLD, /* the rows of five sessions before */
  SIM_WRONG_ROW,    /* a row with a negative price */
  SIM_RESTATED,     /* other rows than those that are archived already; a day not archived yet is answered truly */
  SIM_ALTERED,      /* the index services alone: totals that are off by one share */
  /* the rest */
  SIM_DATABASE_DOWN, /* no operation gets through */
  SIM_HOSTS_DOWN,    /* nothing is started */
  SIM_FAULT_KINDS
} SimFaultKind;

typedef struct {
  SimFaultKind kind;
  Instant from, until; /* until is not part of it */
  Day date;            /* DAY_NONE: whatever is asked for */
  int market;          /* -1: all */
  bool index_alone;    /* the index services; else the prices, and with them the others where no rows come at all */
} SimFault;

/* What is asked. */
typedef enum { SIM_PRICES, SIM_INDEX } SimService;

const char *sim_fault_name(SimFaultKind kind);

typedef struct {
  const SimMarket *market; /* lent */
  DbMemory *memory;        /* a connection of its own: reading through it disturbs nobody */
  Db view;
  Config config;
  Job prepared; /* closures and filter, by the configuration */
  Clock clock;  /* the true time: the database server's */
  Instant now;
  int64_t uptime_ms;
  uint64_t random_state;
  Random random; /* tokens and jitter of the jobs */
  SimFault *faults;
  size_t fault_count, fault_capacity;
  bool publishes_totals;             /* it answers the index feed, too */
  const struct SimBroker *broker;    /* lent; null: there is none. sim_broker.h */
  int64_t round_trip_ms, request_ms; /* what a call to database and source takes */
  FILE *log;                         /* null: silent */
  int64_t runs;
  /* What sim_check knows to be right already. */
  Day *checked;
  size_t checked_count, checked_capacity;
  uint64_t rows_checked; /* a fingerprint */
} SimWorld;

/* market is lent. Aborts without memory. */
SimWorld *sim_world_new(const SimMarket *market, uint64_t seed, Instant now);
void sim_world_free(SimWorld *world);

/* The world's database has that content from now on; content is copied. Aborts without memory. */
void sim_world_restore(SimWorld *world, DbMemory *content);

/* Time never goes back: an instant that is past changes nothing. */
void sim_world_move_to(SimWorld *world, Instant instant);
void sim_world_pass(SimWorld *world, int64_t ms);

void sim_world_fault(SimWorld *world, SimFault fault);
void sim_world_forget_faults(SimWorld *world);
bool sim_world_has_fault(const SimWorld *world, SimFaultKind kind);
/* At any time since then, which is a day ago at most. */
bool sim_world_had_fault(const SimWorld *world, SimFaultKind kind, Instant since);
/* The fault that an answer for that market and date meets now, null for none. */
const SimFault *sim_world_source_fault(const SimWorld *world, SimService service, Day date, Market market);

#endif
