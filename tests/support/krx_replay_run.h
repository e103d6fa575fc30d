/* krx_replay_run.h: starts, scripts and stops a replay server from a test. */
#ifndef KRX_REPLAY_RUN_H
#define KRX_REPLAY_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

typedef struct {
  pid_t pid;
  uint16_t port;
} ReplayRun;

/* Runs program with the arguments (ended by a null, program's name not among them), on a free port; it ends with the
 * calling process at the latest. False when it does not come up within half a minute. */
bool replay_run_start(ReplayRun *run, const char *program, const char *const *arguments);
/* True when the server ended as asked, with exit code 0. */
bool replay_run_stop(ReplayRun *run);

/* A socket; -1: nobody listens. */
int replay_run_connect(const ReplayRun *run);
/* One request, "POST /control/clear" or "GET /control/calls"; answer gets the whole answer, headers included. False
 * when it is not a 200. */
bool replay_run_control(const ReplayRun *run, const char *request, char *answer, size_t answer_size);
/* One question to the exchange: "/svc/apis/idx/kospi_dd_trd?basDd=20230102" under an AUTH_KEY. The body, malloc'ed, and
 * its status; null when nothing comes. */
char *replay_run_ask(const ReplayRun *run, const char *path, const char *key, int *ret_status);
/* "POST /control/fault?" and what follows. */
bool replay_run_fault(const ReplayRun *run, const char *what);
/* A number of /control/calls: "calls", "refused" (by a shut door), "most_under_way", "20240105",
 * "/svc/apis/sto/stk_bydd_trd". 0 when it is not there. */
long replay_run_calls(const ReplayRun *run, const char *name);

#endif
