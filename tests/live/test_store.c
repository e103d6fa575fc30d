/* The contract of the store, kept by MongoDB's wire protocol; and what happens when the server does not answer. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <bson/bson.h>

#include "db_mongo_internal.h"
#include "embedded_db.h"
#include "store_contract.h"

static const Log SILENT = {.stream = NULL};

/* A clock whose waits take no time: they are counted, and may do something instead. */
typedef struct {
  int waits;
  int64_t waited_ms;
  bool stop;
  EmbeddedDb *restart; /* in the first wait */
} Waits;

static Instant real_now(void *self) {
  (void)self;
  const Clock real = clock_system(-1);
  return clock_now(&real);
}

static int64_t real_uptime_ms(void *self) {
  (void)self;
  const Clock real = clock_system(-1);
  return clock_uptime_ms(&real);
}

static bool count_wait(void *self, int64_t ms) {
  Waits *waits = self;
  waits->waits++;
  waits->waited_ms += ms;
  if (waits->restart != NULL) {
    assert_true(embedded_db_restart(waits->restart, EMBEDDED_DB));
    waits->restart = NULL;
  }
  return !waits->stop;
}

static bool never_stopping(void *self) {
  (void)self;
  return false;
}

static Clock waits_clock(Waits *waits) {
  return (Clock){
      .self = waits, .now = real_now, .uptime_ms = real_uptime_ms, .sleep_ms = count_wait, .stopping = never_stopping};
}

static const DbOptions OPTIONS = {
    .program = "test_store", .retry_wait_ms = 5000, .retries = 2, .selection_ms = 200, .socket_timeout_ms = 2000};

static Status open_with(Db *ret_db, const char *uri, const Clock *clock, Error *err) {
  return db_mongo_open(ret_db, uri, &OPTIONS, clock, &SILENT, err);
}

/* --- opening --- */

static void assert_config(const char *uri, const char *secret) {
  Waits waits = {0};
  Clock clock = waits_clock(&waits);
  Db db = {0};
  Error err = {{0}};
  assert_int_equal(open_with(&db, uri, &clock, &err), STATUS_CONFIG);
  assert_null(strstr(err.text, secret));
  assert_true(err.text[0] != '\0');
  assert_int_equal(waits.waits, 0);
  assert_null(db.self);
}

static void unacknowledged_writes_are_refused(void **state) {
  (void)state;
  assert_config("mongodb://127.0.0.1:1/?w=0", "?w=0");
  assert_config("mongodb://127.0.0.1:1/?w=0&journal=true", "?w=0");
}

static void a_malformed_uri_is_refused_without_being_repeated(void **state) {
  (void)state;
  assert_config("mongodb://user:hunter2@", "hunter2");
  assert_config("mongodb://user:hunter2%@host/", "hunter2");
  assert_config("http://user:hunter2@host/", "hunter2");
  assert_config("", "hunter2");
}

/* A port on which nobody listens: one that was just given back. */
static int free_port(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

static void no_server_is_unavailable_after_all_tries(void **state) {
  (void)state;
  Waits waits = {0};
  Clock clock = waits_clock(&waits), real = clock_system(-1);
  Db db = {0};
  Error err = {{0}};
  char uri[96];
  snprintf(uri, sizeof uri, "mongodb://user:hunter2@127.0.0.1:%d/", free_port());
  int64_t start = clock_uptime_ms(&real);
  assert_int_equal(open_with(&db, uri, &clock, &err), STATUS_UNAVAILABLE);
  assert_int_equal(waits.waits, 2);
  assert_int_equal(waits.waited_ms, 10000);
  assert_true(clock_uptime_ms(&real) - start < 3000); /* three selections of 200 ms; the driver rounds up to 500 */
  assert_null(strstr(err.text, "hunter2"));
}

static void a_stop_ends_the_waiting_for_a_server(void **state) {
  (void)state;
  Waits waits = {.stop = true};
  Clock clock = waits_clock(&waits);
  Db db = {0};
  Error err = {{0}};
  char uri[64];
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%d/", free_port());
  assert_int_equal(open_with(&db, uri, &clock, &err), STATUS_INTERRUPTED);
  assert_int_equal(waits.waits, 1);
}

/* Takes connections and never says a word. */
static void a_server_that_never_answers_is_unavailable(void **state) {
  (void)state;
  Waits waits = {0};
  Clock clock = waits_clock(&waits);
  Db db = {0};
  Error err = {{0}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 8) == 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
  char uri[96];
  snprintf(uri, sizeof uri, "mongodb://127.0.0.1:%d/?connectTimeoutMS=300", ntohs(address.sin_port));
  assert_int_equal(open_with(&db, uri, &clock, &err), STATUS_UNAVAILABLE);
  assert_int_equal(waits.waits, 2);
  close(fd);
}

static void a_description_hides_the_credentials(void **state) {
  (void)state;
  char text[128];
  assert_string_equal(db_mongo_describe("mongodb://u:p@127.0.0.1:27017/?w=1", text, sizeof text),
                      "mongodb://127.0.0.1:27017/");
  assert_string_equal(db_mongo_describe("mongodb://u:p@a.example,b.example:5/db?replicaSet=r", text, sizeof text),
                      "mongodb://a.example:27017,b.example:5/");
  assert_string_equal(db_mongo_describe("mongodb+srv://u:p@a.example.org/", text, sizeof text),
                      "mongodb+srv://a.example.org/");
  assert_null(strstr(db_mongo_describe("mongodb://u:p@", text, sizeof text), "p@"));
}

/* --- what an error means --- */

static Status meaning(uint32_t domain, uint32_t code) {
  bson_error_t error = {.domain = domain, .code = code};
  return mongo_status(&error, NULL);
}

static void errors_that_pass_by_themselves_are_worth_repeating(void **state) {
  (void)state;
  static const uint32_t codes[] = {189, 91, 10107, 13435, 11600, 11602};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    assert_int_equal(meaning(MONGOC_ERROR_SERVER, codes[i]), STATUS_UNAVAILABLE);
  assert_int_equal(meaning(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET), STATUS_UNAVAILABLE);
  assert_int_equal(meaning(MONGOC_ERROR_CLIENT, 5), STATUS_UNAVAILABLE);
  assert_int_equal(meaning(MONGOC_ERROR_SERVER_SELECTION, 13053), STATUS_UNAVAILABLE);
  assert_int_equal(meaning(MONGOC_ERROR_WRITE_CONCERN, 64), STATUS_UNAVAILABLE);
  assert_int_equal(meaning(MONGOC_ERROR_PROTOCOL, MONGOC_ERROR_PROTOCOL_INVALID_REPLY), STATUS_UNAVAILABLE);
  bson_error_t unknown = {.domain = MONGOC_ERROR_SERVER, .code = 12345};
  bson_t *labelled = BCON_NEW("errorLabels", "[", BCON_UTF8("RetryableWriteError"), "]");
  assert_int_equal(mongo_status(&unknown, labelled), STATUS_UNAVAILABLE);
  bson_destroy(labelled);
}

static void errors_that_stay_are_not(void **state) {
  (void)state;
  assert_int_equal(meaning(MONGOC_ERROR_SERVER, 11000), STATUS_DUPLICATE);
  assert_int_equal(meaning(MONGOC_ERROR_SERVER, 18), STATUS_CONFIG);
  assert_int_equal(meaning(MONGOC_ERROR_SERVER, 13), STATUS_CONFIG);
  assert_int_equal(meaning(MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE), STATUS_CONFIG);
  assert_int_equal(meaning(MONGOC_ERROR_SERVER, 238), STATUS_INTERNAL); /* not implemented */
  assert_int_equal(meaning(MONGOC_ERROR_SERVER, 59), STATUS_INTERNAL);  /* no such command */
  assert_int_equal(meaning(MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID), STATUS_INTERNAL);
  assert_int_equal(meaning(MONGOC_ERROR_COMMAND, MONGOC_ERROR_COMMAND_INVALID_ARG), STATUS_INTERNAL);
}

/* --- a server that goes away --- */

typedef struct {
  EmbeddedDb server;
  Waits waits;
  Clock clock;
  Db db;
} Restarted;

static int start_own_server(void **state) {
  Restarted *own = calloc(1, sizeof *own);
  Error err = {{0}};
  if (own == NULL || !embedded_db_start(&own->server, EMBEDDED_DB)) return -1;
  own->clock = waits_clock(&own->waits);
  DbOptions options = OPTIONS;
  options.selection_ms = 2000; /* the driver looks for a lost server every 500 ms */
  if (db_mongo_open(&own->db, own->server.uri, &options, &own->clock, &SILENT, &err) != STATUS_OK) return -1;
  *state = own;
  return own->db.create_collection(own->db.self, DB_SYSTEM, "meta", &err) == STATUS_OK ? 0 : -1;
}

static int stop_own_server(void **state) {
  Restarted *own = *state;
  db_mongo_close(&own->db);
  embedded_db_stop(&own->server);
  free(own);
  return 0;
}

static Status insert_one(const Db *db, const char *id, Error *err) {
  bson_t *document = BCON_NEW("_id", BCON_UTF8(id));
  Status status = db->insert(db->self, DB_SYSTEM, "meta", document, err);
  bson_destroy(document);
  return status;
}

static void a_write_outlives_a_server_that_is_killed_and_started_again(void **state) {
  Restarted *own = *state;
  Error err = {{0}};
  assert_int_equal(insert_one(&own->db, "a", &err), STATUS_OK);
  embedded_db_kill(&own->server);
  own->waits.restart = &own->server;
  assert_int_equal(insert_one(&own->db, "b", &err), STATUS_OK);
  assert_true(own->waits.waits >= 1);
  assert_int_equal(insert_one(&own->db, "a", &err), STATUS_DUPLICATE);
}

/* More documents than a first reply holds. */
enum { FILLED = 250 };

static void fill(const Db *db) {
  Error err = {{0}};
  bson_t *documents[FILLED];
  for (int i = 0; i < FILLED; i++) {
    char id[16];
    snprintf(id, sizeof id, "%03d", i);
    documents[i] = BCON_NEW("_id", BCON_UTF8(id));
  }
  assert_int_equal(
      db->insert_many(db->self, DB_SYSTEM, "market_days", (const bson_t *const *)documents, FILLED, NULL, &err),
      STATUS_OK);
  for (int i = 0; i < FILLED; i++) bson_destroy(documents[i]);
}

typedef struct {
  Restarted *own;
  char last[8];
  int count;
} Reading;

static Status kill_at_the_fifth(void *context, const bson_t *document, Error *err) {
  (void)err;
  Reading *reading = context;
  bson_iter_t iter;
  assert_true(bson_iter_init_find(&iter, document, "_id"));
  assert_true(strcmp(reading->last, bson_iter_utf8(&iter, NULL)) < 0);
  snprintf(reading->last, sizeof reading->last, "%s", bson_iter_utf8(&iter, NULL));
  if (++reading->count == 5) {
    embedded_db_kill(&reading->own->server);
    reading->own->waits.restart = &reading->own->server;
  }
  return STATUS_OK;
}

static void a_read_that_is_cut_goes_on_behind_the_last_document_it_had(void **state) {
  Restarted *own = *state;
  Reading reading = {.own = own};
  Error err = {{0}};
  fill(&own->db);
  Status status =
      own->db.find_range(own->db.self, DB_SYSTEM, "market_days", NULL, NULL, NULL, kill_at_the_fifth, &reading, &err);
  if (status != STATUS_OK) fail_msg("%s", err.text);
  assert_int_equal(reading.count, FILLED);
  assert_true(own->waits.waits >= 1);
}

static void a_server_that_stays_away_is_unavailable(void **state) {
  Restarted *own = *state;
  Error err = {{0}};
  embedded_db_kill(&own->server);
  assert_int_equal(insert_one(&own->db, "c", &err), STATUS_UNAVAILABLE);
  assert_int_equal(own->waits.waits, 2);
  assert_non_null(strstr(err.text, "system_info.meta: insert"));
}

/* --- main --- */

static int run_contract(const char *uri) {
  Waits waits = {0};
  Clock clock = waits_clock(&waits);
  StoreContract contract = {0};
  Error err = {{0}};
  DbOptions options = OPTIONS;
  options.selection_ms = 5000;
  options.socket_timeout_ms = 60000;
  if (db_mongo_open(&contract.db, uri, &options, &clock, &SILENT, &err) != STATUS_OK ||
      db_mongo_open(&contract.other, uri, &options, &clock, &SILENT, &err) != STATUS_OK) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  int failed = 1;
  if (store_contract_may_use(&contract.db))
    failed = store_contract_run("store contract, MongoDB", &contract);
  else
    fprintf(stderr, "the databases at TEST_MONGODB_URI are not empty: the contract would remove what is in them\n");
  db_mongo_close(&contract.other);
  db_mongo_close(&contract.db);
  return failed;
}

static int run_contract_on_own_server(void) {
  EmbeddedDb server;
  if (!embedded_db_start(&server, EMBEDDED_DB)) return 1;
  int failed = run_contract(server.uri);
  embedded_db_stop(&server);
  return failed;
}

int main(void) {
  static const struct CMUnitTest opening[] = {
      cmocka_unit_test(unacknowledged_writes_are_refused),
      cmocka_unit_test(a_malformed_uri_is_refused_without_being_repeated),
      cmocka_unit_test(no_server_is_unavailable_after_all_tries),
      cmocka_unit_test(a_stop_ends_the_waiting_for_a_server),
      cmocka_unit_test(a_server_that_never_answers_is_unavailable),
      cmocka_unit_test(a_description_hides_the_credentials),
      cmocka_unit_test(errors_that_pass_by_themselves_are_worth_repeating),
      cmocka_unit_test(errors_that_stay_are_not),
  };
  static const struct CMUnitTest restarts[] = {
      cmocka_unit_test_setup_teardown(a_write_outlives_a_server_that_is_killed_and_started_again, start_own_server,
                                      stop_own_server),
      cmocka_unit_test_setup_teardown(a_read_that_is_cut_goes_on_behind_the_last_document_it_had, start_own_server,
                                      stop_own_server),
      cmocka_unit_test_setup_teardown(a_server_that_stays_away_is_unavailable, start_own_server, stop_own_server),
  };
  int failed = cmocka_run_group_tests_name("opening a database", opening, NULL, NULL);
  const char *uri = getenv("TEST_MONGODB_URI");
  bool embedded = access(EMBEDDED_DB, X_OK) == 0;
  if (uri != NULL) failed += run_contract(uri);
  if (uri == NULL && embedded) failed += run_contract_on_own_server();
  if (embedded) failed += cmocka_run_group_tests_name("a server that goes away", restarts, NULL, NULL);
  if (failed != 0) return 1;
  return uri == NULL && !embedded ? 77 : 0;
}
