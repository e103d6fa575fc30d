/* What should be stored of chosen stocks: the recorded lists of completed sessions, turned into a list a stock. Once a
 * session only the newest one is looked at whole; of the older ones a twentieth of the stocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/plan/turn.h>
#include <closebell/store/chosen_stocks.h>

#include "stock_days.h"

typedef struct {
  StockDue *items; /* owned */
  size_t count, capacity;
} Dues;

/* Which stocks are looked at, and what is gathered of them. */
typedef struct {
  const StockKind *kind;
  Ingest *ingest;
  const DatasetStored *stored;
  const StockTeller *teller;
  size_t sessions, completed; /* of daily prices: all, and those of this run; whose turn it is follows from them */
  size_t at;                  /* of stored->dates: the next that is to have its list */
  Dues dues;
} Gathering;

/* ---- whose turn it is ---- */

static void count_sessions(Gathering *gathering) {
  const Ledger *ledger = &gathering->ingest->ledger;
  for (size_t i = 0; i < ledger->count; i++) {
    const LedgerDay *day = &ledger->days[i];
    if (!dataset_is_session(gathering->ingest, day)) continue;
    gathering->sessions++;
    gathering->completed += day->run.proven;
  }
  if (gathering->completed == 0) gathering->completed = 1;
}

static bool is_looked_at(const Gathering *gathering, Day date, const char *ticker) {
  const DatasetStored *stored = gathering->stored;
  return stored->look != LOOK_TURNS || date == stored->dates[stored->count - 1] ||
         turn_has_come(ticker, gathering->sessions, gathering->completed);
}

/* ---- what is due ---- */

static Status add_due(Gathering *gathering, Day date, const char *ticker, Error *err) {
  Dues *dues = &gathering->dues;
  if (!is_looked_at(gathering, date, ticker)) return STATUS_OK;
  StockDue *items = vector_reserve(dues->items, &dues->capacity, dues->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for what is stored of chosen stocks");
  dues->items = items;
  StockDue *due = &items[dues->count++];
  *due = (StockDue){.date = date};
  text_copy(due->ticker, sizeof due->ticker, ticker);
  return STATUS_OK;
}

/* Without its list a session is asked for again: nobody knows what its proof was about. */
static Status tell_unlisted(Gathering *gathering, Day before, Error *err) {
  const DatasetStored *stored = gathering->stored;
  const StockTeller *teller = gathering->teller;
  Status status = STATUS_OK;
  while (gathering->at < stored->count && stored->dates[gathering->at] < before && status == STATUS_OK)
    status = teller->tell(teller->context, stored->dates[gathering->at++],
                          "which stocks were chosen is not on record any more", err);
  return status;
}

static Status gather_list(void *context, Day date, const TickerList *list, Error *err) {
  Gathering *gathering = context;
  const DatasetStored *stored = gathering->stored;
  Status status = tell_unlisted(gathering, date, err);
  bool wanted = gathering->at < stored->count && stored->dates[gathering->at] == date;
  if (status != STATUS_OK || !wanted || !list) return status;
  gathering->at++;
  for (size_t i = 0; i < list->count && status == STATUS_OK; i++)
    status = add_due(gathering, date, list->items[i], err);
  return status;
}

/* Sessions before `oldest` are not wanted any more. */
static Status gather(Gathering *gathering, Day oldest, Error *err) {
  const DatasetStored *stored = gathering->stored;
  while (gathering->at < stored->count && stored->dates[gathering->at] < oldest) gathering->at++;
  if (gathering->at == stored->count) return STATUS_OK;
  Status status = chosen_stocks_read(gathering->ingest->job->db, gathering->kind->dataset->name,
                                     stored->dates[gathering->at], gather_list, gathering, err);
  return status == STATUS_OK ? tell_unlisted(gathering, stored->dates[stored->count - 1] + 1, err) : status;
}

/* ---- what the archive says of it ---- */

/* Of one session, `count` of them. One that is archived no more is told of elsewhere. */
static Status add_rows(Ingest *ingest, StockDue *dues, size_t count, Error *err) {
  SharedSession *shared = NULL;
  Error unread;
  if (!ledger_find(&ingest->ledger, dues[0].date)) return STATUS_OK;
  Status status = ingest_session(ingest, dues[0].date, &shared, &unread);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const StockRow *row = session_find(&shared->session, dues[i].ticker);
    dues[i].has_row = row != NULL;
    if (row) dues[i].row = *row;
  }
  shared_session_release(shared);
  if (status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) return STATUS_OK;
  *err = unread;
  return status;
}

/* They stand by session still. */
static Status add_all_rows(const Gathering *gathering, Error *err) {
  const Dues *dues = &gathering->dues;
  Status status = STATUS_OK;
  for (size_t at = 0, count; at < dues->count && status == STATUS_OK; at += count) {
    for (count = 1; at + count < dues->count && dues->items[at].date == dues->items[at + count].date;) count++;
    status = add_rows(gathering->ingest, &dues->items[at], count, err);
  }
  return status;
}

/* ---- what is there ---- */

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

static Status look_at_all(const Gathering *gathering, ChosenSet set, StockLook *look, Error *err) {
  const Dues *dues = &gathering->dues;
  Status status = STATUS_OK;
  for (size_t at = 0, count; at < dues->count && status == STATUS_OK; at += count) {
    const StockDue *due = &dues->items[at];
    for (count = 1; at + count < dues->count && strcmp(due->ticker, due[count].ticker) == 0;) count++;
    if (is_known(gathering->ingest, set, due->ticker))
      status = look(gathering->ingest->job, due, count, gathering->teller, err);
  }
  return status;
}

Status stock_days_look(const StockKind *kind, Ingest *ingest, const DatasetStored *stored, StockLook *look,
                       const StockTeller *teller, Error *err) {
  Gathering gathering = {.kind = kind, .ingest = ingest, .stored = stored, .teller = teller};
  ChosenSet set = 0;
  if (!chosen_set_parse(kind->stocks(ingest->job->config), &set)) return STATUS_OK;
  count_sessions(&gathering);
  Status status = gather(&gathering, kind->oldest(ingest->job), err);
  Dues *dues = &gathering.dues;
  if (status == STATUS_OK && stored->look == LOOK_ARCHIVE) status = add_all_rows(&gathering, err);
  if (dues->count) qsort(dues->items, dues->count, sizeof *dues->items, compare);
  if (status == STATUS_OK) status = look_at_all(&gathering, set, look, err);
  free(dues->items);
  return status;
}
