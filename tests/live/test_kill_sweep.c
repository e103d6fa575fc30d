/* Each of the three programs, and an import of files, killed at each of its messages to the database (the short form:
 * the first twenty, and a spread of the others), cut off, left without replies, overtaken by its own messages, or with
 * its database killed: nothing is `completed` that is not there, and the next run brings the content that an
 * undisturbed one has.
 *
 * test_kill_sweep setup|update|analysis|import [FILTER]   FILTER chooses tests by name: 'killed_again*'
 *
 *   CLOSEBELL_KILL_SWEEP=full       every message
 *   CLOSEBELL_KILL_POINT=late:46    that fault at that message, and nothing else: repeats what a failure has printed;
 *                                   'kill-before:1@insert target_tickers': the first message of that command */
#include <stdlib.h>

#include "kill_world.h"
#include "truth.h"

enum { EDGE = 20, STALL_MS = 1500, LATE_BY = 3 };

typedef struct {
  const char *name;
  KillJob job;
  size_t before_count;           /* of HISTORY: what has happened already */
  DbParts parts;                 /* what the job writes: what has to be looked at between */
  bool from_files;               /* into an empty database, from an export of what has happened already */
  bool collections;              /* exist from the start: the database may be killed at any message */
  const char *turning_points[5]; /* the commands between which it is neither here nor there */
} Stage;

#define FIRST_DAY "2025-04-11T00:00:00Z"
#define SECOND_DAY "2025-04-18T00:00:00Z" /* five sessions later */
static const KillJob HISTORY[] = {
    {"manual_setup", FIRST_DAY, "--days 30"}, {"hourly_analysis", FIRST_DAY, ""}, {"daily_update", SECOND_DAY, ""}};

static const Stage STAGES[] = {
    {.name = "setup",
     .job = {"manual_setup", FIRST_DAY, "--days 30"},
     .parts = DB_PART_SYSTEM | DB_PART_STOCK,
     .turning_points = {"insert target_tickers", "update job_status", "update meta"}},
    {.name = "update",
     .job = {"daily_update", SECOND_DAY, ""},
     .before_count = 2,
     .parts = DB_PART_SYSTEM | DB_PART_STOCK,
     .collections = true,
     .turning_points = {"insert target_tickers", "update target_tickers", "update job_status"}},
    {.name = "analysis",
     .job = {"hourly_analysis", SECOND_DAY, ""},
     .before_count = 3,
     .parts = DB_PART_SYSTEM | DB_PART_ANALYZED,
     .collections = true,
     .turning_points = {"update latest_analysis", "update target_tickers", "update leader_candidates",
                        "update strategy_days", "update job_status"}},
    {.name = "import",
     .job = {"manual_setup", SECOND_DAY, ""},
     .before_count = 3,
     .parts = DB_PART_SYSTEM | DB_PART_STOCK,
     .from_files = true,
     .turning_points = {"insert target_tickers", "update target_tickers", "update job_status", "update meta"}},
};

typedef struct {
  KillWorld *world;
  const Stage *stage;
  KillJob job;
  char arguments[160];   /* of the job, when they name a folder */
  DbMemory *undisturbed; /* how the database looks after the stage */
  long messages;         /* of the undisturbed run */
  long injected[WIRE_KINDS];
  char where[240]; /* what is being done; empty when all is well */
} Sweep;

static const Stage *chosen_stage = &STAGES[0]; /* by main's argument */

/* ---- the undisturbed run ---- */

/* Leaves an empty database, and the job to fill it. */
static void take_files(Sweep *sweep) {
  char export[192], folder[128];
  snprintf(folder, sizeof folder, "%s/files", sweep->world->live.folder);
  snprintf(export, sizeof export, "--export .. --out %s", folder);
  kill_world_do(sweep->world, &(KillJob){"manual_setup", SECOND_DAY, export});
  snprintf(sweep->arguments, sizeof sweep->arguments, "--import %s", folder);
  sweep->job.arguments = sweep->arguments;
  kill_world_restore(sweep->world, "empty");
}

static int prepare(void **state) {
  Sweep *sweep = calloc(1, sizeof *sweep);
  assert_non_null(sweep);
  *state = sweep;
  sweep->stage = chosen_stage;
  sweep->job = chosen_stage->job;
  sweep->world = kill_world_open();
  if (sweep->stage->from_files) kill_world_keep(sweep->world, "empty");
  for (size_t i = 0; i < sweep->stage->before_count; i++) kill_world_do(sweep->world, &HISTORY[i]);
  if (sweep->stage->from_files) take_files(sweep);
  kill_world_keep(sweep->world, "start");
  sweep->messages = kill_world_do(sweep->world, &sweep->job);
  sweep->undisturbed = kill_world_snapshot(sweep->world, DB_PART_ALL);
  return 0;
}

static int discard(void **state) {
  Sweep *sweep = *state;
  print_message("%s: %ld messages; struck:", sweep->stage->name, sweep->messages);
  for (size_t i = WIRE_NONE + 1; i < WIRE_KINDS; i++)
    print_message(" %s %ld", wire_fault_name((WireFaultKind)i), sweep->injected[i]);
  print_message("\n");
  db_memory_free(sweep->undisturbed);
  kill_world_close(sweep->world);
  free(sweep);
  return 0;
}

/* After each test: the point that failed, if one has. */
static int tell_where(void **state) {
  Sweep *sweep = *state;
  if (sweep->where[0] != '\0') print_error("%s\n", sweep->where);
  sweep->where[0] = '\0';
  kill_world_connect(sweep->world, "");
  return 0;
}

static void remember_point(Sweep *sweep, const WireFault *fault) {
  char point[96];
  snprintf(point, sizeof point, "%s:%ld%s%s", wire_fault_name(fault->kind), fault->message,
           fault->command != NULL ? "@" : "", fault->command != NULL ? fault->command : "");
  snprintf(sweep->where, sizeof sweep->where, "repeat it: CLOSEBELL_KILL_POINT='%s' live_test_kill_sweep %s", point,
           sweep->stage->name);
  if (kill_long()) print_message("%s %s\n", sweep->stage->name, point);
}

/* ---- what has to hold ---- */

static bool is_true(const Sweep *sweep, DbMemory *now, Error *why) {
  bool stock = (sweep->stage->parts & DB_PART_STOCK) != 0;
  return stock ? truth_of_sessions(now, TEST_DATA "/days", why) : truth_of_analysis(now, sweep->undisturbed, why);
}

static void check_truth(Sweep *sweep) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(sweep->world, sweep->stage->parts);
  bool good = is_true(sweep, now, &why);
  db_memory_free(now);
  if (!good) fail_msg("false between two runs: %s", why.text);
}

static void check_content(Sweep *sweep) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(sweep->world, DB_PART_ALL);
  bool equal = db_memory_equal(sweep->undisturbed, now, &KILL_OMIT, &why);
  db_memory_free(now);
  if (!equal) fail_msg("the content differs from an undisturbed run's: %s", why.text);
}

static void check_next_run(Sweep *sweep) {
  WireReport report;
  LiveResult result = kill_world_run(sweep->world, &sweep->job, NULL, &report);
  live_assert_exit(&result, 0);
  check_content(sweep);
}

static bool is_kill(WireFaultKind kind) { return kind == WIRE_KILL_BEFORE || kind == WIRE_KILL_AFTER; }
static bool is_call(WireFaultKind kind) { return kind == WIRE_CALL_BEFORE || kind == WIRE_CALL_AFTER; }

/* A program that was not killed copes with one fault of the network by itself; when its database goes, it may as well
 * leave the rest to the next run. */
static bool ends_well(const LiveResult *result, WireFaultKind kind) {
  if (is_kill(kind)) return result->signal == 9;
  if (result->signal != 0) return false;
  return result->exit_code == 0 || (is_call(kind) && (result->exit_code == 69 || result->exit_code == 75));
}

/* One disturbed run on whatever is there. */
static LiveResult disturb(Sweep *sweep, const WireFault *fault) {
  WireReport report;
  LiveResult result = kill_world_run(sweep->world, &sweep->job, fault, &report);
  if (!report.struck) fail_msg("it ended before that, with exit code %d: %s", result.exit_code, result.err);
  if (!ends_well(&result, fault->kind))
    fail_msg("at \"%s\": exit code %d, signal %d: %s", report.what, result.exit_code, result.signal, result.err);
  sweep->injected[fault->kind]++;
  return result;
}

/* From the start: disturbed, true, and healed by the next run, or without one where the program has coped. */
static void strike(Sweep *sweep, const WireFault *fault) {
  remember_point(sweep, fault);
  kill_world_restore(sweep->world, "start");
  LiveResult result = disturb(sweep, fault);
  check_truth(sweep);
  bool coped = result.signal == 0 && result.exit_code == 0 && fault->kind != WIRE_LATE;
  if (coped) check_content(sweep);
  if (!coped || kill_long()) check_next_run(sweep);
  sweep->where[0] = '\0';
}

static void strike_at(Sweep *sweep, WireFaultKind kind, long message, const char *command);

/* The short form takes `points` messages evenly over from..to; the long one every step-th from the first on. */
static void strike_some(Sweep *sweep, WireFaultKind kind, long from, long points, long long_step) {
  long to = sweep->messages, spread = (to - from + 1) / points;
  if (kill_long()) from = 1;
  for (long n = from; n <= to; n += kill_long() ? long_step : spread > 1 ? spread : 1) strike_at(sweep, kind, n, NULL);
}

/* ---- the program killed ---- */

/* One database, killed again and again near the start: no run gets far, and all leave their traces. After a message is
 * before the next one, but for what is under way: the short form takes them in turn. */
static void killed_at_each_of_its_first_twenty_messages(void **state) {
  Sweep *sweep = *state;
  kill_world_restore(sweep->world, "start");
  for (long n = 1; n <= EDGE; n++) {
    snprintf(sweep->where, sizeof sweep->where, "that was at message %ld; repeat it: live_test_kill_sweep %s %s", n,
             sweep->stage->name, __func__);
    if (kill_long() || n % 2 == 1) disturb(sweep, &(WireFault){.kind = WIRE_KILL_BEFORE, .message = n});
    if (kill_long() || n % 2 == 0) disturb(sweep, &(WireFault){.kind = WIRE_KILL_AFTER, .message = n});
    if (n % 4 == 0) check_truth(sweep);
  }
  check_next_run(sweep);
  sweep->where[0] = '\0';
}

/* The short form takes some of the last twenty here, and others below. */
static void killed_before_a_message(void **state) {
  Sweep *sweep = *state;
  strike_some(sweep, WIRE_KILL_BEFORE, EDGE + 1, 2, 1);
  for (long n = sweep->messages - EDGE + 1; n <= sweep->messages && !kill_long(); n += 5)
    strike_at(sweep, WIRE_KILL_BEFORE, n, NULL);
}

static void killed_after_a_message(void **state) {
  Sweep *sweep = *state;
  strike_some(sweep, WIRE_KILL_AFTER, EDGE + 3, 2, 1);
  for (long n = sweep->messages - EDGE + 3; n <= sweep->messages && !kill_long(); n += 5)
    strike_at(sweep, WIRE_KILL_AFTER, n, NULL);
}

static void killed_at_its_turning_points(void **state) {
  Sweep *sweep = *state;
  const char *const *points = sweep->stage->turning_points;
  for (size_t i = 0; i < sizeof sweep->stage->turning_points / sizeof points[0] && points[i] != NULL; i++) {
    strike_at(sweep, WIRE_KILL_BEFORE, 1, points[i]);
    strike_at(sweep, WIRE_KILL_AFTER, 1, points[i]);
  }
}

/* Each run begins where the one before was killed, a few messages further. */
static void killed_again_and_again_until_it_is_through(void **state) {
  Sweep *sweep = *state;
  WireReport report = {.struck = true};
  kill_world_restore(sweep->world, "start");
  for (long n = EDGE; report.struck && n < 10 * sweep->messages; n += kill_long() ? 1 : 5) {
    snprintf(sweep->where, sizeof sweep->where, "that was at message %ld; repeat it: live_test_kill_sweep %s %s", n,
             sweep->stage->name, __func__);
    const WireFault fault = {.kind = n % 2 ? WIRE_KILL_BEFORE : WIRE_KILL_AFTER, .message = n};
    LiveResult result = kill_world_run(sweep->world, &sweep->job, &fault, &report);
    if (report.struck)
      assert_int_equal(result.signal, 9);
    else
      live_assert_exit(&result, 0);
    sweep->injected[fault.kind] += report.struck;
    check_truth(sweep);
  }
  assert_false(report.struck);
  check_next_run(sweep);
  sweep->where[0] = '\0';
}

/* ---- the network ---- */

static void applied_but_the_reply_was_lost(void **state) { strike_some(*state, WIRE_LOSE_REPLY, 7, 3, 1); }
static void the_reply_came_in_half(void **state) { strike_some(*state, WIRE_HALF_REPLY, 12, 1, 5); }
static void the_connection_was_cut(void **state) { strike_some(*state, WIRE_CUT, 9, 2, 3); }
static void sent_once_more_before_the_first_one_arrived(void **state) { strike_some(*state, WIRE_LATE, 10, 3, 1); }
static void applied_after_the_program_had_stopped_waiting(void **state) { strike_some(*state, WIRE_STALL, 25, 1, 5); }

/* ---- the database itself ---- */

static void kill_database(void *world) { embedded_db_kill(&((KillWorld *)world)->live.server); }

static void kill_and_restart_database(void *world) {
  kill_database(world);
  if (!embedded_db_restart(&((KillWorld *)world)->live.server, EMBEDDED_DB)) abort();
}

static void strike_at(Sweep *sweep, WireFaultKind kind, long message, const char *command) {
  const WireFault fault = {.kind = kind,
                           .message = message,
                           .command = command,
                           .stall_ms = STALL_MS,
                           .delay = LATE_BY,
                           .call = kill_and_restart_database,
                           .context = sweep->world};
  kill_world_connect(sweep->world, kind == WIRE_STALL ? "?socketTimeoutMS=1000" : "");
  strike(sweep, &fault);
}

/* From where the collections exist: what a kill does to a server that is making them is its own business, and its
 * repair is tested in deploy/embedded-db. */
static void the_database_was_killed_and_came_back(void **state) {
  Sweep *sweep = *state;
  long from = sweep->stage->collections ? 1 : sweep->messages / 2, step = kill_long() ? 3 : sweep->messages / 4;
  for (long n = from, turn = 0; n <= sweep->messages; n += step, turn++)
    strike_at(sweep, turn % 2 ? WIRE_CALL_BEFORE : WIRE_CALL_AFTER, n, NULL);
}

static void the_database_was_killed_and_stayed_away(void **state) {
  Sweep *sweep = *state;
  WireReport report;
  const WireFault fault = {
      .kind = WIRE_CALL_BEFORE, .message = sweep->messages * 2 / 3, .call = kill_database, .context = sweep->world};
  kill_world_restore(sweep->world, "start");
  kill_world_connect(sweep->world, "?serverSelectionTimeoutMS=500");
  LiveResult result = kill_world_run(sweep->world, &sweep->job, &fault, &report);
  assert_true(embedded_db_restart(&sweep->world->live.server, EMBEDDED_DB));
  live_world_reconnect(&sweep->world->live);
  assert_true(report.struck);
  live_assert_exit(&result, 69);
  check_truth(sweep);
  check_next_run(sweep);
}

/* ---- the proof itself ---- */

static void spoil(Sweep *sweep, const char *database, const char *collection, const char *id) {
  Error why = {{0}};
  DbMemory *copy = db_memory_copy(sweep->undisturbed);
  Db db = db_memory_db(copy);
  assert_true(is_true(sweep, copy, &why));
  assert_int_equal(db.delete_one(db.self, database, collection, id, &why), STATUS_OK);
  if (is_true(sweep, copy, &why)) fail_msg("without %s.%s %s all is said to be well", database, collection, id);
  assert_false(db_memory_equal(sweep->undisturbed, copy, &KILL_OMIT, &why));
  db_memory_free(copy);
}

static void what_is_missing_would_be_noticed(void **state) {
  Sweep *sweep = *state;
  if (sweep->stage->parts & DB_PART_STOCK) {
    spoil(sweep, DB_STOCK, "005930", "2025-04-10");
    spoil(sweep, DB_SYSTEM, "market_days", "2025-03-05");
  } else {
    spoil(sweep, DB_ANALYZED, "000660", "2025-04-17");
  }
}

static void every_kind_of_fault_has_struck(void **state) {
  const Sweep *sweep = *state;
  for (size_t i = WIRE_NONE + 1; i < WIRE_KINDS; i++)
    if (sweep->injected[i] == 0) fail_msg("%s never struck", wire_fault_name((WireFaultKind)i));
  assert_true(sweep->injected[WIRE_KILL_BEFORE] + sweep->injected[WIRE_KILL_AFTER] >= 3 * EDGE / 2);
}

/* ---- one point ---- */

static void the_chosen_point(void **state) {
  const char *point = getenv("CLOSEBELL_KILL_POINT"), *colon = strchr(point, ':'), *at = strchr(point, '@');
  for (size_t i = WIRE_NONE + 1; colon != NULL && i < WIRE_KINDS; i++) {
    const char *name = wire_fault_name((WireFaultKind)i);
    if (strlen(name) != (size_t)(colon - point) || strncmp(name, point, strlen(name)) != 0) continue;
    strike_at(*state, (WireFaultKind)i, strtol(colon + 1, NULL, 10), at != NULL ? at + 1 : NULL);
    return;
  }
  fail_msg("CLOSEBELL_KILL_POINT=%s is not a kind of fault, a colon and the number of a message", point);
}

static bool choose_stage(int argc, char **argv) {
  for (size_t i = 0; argc > 1 && i < sizeof STAGES / sizeof STAGES[0]; i++) {
    if (strcmp(argv[1], STAGES[i].name) != 0) continue;
    chosen_stage = &STAGES[i];
    return true;
  }
  return false;
}

#define TEST(name) cmocka_unit_test_teardown(name, tell_where)
int main(int argc, char **argv) {
  const struct CMUnitTest all[] = {
      TEST(killed_at_each_of_its_first_twenty_messages),
      TEST(killed_before_a_message),
      TEST(killed_after_a_message),
      TEST(killed_at_its_turning_points),
      TEST(killed_again_and_again_until_it_is_through),
      TEST(applied_but_the_reply_was_lost),
      TEST(the_reply_came_in_half),
      TEST(the_connection_was_cut),
      TEST(sent_once_more_before_the_first_one_arrived),
      TEST(applied_after_the_program_had_stopped_waiting),
      TEST(the_database_was_killed_and_came_back),
      TEST(the_database_was_killed_and_stayed_away),
      TEST(what_is_missing_would_be_noticed),
      TEST(every_kind_of_fault_has_struck),
  };
  const struct CMUnitTest one[] = {TEST(the_chosen_point)};
  if (!choose_stage(argc, argv) || argc > 3) {
    fprintf(stderr, "usage: test_kill_sweep setup|update|analysis|import [FILTER]\n");
    return 64;
  }
  if (!kill_world_available()) return 77;
  if (argc == 3) cmocka_set_test_filter(argv[2]);
  if (getenv("CLOSEBELL_KILL_POINT") != NULL)
    return cmocka_run_group_tests_name(chosen_stage->name, one, prepare, discard);
  return cmocka_run_group_tests_name(chosen_stage->name, all, prepare, discard);
}
