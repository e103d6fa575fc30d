/* model_replay: a language model of ours on 127.0.0.1, honest or in a manner of its own: model_replay_server.h has the
 * list. For tests in other languages, and to try things out by hand. */
#include "model_replay_server.h"
#include "replay_process.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char USAGE[] =
    "model_replay [--port N] [--port-file FILE] [--stop-with-pid PID]\n"
    "\n"
    "  [ai] base_url is http://127.0.0.1:PORT for gemini, and the same with /v1 for openai. Any key will do.\n"
    "  A model named replay-MANNER always answers in that manner.\n"
    "\n"
    "  /control/manner?name=MANNER[&times=N][&value=MS]   /control/usage?in=N&out=N   /control/clear\n"
    "  /control/seen   /control/body (of the newest question)\n"
    "\n"
    "  The manners:\n";

#define MANNER_LINE(name, what) {#name, what},
static const struct { const char *name, *what; } MANNERS[] = {MODEL_MANNERS(MANNER_LINE)};
#undef MANNER_LINE

typedef struct {
  const char *port_file;
  pid_t stop_with;
  uint16_t port;
} Settings;

static void print_usage(void) {
  fputs(USAGE, stderr);
  for (size_t i = 0; i < sizeof MANNERS / sizeof MANNERS[0]; i++)
    fprintf(stderr, "    %-14s %s\n", MANNERS[i].name, MANNERS[i].what);
}

static bool parse_options(Settings *settings, int argc, char **argv) {
  static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"stop-with-pid", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (option == 'p')
      settings->port = (uint16_t)strtoul(optarg, NULL, 10);
    else if (option == 'f')
      settings->port_file = optarg;
    else if (option == 's')
      settings->stop_with = (pid_t)strtol(optarg, NULL, 10);
    else
      return false;
  }
  return optind == argc;
}

static bool serve(const Settings *settings, int signals) {
  ModelServer *server = model_server_start(settings->port);
  if (server == NULL) return false;
  bool good = replay_run_until_stop(&(ReplayReady){.program = "model_replay",
                                                   .of = "",
                                                   .path = "",
                                                   .port = model_server_port(server),
                                                   .port_file = settings->port_file,
                                                   .signals = signals,
                                                   .stop_with = settings->stop_with});
  model_server_stop(server);
  return good;
}

int main(int argc, char **argv) {
  Settings settings = {.port = 0};
  if (!parse_options(&settings, argc, argv)) {
    print_usage();
    return EX_USAGE;
  }
  int signals = replay_block_signals();
  if (signals < 0) {
    fprintf(stderr, "model_replay: %s\n", strerror(errno));
    return EX_OSERR;
  }
  bool good = serve(&settings, signals);
  close(signals);
  return good ? EX_OK : EX_UNAVAILABLE;
}
