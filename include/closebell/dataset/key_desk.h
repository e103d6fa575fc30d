/* key_desk.h: how all feeds, processes and hosts share what may be asked with a key at a provider's host. Each counted
 * call is a document (store/feed_calls.h), inserted before the call is made; so is what a limit answer says. A key that
 * was refused is refused to one feed alone: some providers approve each service for itself. Without keys a feed shares
 * its rate with nobody. */
#ifndef CLOSEBELL_DATASET_KEY_DESK_H
#define CLOSEBELL_DATASET_KEY_DESK_H

#include <closebell/run/job.h>
#include <closebell/store/feed_calls.h>

/* What one run of a feed knows. Must not be copied while it is in use. */
typedef struct {
  const Job *job;
  const FeedDefinition *definition;
  char host[FEED_HOST_SIZE];
  FeedUse use;     /* one a key, in the order of the file; without keys one, whose mark is empty */
  FeedUse refused; /* to this feed */
  struct {
    Day day;
    int64_t number;
  } newest[FEED_KEYS_MAX]; /* of the documents that `use` was read from */
} KeyDesk;

/* Reads; writes nothing. */
Status key_desk_open(KeyDesk *desk, const Job *job, const FeedDefinition *definition, Error *err);
/* Calls that an earlier version counted for this feed alone are counted for the key. */
Status key_desk_take_over(KeyDesk *desk, Instant now, Error *err);

FeedTurn key_desk_turn(const KeyDesk *desk, Instant now);
/* Where no key can be used because each was refused, somebody has to mend that. */
bool key_desk_all_refused(const KeyDesk *desk, Instant now);

/* Before a call. False: another feed has counted one with this key meanwhile; it has to be looked again whose turn it
 * is. */
Status key_desk_count(KeyDesk *desk, const FeedTurn *turn, Instant at, bool *ret_counted, Error *err);
Status key_desk_spent(KeyDesk *desk, size_t key, Instant now, Error *err);
Status key_desk_limited(KeyDesk *desk, size_t key, Instant until, Instant now, Error *err);
Status key_desk_refused(KeyDesk *desk, size_t key, Instant now, Error *err);

#endif
