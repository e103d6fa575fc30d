#include "live_world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <closebell/store/database_rows.h>

const char LIVE_KEY[] = "live-key-0123456789-that-nobody-may-see";

static const char LOCK_FILE[] = "/tmp/closebell-live-test.lock";
static const char MARK[] = "closebell_live_test"; /* a database that says: this server is the tests' */
static const char *const DATABASES[] = DATABASE_NAMES;
enum { POLL_NS = 2000000 };

int64_t live_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_shortly(void) {
  const struct timespec pause = {.tv_nsec = POLL_NS};
  nanosleep(&pause, NULL);
}

/* ---- the database server ---- */

static bool has_database(LiveWorld *world, const char *name) {
  bson_error_t error;
  char **names = mongoc_client_get_database_names_with_opts(world->client, NULL, &error);
  if (names == NULL) fail_msg("%s: %s", world->uri, error.message);
  bool found = false;
  for (size_t i = 0; names[i] != NULL; i++) found |= strcmp(names[i], name) == 0;
  bson_strfreev(names);
  return found;
}

/* A server that was not made here may be somebody's: its databases are dropped only when the mark says whose they are.
 */
static void claim_server(LiveWorld *world) {
  if (has_database(world, MARK)) return;
  for (size_t i = 0; i < DATABASE_COUNT; i++)
    if (has_database(world, DATABASES[i]))
      fail_msg("TEST_MONGODB_URI: %s is there already and may be somebody's; drop it first", DATABASES[i]);
  mongoc_collection_t *collection = mongoc_client_get_collection(world->client, MARK, "mark");
  bson_t *document = BCON_NEW("_id", BCON_UTF8("written by closebell's live tests"));
  bson_error_t error;
  bool written = mongoc_collection_insert_one(collection, document, NULL, NULL, &error);
  bson_destroy(document);
  mongoc_collection_destroy(collection);
  if (!written) fail_msg("TEST_MONGODB_URI: %s", error.message);
}

static void silence(mongoc_log_level_t level, const char *domain, const char *message, void *context) {
  (void)level, (void)domain, (void)message, (void)context;
}

static void connect_client(LiveWorld *world) {
  char uri[384];
  bool options = strchr(world->uri, '?') != NULL;
  snprintf(uri, sizeof uri, "%s%sserverSelectionTryOnce=false&serverSelectionTimeoutMS=10000&appname=live_test",
           world->uri, options ? "&" : "?");
  world->client = mongoc_client_new(uri);
  if (world->client == NULL) fail_msg("%s is not a MongoDB URI", world->uri);
  mongoc_client_set_error_api(world->client, 2);
}

void live_world_reconnect(LiveWorld *world) {
  mongoc_client_destroy(world->client);
  connect_client(world);
}

static void start_database(LiveWorld *world) {
  const char *given = getenv("TEST_MONGODB_URI");
  mongoc_log_set_handler(silence, NULL);
  if (given != NULL && given[0] != '\0') {
    int lock = open(LOCK_FILE, O_CREAT | O_RDWR | O_CLOEXEC, 0600); /* until this process ends */
    if (lock < 0 || flock(lock, LOCK_EX) != 0) fail_msg("%s: %s", LOCK_FILE, strerror(errno));
    snprintf(world->uri, sizeof world->uri, "%s", given);
    connect_client(world);
    claim_server(world);
    return;
  }
  if (access(EMBEDDED_DB, X_OK) != 0)
    fail_msg("%s is not there: build it with deploy/embedded-db/build, or let TEST_MONGODB_URI name a server",
             EMBEDDED_DB);
  if (!embedded_db_start(&world->server, EMBEDDED_DB)) fail_msg("%s does not start", EMBEDDED_DB);
  snprintf(world->uri, sizeof world->uri, "%s", world->server.uri);
  connect_client(world);
}

static void drop_databases(LiveWorld *world) {
  for (size_t i = 0; i < DATABASE_COUNT; i++) {
    bson_error_t error;
    mongoc_database_t *database = mongoc_client_get_database(world->client, DATABASES[i]);
    bool dropped = mongoc_database_drop(database, &error);
    mongoc_database_destroy(database);
    if (!dropped) fail_msg("drop %s: %s", DATABASES[i], error.message);
  }
}

/* ---- the world ---- */

static ReplayRun start_exchange(LiveSource source, const char *folder, const char *listing) {
  const char *const days[] = {"--days", folder, "--listing", listing, "--key", LIVE_KEY, NULL};
  static const char *const raw[] = {"--raw", TEST_DATA "/raw-2023", "--key", LIVE_KEY, NULL};
  ReplayRun run;
  if (!replay_run_start(&run, KRX_REPLAY, source == LIVE_RAW ? raw : days)) fail_msg("%s does not start", KRX_REPLAY);
  return run;
}

ReplayRun live_start_exchange_of(const char *folder, const char *listing) {
  return start_exchange(LIVE_DAYS, folder, listing);
}

ReplayRun live_start_exchange(const char *folder) { return live_start_exchange_of(folder, TEST_DATA "/listing.csv"); }

void live_world_open(LiveWorld *world, LiveSource source) {
  *world = (LiveWorld){.folder = "/tmp/closebell-live-XXXXXX"};
  if (mkdtemp(world->folder) == NULL) fail_msg("%s: %s", world->folder, strerror(errno));
  mongoc_init();
  start_database(world);
  world->exchange = start_exchange(source, TEST_DATA "/days", TEST_DATA "/listing.csv");
  live_world_reset(world);
}

static void set_base_url(LiveWorld *world) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%u", world->exchange.port);
  live_set(world, "KRX_BASE_URL", url);
}

void live_use_exchange(LiveWorld *world, const ReplayRun *exchange) {
  world->exchange = *exchange;
  set_base_url(world);
}

static void end_programs(LiveWorld *world) {
  for (size_t i = 0; i < LIVE_PROCESSES; i++) {
    if (world->running[i] == 0) continue;
    kill(world->running[i], SIGKILL);
    waitpid(world->running[i], NULL, 0);
    world->running[i] = 0;
  }
}

void live_world_reset(LiveWorld *world) {
  char answer[1024];
  end_programs(world);
  drop_databases(world);
  live_clear_faults(world);
  live_forget_calls(world);
  assert_true(replay_run_control(&world->exchange, "POST /control/now", answer, sizeof answer));
  world->setting_count = 0;
  live_set(world, "MONGODB_URI", world->uri);
  set_base_url(world);
  live_set(world, "KRX_AUTH_KEY", LIVE_KEY);
  live_set(world, "CLOSEBELL_KRX_RATE_PER_SECOND", "1000");
  live_set(world, "CLOSEBELL_RETRY_SCALE", "0");
  live_set(world, "NO_COLOR", "1");
  if (world->prices_only) live_set(world, "CLOSEBELL_INDICES_NAMES", "");
}

static void remove_folder(const char *folder) {
  if (strncmp(folder, "/tmp/closebell-live-", 20) != 0) return;
  pid_t remover = fork();
  if (remover == 0) {
    execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
    _exit(127);
  }
  if (remover > 0) waitpid(remover, NULL, 0);
}

void live_world_close(LiveWorld *world) {
  end_programs(world);
  if (world->exchange.pid > 0) replay_run_stop(&world->exchange);
  if (world->server.pid == 0 && world->client != NULL) drop_databases(world);
  if (world->client != NULL) mongoc_client_destroy(world->client);
  if (world->server.pid > 0) embedded_db_stop(&world->server);
  /* No mongoc_cleanup: the driver cannot be started again after it, and a program may open another world. */
  remove_folder(world->folder);
}

static int setup(void **state, LiveSource source) {
  LiveWorld *world = calloc(1, sizeof *world);
  if (world == NULL) return -1;
  *state = world;
  live_world_open(world, source);
  return 0;
}

int live_setup_days(void **state) { return setup(state, LIVE_DAYS); }
int live_setup_prices(void **state) {
  int failed = setup(state, LIVE_DAYS);
  if (failed != 0) return failed;
  ((LiveWorld *)*state)->prices_only = true;
  return live_reset_test(state);
}
int live_setup_raw(void **state) { return setup(state, LIVE_RAW); }

int live_reset_test(void **state) {
  live_world_reset(*state);
  return 0;
}

int live_teardown(void **state) {
  if (*state != NULL) live_world_close(*state);
  free(*state);
  *state = NULL;
  return 0;
}

void live_set(LiveWorld *world, const char *name, const char *value) {
  size_t at = 0;
  while (at < world->setting_count && strcmp(world->settings[at].name, name) != 0) at++;
  if (value == NULL) {
    if (at < world->setting_count) world->settings[at] = world->settings[--world->setting_count];
    return;
  }
  assert_true(at < LIVE_SETTINGS);
  if (at == world->setting_count) world->setting_count++;
  snprintf(world->settings[at].name, sizeof world->settings[at].name, "%s", name);
  snprintf(world->settings[at].value, sizeof world->settings[at].value, "%s", value);
}

const char *live_file(LiveWorld *world, const char *name, const char *text, char path[128]) {
  snprintf(path, 128, "%s/%s", world->folder, name);
  FILE *file = fopen(path, "w");
  if (file == NULL) fail_msg("%s: %s", path, strerror(errno));
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
  return path;
}

/* ---- programs ---- */

static void output_path(const LiveWorld *world, int number, const char *stream, char path[128]) {
  snprintf(path, 128, "%s/%s-%d", world->folder, stream, number);
}

static void redirect(const char *path, int flags, int fd) {
  int opened = open(path, flags, 0600);
  if (opened < 0) _exit(126);
  dup2(opened, fd);
}

/* The settings of whoever runs the tests do not reach the programs. */
static void set_environment(const LiveWorld *world) {
  extern char **environ;
  for (char **entry = environ; *entry != NULL;) {
    bool ours = strncmp(*entry, "CLOSEBELL_", 10) == 0 || strncmp(*entry, "KRX_", 4) == 0 ||
                strncmp(*entry, "MONGODB_", 8) == 0;
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(*entry, "="), *entry);
    if (ours && unsetenv(name) == 0)
      entry = environ;
    else
      entry++;
  }
  for (size_t i = 0; i < world->setting_count; i++) setenv(world->settings[i].name, world->settings[i].value, 1);
}

/* As systemd does, whose first descriptor is the third. */
static void pass_socket(void) {
  char pid[24];
  snprintf(pid, sizeof pid, "%d", (int)getpid());
  setenv("LISTEN_PID", pid, 1);
  setenv("LISTEN_FDS", "1", 1);
}

static void become(const LiveWorld *world, const char *program, const char *arguments, int number) {
  char path[512], out[128], err[128], copy[512], *list[40];
  size_t count = 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  output_path(world, number, "out", out);
  output_path(world, number, "err", err);
  redirect("/dev/null", O_RDONLY, 0);
  redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
  redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
  int first_own = 3;
  if (world->passed_socket > 0) dup2(world->passed_socket, first_own++);
  for (int fd = first_own; fd < 64; fd++) close(fd); /* the test's own connections */
  set_environment(world);
  if (world->passed_socket > 0) pass_socket();
  snprintf(path, sizeof path, "%s/%s", PROGRAMS, program);
  snprintf(copy, sizeof copy, "%s", arguments);
  list[count++] = path;
  for (char *save, *word = strtok_r(copy, " ", &save); word != NULL && count < 39; word = strtok_r(NULL, " ", &save))
    list[count++] = word;
  list[count] = NULL;
  execv(path, list);
  _exit(127);
}

LiveProcess live_start(LiveWorld *world, const char *program, const char *arguments) {
  LiveProcess process = {.number = ++world->started, .started_ms = live_now_ms()};
  snprintf(process.command, sizeof process.command, "%s %s", program, arguments);
  size_t slot = 0;
  while (slot < LIVE_PROCESSES && world->running[slot] != 0) slot++;
  assert_true(slot < LIVE_PROCESSES);
  process.pid = fork();
  if (process.pid == 0) become(world, program, arguments, process.number);
  assert_true(process.pid > 0);
  world->running[slot] = process.pid;
  return process;
}

static void forget(LiveWorld *world, pid_t pid) {
  for (size_t i = 0; i < LIVE_PROCESSES; i++)
    if (world->running[i] == pid) world->running[i] = 0;
}

static void read_output(const LiveWorld *world, int number, const char *stream, char text[LIVE_TEXT_SIZE]) {
  char path[128];
  output_path(world, number, stream, path);
  FILE *file = fopen(path, "r");
  text[0] = '\0';
  if (file == NULL) return; /* killed before it had opened it */
  text[fread(text, 1, LIVE_TEXT_SIZE - 1, file)] = '\0';
  fclose(file);
  unlink(path);
}

bool live_has_ended(const LiveProcess *process) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == process->pid;
}

LiveResult live_finish(LiveWorld *world, LiveProcess *process) {
  LiveResult result = {.exit_code = -1};
  int status = 0;
  bool late = false;
  struct rusage usage = {0};
  while (wait4(process->pid, &status, WNOHANG, &usage) == 0) {
    if (!late && live_now_ms() - process->started_ms > LIVE_PATIENCE_MS) late = kill(process->pid, SIGKILL) == 0;
    pause_shortly();
  }
  forget(world, process->pid);
  result.took_ms = live_now_ms() - process->started_ms;
  result.max_rss_kb = usage.ru_maxrss;
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  read_output(world, process->number, "out", result.out);
  read_output(world, process->number, "err", result.err);
  if (late) fail_msg("%s did not end within %d s; it said:\n%s", process->command, LIVE_PATIENCE_MS / 1000, result.err);
  return result;
}

LiveResult live_run(LiveWorld *world, const char *program, const char *arguments) {
  LiveProcess process = live_start(world, program, arguments);
  return live_finish(world, &process);
}

void live_exchange_now(LiveWorld *world, const char *now) {
  char request[128], answer[1024];
  snprintf(request, sizeof request, "POST /control/now?instant=%s", now);
  assert_true(replay_run_control(&world->exchange, request, answer, sizeof answer));
}

LiveResult live_run_at(LiveWorld *world, const char *program, const char *now, const char *arguments) {
  char all[512];
  live_exchange_now(world, now);
  snprintf(all, sizeof all, "--now %s %s", now, arguments);
  return live_run(world, program, all);
}

void live_check_exit(const LiveResult *result, int code, const char *file, int line) {
  if (result->exit_code == code && result->signal == 0) return;
  print_error("exit code %d (signal %d), not %d; it said:\n%s%s\n", result->exit_code, result->signal, code,
              result->out, result->err);
  _fail(file, line);
}

void live_check_says(const char *text, const char *part, const char *file, int line) {
  if (strstr(text, part) != NULL) return;
  print_error("\"%s\" is not in:\n%s\n", part, text);
  _fail(file, line);
}

LiveResult live_do(LiveWorld *world, const char *program, const char *now, const char *arguments) {
  LiveResult result = live_run_at(world, program, now, arguments);
  live_assert_exit(&result, 0);
  return result;
}

bool live_wait_until(LiveWorld *world, const LiveProcess *process, LiveCondition *condition, const void *context) {
  for (int64_t started = live_now_ms(); live_now_ms() - started < LIVE_PATIENCE_MS;) {
    if (condition(world, context)) return true;
    if (process != NULL && live_has_ended(process)) return condition(world, context);
    pause_shortly();
  }
  return false;
}

/* ---- the exchange ---- */

void live_fault(LiveWorld *world, const char *what) { assert_true(replay_run_fault(&world->exchange, what)); }

void live_clear_faults(LiveWorld *world) {
  char answer[1024];
  assert_true(replay_run_control(&world->exchange, "POST /control/clear", answer, sizeof answer));
}

long live_calls(const LiveWorld *world) { return replay_run_calls(&world->exchange, "calls"); }

void live_forget_calls(LiveWorld *world) {
  char answer[1024];
  assert_true(replay_run_control(&world->exchange, "POST /control/forget-calls", answer, sizeof answer));
}
