/* live_world.h: the three programs as processes, a database server and the exchange, for one test program.
 *
 * Whatever fails does so with cmocka's assertions. Servers and programs end with the test's process at the latest. */
#ifndef CLOSEBELL_TESTS_LIVE_WORLD_H
#define CLOSEBELL_TESTS_LIVE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sys/types.h>

#include <cmocka.h>
#include <mongoc/mongoc.h>

#include "embedded_db.h"
#include "krx_replay_run.h"

enum { LIVE_SETTINGS = 16, LIVE_PROCESSES = 8, LIVE_TEXT_SIZE = 65536, LIVE_PATIENCE_MS = 120000 };

/* Which recorded sessions the exchange answers with: tests/data/days or tests/data/raw-2023. */
typedef enum { LIVE_DAYS, LIVE_RAW } LiveSource;

extern const char LIVE_KEY[]; /* the only one that the exchange accepts */

typedef struct {
  char name[48], value[512];
} LiveSetting;

typedef struct {
  EmbeddedDb server; /* pid 0: TEST_MONGODB_URI was given */
  char uri[256];
  mongoc_client_t *client;
  ReplayRun exchange;
  bool prices_only;  /* nothing is asked beside daily prices */
  int passed_socket; /* what programs are started with, as systemd passes it; 0: none */
  char folder[64];   /* for files of the tests; removed at the end */
  LiveSetting settings[LIVE_SETTINGS];
  size_t setting_count;
  pid_t running[LIVE_PROCESSES];
  int started; /* programs so far: numbers their outputs */
} LiveWorld;

/* Starts the servers. TEST_MONGODB_URI names another database server, which must hold nothing but these tests' data. */
void live_world_open(LiveWorld *world, LiveSource source);
/* An empty database, an exchange without faults and calls, and no settings of earlier tests. */
void live_world_reset(LiveWorld *world);
/* After the server was started again: connections of before ended with it, and a write sent over one is lost. */
void live_world_reconnect(LiveWorld *world);
void live_world_close(LiveWorld *world);

/* For cmocka_run_group_tests: *state is a LiveWorld of tests/data/days or raw-2023; reset before each test by
 * live_reset_test. */
int live_setup_days(void **state);
int live_setup_prices(void **state); /* the same, for tests of daily prices alone */
int live_setup_raw(void **state);
int live_reset_test(void **state);
int live_teardown(void **state);

/* An environment variable of the programs started from now on; value null removes it. */
void live_set(LiveWorld *world, const char *name, const char *value);
/* Writes a file into the world's folder; returns its path. */
const char *live_file(LiveWorld *world, const char *name, const char *text, char path[128]);

/* ---- programs ---- */

typedef struct {
  int exit_code; /* -1 when a signal ended it */
  int signal;
  int64_t took_ms;
  long max_rss_kb;                               /* the most memory it had */
  char out[LIVE_TEXT_SIZE], err[LIVE_TEXT_SIZE]; /* the beginning of each */
} LiveResult;

typedef struct {
  pid_t pid;
  int number;
  int64_t started_ms;
  char command[160];
} LiveProcess;

/* arguments are separated by blanks. */
LiveProcess live_start(LiveWorld *world, const char *program, const char *arguments);
/* Waits for its end; one that takes longer than LIVE_PATIENCE_MS is killed, and the test fails. */
LiveResult live_finish(LiveWorld *world, LiveProcess *process);
bool live_has_ended(const LiveProcess *process); /* and is still to be waited for */
LiveResult live_run(LiveWorld *world, const char *program, const char *arguments);
/* The exchange's time and the program's --now are the same. */
LiveResult live_run_at(LiveWorld *world, const char *program, const char *now, const char *arguments);
void live_exchange_now(LiveWorld *world, const char *now);
/* live_run_at, which must end with exit code 0. */
LiveResult live_do(LiveWorld *world, const char *program, const char *now, const char *arguments);

/* Compares exit codes; when they differ, shows what the program said. */
#define live_assert_exit(result, code) live_check_exit((result), (code), __FILE__, __LINE__)
void live_check_exit(const LiveResult *result, int code, const char *file, int line);
#define live_assert_says(text, part) live_check_says((text), (part), __FILE__, __LINE__)
void live_check_says(const char *text, const char *part, const char *file, int line);

/* Asks until it is so, the process has ended or patience is used up. True when it is so. */
typedef bool LiveCondition(LiveWorld *world, const void *context);
bool live_wait_until(LiveWorld *world, const LiveProcess *process, LiveCondition *condition, const void *context);
int64_t live_now_ms(void); /* of a monotonic clock */

/* ---- the exchange ---- */

void live_fault(LiveWorld *world, const char *what); /* as replay_run_fault */
void live_clear_faults(LiveWorld *world);
/* Another exchange, which answers from a folder of files like tests/data/days; the caller stops it. */
ReplayRun live_start_exchange(const char *folder);
ReplayRun live_start_exchange_of(const char *folder, const char *listing); /* a file like tests/data/listing.csv */
/* From now on it is the one that programs ask and tests script. */
void live_use_exchange(LiveWorld *world, const ReplayRun *exchange);
long live_calls(const LiveWorld *world); /* since the reset, or since they were forgotten */
void live_forget_calls(LiveWorld *world);

#endif
