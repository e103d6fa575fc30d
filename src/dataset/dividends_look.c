/* What is stored of dividends, against their archive. */
#include <stdio.h>

#include <closebell/store/collections.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/dividend_data.h>

#include "dividends.h"

typedef struct {
  DatasetFinding *tell;
  void *context;
  const DividendBook *book;
  const char *ticker;
  size_t unknown; /* collections of which the archive knows nothing */
} Looking;

static const char CURE[] = "daily_update --dataset dividends puts it right";

static Status tell_damaged(void *context, const char *id, const char *what, Error *err) {
  const Looking *looking = context;
  char text[640];
  snprintf(text, sizeof text, "dividend_archive %.40s: %.400s: %s", id, what, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status tell_unreadable(void *context, const char *id, const char *what, Error *err) {
  const Looking *looking = context;
  char text[640];
  (void)id;
  snprintf(text, sizeof text, "%.480s: %s", what, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static const Dividend *find_dividend(const Dividends *dividends, const Dividend *wanted) {
  for (size_t i = 0; i < dividends->count; i++)
    if (dividend_compare(&dividends->items[i], wanted) == 0) return &dividends->items[i];
  return NULL;
}

static Status tell_one(const Looking *looking, const Dividend *dividend, const char *what, const char *cure,
                       Error *err) {
  char text[256], id[DIVIDEND_ID_SIZE];
  snprintf(text, sizeof text, "dividend_data.%s: %s %s%s", looking->ticker, dividend_id(dividend, id), what, cure);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status compare(const Looking *looking, const Dividends *archived, const Dividends *stored, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < archived->count && status == STATUS_OK; i++) {
    const Dividend *dividend = find_dividend(stored, &archived->items[i]);
    if (!dividend)
      status = tell_one(looking, &archived->items[i], "is gone, or cannot be read: ", CURE, err);
    else if (!dividend_same_values(dividend, &archived->items[i]))
      status = tell_one(looking, dividend, "is another than archived: ", CURE, err);
  }
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++)
    if (!find_dividend(archived, &stored->items[i]))
      status = tell_one(looking, &stored->items[i], "is not archived; nobody counts it", "", err);
  return status;
}

static Status look_at_company(const Job *job, Looking *looking, const Dividends *archived, Error *err) {
  Dividends stored = {0};
  looking->ticker = archived->ticker;
  Status status = dividend_data_read(job->db, archived->ticker, tell_unreadable, looking, &stored, err);
  if (status == STATUS_OK) status = compare(looking, archived, &stored, err);
  dividends_free(&stored);
  return status;
}

static void note_unknown(void *context, const char *ticker) {
  Looking *looking = context;
  looking->unknown += dividend_book_find(looking->book, ticker) == NULL;
}

static Status look_at_others(const Job *job, Looking *looking, Error *err) {
  char text[160];
  Status status = collections_list_tickers(job->db, DB_DIVIDEND, note_unknown, looking, err);
  if (status != STATUS_OK || looking->unknown == 0) return status;
  snprintf(text, sizeof text, "dividend_archive lacks %zu companies of dividend_data: %s", looking->unknown, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

Status dividends_look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  DividendBook book = {0};
  Looking looking = {.tell = tell, .context = context, .book = &book};
  (void)stored;
  Status status = dividend_book_read(ingest->job->db, tell_damaged, &looking, &book, err);
  if (status == STATUS_OK) status = look_at_others(ingest->job, &looking, err);
  for (size_t i = 0; i < book.count && status == STATUS_OK; i++)
    status = look_at_company(ingest->job, &looking, &book.items[i], err);
  dividend_book_free(&book);
  return status;
}
