/* web_replay: the public APIs that declared feeds ask, on 127.0.0.1: FRED, World Bank, Bithumb, CoinGecko, Alpha
 * Vantage, posts behind a cursor, funds by day, and a list whose pages name the next. All values are made up, the same
 * for the same question and instant. */
#include "krx_replay_fault.h"
#include "krx_replay_time.h"
#include "replay_process.h"
#include "web_replay_server.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char USAGE[] =
    "web_replay [--coins N] [--now INSTANT] [--speed N] [--port N] [--port-file FILE] [--stop-with-pid PID]\n"
    "\n"
    "  --coins N           of Bithumb and CoinGecko; default 385\n"
    "  --now INSTANT       what its clock says at the start (RFC 3339); without it, the host's\n"
    "  --speed N           how much faster it goes; 0: it stands; default 1\n"
    "\n"
    "  Paths are those of the providers. Any key will do, until it is refused.\n"
    "\n"
    "  GET /control/calls  /control/log   POST /control/now?instant=&speed=  /control/clear  /control/forget-calls\n"
    "  /control/fault?service=SERVICE|SERVICE/ITEM|*&kind=...[&times=&value=&message=&retry_after=]\n"
    "  /control/limits?provider=&per_day=&per_window=&window_s=   a key\n"
    "  /control/key?provider=&key=[&refused=0|1][&spent=0|1][&per_day=N]\n";

typedef struct {
  const char *port_file;
  pid_t stop_with;
  WebOptions server;
} Settings;

static bool set_number(Settings *settings, int option, const char *value) {
  long number = 0;
  bool good = replay_count_parse(value, 0, &number) && number <= (option == 'p' ? 65535 : INT32_MAX);
  if (option == 'p') settings->server.port = (uint16_t)number;
  if (option == 's') settings->stop_with = (pid_t)number;
  if (option == 'c') settings->server.coins = number;
  return good;
}

static bool set_option(Settings *settings, int option, const char *value) {
  int64_t seconds = 0;
  switch (option) {
  case 'f':
    return (settings->port_file = value) != NULL;
  case 'S':
    settings->server.speed = strtod(value, NULL);
    return true;
  case 'n':
    settings->server.has_now = replay_instant_parse(value, &seconds);
    settings->server.now_ms = seconds * 1000;
    return settings->server.has_now;
  default:
    return set_number(settings, option, value);
  }
}

static bool parse_options(Settings *settings, int argc, char **argv) {
  static const struct option options[] = {{"coins", required_argument, NULL, 'c'},
                                          {"now", required_argument, NULL, 'n'},
                                          {"speed", required_argument, NULL, 'S'},
                                          {"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"stop-with-pid", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
  for (int option, index = 0; (option = getopt_long(argc, argv, "", options, &index)) != -1;) {
    if (option == '?') return false;
    if (set_option(settings, option, optarg)) continue;
    fprintf(stderr, "web_replay: --%s: cannot use \"%s\"\n", options[index].name, optarg);
    return false;
  }
  return optind == argc;
}

static bool serve(const Settings *settings, int signals) {
  WebServer *server = web_server_start(&settings->server);
  if (server == NULL) return false;
  bool good = replay_run_until_stop(&(ReplayReady){.program = "web_replay",
                                                   .of = "",
                                                   .path = "",
                                                   .port = web_server_port(server),
                                                   .port_file = settings->port_file,
                                                   .signals = signals,
                                                   .stop_with = settings->stop_with});
  web_server_stop(server);
  return good;
}

int main(int argc, char **argv) {
  Settings settings = {.server = {.speed = 1, .coins = 385}};
  if (!parse_options(&settings, argc, argv)) {
    fputs(USAGE, stderr);
    return EX_USAGE;
  }
  int signals = replay_block_signals();
  if (signals < 0) {
    fprintf(stderr, "web_replay: %s\n", strerror(errno));
    return EX_OSERR;
  }
  bool good = serve(&settings, signals);
  close(signals);
  return good ? EX_OK : EX_UNAVAILABLE;
}
