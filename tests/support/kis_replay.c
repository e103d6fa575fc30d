/* kis_replay: the KIS Developers Open API on 127.0.0.1, made of the recorded days that krx_replay answers from. */
#include "kis_replay_server.h"
#include "krx_replay_fault.h"
#include "replay_process.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { MINUTE_FOLDERS = 8 };

static const char USAGE[] =
    "kis_replay --days DIR --listing FILE [--raw DIR] [--closures FILE] [--flow FILE] [--minutes DIR]...\n"
    "           [--appkey KEY] [--appsecret SECRET] [--paper] [--rate N] [--now INSTANT] [--speed N]\n"
    "           [--more-days N] [--port N] [--port-file FILE] [--stop-with-pid PID]\n"
    "\n"
    "  --days, --listing, --raw, --closures  the world, as of krx_replay\n"
    "  --flow FILE         date,code,...: net shares of investors (krx/investor); else they are worked out\n"
    "  --minutes DIR       CODE....csv: date,time,open,high,low,close,volume,value_cum; else they are worked out\n"
    "  --appkey, --appsecret  the only ones that are accepted; without them any are\n"
    "  --paper             paper trading: some services are none\n"
    "  --rate N            data calls a second; 0, the default: as many as are asked\n"
    "  --now INSTANT       what its clock says at the start (RFC 3339); without it, the host's\n"
    "  --speed N           how much faster it goes; 0: it stands; default 1\n"
    "  --more-days N       a token is taken for so many days longer than it says\n"
    "\n"
    "  GET /control/calls  /control/token   POST /control/now?instant=&speed=  /control/kill-token  "
    "/control/forget-token\n"
    "  "
    "/control/"
    "fault?service=quotes|investor|investor-daily|program|minutes|minutes-dated|index|item|holidays|token&kind=...\n"
    "  /control/market?drift=0|1&late=N&auction_back=HHMM&rate=N  /control/hours?date=&open=HHMM&close=HHMM\n"
    "  /control/paper[?off=1]  /control/clear  /control/forget-calls\n";

typedef struct {
  const char *days, *listing, *raw, *closures, *flow, *minutes[MINUTE_FOLDERS], *port_file;
  size_t minute_folders;
  pid_t stop_with;
  KisOptions server;
} Settings;

static bool set_number(Settings *settings, int option, const char *value) {
  long number = 0;
  long high = option == 'p' ? 65535 : INT32_MAX;
  bool good = replay_count_parse(value, 0, &number) && number <= high;
  if (option == 'p') settings->server.port = (uint16_t)number;
  if (option == 's') settings->stop_with = (pid_t)number;
  if (option == 'R') settings->server.rate = number;
  if (option == 'T') settings->server.more_days = (int)number;
  return good;
}

static bool set_now(Settings *settings, const char *value) {
  int64_t seconds = 0;
  settings->server.has_now = replay_instant_parse(value, &seconds);
  settings->server.now_ms = seconds * 1000;
  return settings->server.has_now;
}

static bool set_option(Settings *settings, int option, const char *value) {
  const char **texts[128] = {['d'] = &settings->days,          ['l'] = &settings->listing,
                             ['r'] = &settings->raw,           ['c'] = &settings->closures,
                             ['F'] = &settings->flow,          ['f'] = &settings->port_file,
                             ['k'] = &settings->server.appkey, ['K'] = &settings->server.appsecret};
  if (texts[option] != NULL) {
    *texts[option] = value;
    return true;
  }
  switch (option) {
  case 'm':
    if (settings->minute_folders == MINUTE_FOLDERS) return false;
    settings->minutes[settings->minute_folders++] = value;
    return true;
  case 'P':
    return settings->server.is_paper = true;
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
  static const struct option options[] = {{"days", required_argument, NULL, 'd'},
                                          {"listing", required_argument, NULL, 'l'},
                                          {"raw", required_argument, NULL, 'r'},
                                          {"closures", required_argument, NULL, 'c'},
                                          {"flow", required_argument, NULL, 'F'},
                                          {"minutes", required_argument, NULL, 'm'},
                                          {"appkey", required_argument, NULL, 'k'},
                                          {"appsecret", required_argument, NULL, 'K'},
                                          {"paper", no_argument, NULL, 'P'},
                                          {"rate", required_argument, NULL, 'R'},
                                          {"now", required_argument, NULL, 'n'},
                                          {"speed", required_argument, NULL, 'S'},
                                          {"more-days", required_argument, NULL, 'T'},
                                          {"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"stop-with-pid", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
  for (int option, index = 0; (option = getopt_long(argc, argv, "", options, &index)) != -1;) {
    if (option == '?') return false;
    if (set_option(settings, option, optarg)) continue;
    fprintf(stderr, "kis_replay: --%s: cannot use \"%s\"\n", options[index].name, optarg == NULL ? "" : optarg);
    return false;
  }
  bool has_world = settings->raw != NULL || (settings->days != NULL && settings->listing != NULL);
  if (!has_world) fprintf(stderr, "kis_replay: --days with --listing, or --raw, is needed\n");
  return optind == argc && has_world;
}

static bool serve(const Settings *settings, int signals) {
  KisServer *server = kis_server_start(&settings->server);
  if (server == NULL) return false;
  bool good = replay_run_until_stop(&(ReplayReady){.program = "kis_replay",
                                                   .of = "",
                                                   .path = "",
                                                   .port = kis_server_port(server),
                                                   .port_file = settings->port_file,
                                                   .signals = signals,
                                                   .stop_with = settings->stop_with});
  kis_server_stop(server);
  return good;
}

int main(int argc, char **argv) {
  Settings settings = {.server = {.speed = 1}};
  if (!parse_options(&settings, argc, argv)) {
    fputs(USAGE, stderr);
    return EX_USAGE;
  }
  int signals = replay_block_signals();
  ReplayData data;
  ReplayClosures closures = {0};
  char why[512];
  if (signals < 0 || !replay_data_load(&data, settings.days, settings.listing, settings.raw, why, sizeof(why))) {
    fprintf(stderr, "kis_replay: %s\n", signals < 0 ? strerror(errno) : why);
    return EX_NOINPUT;
  }
  bool good = true;
  if (settings.closures == NULL)
    closures = replay_data_closures(&data);
  else
    good = replay_closures_load(&closures, settings.closures, why, sizeof(why));
  if (!good) fprintf(stderr, "kis_replay: %s\n", why);
  settings.server.world = kis_world_open(&data, &closures, settings.flow, settings.minutes, settings.minute_folders);
  good = good && serve(&settings, signals);
  kis_world_close(settings.server.world);
  free(closures.days);
  replay_data_free(&data);
  close(signals);
  return good ? EX_OK : EX_UNAVAILABLE;
}
