/* Which folders the strategies and the prompts are read from. */
#include <closebell/strategy/prompts.h>
#include <closebell/strategy/strategies.h>

#include <closebell/base/shipped.h>
#include <closebell/base/text.h>

_Static_assert((int)INI_PATH_SIZE == (int)SHIPPED_PATH_SIZE, "a shipped folder is a folder of files");

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

char *prompts_folder(const Config *config, char folder[INI_PATH_SIZE]) {
  if (*config->api.prompts == '\0') return shipped_folder("prompts", PROMPTS_BUILT, folder);
  text_copy(folder, INI_PATH_SIZE, config->api.prompts);
  return folder;
}

Status prompts_load_configured(const Config *config, Prompts *ret_prompts, Error *err) {
  char folder[INI_PATH_SIZE];
  Status status = prompts_load(prompts_folder(config, folder), PROMPTS_OWN, ret_prompts, err);
  if (*config->api.prompts == '\0') return status;
  return status == STATUS_CONFIG ? config_prefix(config, "api", "prompts", status, err) : status;
}
