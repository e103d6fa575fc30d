#include <closebell/heal/heal_collections.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/ingest/fold.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/restatements.h>
#include <closebell/store/stock_data.h>

typedef struct {
  const Universe *universe;
  bool *found;                  /* beside universe->items */
  char (*unknown)[TICKER_SIZE]; /* collections without a target */
  size_t unknown_count, unknown_capacity;
} Listing;

static void take_ticker(void *context, const char *ticker) {
  Listing *listing = context;
  const Target *target = universe_find(listing->universe, ticker);
  if (target)
    listing->found[target - listing->universe->items] = true;
  else if (listing->unknown_count < listing->unknown_capacity)
    memcpy(listing->unknown[listing->unknown_count++], ticker, strlen(ticker) + 1);
}

/* Targets without a collection in the database, into `missing`; returns their number through ret_count. */
static Status list_missing(Ingest *ingest, const char *database, Listing *listing, const char **missing,
                           size_t *ret_count, Error *err) {
  const Universe *universe = &ingest->targets.universe;
  memset(listing->found, 0, universe->count * sizeof *listing->found);
  Status status = collections_list_tickers(ingest->job->db, database, take_ticker, listing, err);
  *ret_count = 0;
  for (size_t i = 0; i < universe->count && status == STATUS_OK; i++)
    if (!listing->found[i]) missing[(*ret_count)++] = universe->items[i].ticker;
  return status;
}

/* The command that repairs what only a run with something to do, or a person's wish, looks at. */
static DayText cure_day(const Ingest *ingest) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  return day_text(newest ? newest->date : ingest->ledger.first);
}

/* Notes what has to be filled again before the collections are there: after that nobody could tell. */
static Status note_lost(Ingest *ingest, const TickerCollection *row, const char *const *missing, size_t count,
                        HealMode mode, Error *err) {
  const char *database = row->database;
  Status status = mode == HEAL_REPAIR && count ? run_beat(ingest->job, err) : STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    if (mode == HEAL_SHOW) {
      output_line(&ingest->job->out, OUTPUT_HANGING,
                  "%s.%s is gone: daily_update --date %s makes it again from the archive", database, missing[i],
                  cure_day(ingest).text);
      continue;
    }
    log_warn(ingest->job->log, "%s.%s is gone; made again and filled from the archive", database, missing[i]);
    Target *target = universe_find(&ingest->targets.universe, missing[i]);
    int64_t number;
    const NewRestatement gone = {.from = ingest->ledger.first,
                                 .ticker = missing[i],
                                 .reason = "its analysed collection was gone",
                                 .at_utc = clock_now(ingest->job->clock)};
    if (row->refill == REFILL_ANALYSIS) {
      status = restatements_insert(ingest->job->db, &gone, &number, err);
    } else {
      target->backfill_needed = true;
      status = targets_update(ingest->job->db, (const Target *const[]){target}, 1, err);
    }
  }
  return status;
}

static Status has_rows(const Ingest *ingest, const char *ticker, bool *ret_has, Error *err) {
  StoredRows rows = {0};
  Status status = stock_data_load(ingest->job->db, ticker, DAYS_ALL, &rows, err);
  if (status == STATUS_OK) *ret_has = rows.count > 0;
  stored_rows_free(&rows);
  return status;
}

/* A target that is gone while its collection is there: the fold says whether it belongs. */
static Status restore_targets(Ingest *ingest, const Listing *listing, HealReport *report, HealMode mode, Error *err) {
  if (listing->unknown_count == 0) return STATUS_OK;
  if (ingest->universe_from == DAY_NONE) { /* all are gone, and with them since when they were targets */
    if (mode == HEAL_REPAIR)
      log_warn(ingest->job->log, "target_tickers is empty: the next session fills it by the entry filter");
    return STATUS_OK;
  }
  Universe universe = {0};
  Status status = fold_from_filter(ingest, DAY_NONE, &universe, err);
  for (size_t i = 0; i < listing->unknown_count && status == STATUS_OK; i++) {
    const char *ticker = listing->unknown[i];
    Target *target = universe_find(&universe, ticker);
    bool filled = true;
    if (mode == HEAL_REPAIR || !target) status = has_rows(ingest, ticker, &filled, err);
    if (status != STATUS_OK) break;
    if (!target) { /* an empty one is what a stock leaves that has been forgotten */
      if (filled)
        log_warn(ingest->job->log, "stock_data.%s belongs to no target and never passed the entry filter: left alone",
                 ticker);
      continue;
    }
    report->lost_targets += filled; /* else a run was cut short between making the collection and naming the target */
    if (mode == HEAL_SHOW) {
      output_line(&ingest->job->out, OUTPUT_HANGING,
                  "target_tickers lacks %s, whose rows are in stock_data: daily_update --date %s puts it back", ticker,
                  cure_day(ingest).text);
      continue;
    }
    log_line(ingest->job->log, filled ? LOG_WARN : LOG_INFO,
             "target_tickers lacked %s: put back, its history will be compared with the archive", ticker);
    target->backfill_needed = true;
    status = fold_save(ingest, &(Universe){.items = target, .count = 1, .capacity = 1}, err);
  }
  universe_free(&universe);
  return status;
}

/* What is computed before what it is computed from. What the first row's database lists beyond the targets counts. */
static Status heal_missing(Ingest *ingest, HealMode mode, Listing *listing, const char **missing[TICKER_COLLECTIONS],
                           HealReport *report, Error *err) {
  size_t counts[TICKER_COLLECTIONS] = {0};
  Status status = STATUS_OK;
  for (size_t k = TICKER_COLLECTIONS; k > 0 && status == STATUS_OK; k--) {
    listing->unknown_count = 0;
    status = list_missing(ingest, TICKER_COLLECTION[k - 1].database, listing, missing[k - 1], &counts[k - 1], err);
  }
  for (size_t k = TICKER_COLLECTIONS; k > 0; k--) {
    report->collections += counts[k - 1];
    if (status == STATUS_OK)
      status = note_lost(ingest, &TICKER_COLLECTION[k - 1], missing[k - 1], counts[k - 1], mode, err);
  }
  for (size_t k = TICKER_COLLECTIONS; k > 0 && status == STATUS_OK; k--)
    if (mode == HEAL_REPAIR && counts[k - 1])
      status = collections_create_of_tickers(ingest->job->db, missing[k - 1], counts[k - 1], err);
  return status;
}

Status heal_collections(Ingest *ingest, HealMode mode, HealReport *report, Error *err) {
  const size_t targets = ingest->targets.universe.count;
  enum { UNKNOWN = 10000 };
  Listing listing = {.universe = &ingest->targets.universe,
                     .found = calloc(targets + 1, sizeof *listing.found),
                     .unknown = calloc(UNKNOWN, sizeof *listing.unknown),
                     .unknown_capacity = UNKNOWN};
  const char **missing[TICKER_COLLECTIONS];
  bool good = listing.found && listing.unknown;
  for (size_t k = 0; k < TICKER_COLLECTIONS; k++) {
    missing[k] = malloc((targets + 1) * sizeof *missing[k]);
    good &= missing[k] != NULL;
  }
  Status status = good ? heal_missing(ingest, mode, &listing, missing, report, err)
                       : error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", targets);
  if (status == STATUS_OK) status = restore_targets(ingest, &listing, report, mode, err);
  free(listing.found);
  free(listing.unknown);
  for (size_t k = 0; k < TICKER_COLLECTIONS; k++) free(missing[k]);
  return status;
}
