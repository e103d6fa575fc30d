/* Which folder the strategies are read from. */
#include <closebell/strategy/strategies.h>

#include <closebell/base/shipped.h>
#include <closebell/base/text.h>

_Static_assert((int)STRATEGY_PATH_SIZE == (int)SHIPPED_PATH_SIZE, "a shipped folder is a folder of strategies");

char *strategies_folder(const Config *config, char folder[STRATEGY_PATH_SIZE]) {
  if (*config->api.strategies == '\0') return shipped_folder("strategies", STRATEGIES_BUILT, folder);
  text_copy(folder, STRATEGY_PATH_SIZE, config->api.strategies);
  return folder;
}

Status strategies_load_configured(const Config *config, Strategies *ret_strategies, Error *err) {
  char folder[STRATEGY_PATH_SIZE];
  Status status = strategies_load(strategies_folder(config, folder), STRATEGIES_OWN, ret_strategies, err);
  if (*config->api.strategies == '\0') return status;
  return status == STATUS_CONFIG ? config_prefix(config, "api", "strategies", status, err) : status;
}
