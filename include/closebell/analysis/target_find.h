/* target_find.h: the target that a person means: by its code, or by its name. */
#ifndef CLOSEBELL_ANALYSIS_TARGET_FIND_H
#define CLOSEBELL_ANALYSIS_TARGET_FIND_H

#include <closebell/base/status.h>
#include <closebell/market/universe.h>

/* A code, or else a name (market/name_search.h). STATUS_USAGE when it is not one target's: the error lists those of
 * that name, or of a name like it, each with code, name and market. */
Status target_find(const Universe *universe, const char *wanted, const Target **ret_target, Error *err);

#endif
