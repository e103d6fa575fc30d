/* live_kept.h: a database to come back to. A set-up that many tests begin with is made once: what the server holds then
 * is kept as a copy of its files, which costs a tenth of making it again. */
#ifndef CLOSEBELL_TESTS_LIVE_KEPT_H
#define CLOSEBELL_TESTS_LIVE_KEPT_H

#include "live_world.h"

/* Keeps what the database holds now under a name, until the world is closed. Nothing is kept of a server that
 * TEST_MONGODB_URI names. The server is started again. */
void live_keep(LiveWorld *world, const char *name);
/* Puts it in the place of all that is there. False: nothing is kept by that name, and the caller makes it. */
bool live_return(LiveWorld *world, const char *name);

#endif
