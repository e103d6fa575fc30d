/* closebell_api: readers over HTTP. It runs until it is told to stop: SIGTERM and SIGINT end it, SIGHUP makes it read
 * keys and strategies again. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <closebell/api/http_server.h>
#include <closebell/base/escape.h>
#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/job/settings.h>
#include <closebell/store/db_gate.h>

enum { LISTEN_BACKLOG = 1024, ACTIVATED_FD = 3, LOOK_MS = 30000, STEP_MS = 1000, DRAIN_MS = 4000, RATE_ELSEWHERE = 50 };

typedef struct {
  const char *config_path, *listen;
  bool check, help, version, verbose, quiet;
} Given;

static const struct option OPTIONS[] = {
    {"config", required_argument, NULL, 'c'}, {"listen", required_argument, NULL, 'l'},
    {"check", no_argument, NULL, 'K'},        {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, 'q'},        {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0}};

static const char HELP[] = "closebell_api: the data over HTTP, for readers; it changes no data.\n"
                           "\n"
                           "  -c, --config FILE     settings; without it, defaults and environment variables\n"
                           "      --listen ADDRESS  ADDRESS:PORT instead of [api] listen; port 0: any\n"
                           "      --check           name every error of the settings, look at the keys, ping the\n"
                           "                        database; serve nothing\n"
                           "  -v, --verbose         log more\n"
                           "  -q, --quiet           log warnings and errors only\n"
                           "  -h, --help            print this\n"
                           "  -V, --version         print the version\n"
                           "\n"
                           "Exit codes: 0 stopped as asked, 64 wrong options, 69 the address is taken or the\n"
                           "database is away (--check), 70 a bug, 78 a setting is wrong.\n";

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
  config_defaults(config);
  if (given->config_path) config_take_file(config, given->config_path, complaints);
  config_take_environment(config, (const char *(*)(const char *))getenv, complaints);
  config_take_secrets(config, complaints);
  if (given->listen && !text_copy(config->api.listen, sizeof config->api.listen, given->listen)) {
    Error err;
    complaints_add(complaints, error_set(&err, STATUS_CONFIG, "--listen is too long"), &err);
  }
}

/* ---- where it listens ---- */

typedef struct {
  char host[256], port[8];
  bool loopback;
} Address;

static bool is_loopback(const char *host) {
  struct in_addr four;
  struct in6_addr six;
  if (strcmp(host, "localhost") == 0) return true;
  if (inet_pton(AF_INET, host, &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static Status take_address(const Config *config, Address *ret_address, Error *err) {
  Address address = {{0}, {0}, false};
  const char *text = config->api.listen, *colon = strrchr(text, ':');
  int64_t port;
  size_t length = colon ? (size_t)(colon - text) : 0;
  bool brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';
  if (!colon || length == 0 || length >= sizeof address.host || !text_parse_int64(colon + 1, 0, 65535, &port))
    return config_fault(config, "api", "listen", err, "\"%.80s\" is no ADDRESS:PORT like 127.0.0.1:8787", text);
  snprintf(address.host, sizeof address.host, "%.*s", (int)(brackets ? length - 2 : length), text + brackets);
  snprintf(address.port, sizeof address.port, "%d", (int)port);
  address.loopback = is_loopback(address.host);
  *ret_address = address;
  return STATUS_OK;
}

static Status check_keys(const Config *config, const Address *address, Error *err) {
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

/* The socket that systemd has opened, or -1. */
static int activated_socket(void) {
  const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
  int64_t number;
  if (!pid || !count || !text_parse_int64(pid, 1, INT32_MAX, &number) || number != getpid()) return -1;
  return text_parse_int64(count, 1, 1, &number) ? ACTIVATED_FD : -1;
}

static int listen_on(const struct addrinfo *at) {
  const int one = 1;
  int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

static Status open_socket(const Address *address, int *ret_fd, Error *err) {
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  *ret_fd = activated_socket();
  if (*ret_fd >= 0) return STATUS_OK;
  int failed = getaddrinfo(address->host, address->port, &hints, &found);
  if (failed) return error_set(err, STATUS_CONFIG, "%s: %s", address->host, gai_strerror(failed));
  *ret_fd = listen_on(found);
  int error = errno;
  freeaddrinfo(found);
  if (*ret_fd >= 0) return STATUS_OK;
  return error_set(err, error == EADDRNOTAVAIL || error == EACCES ? STATUS_CONFIG : STATUS_UNAVAILABLE,
                   "%s port %s: %s", address->host, address->port, strerror(error));
}

static int port_of(int fd) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) return 0;
  return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&address)->sin6_port)
                                       : ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
}

/* ---- telling systemd ---- */

/* The protocol of sd_notify: one datagram. Without NOTIFY_SOCKET nothing. */
static void tell_systemd(const char *state) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = path ? strlen(path) : 0;
  if (length < 2 || length >= sizeof address.sun_path || (*path != '/' && *path != '@')) return;
  memcpy(address.sun_path, path, length);
  if (*path == '@') address.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  ssize_t sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)(const void *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  (void)sent;
  close(fd);
}

/* ---- the state, looked at by a thread of its own ---- */

typedef struct {
  Service *service;
  const DbOptions *options;
  atomic_bool stopping;
} Looker;

/* A look at least every 30 s; while the database is away, every second. */
static void *look(void *context) {
  Looker *looker = context;
  Service *service = looker->service;
  Db db;
  bool open = false;
  int64_t next_ms = 0;
  while (!atomic_load(&looker->stopping)) {
    int64_t now = clock_uptime_ms(service->clock);
    if (now >= next_ms) {
      Error err = {{0}};
      if (!open)
        open = db_mongo_open(&db, service->config->mongodb.uri, looker->options, service->clock, service->log, &err) ==
               STATUS_OK;
      if (open)
        service_look(service, &db);
      else
        service_lost_database(service);
      bool ready = atomic_load(&service->reachable);
      int64_t wait = (int64_t)(LOOK_MS * (service->config->retry.scale < 1 ? service->config->retry.scale : 1));
      next_ms = clock_uptime_ms(service->clock) + (ready && wait > STEP_MS ? wait : STEP_MS);
    } else if (open && now % (5 * STEP_MS) < STEP_MS && !db_answers(&db)) {
      service_lost_database(service);
      next_ms = 0;
    }
    clock_sleep_ms(service->clock, STEP_MS / 4);
  }
  if (open) db_mongo_close(&db);
  return NULL;
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
  const struct timespec step = {.tv_sec = 5};
  for (;;) {
    int got = sigtimedwait(&set, NULL, &step);
    if (got == SIGTERM || got == SIGINT) return;
    if (got == SIGHUP) {
      tell_systemd("RELOADING=1");
      service_reload(service);
      tell_systemd("READY=1");
    }
    http_server_sweep(server);
  }
}

static int serve(Service *service, const Address *address) {
  const DbOptions db_options = {
      .program = "closebell_api", .retries = 0, .selection_ms = 3000, .socket_timeout_ms = 10000};
  Looker looker = {.service = service, .options = &db_options};
  HttpServer *server = NULL;
  HttpServerOptions options = {
      .service = service, .db_options = &db_options, .uri = service->config->mongodb.uri, .threads = 2, .workers = 3};
  Error err = {{0}};
  pthread_t thread;
  Status status = open_socket(address, &options.listen_fd, &err);
  int port = status == STATUS_OK ? port_of(options.listen_fd) : 0;
  if (status == STATUS_OK) status = http_server_start(&options, &server, &err);
  if (status == STATUS_OK && pthread_create(&thread, NULL, look, &looker) != 0)
    status = error_set(&err, STATUS_NO_MEMORY, "a thread could not be started");
  if (status != STATUS_OK) {
    log_error(service->log, "%s", err.text);
    return status_exit_code(status);
  }
  log_info(service->log, "listening on http://%s:%d/", address->host, port);
  tell_systemd("READY=1");
  wait_for_stop(service, server);
  tell_systemd("STOPPING=1");
  log_info(service->log, "stopping: answers that have begun are finished");
  atomic_store(&looker.stopping, true);
  if (!http_server_stop(server, DRAIN_MS)) {
    log_warn(service->log, "some answers did not end in time");
    fflush(NULL);
    _exit(EXIT_DONE);
  }
  /* A look that waits for a database that stands still is not waited for. */
  const struct timespec soon = {.tv_sec = time(NULL) + 1};
  if (pthread_timedjoin_np(thread, NULL, &soon) != 0) {
    fflush(NULL);
    _exit(EXIT_DONE);
  }
  service_close(service);
  return EXIT_DONE;
}

/* deploy/strategies beside the program's package, else of the source tree that it was built in. */
static const char *strategies_folder(const Config *config) {
  if (*config->api.strategies) return config->api.strategies;
  return access(CLOSEBELL_DATA "/strategies", R_OK) == 0 ? CLOSEBELL_DATA "/strategies"
                                                         : CLOSEBELL_SOURCE "/deploy/strategies";
}

static int check(const Config *config, const Complaints *complaints, const Clock *clock, const Log *log) {
  Error err = {{0}};
  Db db;
  const DbOptions options = {.program = "closebell_api", .selection_ms = 5000, .socket_timeout_ms = 10000};
  if (complaints->lines.data) fputs(complaints->lines.data, stdout);
  if (complaints->errors > 0) return status_exit_code(complaints->status);
  Status status = db_mongo_open(&db, config->mongodb.uri, &options, clock, log, &err);
  if (status == STATUS_OK && !db_answers(&db)) status = error_set(&err, STATUS_UNAVAILABLE, "it does not answer");
  escape_print_line(stdout, "database: %s", status == STATUS_OK ? "it answers" : err.text);
  if (status == STATUS_OK) db_mongo_close(&db);
  return status_exit_code(status);
}

static int run(const Given *given, const Clock *clock, const Log *log) {
  Config config;
  Complaints complaints = {0};
  Address address = {{0}, {0}, false};
  Error err = {{0}};
  Closures closures = {0};
  take_config(given, &config, &complaints);
  Status status = take_address(&config, &address, &err);
  complaints_add(&complaints, status, &err);
  if (status == STATUS_OK) complaints_add(&complaints, check_keys(&config, &address, &err), &err);
  complaints_add(&complaints, settings_closures(&config, &closures, &err), &err);
  settings_check(&config, &complaints);
  settings_check_access(&config, false, &complaints);
  if (given->check) return check(&config, &complaints, clock, log);
  if (complaints_status(&complaints, &err) != STATUS_OK) {
    log_error(log, "%s", err.text);
    return status_exit_code(complaints.status);
  }
  bool rate_set = config_is_set(&config, "api", "rate_per_second");
  static Service service; /* large */
  service.config = &config;
  service.clock = clock;
  service.log = log;
  service.closures = &closures;
  service.strategies_folder = strategies_folder(&config);
  service.rate_per_second = rate_set || address.loopback ? config.api.rate_per_second : RATE_ELSEWHERE;
  status = service_open(&service, &err);
  if (status == STATUS_OK) return serve(&service, &address);
  log_error(log, "%s", err.text);
  return status_exit_code(status);
}

/* Secrets are read from here on, as in program.c; and stop signals are taken by the main thread alone. */
static void confine(void) {
  const struct rlimit none = {0, 0};
  const sigset_t set = watched_signals();
  umask(077);
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  signal(SIGPIPE, SIG_IGN);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int main(int argc, char **argv) {
  Given given = {0};
  Error err = {{0}};
  Status status = take_options(argc, argv, &given, &err);
  if (status != STATUS_OK) {
    escape_print_line(stderr, "closebell_api: %s; see closebell_api --help", err.text);
    return status_exit_code(status);
  }
  if (given.help) fputs(HELP, stdout);
  if (given.version) printf("closebell_api %s\n", CLOSEBELL_VERSION);
  if (given.help || given.version) return ferror(stdout) || fflush(stdout) ? EXIT_IO : EXIT_DONE;
  confine();
  const Clock clock = clock_system(-1);
  const Log log = log_open(stderr,
                           given.verbose ? LOG_DEBUG
                           : given.quiet ? LOG_WARN
                                         : LOG_INFO,
                           "closebell_api", &clock, getenv("NO_COLOR"));
  return run(&given, &clock, &log);
}
