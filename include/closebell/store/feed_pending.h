/* feed_pending.h: the rows of an item's answer that are about to be stored, in system_info.source_state feed:NAME:rows
 * (feed:NAME:rows_mon of a weekday's own list). Whoever is killed before the item counts as stored is followed by a run
 * that stores them from here, and does not ask again. Many rows are not kept: their item is asked for again. */
#ifndef CLOSEBELL_STORE_FEED_PENDING_H
#define CLOSEBELL_STORE_FEED_PENDING_H

#include <closebell/feed/table.h>
#include <closebell/store/feed_data.h>

enum { FEED_PENDING_ROWS_MAX = 64, FEED_PENDING_BYTES_MAX = 64 * 1024 };

typedef struct {
  Instant due;   /* the unit that has asked; INSTANT_NONE: nothing is pending */
  int64_t asked; /* items stored in that unit before this one */
  char item[FEED_COLUMN_BYTES_MAX + 1];
  uint8_t *bytes; /* the documents; owned */
  size_t size;
} FeedPending;

/* part: feed_progress_name. pending: due and asked; the rest is not looked at. brought: of an item. now:
 * first_seen_utc. */
Status feed_pending_write(const Db *db, const char *part, const FeedPending *pending, const FeedBrought *brought,
                          Instant now, Error *err);
/* What cannot be read is none. feed_pending_free at the end. */
Status feed_pending_read(const Db *db, const char *name, const char *part, FeedPending *ret_pending, Error *err);
/* Stores its rows, as feed_data_store would have done. */
Status feed_pending_store(const Db *db, const FeedDefinition *feed, const FeedPending *pending, Instant now,
                          FeedCounts *ret_counts, Error *err);
void feed_pending_free(FeedPending *pending);

#endif
