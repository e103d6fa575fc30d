/* fetch_internal.h: what every question to the source needs, of daily prices and of feeds beside them. */
#ifndef CLOSEBELL_INGEST_FETCH_INTERNAL_H
#define CLOSEBELL_INGEST_FETCH_INTERNAL_H

#include <closebell/ingest/fetch.h>

/* Reads the breaker, the day's calls and the pace before the first question. STATUS_UNAVAILABLE: blocked. */
Status fetch_begin(Fetch *fetch, Error *err);

/* Whether so many questions fit into what the day and the run may ask: fetch_days says with which status they do not.
 */
Status fetch_check_allowance(const Fetch *fetch, size_t count, Error *err);

/* The calls made since are counted where all processes see them. */
Status fetch_save_calls(Fetch *fetch, Error *err);

/* Slows down at the first sign that the source wants it. */
Status fetch_note_pace(Fetch *fetch, const Answer *answer, Error *err);

#endif
