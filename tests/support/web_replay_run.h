/* web_replay_run.h: starts, scripts, asks and stops the web server from a test, and reads what it was asked. */
#ifndef WEB_REPLAY_RUN_H
#define WEB_REPLAY_RUN_H

#include "krx_replay_run.h"
#include "replay_reply.h"
#include "web_replay_log.h"

/* program: the file of web_replay. now: RFC 3339, "2026-11-02T07:00:00Z"; the clock stands. False as replay_run_start.
 */
bool web_run_start(ReplayRun *run, const char *program, const char *now);

/* What a test does with it; a failure is one of the test. Stop it with replay_run_stop; faults and counts as of any
 * replay server: replay_run_fault ("service=news/AAPL&kind=limit&times=1"), replay_run_calls ("news", "limited"). */
void web_run_control(const ReplayRun *run, const char *request); /* "limits?provider=alpha&per_day=3" */
void web_run_at(const ReplayRun *run, const char *now);          /* as of web_run_start */
/* No faults, calls and keys of before; limits stay. */
void web_run_reset(const ReplayRun *run, const char *now);

/* One question: "/fred/series/observations?series_id=GDP&api_key=k"; header: a whole one, or null. */
ReplayReply web_run_ask(const ReplayRun *run, const char *path, const char *header);

/* All calls since web_run_reset, in their order. Free with web_log_clear. */
WebLog web_run_log(const ReplayRun *run);
/* How many of them fit; null: any. said "rows" means a whole, right answer. */
long web_log_count(const WebLog *log, const char *service, const char *said, const char *key, const char *item);
/* The most calls of a service under one key, or any where key is null, in any window of that many seconds: whatever was
 * said. */
long web_log_most(const WebLog *log, const char *service, const char *key, int64_t window_s);
/* Items of a service that were answered by rows more than once with the same page and since. */
long web_log_repeats(const WebLog *log, const char *service);

#endif
