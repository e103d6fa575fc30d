/* dart_replay: OpenDART on 127.0.0.1, made of real annual reports and of interim ones that add up. */
#include "dart_replay_server.h"
#include "krx_replay_fault.h"
#include "replay_process.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char USAGE[] =
    "dart_replay --data DIR [--key KEY] [--unlisted N] [--per-day N] [--per-minute N] [--largest BYTES]\n"
    "            [--now INSTANT] [--speed N] [--port N] [--port-file FILE] [--stop-with-pid PID]\n"
    "\n"
    "  --data DIR          companies, filings and statements, as tests/data/make_dart writes them\n"
    "  --key KEY           the only one that is accepted; without it any 40 characters are\n"
    "  --unlisted N        companies without a stock code in the list of codes; default 100\n"
    "  --per-day N         calls of a day in Korea, then 020; default 20000; 0: as many as are asked\n"
    "  --per-minute N      more, and nobody is answered for a day; default 1000; 0: never\n"
    "  --largest BYTES     of an answer about several companies, then 302; default 1000000; 0: any\n"
    "  --now INSTANT       what its clock says at the start (RFC 3339); without it, the host's\n"
    "  --speed N           how much faster it goes; 0: it stands; default 1\n"
    "\n"
    "  /api/corpCode.xml company.json list.json fnlttMultiAcnt.json fnlttSinglAcnt.json alotMatter.json and recorded "
    "ones\n"
    "\n"
    "  GET /control/calls   POST /control/now?instant=&speed=  /control/clear  /control/forget-calls\n"
    "  /control/fault?service=codes|company|list|multi|single|dividends|recorded|events&kind=...\n"
    "                 [&times=&value=&message=&code=]\n"
    "  /control/limits?per_day=&per_minute=&largest=   /control/closed[?from=INSTANT&until=INSTANT]: 800 meanwhile\n";

typedef struct {
  const char *data, *port_file;
  pid_t stop_with;
  DartOptions server;
} Settings;

static bool set_number(Settings *settings, int option, const char *value) {
  long number = 0;
  bool good = replay_count_parse(value, 0, &number) && number <= (option == 'p' ? 65535 : INT32_MAX);
  if (option == 'p') settings->server.port = (uint16_t)number;
  if (option == 's') settings->stop_with = (pid_t)number;
  if (option == 'u') settings->server.unlisted = number;
  if (option == 'D') settings->server.limits.per_day = number;
  if (option == 'M') settings->server.limits.per_minute = number;
  if (option == 'L') settings->server.limits.largest = number;
  return good;
}

static bool set_now(Settings *settings, const char *value) {
  int64_t seconds = 0;
  settings->server.has_now = replay_instant_parse(value, &seconds);
  settings->server.now_ms = seconds * 1000;
  return settings->server.has_now;
}

static bool set_option(Settings *settings, int option, const char *value) {
  switch (option) {
  case 'd':
    return (settings->data = value) != NULL;
  case 'k':
    return (settings->server.key = value) != NULL;
  case 'f':
    return (settings->port_file = value) != NULL;
  case 'S':
    settings->server.speed = strtod(value, NULL);
    return true;
  case 'n':
    return set_now(settings, value);
  default:
    return set_number(settings, option, value);
  }
}

static bool parse_options(Settings *settings, int argc, char **argv) {
  static const struct option options[] = {
      {"data", required_argument, NULL, 'd'},          {"key", required_argument, NULL, 'k'},
      {"unlisted", required_argument, NULL, 'u'},      {"per-day", required_argument, NULL, 'D'},
      {"per-minute", required_argument, NULL, 'M'},    {"largest", required_argument, NULL, 'L'},
      {"now", required_argument, NULL, 'n'},           {"speed", required_argument, NULL, 'S'},
      {"port", required_argument, NULL, 'p'},          {"port-file", required_argument, NULL, 'f'},
      {"stop-with-pid", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
  for (int option, index = 0; (option = getopt_long(argc, argv, "", options, &index)) != -1;) {
    if (option == '?') return false;
    if (set_option(settings, option, optarg)) continue;
    fprintf(stderr, "dart_replay: --%s: cannot use \"%s\"\n", options[index].name, optarg);
    return false;
  }
  if (settings->data == NULL) fprintf(stderr, "dart_replay: --data is needed\n");
  return optind == argc && settings->data != NULL;
}

static bool serve(const Settings *settings, int signals) {
  DartServer *server = dart_server_start(&settings->server);
  if (server == NULL) return false;
  bool good = replay_run_until_stop(&(ReplayReady){.program = "dart_replay",
                                                   .of = "",
                                                   .path = "/api",
                                                   .port = dart_server_port(server),
                                                   .port_file = settings->port_file,
                                                   .signals = signals,
                                                   .stop_with = settings->stop_with});
  dart_server_stop(server);
  return good;
}

int main(int argc, char **argv) {
  Settings settings = {
      .server = {.speed = 1, .unlisted = 100, .limits = {.per_day = 20000, .per_minute = 1000, .largest = 1000000}}};
  if (!parse_options(&settings, argc, argv)) {
    fputs(USAGE, stderr);
    return EX_USAGE;
  }
  int signals = replay_block_signals();
  DartData data;
  char why[512];
  if (signals < 0 || !dart_data_load(&data, settings.data, why, sizeof(why))) {
    fprintf(stderr, "dart_replay: %s\n", signals < 0 ? strerror(errno) : why);
    return EX_NOINPUT;
  }
  settings.server.data = &data;
  bool good = serve(&settings, signals);
  dart_data_free(&data);
  close(signals);
  return good ? EX_OK : EX_UNAVAILABLE;
}
