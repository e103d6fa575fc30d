/* progress.h: which items of a feed are asked now, and which are stored already. Pure: progress is a value, which the
 * caller stores after the rows of each item.
 *
 * Without `per_run` a unit asks all items, and each later run of it those that are missing. With it (progressive
 * collection) a batch goes over the list once, in as many units as it takes: each asks at most `per_run` items, from
 * the one after the last that was stored. When none is left the batch has ended, and the next unit begins anew. Where
 * the list has changed meanwhile, items that are gone are asked no more, and new ones before the last one stored come
 * at the end of the batch. Items are known by their text.
 *
 * The list of a weekday has a progress of its own: feed_items_of, feed_progress_name. Without `per_run` so has each
 * unit of a feed that owes several: beginning another unit forgets what the one before has stored. */
#ifndef CLOSEBELL_FEED_PROGRESS_H
#define CLOSEBELL_FEED_PROGRESS_H

#include <closebell/base/text.h>
#include <closebell/feed/definition.h>

/* Zero-initialise with due INSTANT_NONE (feed_progress_none); feed_progress_free at the end. */
typedef struct {
  Instant due;  /* the unit that asked last; INSTANT_NONE: none yet */
  size_t asked; /* items stored in that unit */
  /* Stored items, in the order they were stored: of the batch, or without `per_run` of the unit. One text, each item
   * ends with a newline; owned. */
  TextBuffer done;
} FeedProgress;

/* Indexes of the list's lines, in the order in which they are to be asked; zero-initialise, feed_agenda_free at the
 * end. None: the unit is complete. */
typedef struct {
  size_t *items;
  size_t count;
} FeedAgenda;

FeedProgress feed_progress_none(void);
/* As it was stored. STATUS_BAD_DATA: done is no such text. */
Status feed_progress_load(Instant due, size_t asked, const char *done, FeedProgress *ret_progress, Error *err);
void feed_progress_free(FeedProgress *progress);

/* Whether rows of an item that were about to be stored by the unit `due`, which had stored `asked` items, are still the
 * next ones: no item was stored since. To be asked of the progress as it was stored, before this unit begins. Without
 * per_run each unit asks all items itself. */
bool feed_progress_is_next(const FeedProgress *progress, int64_t per_run, Instant unit_due, Instant due, int64_t asked);
/* Begins the unit, or goes on with it. After an item that failed: with per_run the unit ends there, without it the next
 * items are asked. STATUS_NO_MEMORY only. */
Status feed_progress_begin(FeedProgress *progress, const FeedTable *list, int64_t per_run, Instant due,
                           FeedAgenda *ret_agenda, Error *err);
/* The item's rows are stored (or it rightly has none). */
Status feed_progress_note(FeedProgress *progress, const FeedLine *item, Error *err);
void feed_agenda_free(FeedAgenda *agenda);

/* How many of the list are stored, of the batch or of the unit. */
size_t feed_progress_count(const FeedProgress *progress, const FeedTable *list);
/* By which a progress is stored: "items", or "items_mon" where that weekday has a list of its own. Returns text. */
enum { FEED_PROGRESS_NAME_SIZE = 16 };
char *feed_progress_name(const FeedDefinition *definition, Weekday weekday, char text[FEED_PROGRESS_NAME_SIZE]);

#endif
