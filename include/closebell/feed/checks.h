/* checks.h: [checks] of a feed: whether the rows of a question can be stored. Pure.
 *
 * Judged over all pages and all rows that `only` leaves, before feed_rows_make_distinct: rows with one _id count each.
 * `min_rows` is not judged when `empty_if` held. `unique`: absent values agree with absent ones. `range` says nothing
 * of absent values. `not_older_than` counts a date from its beginning in UTC; it is not judged without rows, and rows
 * of which none has the field are too old. */
#ifndef CLOSEBELL_FEED_CHECKS_H
#define CLOSEBELL_FEED_CHECKS_H

#include <closebell/feed/rows.h>

/* STATUS_BAD_DATA: reason says which check failed, with its figures; it may quote the answer, and never a key.
 * due: the unit's due instant. STATUS_NO_MEMORY. */
Status feed_checks_judge(const FeedAsked *asked, const FeedRowList *rows, Instant due, char reason[FEED_REASON_SIZE]);

#endif
