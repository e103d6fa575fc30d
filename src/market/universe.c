#include <closebell/market/universe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

static int by_ticker(const void *a, const void *b) {
  return strcmp(((const Target *)a)->ticker, ((const Target *)b)->ticker);
}

static int compare_ticker(const void *ticker, const void *target) {
  return strcmp(ticker, ((const Target *)target)->ticker);
}

static Target *find_among(Target *items, size_t count, const char *ticker) {
  if (count == 0) return NULL;
  return bsearch(ticker, items, count, sizeof *items, compare_ticker);
}

Target *universe_find(const Universe *universe, const char *ticker) {
  return find_among(universe->items, universe->count, ticker);
}

bool target_equal(const Target *a, const Target *b) {
  return strcmp(a->ticker, b->ticker) == 0 && strcmp(a->name, b->name) == 0 && a->market == b->market &&
         a->market_cap == b->market_cap && a->listed_shares == b->listed_shares && a->added_date == b->added_date &&
         a->history_from == b->history_from && a->is_active == b->is_active &&
         a->backfill_needed == b->backfill_needed && a->removed_date == b->removed_date &&
         strcmp(a->removed_reason, b->removed_reason) == 0;
}

bool target_expects(const Target *target, Day date) {
  return target->history_from <= date && (target->is_active || date < target->removed_date);
}

const StockRow *target_owed_row(const Target *target, const Session *session, size_t *cursor) {
  while (*cursor < session->count && strcmp(session->rows[*cursor].ticker, target->ticker) < 0) ++*cursor;
  if (*cursor == session->count || strcmp(session->rows[*cursor].ticker, target->ticker) != 0) return NULL;
  return target_expects(target, session->date) ? &session->rows[*cursor] : NULL;
}

void universe_free(Universe *universe) {
  free(universe->items);
  *universe = (Universe){0};
}

/* With room for `more` targets beyond those of `from`. */
static Status copy_with_room(Universe *ret_universe, const Universe *from, size_t more) {
  Universe copy = {0};
  copy.items = vector_reserve(NULL, &copy.capacity, from->count + more, sizeof *copy.items);
  if (copy.items == NULL) return STATUS_NO_MEMORY;
  if (from->count > 0) memcpy(copy.items, from->items, from->count * sizeof *copy.items);
  copy.count = from->count;
  *ret_universe = copy;
  return STATUS_OK;
}

Status universe_copy(Universe *ret_universe, const Universe *from) { return copy_with_room(ret_universe, from, 0); }

/* ---- the window ---- */

/* What lies further back is of no account: how long the window is depends on the other filters in force, and an undone
 * one would leave a trace. */
static size_t trim(size_t window_count, const EntryFilter *filter) {
  size_t needed = filter_window(filter);
  if (needed < UNIVERSE_MISSING_SESSIONS) needed = UNIVERSE_MISSING_SESSIONS;
  return window_count > needed + 1 ? needed + 1 : window_count;
}

/* ---- entries ---- */

static void follow(Target *target, const StockRow *row) {
  memcpy(target->name, row->name, sizeof target->name);
  target->market = row->market;
  target->market_cap = row->market_cap;
  target->listed_shares = row->listed_shares;
}

/* There is room for it. The caller sorts afterwards. */
static void append(Universe *universe, const StockRow *row, Day date, Day first_kept, bool backfill_needed) {
  Target target = {.added_date = date,
                   .history_from = first_kept,
                   .is_active = true,
                   .backfill_needed = backfill_needed,
                   .removed_date = DAY_NONE};
  memcpy(target.ticker, row->ticker, sizeof target.ticker);
  follow(&target, row);
  universe->items[universe->count++] = target;
}

static void reactivate(Target *target) {
  target->is_active = true;
  target->backfill_needed = true;
  target->removed_date = DAY_NONE;
  memset(target->removed_reason, 0, sizeof target->removed_reason);
}

static void count_row(UniverseCounts *counts, FilterReason reason) {
  counts->seen++;
  counts->by_reason[reason]++;
}

static FilterReason entry_of(const StockRow *row, const Session *const *window, size_t count,
                             const EntryFilter *filter) {
  StockFacts facts = stock_facts(filter, row, window, count);
  return filter_entry(filter, &facts);
}

Status universe_begin(Universe *ret_universe, const Session *const *window, size_t window_count,
                      const EntryFilter *filter, Day first_kept, UniverseCounts *ret_counts) {
  if (window_count == 0) return STATUS_INTERNAL;
  const Session *session = window[0];
  window_count = trim(window_count, filter);
  Universe universe;
  UniverseCounts counts = {0};
  Status status = copy_with_room(&universe, &(Universe){0}, session->count);
  if (status != STATUS_OK) return status;
  for (size_t i = 0; i < session->count; i++) {
    FilterReason reason = entry_of(&session->rows[i], window, window_count, filter);
    count_row(&counts, reason);
    if (reason != FILTER_PASSED) continue;
    append(&universe, &session->rows[i], session->date, first_kept, false);
    counts.added++;
  }
  *ret_universe = universe;
  *ret_counts = counts;
  return STATUS_OK;
}

/* ---- exits ---- */

/* How a target stands in one session: FILTER_PASSED, the rule of leaving it does not meet, or not listed at all. */
enum { STANDING_MISSING = FILTER_REASON_COUNT };

/* A stock of an unwanted market need not be in the answer at all. */
static int standing_in(const Session *const *window, size_t window_count, const Target *target,
                       const EntryFilter *filter) {
  const StockRow *row = session_find(window[0], target->ticker);
  if (row == NULL) return market_set_has(filter->markets, target->market) ? STANDING_MISSING : FILTER_MARKET;
  StockFacts facts = stock_facts(filter, row, window, window_count);
  return (int)filter_exit(filter, &facts);
}

/* In how many sessions in a row, window[0] the last, it has stood as it stands in window[0]. */
static size_t standing_run(const Session *const *window, size_t window_count, const Target *target,
                           const EntryFilter *filter, int standing, size_t enough) {
  size_t run = 1;
  while (run < window_count && run < enough &&
         standing_in(window + run, window_count - run, target, filter) == standing)
    run++;
  return run;
}

/* Deactivates the target when its time has come. Returns the standing it leaves with, FILTER_PASSED when it stays. */
static int leave_if_due(Target *target, const Session *const *window, size_t window_count, const EntryFilter *filter) {
  int standing = standing_in(window, window_count, target, filter);
  if (standing == FILTER_PASSED) return FILTER_PASSED;
  size_t needed = filter->exit_sessions > 1 ? (size_t)filter->exit_sessions : 1;
  if (standing == STANDING_MISSING) needed = UNIVERSE_MISSING_SESSIONS;
  size_t run = standing_run(window, window_count, target, filter, standing,
                            standing == STANDING_MISSING ? window_count : needed);
  if (run < needed) return FILTER_PASSED;
  target->is_active = false;
  target->removed_date = window[standing == STANDING_MISSING ? run - 1 : 0]->date;
  text_copy(target->removed_reason, sizeof target->removed_reason,
            standing == STANDING_MISSING ? "delisted" : filter_reason_name((FilterReason)standing));
  return standing;
}

static bool too_many(size_t leaving, size_t active) {
  return leaving >= UNIVERSE_MIN_LEAVING && leaving * 100 > active * UNIVERSE_MAX_LEAVING_PERCENT;
}

/* Names, caps and exits of the targets that are there already. */
static void step_known(Universe *universe, const Session *const *window, size_t window_count, const EntryFilter *filter,
                       UniverseCounts *counts) {
  size_t active = 0, delisted = 0;
  for (size_t i = 0; i < universe->count; i++) {
    Target *target = &universe->items[i];
    const StockRow *row = session_find(window[0], target->ticker);
    if (row != NULL) {
      counts->renamed += strcmp(target->name, row->name) != 0;
      follow(target, row);
    }
    if (!target->is_active) continue;
    active++;
    int left = leave_if_due(target, window, window_count, filter);
    counts->removed += left != FILTER_PASSED;
    delisted += left == STANDING_MISSING;
  }
  counts->too_many_leaving = too_many(delisted, active);
}

static void step_entries(Universe *universe, const Session *const *window, size_t window_count,
                         const EntryFilter *filter, Day first_kept, UniverseCounts *counts) {
  const Session *session = window[0];
  size_t known = universe->count;
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    FilterReason reason = entry_of(row, window, window_count, filter);
    count_row(counts, reason);
    if (reason != FILTER_PASSED) continue;
    Target *target = find_among(universe->items, known, row->ticker);
    if (target == NULL) {
      append(universe, row, session->date, first_kept, true);
      counts->added++;
    } else if (!target->is_active) {
      reactivate(target);
      counts->reactivated++;
    }
  }
  if (universe->count > known) qsort(universe->items, universe->count, sizeof *universe->items, by_ticker);
}

Status universe_step(Universe *universe, const Session *const *window, size_t window_count, const EntryFilter *filter,
                     Day first_kept, UniverseCounts *ret_counts) {
  if (window_count == 0) return STATUS_INTERNAL;
  window_count = trim(window_count, filter);
  Universe next;
  UniverseCounts counts = {0};
  Status status = copy_with_room(&next, universe, window[0]->count);
  if (status != STATUS_OK) return status;

  step_known(&next, window, window_count, filter, &counts);
  step_entries(&next, window, window_count, filter, first_kept, &counts);
  if (counts.too_many_leaving) {
    counts.added = counts.reactivated = counts.renamed = 0;
    universe_free(&next);
  } else {
    universe_free(universe);
    *universe = next;
  }
  *ret_counts = counts;
  return STATUS_OK;
}

char *universe_counts_format(const UniverseCounts *counts, char text[UNIVERSE_COUNTS_SIZE]) {
  char number[TEXT_GROUPED_SIZE];
  text_group_int64((int64_t)counts->seen, number);
  int length = snprintf(text, UNIVERSE_COUNTS_SIZE, "%s seen", number);
  const char *separator = ": ";
  for (FilterReason reason = 0; reason < FILTER_REASON_COUNT; reason++) {
    if (counts->by_reason[reason] == 0) continue;
    text_group_int64((int64_t)counts->by_reason[reason], number);
    length += snprintf(text + length, (size_t)(UNIVERSE_COUNTS_SIZE - length), "%s%s %s", separator, number,
                       filter_reason_name(reason));
    separator = ", ";
  }
  return text;
}
