/* kill_world.h: the three programs, with a wire proxy between them and an embedded server whose files can be kept and
 * put back. Whatever fails does so with cmocka's assertions. */
#ifndef CLOSEBELL_TESTS_KILL_WORLD_H
#define CLOSEBELL_TESTS_KILL_WORLD_H

#include "db_snapshot.h"
#include "live_world.h"
#include "wire_proxy.h"

typedef struct {
  LiveWorld live; /* programs started through it talk to the proxy */
  WireProxy *proxy;
} KillWorld;

/* A program, and the instant at which it and the exchange live. */
typedef struct {
  const char *program, *now, *arguments;
} KillJob;

/* Always an embedded server: TEST_MONGODB_URI is not used. False when its program has not been built. */
bool kill_world_available(void);
KillWorld *kill_world_open(void);
void kill_world_close(KillWorld *world);

/* Programs started from now on reach the server through the proxy, with these options of the URI: "?appname=test". */
void kill_world_connect(KillWorld *world, const char *options);

/* Kills the server, keeps a copy of its files under that name, and starts it again. */
void kill_world_keep(KillWorld *world, const char *name);
/* The same, with the copy put in place of what is there. */
void kill_world_restore(KillWorld *world, const char *name);

/* Runs the job with the fault (null: none) in the way, until nothing of it is under way any more. */
LiveResult kill_world_run(KillWorld *world, const KillJob *job, const WireFault *fault, WireReport *ret_report);
/* Without a fault; must end with exit code 0. Returns its messages. */
long kill_world_do(KillWorld *world, const KillJob *job);

DbMemory *kill_world_snapshot(KillWorld *world, DbParts parts);

/* What two runs may differ in though their content is the same: who worked, when, and how often. */
extern const DbMemoryOmit KILL_OMIT;

/* Eleven targets at first, one more within five sessions: few enough to kill a run at each of its messages. */
#define KILL_MIN_MARKET_CAP "19700000000000"

/* True in the long form: CLOSEBELL_KILL_SWEEP is "full", or CLOSEBELL_TEST_LONG is 1. */
bool kill_long(void);

#endif
