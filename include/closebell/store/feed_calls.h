/* feed_calls.h: the calls that feeds make with a key, in system_info.source_state: feed-call:ACCOUNT:DATE:0000000042. A
 * document a call, inserted before it is made, which says all that is known of the key after it. All feeds of all hosts
 * that have the key go by the same ones: whoever inserts the next number may make the call. */
#ifndef CLOSEBELL_STORE_FEED_CALLS_H
#define CLOSEBELL_STORE_FEED_CALLS_H

#include <closebell/feed/keys.h>
#include <closebell/store/db.h>

enum { FEED_HOST_SIZE = 256, FEED_ACCOUNT_SIZE = FEED_HOST_SIZE + 64 };

typedef struct {
  Day day;        /* in UTC; numbers begin anew with each, and no day comes before one that was there */
  int64_t number; /* from 1 on; 0: nothing was counted yet */
  FeedKeyUse use; /* after it */
} CountedUse;

/* account: the provider's host and the key's mark. Nothing counted: number 0. A count that was damaged is
 * STATUS_BAD_DATA: it is not taken for none. */
Status feed_calls_newest(const Db *db, const char *account, CountedUse *ret_counted, Error *err);
/* holder: drawn for this one; feed: who asks. STATUS_DUPLICATE: somebody else has that number. */
Status feed_calls_insert(const Db *db, const char *account, const CountedUse *counted, const char *holder,
                         const char *feed, Error *err);
/* Those of the days before. */
Status feed_calls_forget(const Db *db, const char *account, Day before, Error *err);

#endif
