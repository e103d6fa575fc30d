/* source_state.h: system_info.source_state: the breaker and the call count that all processes on all hosts share. */
#ifndef CLOSEBELL_STORE_SOURCE_STATE_H
#define CLOSEBELL_STORE_SOURCE_STATE_H

#include <closebell/base/day.h>
#include <closebell/store/db.h>

typedef struct {
  Instant blocked_until_utc; /* INSTANT_NONE: not blocked */
  char reason[256];
  Day calls_date; /* the Korean day the calls below were made on; DAY_NONE: none */
  int64_t calls;
  double pace_per_second; /* of that day, slower than the settings; 0: as they say */
  char pace_reason[256];
  int64_t batch; /* so many in one question it has taken, where it has turned more away; 0: as many as the settings say */
  bool stored; /* there is such a document */
} SourceState;

/* Whether it is not to be asked yet. */
bool source_state_blocks(const SourceState *state, Instant now);

/* A source never seen is a zeroed state with INSTANT_NONE and DAY_NONE: STATUS_OK. */
Status source_state_read(const Db *db, const char *source, SourceState *ret_state, Error *err);
/* The same of a source and of one of its feeds, whose _id begins with the source's: one round trip. */
Status source_state_read_both(const Db *db, const char *source, const char *feed, SourceState *ret_source,
                              SourceState *ret_feed, Error *err);
Status source_state_write(const Db *db, const char *source, const SourceState *state, Error *err);
/* Writes calls and pace alone: a breaker that was set or taken away since the state was read stays as it is. */
Status source_state_count(const Db *db, const char *source, const SourceState *state, Error *err);
/* Writes the batch alone, into the document that is there. */
Status source_state_write_batch(const Db *db, const char *source, int64_t batch, Error *err);

#endif
