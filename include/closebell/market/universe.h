/* universe.h: the stocks that are followed: a fold over archived sessions in date order. */
#ifndef CLOSEBELL_MARKET_UNIVERSE_H
#define CLOSEBELL_MARKET_UNIVERSE_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/status.h>
#include <closebell/market/filter.h>
#include <closebell/market/session.h>

enum { REMOVED_REASON_SIZE = 64 };

/* The master fields of a target; system_info.target_tickers holds them. All dates are session dates. */
typedef struct {
  char ticker[TICKER_SIZE];
  char name[STOCK_NAME_SIZE];
  Market market;
  int64_t market_cap, listed_shares; /* as of the newest session that lists it */
  Day added_date;
  Day history_from; /* rows are kept from here on */
  bool is_active;
  bool backfill_needed; /* rows before added_date are still to be projected from the archive */
  Day removed_date;     /* DAY_NONE while active */
  char removed_reason[REMOVED_REASON_SIZE];
} Target;

/* Sorted by ticker. Zero-initialise; universe_free at the end. */
typedef struct {
  Target *items;
  size_t count, capacity;
} Universe;

enum {
  UNIVERSE_MISSING_SESSIONS = 3,    /* not listed for so many in a row: delisted, dated the first of them */
  UNIVERSE_MAX_LEAVING_PERCENT = 5, /* more of the active targets than that, delisted at once, ... */
  UNIVERSE_MIN_LEAVING = 2 /* ... and at least so many: no delistings but a broken answer, which changes nothing */
};

typedef struct {
  size_t seen; /* rows of the session */
  size_t by_reason[FILTER_REASON_COUNT];
  size_t added, removed, reactivated, renamed;
  bool too_many_leaving; /* the step was refused and changed nothing; `removed` says how many it would have been */
} UniverseCounts;

/* "2,723 seen: 1,375 passed, 1,348 market_cap", reasons that met nobody left out. Returns text. */
enum { UNIVERSE_COUNTS_SIZE = 384 };
char *universe_counts_format(const UniverseCounts *counts, char text[UNIVERSE_COUNTS_SIZE]);

/* The first universe: all that pass in window[0], added on its date, history from first_kept, no back-fill needed. The
 * window is as for universe_step. */
Status universe_begin(Universe *ret_universe, const Session *const *window, size_t window_count,
                      const EntryFilter *filter, Day first_kept, UniverseCounts *ret_counts);

/* One step. window[0] is the session to take in, window[1] the one before it, and so on; at least
 * UNIVERSE_MISSING_SESSIONS and filter_window() long, or as long as the kept history is. Entries: passes and is
 * new (backfill_needed, history_from first_kept) or inactive (reactivated: removed_* cleared, backfill_needed). Exits:
 * not listed in UNIVERSE_MISSING_SESSIONS in a row, or failing one and the same rule of leaving (filter_exit) in
 * exit_sessions in a row; removed_date is the first missing session for "delisted", window[0] for the rest (the rule's
 * name: "market_cap", "market", ...). Who stands in no wanted market is not missed there. Where the window is too short
 * for a rule, nobody leaves by it. No further back than UNIVERSE_MISSING_SESSIONS or filter_window(), and one more, is
 * looked at, however long the window is. Name, market, cap and shares follow the session, of inactive targets too.
 *
 * The step is refused (STATUS_OK, too_many_leaving) when "delisted" would take UNIVERSE_MIN_LEAVING or more targets
 * that are more than UNIVERSE_MAX_LEAVING_PERCENT of the active ones. The other reasons are not limited: they come
 * of prices over exit_sessions and of the operator's own settings, and to refuse a raised threshold would freeze the
 * universe. STATUS_NO_MEMORY changes nothing; STATUS_INTERNAL for an empty window. */
Status universe_step(Universe *universe, const Session *const *window, size_t window_count, const EntryFilter *filter,
                     Day first_kept, UniverseCounts *ret_counts);

/* A row of the ticker is expected in stock_data when history_from <= date, the archive of the date lists it, and it is
 * active or date < removed_date. */
bool target_expects(const Target *target, Day date);

/* The row that the session lists of a target that expects one; null when there is none. Targets are asked for in order
 * of ticker: *cursor begins at 0 and walks the session's rows once. */
const StockRow *target_owed_row(const Target *target, const Session *session, size_t *cursor);

Target *universe_find(const Universe *universe, const char *ticker); /* null when unknown */
bool target_equal(const Target *a, const Target *b);
Status universe_copy(Universe *ret_universe, const Universe *from);
void universe_free(Universe *universe);

#endif
