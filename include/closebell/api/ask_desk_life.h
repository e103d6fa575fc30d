/* ask_desk_life.h: the threads of a server that ask the language model: started where one is configured, and stopped.
 */
#ifndef CLOSEBELL_API_ASK_DESK_LIFE_H
#define CLOSEBELL_API_ASK_DESK_LIFE_H

#include <closebell/api/service.h>
#include <closebell/store/db.h>

typedef struct AskDesk AskDesk;

enum { ASK_DESK_AT_ONCE = 4, ASK_DESK_WAITING_MAX = 64 };

typedef struct {
  Service *service;
  const DbOptions *db_options;
  const char *uri;          /* of the database; every thread opens its own connection */
  const char *state_folder; /* for decisions that the database does not take; null: the archivist's own choice */
} AskDeskOptions;

/* *ret_desk null: no model is configured, and nothing was started. Options are lent. */
Status ask_desk_start(const AskDeskOptions *options, AskDesk **ret_desk, Error *err);
/* What waits or is under way becomes refused, for that reason, and is kept. Returns at once. Null: nothing. */
void ask_desk_begin_stop(AskDesk *desk);
/* Waits for that. False: it did not come to an end in wait_ms; then nothing may be freed but by the end of the process.
 */
bool ask_desk_stop(AskDesk *desk, int64_t wait_ms);

#endif
