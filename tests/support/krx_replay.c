/* krx_replay: the KRX Open API on 127.0.0.1, answering from recorded days, with faults on demand. */
#include "krx_replay_etf.h"
#include "krx_replay_server.h"
#include "replay_process.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char USAGE[] =
    "krx_replay --days DIR --listing FILE [--raw DIR] [--port N] [--port-file FILE] [--key KEY] [--now INSTANT]\n"
    "           [--publication RULE] [--closures FILE] [--control-file FILE] [--funds N]\n"
    "           [--stop-with-pid PID]\n"
    "\n"
    "  --days DIR           YYYY-MM-DD.csv with code,open,high,low,close,volume; the rest of a row is worked out\n"
    "  --listing FILE       code,name,market,listed_shares: the stocks that --days answers for\n"
    "  --raw DIR            YYYY-MM-DD.csv as published: code,name,market,open,high,low,close,change,change_rate,...\n"
    "  --port N             0, the default: a free one\n"
    "  --port-file FILE     gets the port once the server is ready\n"
    "  --key KEY            the only AUTH_KEY that is accepted; without it any is\n"
    "  --now INSTANT        serve only what is published at that instant (RFC 3339)\n"
    "  --publication RULE   \"next-day 08:00\", the default, or \"same-day 18:00\"\n"
    "  --closures FILE      date,reason: weekdays without trading; default: those without a file\n"
    "  --control-file FILE  lines such as /control/fault?date=20240105&market=KOSPI&kind=empty, done before the start\n"
    "  --funds N            exchange-traded funds, made up; default 60\n"
    "  --stop-with-pid PID  end when that process does\n"
    "\n"
    "  GET /control/calls   POST /control/now?instant=  /control/fault?...  /control/clear  /control/forget-calls\n"
    "  /control/door?at_once=N&after_ms=MS&shut_ms=MS  403 for shut_ms to all, once more than N were under way for so "
    "long\n";

typedef struct {
  const char *days, *listing, *raw, *port_file, *closures, *control_file;
  pid_t stop_with;
  size_t funds;
  ReplayOptions server;
} Settings;

static bool parse_long(const char *text, long high, long *ret_value) {
  char *end;
  errno = 0;
  *ret_value = strtol(text, &end, 10);
  return errno == 0 && end != text && *end == '\0' && *ret_value >= 0 && *ret_value <= high;
}

static bool set_option(Settings *settings, int option, const char *value) {
  long number = 0;
  switch (option) {
  case 'd':
    settings->days = value;
    return true;
  case 'l':
    settings->listing = value;
    return true;
  case 'r':
    settings->raw = value;
    return true;
  case 'f':
    settings->port_file = value;
    return true;
  case 'k':
    settings->server.key = value;
    return true;
  case 'c':
    settings->closures = value;
    return true;
  case 'C':
    settings->control_file = value;
    return true;
  case 'P':
    return replay_publication_parse(value, &settings->server.publication);
  case 'n':
    return settings->server.has_now = replay_instant_parse(value, &settings->server.now);
  case 'p':
    if (!parse_long(value, 65535, &number)) return false;
    settings->server.port = (uint16_t)number;
    return true;
  case 'F':
    if (!parse_long(value, 2000, &number)) return false;
    settings->funds = (size_t)number;
    return true;
  case 's':
    if (!parse_long(value, INT32_MAX, &number)) return false;
    settings->stop_with = (pid_t)number;
    return true;
  default:
    return false;
  }
}

static bool parse_options(Settings *settings, int argc, char **argv) {
  static const struct option options[] = {{"days", required_argument, NULL, 'd'},
                                          {"listing", required_argument, NULL, 'l'},
                                          {"raw", required_argument, NULL, 'r'},
                                          {"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"now", required_argument, NULL, 'n'},
                                          {"publication", required_argument, NULL, 'P'},
                                          {"closures", required_argument, NULL, 'c'},
                                          {"control-file", required_argument, NULL, 'C'},
                                          {"funds", required_argument, NULL, 'F'},
                                          {"stop-with-pid", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
  for (int option, index = 0; (option = getopt_long(argc, argv, "", options, &index)) != -1;) {
    if (option == '?') return false;
    if (!set_option(settings, option, optarg)) {
      fprintf(stderr, "krx_replay: --%s: cannot use \"%s\"\n", options[index].name, optarg);
      return false;
    }
  }
  if (optind < argc) fprintf(stderr, "krx_replay: what is \"%s\"?\n", argv[optind]);
  if (settings->days != NULL && settings->listing == NULL) fprintf(stderr, "krx_replay: --days needs --listing\n");
  if (settings->days == NULL && settings->raw == NULL) fprintf(stderr, "krx_replay: --days or --raw is needed\n");
  return optind == argc && (settings->days == NULL || settings->listing != NULL) &&
         (settings->days != NULL || settings->raw != NULL);
}

static bool run_control_file(ReplayServer *server, const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fprintf(stderr, "krx_replay: %s: %s\n", path, strerror(errno));
    return false;
  }
  char line[1024], why[256] = "";
  bool good = true;
  for (int number = 1; good && fgets(line, sizeof(line), file) != NULL; number++) {
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0' || line[0] == '#') continue;
    good = replay_server_control(server, line, why, sizeof(why));
    if (!good) fprintf(stderr, "krx_replay: %s:%d: %s\n", path, number, why);
  }
  fclose(file);
  return good;
}

static bool serve(const Settings *settings, const ReplayData *data, int signals) {
  char of[64];
  ReplayServer *server = replay_server_start(&settings->server);
  if (server == NULL) return false;
  snprintf(of, sizeof of, "%zu sessions of %zu stocks on ", data->day_count, data->stock_count);
  bool good = (settings->control_file == NULL || run_control_file(server, settings->control_file)) &&
              replay_run_until_stop(&(ReplayReady){.program = "krx_replay",
                                                   .of = of,
                                                   .path = "",
                                                   .port = replay_server_port(server),
                                                   .port_file = settings->port_file,
                                                   .signals = signals,
                                                   .stop_with = settings->stop_with});
  replay_server_stop(server);
  return good;
}

int main(int argc, char **argv) {
  Settings settings = {.funds = REPLAY_FUNDS, .server = {.publication = {.next_day = true, .minute = 8 * 60}}};
  if (!parse_options(&settings, argc, argv)) {
    fputs(USAGE, stderr);
    return EX_USAGE;
  }
  int signals = replay_block_signals();
  ReplayData data;
  ReplayClosures closures = {0};
  char why[512];
  if (signals < 0 || !replay_data_load(&data, settings.days, settings.listing, settings.raw, why, sizeof(why))) {
    fprintf(stderr, "krx_replay: %s\n", signals < 0 ? strerror(errno) : why);
    return EX_NOINPUT;
  }
  bool good = true;
  if (settings.closures == NULL)
    closures = replay_data_closures(&data);
  else
    good = replay_closures_load(&closures, settings.closures, why, sizeof(why));
  if (!good) fprintf(stderr, "krx_replay: %s\n", why);
  data.funds = settings.funds;
  settings.server.data = &data;
  settings.server.closures = &closures;
  good = good && serve(&settings, &data, signals);
  free(closures.days);
  replay_data_free(&data);
  close(signals);
  return good ? EX_OK : EX_UNAVAILABLE;
}
