/* declared_since.h: what {since} of a declared feed stands for: the greatest stored value of a field, by item. It is
 * kept in source_state (store/feed_state.h), and made from the stored rows where it is not known whether that is true:
 * rows were being stored when a run ended. */
#ifndef CLOSEBELL_DATASET_DECLARED_SINCE_H
#define CLOSEBELL_DATASET_DECLARED_SINCE_H

#include <closebell/dataset/dataset.h>
#include <closebell/feed/rows.h>
#include <closebell/store/feed_state.h>

/* Nothing for a feed without `since`. */
Status since_load(const Db *db, const FeedDefinition *definition, FeedSince *ret_since, Error *err);
/* For an item ("" without items); null: the feed has no `since`. */
const char *since_text(const FeedSince *since, const FeedDefinition *definition, const char *item);
/* Before rows are stored, and after. */
Status since_begin(const Db *db, const FeedDefinition *definition, const FeedRowList *rows, Error *err);
Status since_note(const Db *db, const FeedDefinition *definition, const char *item, const FeedRowList *rows,
                  FeedSince *since, Error *err);

/* Tells where what is kept is not what the stored rows say. */
Status since_look(const Db *db, const FeedDefinition *definition, DatasetFinding *tell, void *context, Error *err);

#endif
