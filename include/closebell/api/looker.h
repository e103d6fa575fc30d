/* looker.h: the thread that looks at the database for the service: its state at least every 30 s, whether it answers
 * every few seconds, and every second while it is away. */
#ifndef CLOSEBELL_API_LOOKER_H
#define CLOSEBELL_API_LOOKER_H

#include <closebell/api/service.h>

typedef struct Looker Looker;

/* options are lent. */
Status looker_start(Service *service, const DbOptions *options, Looker **ret_looker, Error *err);
/* Waits until there is a state, or it has found none, for at most wait_ms: whoever asks first then finds it. */
void looker_await_first(const Looker *looker, int64_t wait_ms);
/* False: it waits for a database that stands still, and has not come back in wait_ms: nothing may be freed but by the
 * end of the process. */
bool looker_stop(Looker *looker, int64_t wait_ms);

#endif
