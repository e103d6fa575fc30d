/* token_desk.h: the access token of a source that wants one: one for all processes and hosts, out of source_state. */
#ifndef CLOSEBELL_INGEST_TOKEN_DESK_H
#define CLOSEBELL_INGEST_TOKEN_DESK_H

#include <closebell/ingest/fetch.h>

/* Behind a look at the door: gives the source a token that is good, and waits for one where that takes a while. Does
 * nothing for a source that wants none, and asks the database only when there is none, or the one in use is about to
 * end. STATUS_UNAVAILABLE: none can be had now; STATUS_CONFIG: the key or its secret is refused. */
Status token_desk_look(Fetch *fetch, Error *err);

/* The provider has called the token in use none: the next look finds another one. STATUS_UNAVAILABLE when that has
 * happened too often in this run. */
Status token_desk_refused(Fetch *fetch, Error *err);

#endif
