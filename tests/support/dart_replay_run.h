/* dart_replay_run.h: starts, scripts, asks and stops the DART server from a test. */
#ifndef DART_REPLAY_RUN_H
#define DART_REPLAY_RUN_H

#include "krx_replay_run.h"
#include "replay_reply.h"

/* The only key that a server started here accepts: 40 characters, as DART's have. */
extern const char DART_RUN_KEY[];

/* program: the file of dart_replay. data: a folder as tests/data/make_dart writes it. now: Korean time without a zone,
 * "2024-12-01T09:00:00"; the clock stands. No limit by the minute, and none by the day. False as replay_run_start. */
bool dart_run_start(ReplayRun *run, const char *program, const char *data, const char *now);

/* What a test does with it; a failure is one of the test. Stop it with replay_run_stop; faults and counts as of any
 * replay server: replay_run_fault, replay_run_calls. */
void dart_run_control(const ReplayRun *run, const char *request); /* "limits?per_day=3" */
void dart_run_at(const ReplayRun *run, const char *now);          /* Korean time; the clock stands */
/* No faults, calls and limits of before; the clock as given. */
void dart_run_reset(const ReplayRun *run, const char *now);

/* One question with the right key: "list.json?bgn_de=20240701". A path that begins with "/" is asked as it stands. */
typedef ReplayReply DartReply;
DartReply dart_run_ask(const ReplayRun *run, const char *question);

#endif
