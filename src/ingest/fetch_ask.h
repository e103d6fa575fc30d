/* fetch_ask.h: what the files of fetch share. */
#ifndef CLOSEBELL_INGEST_FETCH_ASK_H
#define CLOSEBELL_INGEST_FETCH_ASK_H

#include <closebell/ingest/fetch.h>

/* Asks all, the first question of a run alone, and retries what passes; ends early where the provider lacks the
 * service. What stands in questions is lost. */
Status fetch_ask_politely(Fetch *fetch, Question *questions, size_t count, Error *err);

/* The key is refused: an alert, and STATUS_CONFIG. */
Status fetch_refuse_key(Fetch *fetch, const Answer *answer, Error *err);

#endif
