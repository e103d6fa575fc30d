/* feed_data.h: the rows of a declared feed, in the collection of its name in feed_data. A document is a row: _id, item
 * (of a feed with items), the fields that are not absent, first_seen_utc, and changed_utc where it was replaced. */
#ifndef CLOSEBELL_STORE_FEED_DATA_H
#define CLOSEBELL_STORE_FEED_DATA_H

#include <closebell/feed/rows.h>
#include <closebell/store/db.h>

/* The collection, and the indexes that the definition names; what exists stays. STATUS_INTERNAL: its name is none of a
 * feed. */
Status feed_data_create(const Db *db, const FeedDefinition *feed, Error *err);

typedef struct {
  int64_t received; /* rows, each of another _id */
  int64_t stored;   /* of them, found to be there */
  int64_t inserted; /* of them, not there before */
  int64_t changed;  /* of them, there before with other values */
} FeedCounts;

/* What one question of a feed has brought. */
typedef struct {
  const FeedDefinition *feed;
  const char *item;  /* null: the feed has none */
  FeedRowList *rows; /* each of another _id (feed_rows_make_distinct); they are sorted by it */
} FeedBrought;

/* Stores the rows. What is there already with other values stays as it is where the feed keeps the first version; else
 * it is replaced, and keeps first_seen_utc. now: first_seen_utc, changed_utc. */
Status feed_data_store(const Db *db, const FeedBrought *brought, Instant now, FeedCounts *ret_counts, Error *err);

/* Removes what `expire` says is too old. */
Status feed_data_expire(const Db *db, const FeedDefinition *feed, Instant now, Error *err);

/* Every stored value of a field; item is "" where the document has none. Both are lent. A value of another type than
 * the field's is passed over. */
typedef Status FeedDataVisit(void *context, const char *item, const FeedValue *value, Error *err);
Status feed_data_visit(const Db *db, const FeedDefinition *feed, size_t field, FeedDataVisit *visit, void *context,
                       Error *err);

/* How many documents there are; what cannot be read is none. */
Status feed_data_count(const Db *db, const char *name, int64_t *ret_count, Error *err);

#endif
