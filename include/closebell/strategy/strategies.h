/* strategies.h: the strategies that there are: a file NAME.ini each, in the shipped folder and in the operator's own,
 * whose files win by name. */
#ifndef CLOSEBELL_STRATEGY_STRATEGIES_H
#define CLOSEBELL_STRATEGY_STRATEGIES_H

#include <closebell/base/config.h>
#include <closebell/screen/strategy.h>
#include <closebell/strategy/bad_file.h>

#define STRATEGIES_OWN "/etc/closebell/strategies"

enum { STRATEGY_NAME_SIZE = INI_NAME_SIZE, STRATEGY_PATH_SIZE = INI_PATH_SIZE };

typedef struct {
  char name[STRATEGY_NAME_SIZE]; /* of letters a to z, digits and _ */
  char path[STRATEGY_PATH_SIZE];
  Strategy strategy;
} NamedStrategy;

typedef struct {
  NamedStrategy *items; /* by name */
  size_t count;
  BadFiles bad;
} Strategies;

/* Zero-initialise; strategies_free at the end. own: the folder may be missing; null: none. A bad file is noted, and the
 * others load; an own one that is bad hides the shipped one of its name. Files that do not end in .ini, or begin with a
 * dot, are passed over. STATUS_CONFIG: the shipped folder cannot be read, or there are too many files. */
Status strategies_load(const char *shipped, const char *own, Strategies *ret_strategies, Error *err);
/* Those that the settings mean: [api] strategies, and STRATEGIES_OWN. */
Status strategies_load_configured(const Config *config, Strategies *ret_strategies, Error *err);
void strategies_free(Strategies *strategies);

/* By name; null when there is none. */
const NamedStrategy *strategies_find(const Strategies *strategies, const char *name);

/* The folder of [api] strategies; where that is not set, the one that was installed, or else that of the source tree in
 * which the program was built. Returns folder. */
char *strategies_folder(const Config *config, char folder[STRATEGY_PATH_SIZE]);

#endif
