/* filter_history.h: which entry filter was in force from which session on: with the archive, all that a universe is
 * made of. Exported beside it, so that an import gives the same universe. */
#ifndef CLOSEBELL_MARKET_FILTER_HISTORY_H
#define CLOSEBELL_MARKET_FILTER_HISTORY_H

#include <closebell/base/day.h>
#include <closebell/base/text.h>
#include <closebell/market/filter.h>

typedef struct {
  Day from;
  EntryFilter filter;
} FilterPeriod;

/* Ascending; the first is set-up's, from the session the universe began with on. When it was changed before the next
 * session came, the second has the same date. Zero-initialise; filter_history_free at the end.
 */
typedef struct {
  FilterPeriod *items;
  size_t count, capacity;
} FilterHistory;

/* Sessions come in ascending order; one with the filter of the one before adds nothing. STATUS_NO_MEMORY. */
Status filter_history_add(FilterHistory *history, Day session, const EntryFilter *filter);
/* Null before the first. */
const EntryFilter *filter_history_find(const FilterHistory *history, Day session);

/* Lines of "2025-03-04 markets=..." behind a comment, and back. STATUS_BAD_DATA names the line; *ret_history is
 * untouched then. */
void filter_history_format(const FilterHistory *history, TextBuffer *text);
Status filter_history_parse(const char *text, FilterHistory *ret_history, Error *err);
void filter_history_free(FilterHistory *history);

#endif
