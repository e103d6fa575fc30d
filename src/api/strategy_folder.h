/* strategy_folder.h: the strategy files of a folder. */
#ifndef CLOSEBELL_API_STRATEGY_FOLDER_H
#define CLOSEBELL_API_STRATEGY_FOLDER_H

#include <closebell/api/service.h>

/* Every NAME.ini; a bad one is named in the log, and the others load. */
void strategies_load(const char *folder, const Log *log, Strategies *ret_strategies);
void strategies_free(Strategies *strategies);

#endif
