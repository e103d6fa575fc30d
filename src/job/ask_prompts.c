#include "ask_prompts.h"

Status ask_prompt_find(const Config *config, const char *name, NamedPrompt *ret_prompt, Error *err) {
  Prompts prompts = {0};
  Status status = prompts_load_configured(config, &prompts, err);
  const NamedPrompt *named = status == STATUS_OK ? prompts_find(&prompts, name) : NULL;
  if (named) *ret_prompt = *named;
  if (status == STATUS_OK && !named) {
    const char *near = prompts_nearest(&prompts, name);
    status = error_set(err, STATUS_USAGE, "there is no prompt \"%.60s\"%s%s%s", name, near ? ": did you mean " : "",
                       near ? near : "", near ? "?" : "");
  }
  prompts_free(&prompts);
  return status;
}
