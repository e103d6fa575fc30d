/* Which folder the strategies are read from. */
#include <closebell/strategy/strategies.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/text.h>

static bool is_folder(const char *path) {
  struct stat is;
  return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

/* The one that was installed with this program: PREFIX/bin/PROGRAM has PREFIX/share. */
static bool beside_the_program(char folder[STRATEGY_PATH_SIZE]) {
  static const char rest[] = "/share/closebell/strategies";
  char program[STRATEGY_PATH_SIZE - sizeof rest];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length < 0) return false;
  program[length] = '\0';
  for (int up = 0; up < 2; up++) {
    char *end = strrchr(program, '/');
    if (end == NULL) return false;
    *end = '\0';
  }
  snprintf(folder, STRATEGY_PATH_SIZE, "%s%s", program, rest);
  return is_folder(folder);
}

char *strategies_folder(const Config *config, char folder[STRATEGY_PATH_SIZE]) {
  if (*config->api.strategies != '\0') {
    text_copy(folder, STRATEGY_PATH_SIZE, config->api.strategies);
  } else if (!beside_the_program(folder)) {
    text_copy(folder, STRATEGY_PATH_SIZE, is_folder(STRATEGIES_INSTALLED) ? STRATEGIES_INSTALLED : STRATEGIES_BUILT);
  }
  return folder;
}

Status strategies_load_configured(const Config *config, Strategies *ret_strategies, Error *err) {
  char folder[STRATEGY_PATH_SIZE];
  Status status = strategies_load(strategies_folder(config, folder), STRATEGIES_OWN, ret_strategies, err);
  if (*config->api.strategies == '\0') return status;
  return status == STATUS_CONFIG ? config_prefix(config, "api", "strategies", status, err) : status;
}
