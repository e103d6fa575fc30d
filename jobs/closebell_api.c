/* closebell_api: readers over HTTP. It runs until it is told to stop: SIGTERM and SIGINT end it, SIGHUP makes it read
 * keys, strategies and the dashboard again. */
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <closebell/api/ask_desk_life.h>
#include <closebell/api/http_server.h>
#include <closebell/api/looker.h>
#include <closebell/base/escape.h>
#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/job/settings.h>

#include "listen.h"
#include "process.h"

static const char NAME[] = "closebell_api";

enum {
  SWEEP_MS = 5000,
  TICK_MS = 200, /* of the readers of events */
  DRAIN_MS = 3600,
  LOOKER_MS = 500,
  ASKS_MS = 500,
  FIRST_LOOK_MS = 3000,
  RATE_ELSEWHERE = 50,
  FILES = 2 * HTTP_CONNECTIONS
};
enum { MMAP_FROM = 256 * 1024, ARENAS = 2 }; /* bytes; of malloc */

typedef struct {
  const char *config_path, *listen;
  bool check, help, version, print_config, verbose, quiet;
} Given;

static const struct option OPTIONS[] = {{"config", required_argument, NULL, 'c'},
                                        {"listen", required_argument, NULL, 'l'},
                                        {"check", no_argument, NULL, 'K'},
                                        {"print-config", no_argument, NULL, 'p'},
                                        {"verbose", no_argument, NULL, 'v'},
                                        {"quiet", no_argument, NULL, 'q'},
                                        {"help", no_argument, NULL, 'h'},
                                        {"version", no_argument, NULL, 'V'},
                                        {NULL, 0, NULL, 0}};

static const char HELP[] =
    "closebell_api [options]: give the data to readers over HTTP, until it is stopped\n"
    "  --config FILE     read settings from an INI file\n"
    "  --listen ADDRESS  instead of [api] listen: 127.0.0.1:8787; port 0: any\n"
    "  --verbose         log every step\n"
    "  --quiet           log warnings and errors only\n"
    "  --print-config    print all settings, their defaults and variables, as a file\n"
    "  --check           name every error and warning of settings and keys; ping the database\n"
    "  --help            print this\n"
    "  --version         print the version\n"
    "Exit codes: 0 stopped as asked; 64 usage; 69 the address is taken, or the database is away (--check); "
    "70 internal error; 74 output not written; 78 configuration.\n";

static bool take_option(Given *given, int code) {
  switch (code) {
  case 'c':
    given->config_path = optarg;
    return true;
  case 'l':
    given->listen = optarg;
    return true;
  case 'K':
    return given->check = true;
  case 'v':
    return given->verbose = true;
  case 'q':
    return given->quiet = true;
  case 'h':
    return given->help = true;
  case 'V':
    return given->version = true;
  case 'p':
    return given->print_config = true;
  default:
    return false;
  }
}

static Status take_options(int argc, char **argv, Given *given, Error *err) {
  opterr = 0;
  for (;;) {
    int at = optind, code = getopt_long(argc, argv, ":c:vqhV", OPTIONS, NULL);
    if (code == -1) break;
    if (code == ':') return error_set(err, STATUS_USAGE, "%s needs a value", argv[at]);
    if (!take_option(given, code))
      return error_set(err, STATUS_USAGE, "%s is not an option, or takes no value", argv[at]);
  }
  if (optind < argc) return error_set(err, STATUS_USAGE, "\"%s\": only options are taken", argv[optind]);
  if (given->verbose && given->quiet) return error_set(err, STATUS_USAGE, "--verbose and --quiet exclude each other");
  return STATUS_OK;
}

static void take_config(const Given *given, Config *config, Complaints *complaints) {
  config_take_all(config, given->config_path, complaints);
  if (given->listen && !text_copy(config->api.listen, sizeof config->api.listen, given->listen)) {
    Error err;
    complaints_add(complaints, error_set(&err, STATUS_CONFIG, "--listen is too long"), &err);
  }
}

static Status check_keys(const Config *config, const ListenAddress *address, Error *err) {
  Keys keys = {0};
  Status status = STATUS_OK;
  if (*config->api.keys_file)
    status = config_prefix(config, "api", "keys_file", keys_read(config->api.keys_file, &keys, err), err);
  if (status == STATUS_OK && !address->loopback && keys.count == 0)
    status = config_fault(config, "api", "keys_file", err,
                          "listening on %s, which others can reach, wants keys: set [api] keys_file", address->host);
  keys_free(&keys);
  return status;
}

/* ---- running ---- */

static sigset_t watched_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

/* Until a signal says stop. */
static void wait_for_stop(Service *service, HttpServer *server) {
  const sigset_t set = watched_signals();
  const struct timespec step = {.tv_nsec = TICK_MS * 1000000L};
  for (int64_t swept_ms = 0;;) {
    int got = sigtimedwait(&set, NULL, &step);
    if (got == SIGTERM || got == SIGINT) return;
    if (got == SIGHUP) {
      listen_tell("RELOADING=1");
      service_reload(service);
      http_server_renew(server);
      listen_tell("READY=1");
    }
    http_server_tick(server);
    const int64_t now_ms = clock_uptime_ms(service->clock);
    if (now_ms - swept_ms < SWEEP_MS) continue;
    http_server_sweep(server);
    swept_ms = now_ms;
  }
}

/* Nothing more can be freed: a thread still waits for the database. The log is written already. */
static int leave(const Service *service) {
  log_warn(service->log, "some answers did not end in time");
  _exit(EXIT_DONE);
}

static int serve(Service *service, const ListenAddress *address) {
  const DbOptions db_options = {.program = NAME, .retries = 0, .selection_ms = 3000, .socket_timeout_ms = 10000};
  /* Who looks whether the database answers has to know soon. */
  const DbOptions looker_options = {.program = NAME, .retries = 0, .selection_ms = 2000, .socket_timeout_ms = 6000};
  Looker *looker = NULL;
  HttpServer *server = NULL;
  AskDesk *asks = NULL;
  HttpServerOptions options = {
      .service = service, .db_options = &db_options, .uri = service->config->mongodb.uri, .threads = 2, .workers = 5};
  const AskDeskOptions ask_options = {.service = service,
                                      .db_options = &db_options,
                                      .uri = service->config->mongodb.uri,
                                      .state_folder = getenv("STATE_DIRECTORY")};
  Error err = {{0}};
  Status status = listen_open(address, &options.listen_fd, &err);
  int port = status == STATUS_OK ? listen_port(options.listen_fd) : 0;
  if (status == STATUS_OK) status = ask_desk_start(&ask_options, &asks, &err);
  service->asks = asks;
  if (status == STATUS_OK) status = looker_start(service, &looker_options, &looker, &err);
  if (status == STATUS_OK) {
    looker_await_first(looker, FIRST_LOOK_MS);
    status = http_server_start(&options, &server, &err);
  }
  if (status != STATUS_OK) {
    log_error(service->log, "%s", err.text);
    if (looker) looker_stop(looker, LOOKER_MS);
    ask_desk_stop(asks, LOOKER_MS);
    return status_exit_code(status);
  }
  log_info(service->log, "listening on http://%s:%d/", address->host, port);
  listen_tell("READY=1");
  wait_for_stop(service, server);
  listen_tell("STOPPING=1");
  log_info(service->log, "stopping: answers that have begun are finished");
  ask_desk_begin_stop(asks);
  if (!http_server_stop(server, DRAIN_MS)) return leave(service);
  if (!looker_stop(looker, LOOKER_MS)) return leave(service);
  if (!ask_desk_stop(asks, ASKS_MS)) return leave(service);
  service_close(service);
  return EXIT_DONE;
}

static int check(const Config *config, const Complaints *complaints, const Clock *clock, const Log *log) {
  Error err = {{0}};
  Db db;
  const DbOptions options = {.program = NAME, .selection_ms = 5000, .socket_timeout_ms = 10000};
  const Output out = output_standard(getenv("COLUMNS"));
  complaints_print(complaints, &out);
  if (complaints->errors > 0) return status_exit_code(complaints->status);
  Status status = db_mongo_open(&db, config->mongodb.uri, &options, clock, log, &err);
  if (status == STATUS_OK && !db_answers(&db)) status = error_set(&err, STATUS_UNAVAILABLE, "it does not answer");
  output_line(&out, OUTPUT_HANGING, "database: %s", status == STATUS_OK ? "it answers" : err.text);
  if (status == STATUS_OK) db_mongo_close(&db);
  return status_exit_code(status);
}

/* Without the dashboard the data are served all the same. */
static void check_web(const Config *config, Complaints *complaints) {
  char folder[SHIPPED_PATH_SIZE];
  WebFiles *files = NULL;
  Error err = {{0}};
  if (web_files_load(service_web_folder(config, folder), &files, &err) != STATUS_OK)
    complaints_warn(complaints, "there is no dashboard ([api] web): %s", err.text);
  web_files_release(files);
}

/* All that is wrong with the settings. */
static void check_settings(const Config *config, ListenAddress *address, Closures *closures, Complaints *complaints) {
  Error err = {{0}};
  Status status = listen_address(config, address, &err);
  complaints_add(complaints, status, &err);
  if (status == STATUS_OK) complaints_add(complaints, check_keys(config, address, &err), &err);
  complaints_add(complaints, settings_closures(config, closures, &err), &err);
  settings_check(config, complaints);
  settings_check_access(config, false, complaints);
}

static int open_and_serve(const Config *config, const ListenAddress *address, const Closures *closures,
                          const Clock *clock, const Log *log) {
  static Service service; /* large */
  Error err = {{0}};
  bool as_set = config_is_set(config, "api", "rate_per_second") || address->loopback;
  service.config = config;
  service.clock = clock;
  service.log = log;
  service.closures = closures;
  service.rate_per_second = as_set ? config->api.rate_per_second : RATE_ELSEWHERE;
  Status status = service_open(&service, &err);
  if (status == STATUS_OK) return serve(&service, address);
  log_error(log, "%s", err.text);
  return status_exit_code(status);
}

static int run(const Given *given, const Clock *clock, const Log *log) {
  Config config;
  Complaints complaints = {0};
  ListenAddress address = {{0}, {0}, false};
  Error err = {{0}};
  Closures closures = {0};
  int exit_code;
  take_config(given, &config, &complaints);
  check_settings(&config, &address, &closures, &complaints);
  if (given->check) {
    check_web(&config, &complaints);
    exit_code = check(&config, &complaints, clock, log);
  } else if (complaints_status(&complaints, &err) != STATUS_OK) {
    log_error(log, "%s", err.text);
    exit_code = status_exit_code(complaints.status);
  } else {
    exit_code = open_and_serve(&config, &address, &closures, clock, log);
  }
  complaints_free(&complaints);
  closures_free(&closures);
  return exit_code;
}

/* As many descriptors as it may have, and stop signals for the main thread alone. */
static void prepare(void) {
  struct rlimit files;
  const sigset_t set = watched_signals();
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES) {
    files.rlim_cur = files.rlim_max < FILES ? files.rlim_max : FILES;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* The columns of screens are large, and come and go: each has its own pages, which go back. Else glibc keeps them all
 * after the first one is given back. */
static void give_memory_back(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
  mallopt(M_ARENA_MAX, ARENAS);
#endif
}

int main(int argc, char **argv) {
  Given given = {0};
  Error err = {{0}};
  process_begin();
  Status status = take_options(argc, argv, &given, &err);
  if (status != STATUS_OK) {
    escape_print_line(stderr, "%s: %s; see %s --help", NAME, err.text, NAME);
    return status_exit_code(status);
  }
  if (given.help) fputs(HELP, stdout);
  if (given.version) printf("%s %s\n", NAME, CLOSEBELL_VERSION);
  if (given.print_config) config_print_sample(stdout);
  if (given.help || given.version || given.print_config) return process_finish_output(NAME, EXIT_DONE);
  process_keep_secrets();
  prepare();
  give_memory_back();
  const Clock clock = clock_system(-1);
  const Log log = log_open(stderr,
                           given.verbose ? LOG_DEBUG
                           : given.quiet ? LOG_WARN
                                         : LOG_INFO,
                           NAME, &clock, getenv("NO_COLOR"));
  return process_finish_output(NAME, run(&given, &clock, &log));
}
