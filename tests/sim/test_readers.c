/* Readers of closebell_api beside the jobs: a fortnight of sessions, restatements and runs that die, with a look and
 * questions between any two writes of the jobs, and whole jobs between any two reads of an answer. All answers of one
 * as_of and restatement are the same, and are what a server that starts afterwards gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_reader.h"
#include "sim_case.h"

enum { FORTNIGHT = 10, STATES = 64, STATE_SIZE = 64 };
static const int64_t HOUR_MS = 60 * 60 * 1000;

/* Of each route that answers with data of the market (/leaders is as stored: its newest comes behind the last stock);
 * TICKER stands for one that is followed, DATE for a session. */
static const char *const QUESTIONS[] = {"/stocks?limit=1000",
                                        "/stocks?sort=close&order=desc&limit=5",
                                        "/stocks/TICKER",
                                        "/stocks/TICKER/prices",
                                        "/stocks/TICKER/prices?adjust=none&format=csv",
                                        "/stocks/TICKER/prices?indicators=sma_20,rsi_14&format=ndjson",
                                        "/screener?where=close%20%3E%20sma_5&limit=1000",
                                        "/matrix",
                                        "/matrix?field=volume&format=ndjson",
                                        "/sessions/DATE/market.csv",
                                        "/sessions/DATE/market.csv?adjust=all",
                                        "/changes?since=0"};
enum { QUESTION_COUNT = sizeof QUESTIONS / sizeof QUESTIONS[0] };

/* What was answered of a state; null: not asked yet. */
typedef struct {
  char state[STATE_SIZE];
  char *bodies[QUESTION_COUNT];
} Seen;

typedef struct {
  SimCase *c;
  ApiReader *server;
  DbMemory *connection;
  Db db;
  char ticker[8];
  Seen seen[STATES];
  size_t states;
  long answered, refused, open, polls;
  uint64_t chance;
} Readers;

/* The process's operations, which its own layers see as before; one run at a time. */
static struct {
  Db db;
  Readers *readers;
} beside;

/* ---- questions ---- */

static void fill_in(const Readers *readers, size_t which, char target[128]) {
  const char *pattern = QUESTIONS[which], *ticker = strstr(pattern, "TICKER"), *date = strstr(pattern, "DATE");
  const char *hole = ticker ? ticker : date;
  if (!hole) {
    snprintf(target, 128, "%s", pattern);
    return;
  }
  snprintf(target, 128, "%.*s%s%s", (int)(hole - pattern), pattern,
           ticker ? readers->ticker : day_text(sim_case_session(readers->c, 0)).text, hole + (ticker ? 6 : 4));
}

static Seen *seen_of(Readers *readers, const char *state) {
  for (size_t i = 0; i < readers->states; i++)
    if (strcmp(readers->seen[i].state, state) == 0) return &readers->seen[i];
  assert_true(readers->states < STATES);
  Seen *seen = &readers->seen[readers->states++];
  snprintf(seen->state, sizeof seen->state, "%s", state);
  return seen;
}

static void show_difference(const char *target, const char *state, const char *one, const char *other) {
  size_t at = 0;
  while (one[at] && one[at] == other[at]) at++;
  size_t from = at > 120 ? at - 120 : 0;
  fail_msg("%s of %s}: two answers\n%.300s\n---\n%.300s", target, state, one + from, other + from);
}

static void note(Readers *readers, size_t which, const char *target, ReaderAnswer *answer) {
  char **before = &seen_of(readers, answer->state)->bodies[which];
  readers->answered++;
  readers->open += answer->open;
  if (answer->open) return;
  if (*before && strcmp(*before, answer->body) != 0) show_difference(target, answer->state, *before, answer->body);
  if (*before) return;
  *before = answer->body;
  answer->body = NULL;
}

/* The hour after a run that died over it has passed, and it counts as not proven. */
static bool is_of_a_session_left_half_done(const ReaderAnswer *answer) {
  return answer->status == 400 && strstr(answer->body, "\"parameter\":\"date\"");
}

static void ask(Readers *readers, ApiReader *server, size_t which) {
  char target[128];
  fill_in(readers, which, target);
  ReaderAnswer answer = api_reader_ask(server, &readers->db, target);
  if (answer.status == 200)
    note(readers, which, target, &answer);
  else if (answer.status != 503 && !is_of_a_session_left_half_done(&answer))
    fail_msg("%s: %d: %s", target, answer.status, answer.body);
  else
    readers->refused++;
  free(answer.body);
}

static uint64_t chance(Readers *readers, uint64_t bound) {
  readers->chance = readers->chance * 6364136223846793005u + 1442695040888963407u;
  return (readers->chance >> 33) % bound;
}

static void poll(Readers *readers) {
  readers->polls++;
  if (chance(readers, 4) == 0) api_reader_look(readers->server, &readers->db);
  ask(readers, readers->server, chance(readers, QUESTION_COUNT));
}

/* ---- beside a job: a question behind each of its writes ---- */

static Status insert(void *self, const char *database, const char *collection, const bson_t *document, Error *err) {
  Status status = beside.db.insert(self, database, collection, document, err);
  poll(beside.readers);
  return status;
}

static Status insert_many(void *self, const char *database, const char *collection, const bson_t *const *documents,
                          size_t count, size_t *ret_duplicates, Error *err) {
  Status status = beside.db.insert_many(self, database, collection, documents, count, ret_duplicates, err);
  poll(beside.readers);
  return status;
}

static Status replace_many(void *self, const char *database, const char *collection, const bson_t *const *documents,
                           size_t count, Error *err) {
  Status status = beside.db.replace_many(self, database, collection, documents, count, err);
  poll(beside.readers);
  return status;
}

static Status update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                          size_t count, Error *err) {
  Status status = beside.db.update_many(self, database, collection, updates, count, err);
  poll(beside.readers);
  return status;
}

static Status delete_one(void *self, const char *database, const char *collection, const char *id, Error *err) {
  Status status = beside.db.delete_one(self, database, collection, id, err);
  poll(beside.readers);
  return status;
}

static Status delete_range(void *self, const char *database, const char *collection, const char *from_id,
                           const char *to_id, Error *err) {
  Status status = beside.db.delete_range(self, database, collection, from_id, to_id, err);
  poll(beside.readers);
  return status;
}

static void let_readers_in(void *context, Db *db, Source *source) {
  (void)source;
  beside.db = *db;
  beside.readers = context;
  db->insert = insert;
  db->insert_many = insert_many;
  db->replace_many = replace_many;
  db->update_many = update_many;
  db->delete_one = delete_one;
  db->delete_range = delete_range;
}

/* ---- the servers ---- */

static ApiReader *start_server(const Readers *readers) {
  const SimWorld *world = readers->c->world;
  ApiReader *server = api_reader_open(&world->config, &world->clock, &world->prepared.rules.closures);
  api_reader_look(server, &readers->db);
  assert_true(api_reader_has_followed(server));
  return server;
}

/* Of one that starts now, every question is answered. */
static void compare_with_a_new_server(Readers *readers) {
  ApiReader *fresh = start_server(readers);
  long before = readers->answered;
  for (size_t i = 0; i < QUESTION_COUNT; i++) ask(readers, fresh, i);
  assert_int_equal(readers->answered - before, QUESTION_COUNT);
  api_reader_close(fresh);
}

static Readers *begin(SimCase *c, uint64_t seed) {
  static Readers readers;
  readers = (Readers){.c = c, .chance = seed};
  sim_case_set_up_database(c);
  assert_int_equal(sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS}).exit_code, EXIT_DONE);
  readers.connection = db_memory_connect(c->world->memory);
  assert_non_null(readers.connection);
  readers.db = db_memory_db(readers.connection);
  readers.server = start_server(&readers);
  api_reader_find_ticker(readers.server, readers.ticker);
  assert_true(*readers.ticker != '\0');
  compare_with_a_new_server(&readers);
  return &readers;
}

static void end(Readers *readers) {
  for (size_t i = 0; i < readers->states; i++)
    for (size_t k = 0; k < QUESTION_COUNT; k++) free(readers->seen[i].bodies[k]);
  api_reader_close(readers->server);
  db_memory_free(readers->connection);
}

/* ---- the fortnight ---- */

static SimRun with_readers(Readers *readers, SimRun run) {
  run.dress = let_readers_in;
  run.dress_context = readers;
  return run;
}

/* Twice of three times it dies somewhere, and is started again once its lease is over. */
static void run_and_die(Readers *readers, SimRun run) {
  run = with_readers(readers, run);
  for (int deaths = (int)chance(readers, 3); deaths > 0; deaths--) {
    SimRun dying = run;
    dying.crash_at = (long)(1 + chance(readers, 80));
    dying.crash_after = chance(readers, 2) == 0;
    sim_run(readers->c->world, &dying);
    poll(readers);
    sim_world_pass(readers->c->world, HOUR_MS);
    poll(readers);
  }
  SimResult result = sim_run(readers->c->world, &run);
  if (result.exit_code != EXIT_DONE) fail_msg("%d: %s", result.exit_code, result.message);
}

static const SimRun UPDATE = {.program = SIM_UPDATE}, ANALYSIS = {.program = SIM_ANALYSIS};

/* The exchange has other rows for a session of the days before, and a person takes them over. */
static void restate(Readers *readers, size_t session) {
  SimCase *c = readers->c;
  Day date = sim_case_session(c, session);
  sim_case_fault(c, SIM_RESTATED, date, -1, 20 * HOUR_MS);
  run_and_die(readers,
              (SimRun){.program = SIM_UPDATE, .ranged = true, .update = {.from = date, .to = date, .force = true}});
  sim_world_forget_faults(c->world);
}

static void settle(Readers *readers) {
  run_and_die(readers, ANALYSIS);
  api_reader_look(readers->server, &readers->db);
  assert_true(api_reader_has_followed(readers->server));
  compare_with_a_new_server(readers);
  for (size_t i = 0; i < QUESTION_COUNT; i++) ask(readers, readers->server, i);
}

static void readers_of_a_fortnight_see_one_state_in_each_answer(void **state) {
  const char *wanted = getenv("CLOSEBELL_SIM_SEEDS");
  const uint64_t seeds = wanted ? strtoull(wanted, NULL, 10) : 3;
  for (uint64_t seed = 1; seed <= seeds; seed++) {
    if (seed > 1) assert_int_equal(sim_case_begin(state), 0);
    Readers *readers = begin(*state, seed);
    for (size_t i = 1; i <= FORTNIGHT; i++) {
      sim_case_wait_for(readers->c, i);
      run_and_die(readers, UPDATE);
      if (chance(readers, 3) == 0) restate(readers, i - 1); /* before the analysis has come to it */
      settle(readers);
      if (i % 3 == 0) {
        restate(readers, chance(readers, i));
        settle(readers);
      }
    }
    print_message("seed %d: %ld polls, %ld answers of %zu states, %ld refused, %ld open\n", (int)seed, readers->polls,
                  readers->answered, readers->states, readers->refused, readers->open);
    assert_true(readers->states > FORTNIGHT);
    assert_true(readers->answered > 2 * readers->refused);
    assert_true(readers->open <
                readers->answered / 2); /* an hour after a death it is served as it stands, and says so */
    end(readers);
    if (seed < seeds) assert_int_equal(sim_case_end(state), 0);
  }
}

/* ---- a job beside an answer ---- */

typedef struct {
  SimWorld *world;
  SimRun run;
  long at, trips;
} Interruption;

static int interrupt(void *context, const char *operation, bool after) {
  (void)operation;
  Interruption *interruption = context;
  if (!after && ++interruption->trips == interruption->at) sim_run(interruption->world, &interruption->run);
  return 0;
}

/* Before each read of each answer in turn the job runs, to its end or a part of the way. */
static void interrupt_every_answer(Readers *readers, const SimRun *run) {
  SimWorld *world = readers->c->world;
  DbMemory *before = db_memory_copy(world->memory);
  Instant began = world->now;
  assert_non_null(before);
  for (size_t which = 0; which < QUESTION_COUNT; which++) {
    bool more = true;
    for (long at = 1; more; at++) {
      Interruption interruption = {.world = world, .run = *run, .at = at};
      if (at % 2 == 0) interruption.run.crash_at = (long)(1 + chance(readers, 60));
      sim_world_restore(world, before);
      world->now = began;
      db_memory_free(readers->connection);
      readers->connection = db_memory_connect(world->memory);
      readers->db = db_memory_db(readers->connection);
      db_memory_set_hook(readers->connection, interrupt, &interruption);
      ask(readers, readers->server, which);
      db_memory_set_hook(readers->connection, NULL, NULL);
      more = interruption.trips >= at;
    }
  }
  sim_world_restore(world, before);
  db_memory_free(readers->connection);
  readers->connection = db_memory_connect(world->memory);
  readers->db = db_memory_db(readers->connection);
  db_memory_free(before);
}

static int interrupt_by_a_day(void *context, const char *operation, bool after) {
  (void)operation;
  Interruption *interruption = context;
  if (after || ++interruption->trips != interruption->at) return 0;
  sim_run(interruption->world, &UPDATE);
  sim_run(interruption->world, &ANALYSIS);
  return 0;
}

/* A state is read while a whole day comes: between two reads of it, in turn. What is served then is of one state, too.
 */
static void a_day_in_the_midst_of_a_look_is_no_state_of_its_own(void **state) {
  SimCase *c = *state;
  Readers *readers = begin(c, 7);
  sim_case_wait_for(c, 1);
  SimWorld *world = c->world;
  DbMemory *before = db_memory_copy(world->memory);
  assert_non_null(before);
  Instant began = world->now;
  bool more = true;
  for (long at = 1; more; at++) {
    Interruption interruption = {.world = world, .at = at};
    sim_world_restore(world, before);
    world->now = began;
    db_memory_free(readers->connection);
    readers->connection = db_memory_connect(world->memory);
    readers->db = db_memory_db(readers->connection);
    ApiReader *server = api_reader_open(&world->config, &world->clock, &world->prepared.rules.closures);
    db_memory_set_hook(readers->connection, interrupt_by_a_day, &interruption);
    api_reader_look(server, &readers->db);
    db_memory_set_hook(readers->connection, NULL, NULL);
    for (size_t which = 0; which < QUESTION_COUNT; which++) ask(readers, server, which);
    api_reader_close(server);
    more = interruption.trips >= at;
  }
  assert_true(readers->states >= 2);
  db_memory_free(before);
  api_reader_look(readers->server, &readers->db);
  end(readers);
}

static void a_job_in_the_midst_of_an_answer_changes_nothing_of_it(void **state) {
  SimCase *c = *state;
  Readers *readers = begin(c, 7);
  sim_case_wait_for(c, 1);
  interrupt_every_answer(readers, &UPDATE);
  assert_int_equal(sim_run(c->world, &UPDATE).exit_code, EXIT_DONE);
  interrupt_every_answer(readers, &ANALYSIS);
  assert_int_equal(sim_run(c->world, &ANALYSIS).exit_code, EXIT_DONE);
  api_reader_look(readers->server, &readers->db);
  compare_with_a_new_server(readers);
  Day date = sim_case_session(c, 0);
  sim_case_fault(c, SIM_RESTATED, date, -1, 20 * HOUR_MS);
  const SimRun restating = {.program = SIM_UPDATE, .ranged = true, .update = {.from = date, .to = date, .force = true}};
  interrupt_every_answer(readers, &restating);
  assert_int_equal(sim_run(c->world, &restating).exit_code, EXIT_DONE);
  interrupt_every_answer(readers, &ANALYSIS);
  assert_true(readers->refused > 0);
  end(readers);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(readers_of_a_fortnight_see_one_state_in_each_answer),
      SIM_CASE(a_day_in_the_midst_of_a_look_is_no_state_of_its_own),
      SIM_CASE(a_job_in_the_midst_of_an_answer_changes_nothing_of_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
