/* sim_funds.h: the service of exchange-traded funds of a simulated exchange, with what a service of funds can do wrong:
 * late days, pages, refusals, cut and broken answers; and whether what is stored of it is true. */
#ifndef CLOSEBELL_TESTS_SIM_FUNDS_H
#define CLOSEBELL_TESTS_SIM_FUNDS_H

#include "sim_run.h"

enum { SIM_FUNDS = 40 };

typedef struct {
  SimWorld *world;
  Source inner; /* that of prices */
  const Feed *feeds[8];
  uint64_t random_state;
  Random random;
  bool foul;         /* else every answer is right, and of the newest version */
  bool early;        /* every answer is of the version without the last fund */
  bool not_approved; /* for the key */
  long asked, spoilt;
} SimFunds;

void sim_funds_begin(SimFunds *funds, SimWorld *world, uint64_t seed);
/* A SimDress: context is the SimFunds, good for one run at a time. */
void sim_funds_dress(void *context, Db *db, Source *source);

/* Every session from that one on (DAY_NONE: from the first) that is completed has all documents of one answer that was
 * right when it was given, and no other. */
bool sim_funds_check(const SimFunds *funds, Day from, Error *why);
/* And all from the oldest that was ever asked about to the newest are completed, and the list of funds says what the
 * documents do. *ret_sessions: how many. */
bool sim_funds_check_whole(const SimFunds *funds, size_t *ret_sessions, Error *why);

#endif
