/* prompts.h: the prompts that there are: a file NAME.ini each, in the shipped folder and in the operator's own, whose
 * files win by name. */
#ifndef CLOSEBELL_STRATEGY_PROMPTS_H
#define CLOSEBELL_STRATEGY_PROMPTS_H

#include <closebell/ai/prompt.h>
#include <closebell/base/config.h>
#include <closebell/strategy/bad_file.h>

#define PROMPTS_OWN "/etc/closebell/prompts"

typedef struct {
  char name[INI_NAME_SIZE]; /* of letters a to z, digits and _ */
  char path[INI_PATH_SIZE];
  Prompt prompt;
} NamedPrompt;

typedef struct {
  NamedPrompt *items; /* by name */
  size_t count;
  BadFiles bad;
} Prompts;

/* As strategies_load does. Zero-initialise; prompts_free at the end. */
Status prompts_load(const char *shipped, const char *own, Prompts *ret_prompts, Error *err);
/* Those that the settings mean: [api] prompts, and PROMPTS_OWN. */
Status prompts_load_configured(const Config *config, Prompts *ret_prompts, Error *err);
void prompts_free(Prompts *prompts);

/* By name; null when there is none. */
const NamedPrompt *prompts_find(const Prompts *prompts, const char *name);
/* The name of one that is near to a wrong one; null: none is. */
const char *prompts_nearest(const Prompts *prompts, const char *name);

/* The folder of [api] prompts; where that is not set, the one that was installed, or else that of the source tree in
 * which the program was built. Returns folder. */
char *prompts_folder(const Config *config, char folder[INI_PATH_SIZE]);

#endif
