/* feed_state.h: what all hosts know of a declared feed, in system_info.source_state beside its door (feed:NAME):
 *   feed:NAME:units      which units there were; its title, when it is due next, how many items it has
 *   feed:NAME:keys       keys that were refused to it, by their mark; what was asked with a key says feed_calls.h
 *   feed:NAME:items      which items are stored, and what their rows came to; items_mon ... of a weekday's own list
 *   feed:NAME:rows       the rows of an item that are about to be stored: feed_pending.h
 *   feed:NAME:since      the greatest stored value of the field that {since} is about, by item
 * What is not there, or cannot be read, is as if the feed had never run: the lease daily_update/NAME is held. */
#ifndef CLOSEBELL_STORE_FEED_STATE_H
#define CLOSEBELL_STORE_FEED_STATE_H

#include <closebell/base/text.h>
#include <closebell/feed/keys.h>
#include <closebell/feed/progress.h>
#include <closebell/store/db.h>

/* ---- units ---- */

typedef struct {
  Instant first, newest, given_up_to; /* as in FeedPast */
} FeedUnitsState;

/* What readers elsewhere get to know of the feed, who have not its file: it is written with the units, and not read
 * back here. */
typedef struct {
  const char *title; /* lent */
  Instant next_due;  /* behind the newest unit */
  int64_t items;     /* of the newest unit; 0: a feed without items */
} FeedAbout;

/* Never ran: all INSTANT_NONE. */
Status feed_units_read(const Db *db, const char *name, FeedUnitsState *ret_state, Error *err);
Status feed_units_write(const Db *db, const char *name, const FeedUnitsState *state, const FeedAbout *about,
                        Error *err);

/* For whoever goes over source_state: the feed whose units are in the document of that _id. False: it is another one.
 */
bool feed_units_name(const char *id, char ret_name[FEED_NAME_SIZE]);

/* ---- keys ---- */

/* Earlier versions counted the calls here, too: what they wrote is read whole. */
Status feed_use_read(const Db *db, const char *name, FeedUse *ret_use, Error *err);
Status feed_use_write(const Db *db, const char *name, const FeedUse *use, Error *err);

/* ---- items ---- */

/* What the rows of a unit's questions came to, so far. */
typedef struct {
  int64_t expected, stored, changed;
} FeedSums;

/* part: feed_progress_name. The caller frees the progress. */
Status feed_progress_read(const Db *db, const char *name, const char *part, FeedProgress *ret_progress,
                          FeedSums *ret_sums, Error *err);
Status feed_progress_write(const Db *db, const char *name, const char *part, const FeedProgress *progress,
                           const FeedSums *sums, Error *err);

/* ---- since ---- */

/* By item, "" without items. Zero-initialise; feed_since_free at the end. */
typedef struct {
  char *item, *value; /* owned; the value as {since} shows it */
} FeedSinceItem;

typedef struct {
  FeedSinceItem *items;
  size_t count, capacity;
  bool known; /* it says what is stored: no rows were being stored when it was written last */
} FeedSince;

Status feed_since_read(const Db *db, const char *name, FeedSince *ret_since, Error *err);
Status feed_since_write(const Db *db, const char *name, const FeedSince *since, Error *err);
/* Rows are about to be stored: until it is written again nothing is known. */
Status feed_since_forget(const Db *db, const char *name, Error *err);
const char *feed_since_find(const FeedSince *since, const char *item); /* null: none */
/* False: no memory. */
bool feed_since_put(FeedSince *since, const char *item, const char *value);
void feed_since_free(FeedSince *since);

#endif
