/* Secrets of many shapes in every place that may hold one, and no piece of them in anything that the programs say, send
 * or store: log, output, webhook, ping, mail, metrics, database. */
#include <dirent.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live_db.h"
#include "secret_maker.h"
#include "tiny_http.h"

static const char BEFORE[] = "2025-04-11T00:00:00Z", AFTER[] = "2025-04-15T00:00:00Z";
static const char FINE[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
static const char MOVED[] = "HTTP/1.1 301 Moved\r\nLocation: http://elsewhere.example{path}\r\nContent-Length: 0\r\n"
                            "Connection: close\r\n\r\n";
enum { SCENES_SHORT = 48, SCENES_LONG = 600, ENCODED_MAX = 3 * SECRET_MAX + 1 };

typedef struct {
  LiveWorld live;
  TinyHttp sink, mover;
  TinyHttp disclosures; /* asked under its key, which it repeats in a redirect */
  char got[128], moved[128], mails[128], metrics[128];
  size_t channels, bytes; /* looked through */
} Scene;

/* Where the secret stands: a variable, or a file that a variable names. */
typedef enum { TO_NOBODY, TO_DATABASE, TO_SINK, TO_MOVER, TO_EXCHANGE, TO_PROXY } Aim;
typedef struct {
  const char *variable;
  Aim aim;
  const char *before, *after; /* what stands around it; the address of its aim comes between scheme, user and path */
  bool in_user, in_file;
} Place;

static const Place PLACES[] = {
    {"MONGODB_URI", TO_DATABASE, "mongodb://closebell:", "/?serverSelectionTimeoutMS=200", true, false},
    {"CLOSEBELL_MONGODB_URI_FILE", TO_DATABASE, "mongodb://closebell:", "/?serverSelectionTimeoutMS=200", true, true},
    {"MONGODB_URI", TO_NOBODY, "", "", false, false},
    {"KRX_AUTH_KEY", TO_NOBODY, "", "", false, false},
    {"CLOSEBELL_KRX_AUTH_KEY_FILE", TO_NOBODY, "", "", false, true},
    {"CLOSEBELL_KRX_AUTH_KEY_FILE", TO_NOBODY, "", "", false, false},
    {"CLOSEBELL_KIS_APP_SECRET", TO_NOBODY, "", "", false, false},
    {"CLOSEBELL_KIS_APP_KEY_FILE", TO_NOBODY, "", "", false, true},
    {"CLOSEBELL_DART_AUTH_KEY", TO_NOBODY, "", "", false, false},
    {"CLOSEBELL_DART_AUTH_KEY_FILE", TO_NOBODY, "", "", false, true},
    {"KRX_BASE_URL", TO_EXCHANGE, "http://user:", "", true, false},
    {"CLOSEBELL_ALERTS_WEBHOOK", TO_SINK, "http://", "/hook/", false, false},
    {"CLOSEBELL_ALERTS_WEBHOOK", TO_MOVER, "http://", "/hook/", false, false},
    {"CLOSEBELL_ALERTS_WEBHOOK", TO_SINK, "http://user:", "/hook", true, false},
    {"CLOSEBELL_ALERTS_WEBHOOK_FILE", TO_MOVER, "http://", "/hook/", false, true},
    {"CLOSEBELL_ALERTS_WEBHOOK_FILE", TO_SINK, "http://", "/hook/", false, false},
    {"CLOSEBELL_ALERTS_PING_DAILY_UPDATE", TO_SINK, "http://", "/ping/", false, false},
    {"CLOSEBELL_ALERTS_PING_DAILY_UPDATE", TO_MOVER, "http://user:", "/ping", true, false},
    {"http_proxy", TO_PROXY, "http://user:", "", true, false},
    {"https_proxy", TO_PROXY, "http://user:", "", true, false},
};
enum { PLACE_COUNT = sizeof PLACES / sizeof PLACES[0] };

/* ---- the scene ---- */

static void write_sendmail(Scene *scene) {
  char text[600], path[128];
  snprintf(scene->mails, sizeof scene->mails, "%s/mails", scene->live.folder);
  snprintf(text, sizeof text, "#!/bin/sh\necho \"$@\" >>%s\ncat >>%s\nenv >>%s\n", scene->mails, scene->mails,
           scene->mails);
  live_file(&scene->live, "sendmail", text, path);
  assert_int_equal(chmod(path, 0700), 0);
}

static void set_scene(Scene *scene) {
  LiveWorld *world = &scene->live;
  char text[160];
  live_world_reset(world);
  live_do(world, "manual_setup", BEFORE, "--days 3");
  live_fault(world, "kind=half&date=20250411"); /* so that there is an alert to tell */
  snprintf(text, sizeof text, "http://127.0.0.1:%d/hook", scene->sink.port);
  live_set(world, "CLOSEBELL_ALERTS_WEBHOOK", text);
  snprintf(text, sizeof text, "http://127.0.0.1:%d/ping", scene->sink.port);
  live_set(world, "CLOSEBELL_ALERTS_PING_DAILY_UPDATE", text);
  live_set(world, "CLOSEBELL_ALERTS_MAIL_TO", "root");
  snprintf(text, sizeof text, "%s/sendmail", world->folder);
  live_set(world, "CLOSEBELL_ALERTS_SENDMAIL", text);
  live_set(world, "CLOSEBELL_METRICS_TEXTFILE_DIR", scene->metrics);
  snprintf(text, sizeof text, "http://127.0.0.1:%d", scene->disclosures.port);
  live_set(world, "CLOSEBELL_DART_BASE_URL", text);
  live_set(world, "no_proxy", "nobody.example");
}

static void encode(const char *secret, char encoded[ENCODED_MAX]) {
  size_t length = 0;
  for (; *secret != '\0'; secret++)
    length +=
        (size_t)snprintf(encoded + length, ENCODED_MAX - length,
                         strchr("%@:/?#[]\"\\{}&,$'; =", *secret) || *secret <= ' ' || *secret > '~' ? "%%%02X" : "%c",
                         (unsigned char)*secret);
}

static const char *address_of(const Scene *scene, Aim aim, char address[64]) {
  const char *at = strstr(scene->live.uri, "://");
  int port = aim == TO_SINK       ? scene->sink.port
             : aim == TO_MOVER    ? scene->mover.port
             : aim == TO_EXCHANGE ? scene->live.exchange.port
                                  : 1;
  snprintf(address, 64, "127.0.0.1:%d", port);
  if (aim == TO_DATABASE && at != NULL) snprintf(address, 64, "%.*s", (int)strcspn(at + 3, "/?"), at + 3);
  if (aim == TO_NOBODY) address[0] = '\0';
  return address;
}

/* Puts the secret where the place says; false: it holds what a variable cannot. */
static void put(Scene *scene, const Place *place, const char *secret, bool encoded) {
  char written[ENCODED_MAX], value[ENCODED_MAX + 256], address[64], path[128];
  if (encoded)
    encode(secret, written);
  else
    snprintf(written, sizeof written, "%s", secret);
  address_of(scene, place->aim, address);
  if (place->in_user)
    snprintf(value, sizeof value, "%s%s@%s%s", place->before, written, address, place->after);
  else
    snprintf(value, sizeof value, "%s%s%s%s", place->before, address, place->after, written);
  if (strcmp(place->variable, "https_proxy") == 0) live_set(&scene->live, "KRX_BASE_URL", "https://api.example");
  if (strncmp(place->variable, "CLOSEBELL_ALERTS_WEBHOOK_FILE", 29) == 0)
    live_set(&scene->live, "CLOSEBELL_ALERTS_WEBHOOK", NULL);
  if (strncmp(place->variable, "CLOSEBELL_KRX", 13) == 0) live_set(&scene->live, "KRX_AUTH_KEY", NULL);
  if (strncmp(place->variable, "CLOSEBELL_MONGODB", 17) == 0) live_set(&scene->live, "MONGODB_URI", NULL);
  live_set(&scene->live, place->variable, place->in_file ? live_file(&scene->live, "secret", value, path) : value);
}

/* ---- what is looked through ---- */

/* The folder's name has six letters that chance has chosen: they may be a piece of any secret. */
static char *without_folder(const Scene *scene, const char *text) {
  char *copy = strdup(text);
  assert_non_null(copy);
  for (char *at = copy; (at = strstr(at, scene->live.folder)) != NULL; at += strlen(scene->live.folder))
    memset(at, ' ', strlen(scene->live.folder));
  return copy;
}

static void look(Scene *scene, const char *channel, const char *secret, const char *said, uint64_t seed) {
  char encoded[ENCODED_MAX], *text = without_folder(scene, said);
  encode(secret, encoded);
  scene->channels++;
  scene->bytes += strlen(text);
  if (secret_leak(secret, text) != NULL || secret_leak(encoded, text) != NULL)
    fail_msg("CLOSEBELL_SECRET_SEED=%llu: %s holds a piece of %s:\n%s", (unsigned long long)seed, channel, secret,
             said);
  free(text);
}

/* The path of a request is the URL itself where that is the secret; what was sent to it is not. */
static void look_at_file(Scene *scene, const char *path, bool without_targets, const char *secret, uint64_t seed) {
  static char text[1 << 20];
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  if (without_targets)
    for (char *line = text; *line != '\0'; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
      if (strncmp(line, "POST ", 5) == 0) memset(line, ' ', strcspn(line + 5, " \n") + 5);
    }
  look(scene, path, secret, text, seed);
}

static void look_at_database(Scene *scene, const char *secret, uint64_t seed) {
  static const char *const unlisted[] = {"job_runs", "job_locks"};
  LiveDump dump = live_dump(&scene->live, LIVE_SYSTEM);
  for (size_t i = 0; i < dump.count; i++)
    if (strstr(dump.lines[i], "market_days") == NULL) look(scene, "the database", secret, dump.lines[i], seed);
  live_dump_free(&dump);
  for (size_t i = 0; i < 2; i++) {
    LiveDocuments documents = live_documents(&scene->live, "system_info", unlisted[i]);
    for (size_t k = 0; k < documents.count; k++) {
      char *json = bson_as_canonical_extended_json(documents.items[k], NULL);
      look(scene, unlisted[i], secret, json, seed);
      bson_free(json);
    }
    live_documents_free(&documents);
  }
}

static void look_at_metrics(Scene *scene, const char *secret, uint64_t seed) {
  DIR *folder = opendir(scene->metrics);
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", scene->metrics, entry->d_name);
    if (entry->d_name[0] != '.') look_at_file(scene, path, false, secret, seed);
  }
  closedir(folder);
}

static void forget(const char *path) {
  FILE *file = fopen(path, "w");
  if (file != NULL) fclose(file);
}

static int run(Scene *scene, const char *program, const char *arguments, const char *secret, uint64_t seed) {
  LiveResult result = live_run_at(&scene->live, program, AFTER, arguments);
  look(scene, program, secret, result.out, seed);
  look(scene, program, secret, result.err, seed);
  assert_int_equal(result.signal, 0);
  return result.exit_code;
}

/* The exchange, too, may say the key back to us. */
static void repeat_key(Scene *scene, const char *secret) {
  char encoded[ENCODED_MAX], what[ENCODED_MAX + 64];
  encode(secret, encoded);
  snprintf(what, sizeof what, "kind=status&value=500&message=%s", encoded);
  if (strlen(what) < 400) live_fault(&scene->live, what);
}

static int try_secret(Scene *scene, uint64_t seed) {
  SecretMaker maker = {seed};
  char secret[SECRET_MAX];
  do secret_make(&maker, secret);
  while (strlen(secret) > 90); /* what fits a setting when every byte is encoded; longer ones: ops.test_settings */
  const Place *place = &PLACES[seed % PLACE_COUNT];
  set_scene(scene);
  put(scene, place, secret, secret_draw(&maker) % 3 != 0 && place->aim != TO_NOBODY);
  if (place->aim == TO_NOBODY && strstr(place->variable, "KRX") != NULL && secret_draw(&maker) % 2 == 0)
    repeat_key(scene, secret);
  forget(scene->got), forget(scene->moved), forget(scene->mails);
  run(scene, "daily_update", "--check-config", secret, seed);
  run(scene, "daily_update", "--print-config", secret, seed);
  run(scene, "daily_update", "--dry-run --verbose", secret, seed);
  int exit_code = run(scene, "daily_update", "--verbose", secret, seed);
  run(scene, "daily_update", "--check", secret, seed);
  run(scene, "hourly_analysis", "--verbose", secret, seed);
  bool is_target = strstr(place->variable, "ALERTS") != NULL;
  look_at_file(scene, scene->got, is_target, secret, seed);
  look_at_file(scene, scene->moved, is_target, secret, seed);
  look_at_file(scene, scene->mails, false, secret, seed);
  look_at_metrics(scene, secret, seed);
  look_at_database(scene, secret, seed);
  return exit_code;
}

static void no_piece_of_a_secret_leaves_the_programs(void **state) {
  Scene *scene = *state;
  const char *one = getenv("CLOSEBELL_SECRET_SEED"), *longer = getenv("CLOSEBELL_TEST_LONG");
  uint64_t from = one != NULL ? strtoull(one, NULL, 10) : 1;
  uint64_t to = one != NULL ? from : longer != NULL && *longer == '1' ? SCENES_LONG : SCENES_SHORT;
  size_t refused = 0;
  for (uint64_t seed = from; seed <= to; seed++) refused += try_secret(scene, seed) == 78;
  print_message("%llu secrets, %zu of them refused, %zu texts of %zu bytes looked through, 0 leaks\n",
                (unsigned long long)(to - from + 1), refused, scene->channels, scene->bytes);
  if (one == NULL) assert_true(refused > 5 && refused < to);
}

/* The scene tells by every channel, or nothing could leak by it. */
static void without_a_secret_every_channel_says_something(void **state) {
  Scene *scene = *state;
  set_scene(scene);
  forget(scene->got), forget(scene->mails);
  LiveResult result = live_run_at(&scene->live, "daily_update", AFTER, "");
  live_assert_exit(&result, 75);
  const char *const files[] = {scene->got, scene->mails};
  for (size_t i = 0; i < 2; i++) {
    struct stat about;
    assert_int_equal(stat(files[i], &about), 0);
    assert_true(about.st_size > 0);
  }
  assert_true(live_count(&scene->live, "system_info", "ops_alerts") > 0);
}

static int set_up(void **state) {
  char asked[128];
  Scene *scene = calloc(1, sizeof *scene);
  assert_non_null(scene);
  live_world_open(&scene->live, LIVE_DAYS);
  snprintf(scene->got, sizeof scene->got, "%s/got", scene->live.folder);
  snprintf(scene->moved, sizeof scene->moved, "%s/moved", scene->live.folder);
  snprintf(scene->metrics, sizeof scene->metrics, "%s/metrics", scene->live.folder);
  assert_int_equal(mkdir(scene->metrics, 0700), 0);
  write_sendmail(scene);
  assert_true(tiny_http_start(&scene->sink, FINE, scene->got));
  assert_true(tiny_http_start(&scene->mover, MOVED, scene->moved));
  snprintf(asked, sizeof asked, "%s/asked", scene->live.folder);
  assert_true(tiny_http_start(&scene->disclosures, MOVED, asked));
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  Scene *scene = *state;
  tiny_http_stop(&scene->sink);
  tiny_http_stop(&scene->mover);
  tiny_http_stop(&scene->disclosures);
  live_world_close(&scene->live);
  free(scene);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_secret_every_channel_says_something),
      cmocka_unit_test(no_piece_of_a_secret_leaves_the_programs),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
