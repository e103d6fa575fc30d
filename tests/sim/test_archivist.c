/* The archivist: a decision that the database does not take waits in a file, and comes in with the next run. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/decision/archivist.h>

#include "db_memory.h"

typedef struct {
  char folder[64];
  DbMemory *memory;
  Db db;
  Instant now;
  uint64_t seed;
  Clock clock;
  Random random;
  Log log;
  Archivist archivist;
  long trips, fails_at; /* of the connection; 0: never */
  bool fails_after, fails_on;
} Desk;

static Instant now_of(void *self) { return ((Desk *)self)->now; }

static int hook(void *context, const char *operation, bool after) {
  (void)operation;
  Desk *desk = context;
  if (!after) desk->trips++;
  bool at = desk->fails_on ? desk->trips >= desk->fails_at : desk->trips == desk->fails_at;
  return desk->fails_at > 0 && at && after == desk->fails_after;
}

static int begin(void **state) {
  Desk *desk = calloc(1, sizeof *desk);
  strcpy(desk->folder, "/tmp/closebell-archivist-XXXXXX");
  assert_non_null(mkdtemp(desk->folder));
  desk->memory = db_memory_new();
  desk->db = db_memory_db(desk->memory);
  db_memory_set_hook(desk->memory, hook, desk);
  desk->now = INT64_C(1744300000000);
  desk->clock = (Clock){.self = desk, .now = now_of};
  desk->random = random_seeded(&desk->seed);
  archivist_init(&desk->archivist, &(ArchivistTools){&desk->clock, &desk->random, &desk->log, desk->folder, NULL});
  *state = desk;
  return 0;
}

static void empty_folder(const Desk *desk) {
  DIR *entries = opendir(desk->folder);
  for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) unlinkat(dirfd(entries), entry->d_name, 0);
  closedir(entries);
}

static int end(void **state) {
  Desk *desk = *state;
  archivist_destroy(&desk->archivist);
  db_memory_free(desk->memory);
  empty_folder(desk);
  rmdir(desk->folder);
  free(desk);
  return 0;
}

static size_t count_files(const Desk *desk, const char *ending) {
  size_t count = 0;
  DIR *entries = opendir(desk->folder);
  for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    size_t length = strlen(entry->d_name), tail = strlen(ending);
    count += entry->d_name[0] != '.' && length >= tail && strcmp(entry->d_name + length - tail, ending) == 0;
  }
  closedir(entries);
  return count;
}

static Decision make_decision(Desk *desk) {
  Decision decision = decision_empty();
  archivist_new_id(&desk->archivist, decision.id);
  decision.at_utc = desk->now;
  decision.accepted = true;
  strcpy(decision.question.kind, "summary");
  strcpy(decision.question.prompt_version, "1");
  strcpy(decision.question.tickers[0], "005930");
  decision.question.ticker_count = 1;
  assert_true(day_parse("2025-04-10", &decision.question.date));
  decision.question.facts = strdup("[{\"id\":\"f1\",\"value\":1}]");
  snprintf(decision.question.request_sha256, SHA256_TEXT_SIZE, "%s", sha256_text(decision.id, ULID_SIZE).text);
  strcpy(decision.reply.provider, "openai");
  strcpy(decision.reply.model, "m");
  strcpy(decision.reply.model_version, "m");
  decision.reply.answer = strdup("{\"summary\":\"it is so\"}");
  return decision;
}

/* Whether it is in the ledger, and answers its request. */
static bool is_in_ledger(Desk *desk, const Decision *decision) {
  Decision found = decision_empty();
  Error err;
  desk->fails_at = 0;
  bool there = decision_find(&desk->db, decision->id, &found, &err) == STATUS_OK;
  decision_free(&found);
  if (there)
    assert_int_equal(decision_find_accepted(&desk->db, decision->question.request_sha256, &found, &err), STATUS_OK);
  decision_free(&found);
  return there;
}

static void a_decision_that_the_database_takes_leaves_no_file(void **state) {
  Desk *desk = *state;
  Decision decision = make_decision(desk);
  assert_true(archivist_write(&desk->archivist, &desk->db, &decision));
  assert_true(archivist_write(&desk->archivist, &desk->db, &decision)); /* the reply was lost */
  assert_int_equal(count_files(desk, ""), 0);
  assert_true(is_in_ledger(desk, &decision));
  decision_free(&decision);
}

/* At every round trip, before and after its effect: in the ledger, or in a file that comes in with the next run. */
static void wherever_the_database_fails_the_decision_is_kept(void **state) {
  Desk *desk = *state;
  for (int after = 0; after < 2; after++) {
    for (long at = 1;; at++) {
      Decision decision = make_decision(desk);
      desk->trips = 0;
      desk->fails_at = at;
      desk->fails_after = after != 0;
      bool written = archivist_write(&desk->archivist, &desk->db, &decision);
      bool met = desk->trips >= at;
      desk->fails_at = 0;
      assert_int_equal(count_files(desk, ".json"), written ? 0 : 1);
      if (written) assert_true(is_in_ledger(desk, &decision));
      assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), written ? 0 : 1);
      assert_int_equal(count_files(desk, ""), 0);
      assert_true(is_in_ledger(desk, &decision));
      decision_free(&decision);
      if (!met) break;
    }
  }
}

/* The same of bringing in. */
static void wherever_bringing_in_fails_the_file_stays_until_it_is_in(void **state) {
  Desk *desk = *state;
  for (int after = 0; after < 2; after++) {
    for (long at = 1;; at++) {
      Decision decision = make_decision(desk);
      assert_false(archivist_write(&desk->archivist, NULL, &decision));
      desk->trips = 0;
      desk->fails_at = at;
      desk->fails_after = after != 0;
      size_t brought = archivist_bring_in(&desk->archivist, &desk->db);
      bool met = desk->trips >= at;
      desk->fails_at = 0;
      assert_int_equal(count_files(desk, ".json"), 1 - brought);
      archivist_bring_in(&desk->archivist, &desk->db);
      assert_int_equal(count_files(desk, ""), 0);
      assert_true(is_in_ledger(desk, &decision));
      decision_free(&decision);
      if (!met) break;
    }
  }
}

static void while_the_database_is_away_files_stay_and_come_in_the_order_they_were_made(void **state) {
  Desk *desk = *state;
  Decision decisions[5];
  for (size_t i = 0; i < 5; i++) {
    decisions[i] = make_decision(desk);
    assert_false(archivist_write(&desk->archivist, NULL, &decisions[i]));
  }
  desk->trips = 0;
  desk->fails_at = 1;
  desk->fails_on = true;
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 0);
  assert_int_equal(desk->trips, 1); /* one try tells it all */
  assert_int_equal(count_files(desk, ".json"), 5);
  desk->trips = 0;
  desk->fails_at = 5; /* two round trips each: the third one fails */
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 2);
  desk->fails_at = 0;
  assert_true(is_in_ledger(desk, &decisions[1]));
  assert_false(is_in_ledger(desk, &decisions[2]));
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 3);
  for (size_t i = 0; i < 5; i++) decision_free(&decisions[i]);
}

static void a_file_is_its_users_alone(void **state) {
  Desk *desk = *state;
  char path[160];
  struct stat is;
  Decision decision = make_decision(desk);
  mode_t before = umask(0);
  assert_false(archivist_write(&desk->archivist, NULL, &decision));
  umask(before);
  snprintf(path, sizeof path, "%s/decision-%s.json", desk->folder, decision.id);
  assert_int_equal(stat(path, &is), 0);
  assert_int_equal(is.st_mode & 0777, 0600);
  decision_free(&decision);
}

static void put_file(const Desk *desk, const char *name, const char *text) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s", desk->folder, name);
  FILE *file = fopen(path, "w");
  fputs(text, file);
  fclose(file);
}

static void files_that_are_no_decisions_are_set_aside_and_hold_no_other(void **state) {
  Desk *desk = *state;
  char path[160], target[160];
  Decision decision = make_decision(desk), other = make_decision(desk);
  assert_false(archivist_write(&desk->archivist, NULL, &decision));
  put_file(desk, "decision-00000000000000000000000000.json", "{}");
  put_file(desk, "decision-00000000000000000000000001.json", "");
  put_file(desk, "decision-0000000000000000000000000I.json", "{}"); /* not ours: left alone */
  put_file(desk, "something else", "x");
  snprintf(path, sizeof path, "%s/decision-00000000000000000000000002.json", desk->folder);
  assert_int_equal(symlink("/etc/passwd", path), 0);
  snprintf(path, sizeof path, "%s/decision-%s.json", desk->folder, decision.id);
  snprintf(target, sizeof target, "%s/decision-%s.json", desk->folder, other.id);
  assert_int_equal(link(path, target), 0); /* it holds another decision than its name says */
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 1);
  assert_true(is_in_ledger(desk, &decision));
  assert_int_equal(count_files(desk, ".bad"), 4);
  assert_int_equal(count_files(desk, ".json"), 1);
  assert_int_equal(count_files(desk, ""), 6);
  decision_free(&decision);
  decision_free(&other);
}

/* As somebody whom the modes of files bind. */
static void become_nobody(const Desk *desk, const char *path) {
  enum { NOBODY = 65534 };
  if (geteuid() != 0) return;
  assert_int_equal(chown(desk->folder, NOBODY, (gid_t)-1), 0);
  assert_int_equal(chown(path, NOBODY, (gid_t)-1), 0);
  assert_int_equal(seteuid(NOBODY), 0);
}

static void a_file_that_cannot_be_read_now_stays_for_a_later_run(void **state) {
  Desk *desk = *state;
  char path[160];
  Decision decision = make_decision(desk);
  uid_t user = geteuid();
  assert_false(archivist_write(&desk->archivist, NULL, &decision));
  snprintf(path, sizeof path, "%s/decision-%s.json", desk->folder, decision.id);
  assert_int_equal(chmod(path, 0), 0);
  become_nobody(desk, path);
  size_t brought = archivist_bring_in(&desk->archivist, &desk->db);
  assert_int_equal(seteuid(user), 0);
  assert_int_equal(brought, 0);
  assert_int_equal(count_files(desk, ".bad"), 0);
  assert_int_equal(chmod(path, 0600), 0);
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 1);
  assert_true(is_in_ledger(desk, &decision));
  decision_free(&decision);
}

static void a_decision_under_the_id_of_another_is_set_aside(void **state) {
  Desk *desk = *state;
  Decision decision = make_decision(desk);
  assert_true(archivist_write(&desk->archivist, &desk->db, &decision));
  decision.reply.tokens_in = 5;
  assert_false(archivist_write(&desk->archivist, &desk->db, &decision));
  assert_int_equal(count_files(desk, ".json"), 1);
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 0);
  assert_int_equal(count_files(desk, ".bad"), 1);
  decision_free(&decision);
}

static void there_are_no_more_files_than_so_many(void **state) {
  Desk *desk = *state;
  char name[64], id[ULID_SIZE];
  for (int i = 0; i < ARCHIVIST_FILES - 1; i++) {
    snprintf(name, sizeof name, "decision-%s.bad", archivist_new_id(&desk->archivist, id));
    put_file(desk, name, "");
  }
  Decision decision = make_decision(desk), other = make_decision(desk);
  assert_false(archivist_write(&desk->archivist, NULL, &decision));
  assert_false(archivist_write(&desk->archivist, NULL, &other));
  assert_int_equal(count_files(desk, ".json"), 1);
  decision_free(&decision);
  decision_free(&other);
}

/* Two databases on one host share the folder. */
static void files_of_another_database_are_left_alone(void **state) {
  Desk *desk = *state;
  static const char *const uris[] = {"mongodb://one:27017/", "mongodb://me:secret@two:27017/", "mongodb://two:27017/"};
  Decision decision = make_decision(desk);
  Archivist of[3];
  for (size_t i = 0; i < 3; i++) {
    ArchivistTools tools = desk->archivist.tools;
    tools.database = uris[i];
    archivist_init(&of[i], &tools);
  }
  assert_false(archivist_write(&of[1], NULL, &decision));
  assert_int_equal(archivist_bring_in(&of[0], &desk->db), 0);
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 0);
  assert_int_equal(count_files(desk, ".json"), 1);
  assert_int_equal(archivist_bring_in(&of[2], &desk->db), 1); /* the same one, whoever asks */
  assert_true(is_in_ledger(desk, &decision));
  for (size_t i = 0; i < 3; i++) archivist_destroy(&of[i]);
  decision_free(&decision);
}

static void without_a_folder_nothing_is_brought_in_and_nothing_breaks(void **state) {
  Desk *desk = *state;
  Decision decision = make_decision(desk);
  desk->archivist.tools.state_folder = "/nowhere/at/all";
  desk->trips = 0;
  assert_int_equal(archivist_bring_in(&desk->archivist, &desk->db), 0);
  assert_int_equal(desk->trips, 0);
  assert_false(archivist_write(&desk->archivist, NULL, &decision));
  decision_free(&decision);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(a_decision_that_the_database_takes_leaves_no_file),
      CASE(wherever_the_database_fails_the_decision_is_kept),
      CASE(wherever_bringing_in_fails_the_file_stays_until_it_is_in),
      CASE(while_the_database_is_away_files_stay_and_come_in_the_order_they_were_made),
      CASE(a_file_is_its_users_alone),
      CASE(files_that_are_no_decisions_are_set_aside_and_hold_no_other),
      CASE(a_file_that_cannot_be_read_now_stays_for_a_later_run),
      CASE(a_decision_under_the_id_of_another_is_set_aside),
      CASE(there_are_no_more_files_than_so_many),
      CASE(files_of_another_database_are_left_alone),
      CASE(without_a_folder_nothing_is_brought_in_and_nothing_breaks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
