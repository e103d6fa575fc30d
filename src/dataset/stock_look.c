/* What should be stored of chosen stocks: the recorded lists of completed sessions, turned into a list a stock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/store/chosen_stocks.h>

#include "stock_days.h"

typedef struct {
  StockDue *items; /* owned */
  size_t count, capacity;
} Dues;

static Status add_due(Dues *dues, Day date, const char *ticker, const Session *session, Error *err) {
  StockDue *items = vector_reserve(dues->items, &dues->capacity, dues->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for what is stored of chosen stocks");
  dues->items = items;
  StockDue *due = &items[dues->count++];
  const StockRow *row = session ? session_find(session, ticker) : NULL;
  *due = (StockDue){.date = date, .has_row = row != NULL};
  text_copy(due->ticker, sizeof due->ticker, ticker);
  if (row) due->row = *row;
  return STATUS_OK;
}

/* A session that is archived no more is told of elsewhere. */
static Status add_session(Dues *dues, Ingest *ingest, Day date, const TickerList *list, Error *err) {
  SharedSession *shared = NULL;
  Error unread;
  Status status = ingest_session(ingest, date, &shared, &unread);
  if (status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) status = STATUS_OK;
  if (status != STATUS_OK) *err = unread;
  for (size_t i = 0; i < list->count && status == STATUS_OK; i++)
    status = add_due(dues, date, list->items[i], shared ? &shared->session : NULL, err);
  shared_session_release(shared);
  return status;
}

/* Without its list a session is asked for again: nobody knows what its proof was about. */
static Status add_day(Dues *dues, const StockKind *kind, Ingest *ingest, Day date, DatasetLook look,
                      const StockTeller *teller, Error *err) {
  TickerList list = {0};
  Error unread;
  Status status = chosen_stocks_find(ingest->job->db, date, kind->dataset->name, &list, &unread);
  if (status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA)
    return teller->tell(teller->context, date, "which stocks were chosen is not on record any more", err);
  if (status != STATUS_OK) {
    *err = unread;
    return status;
  }
  if (look == LOOK_ARCHIVE && ledger_find(&ingest->ledger, date)) {
    status = add_session(dues, ingest, date, &list, err);
  } else {
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
      status = add_due(dues, date, list.items[i], NULL, err);
  }
  ticker_list_free(&list);
  return status;
}

static int compare(const void *a, const void *b) {
  const StockDue *left = a, *right = b;
  int order = strcmp(left->ticker, right->ticker);
  return order ? order : (left->date > right->date) - (left->date < right->date);
}

/* One that was forgotten left with all that was stored of it. */
static bool is_known(const Ingest *ingest, ChosenSet set, const char *ticker) {
  Universe *universe = (Universe *)&ingest->targets.universe;
  return chosen_set_has(set, CHOSEN_WATCHLISTS) || universe_find(universe, ticker) != NULL;
}

Status stock_days_look(const StockKind *kind, Ingest *ingest, const DatasetStored *stored, StockLook *look,
                       const StockTeller *teller, Error *err) {
  Day oldest = kind->oldest(ingest->job);
  ChosenSet set = 0;
  Dues dues = {0};
  Status status = STATUS_OK;
  if (!chosen_set_parse(kind->stocks(ingest->job->config), &set)) return STATUS_OK;
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++)
    if (oldest == DAY_NONE || stored->dates[i] >= oldest)
      status = add_day(&dues, kind, ingest, stored->dates[i], stored->look, teller, err);
  if (dues.count) qsort(dues.items, dues.count, sizeof *dues.items, compare);
  for (size_t at = 0, count; at < dues.count && status == STATUS_OK; at += count) {
    for (count = 1; at + count < dues.count && strcmp(dues.items[at].ticker, dues.items[at + count].ticker) == 0;)
      count++;
    if (is_known(ingest, set, dues.items[at].ticker)) status = look(ingest->job, &dues.items[at], count, teller, err);
  }
  free(dues.items);
  return status;
}
