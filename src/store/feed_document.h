/* feed_document.h: a row of a declared feed as a document. Private to src/store. */
#ifndef CLOSEBELL_STORE_FEED_DOCUMENT_H
#define CLOSEBELL_STORE_FEED_DOCUMENT_H

#include <closebell/feed/rows.h>
#include <closebell/store/feed_data.h>

#include "document.h"

/* item null: the feed has none. */
Status feed_document_add(Documents *documents, const FeedDefinition *feed, const char *item, const FeedRow *row,
                         Instant now, Error *err);
/* Adds ours as it stands in the place of one that was seen first then (INSTANT_NONE: not known, now). */
Status feed_document_replacing(Documents *documents, const bson_t *ours, Instant first_seen, Instant now, Error *err);
/* The fields of the definition say the same in both; what else is there does not count. */
bool feed_document_same(const FeedDefinition *feed, const bson_t *ours, const bson_t *stored);
Instant feed_document_first_seen(const bson_t *document);
/* A value that is not absent and has the field's type (but no array), lent by the document; false: there is none. */
bool feed_document_value(const bson_t *document, const FeedField *field, FeedValue *ret_value);

/* feed_data.c: stores them as feed_data_store does. Few, ascending by _id; they stay the caller's. */
Status feed_data_store_documents(const Db *db, const FeedDefinition *feed, Documents *documents, Instant now,
                                 FeedCounts *ret_counts, Error *err);

#endif
