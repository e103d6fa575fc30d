/* What is stored of funds, against itself: each session is proven again, by all documents of it and of the session
 * before, counted while the collections go by one after the other. */
#include "etf_days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/store/collections.h>
#include <closebell/store/etf_data.h>

#include "datasets.h"
#include "reports.h"

/* ---- one fund ---- */

/* A session as its documents say it. */
typedef struct {
  EtfTally tally;
  size_t documents; /* readable or not */
  bool follows;     /* right behind the one before it in the list */
} Looked;

typedef struct {
  Ingest *ingest;
  const DatasetStored *stored;
  DatasetFinding *tell;
  void *context;
  EtfList *mend;        /* entries that are wrong are put right; null: they are told of */
  EtfList funds;        /* as they stand, where nothing is mended */
  Looked *days;         /* owned; one a stored date */
  StoredEtfRow *before; /* of the fund, as it goes by; owned */
  bool has_before;
  Day first, last; /* of the fund's documents */
  Day asked;       /* the last of them that an answer brought: there it can be asked for again */
  char index_name[ETF_INDEX_NAME_SIZE];
} Looking;

static Looked *day_of(const Looking *looking, Day date) {
  size_t low = 0, high = looking->stored->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (looking->stored->dates[middle] < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low < looking->stored->count && looking->stored->dates[low] == date ? &looking->days[low] : NULL;
}

static Status tell_unreadable(const Looking *looking, const StoredEtfRow *stored, Error *err) {
  char text[160];
  snprintf(text, sizeof text, "etf_data.%s: the document cannot be read, or contradicts itself", stored->row.ticker);
  return looking->tell(looking->context, stored->date, text, err);
}

static void count_row(Looking *looking, const StoredEtfRow *stored, Looked *day) {
  size_t at = (size_t)(day - looking->days);
  bool both = looking->has_before && day->follows && looking->before->date == looking->stored->dates[at - 1];
  etf_tally_add(&day->tally, both ? &looking->before->row : NULL, &stored->row);
  *looking->before = *stored;
  looking->has_before = true;
}

static Status look_at_document(void *context, const StoredEtfRow *stored, Error *err) {
  Looking *looking = context;
  Looked *day = day_of(looking, stored->date);
  if (looking->first == DAY_NONE) looking->first = stored->date;
  looking->last = stored->date;
  if (stored->row.index_name[0] != '\0')
    text_copy(looking->index_name, sizeof looking->index_name, stored->row.index_name);
  const DatedDocument document = {DB_ETF, stored->row.ticker, stored->date};
  if (!day) return report_stranger(looking->ingest, &document, looking->tell, looking->context, err);
  day->documents++;
  looking->asked = stored->date;
  if (!stored->readable) return tell_unreadable(looking, stored, err);
  count_row(looking, stored, day);
  return STATUS_OK;
}

static Status look_at_entry(Looking *looking, const char *ticker, Error *err) {
  const EtfList *funds = looking->mend ? looking->mend : &looking->funds;
  const Etf *fund = etf_list_find(funds, ticker);
  char text[160];
  if (looking->first == DAY_NONE) return STATUS_OK;
  if (fund && fund->first == looking->first && fund->last == looking->last &&
      strcmp(fund->index_name, looking->index_name) == 0)
    return STATUS_OK;
  if (fund && looking->mend) return etf_fund_recount(looking->ingest->job, looking->mend, ticker, err);
  snprintf(text, sizeof text, "system_info.etfs: the entry of %s is %s", ticker,
           fund ? "not what its documents say" : "gone, or cannot be read");
  Status status = looking->mend ? etf_fund_regain(looking->ingest->job, looking->mend, ticker, err) : STATUS_OK;
  return status == STATUS_OK ? looking->tell(looking->context, looking->asked, text, err) : status;
}

static Status look_at_fund(Looking *looking, const char *ticker, Error *err) {
  looking->has_before = false;
  looking->first = looking->last = looking->asked = DAY_NONE;
  looking->index_name[0] = '\0';
  Status status = etf_data_read(looking->ingest->job->db, ticker, DAYS_ALL, look_at_document, looking, err);
  return status == STATUS_OK ? look_at_entry(looking, ticker, err) : status;
}

/* ---- one session ---- */

static Status look_at_session(const Looking *looking, size_t at, Error *err) {
  Day date = looking->stored->dates[at];
  const Looked *day = &looking->days[at];
  const JobStatus *stamped = job_status_find(dataset_statuses(looking->ingest, &ETF_DAYS), date);
  char text[ETF_FAULT_SIZE];
  if (stamped && stamped->stored_rows != (int64_t)day->documents) {
    snprintf(text, sizeof text, "etf_data has %zu of %lld documents of it", day->documents,
             (long long)stamped->stored_rows);
    return looking->tell(looking->context, date, text, err);
  }
  if (!day->follows || day->tally.rows < day->documents) return STATUS_OK;
  EtfTally tally = day->tally;
  tally.before = looking->days[at - 1].tally.rows;
  const char *fault = etf_tally_fault(&tally, text);
  return fault ? looking->tell(looking->context, date, fault, err) : STATUS_OK;
}

/* ---- all ---- */

static Status tell_of_lost(Looking *looking, const TickerList *tickers, Error *err) {
  const EtfList *funds = looking->mend ? looking->mend : &looking->funds;
  Status status = STATUS_OK;
  for (size_t i = 0; i < funds->count && status == STATUS_OK; i++) {
    char text[96];
    if (ticker_list_has(tickers, funds->items[i].ticker)) continue;
    snprintf(text, sizeof text, "etf_data.%s is gone", funds->items[i].ticker);
    status = looking->tell(looking->context, funds->items[i].last, text, err);
  }
  return status;
}

static Status look_at_all(Looking *looking, Error *err) {
  TickerList tickers;
  Status status = collections_read_tickers(looking->ingest->job->db, DB_ETF, &tickers, err);
  for (size_t i = 0; i < tickers.count && status == STATUS_OK; i++)
    status = look_at_fund(looking, tickers.items[i], err);
  if (status == STATUS_OK) status = tell_of_lost(looking, &tickers, err);
  for (size_t i = 0; i < looking->stored->count && status == STATUS_OK; i++) status = look_at_session(looking, i, err);
  ticker_list_free(&tickers);
  return status;
}

static bool are_neighbours(const Ledger *ledger, Day earlier, Day later) {
  bool good = ledger_nothing_missing(ledger, earlier, later);
  for (Day date = day_next_weekday(earlier); good && date < later; date = day_next_weekday(date)) {
    const LedgerDay *day = ledger_find(ledger, date);
    good = !day || !day->archived;
  }
  return good;
}

Status etf_days_mend(Ingest *ingest, const DatasetStored *stored, EtfList *mend, DatasetFinding *tell, void *context,
                     Error *err) {
  Looking looking = {.ingest = ingest, .stored = stored, .tell = tell, .context = context, .mend = mend};
  looking.days = calloc(stored->count + 1, sizeof *looking.days);
  looking.before = malloc(sizeof *looking.before);
  Status status = looking.days && looking.before
                      ? STATUS_OK
                      : error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", stored->count);
  for (size_t i = 1; i < stored->count && status == STATUS_OK; i++)
    looking.days[i].follows = are_neighbours(&ingest->ledger, stored->dates[i - 1], stored->dates[i]);
  if (status == STATUS_OK && !mend) status = etfs_read(ingest->job->db, &looking.funds, err);
  if (status == STATUS_OK) status = look_at_all(&looking, err);
  etf_list_free(&looking.funds);
  free(looking.before);
  free(looking.days);
  return status;
}

Status etf_days_look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  return etf_days_mend(ingest, stored, NULL, tell, context, err);
}

/* ---- names alone ---- */

/* Its sessions are asked for again: the answers have them. */
static Status add_lost(const Ingest *ingest, Day from, Day to, DayList *lost, Error *err) {
  const JobStatusList *statuses = dataset_statuses(ingest, &ETF_DAYS);
  Status status = STATUS_OK;
  for (size_t i = 0; i < statuses->count && status == STATUS_OK; i++) {
    Day date = statuses->items[i].date;
    if (from <= date && date <= to && statuses->items[i].state == JOB_COMPLETED) status = day_list_add(lost, date, err);
  }
  return status;
}

Status etf_days_lost(Ingest *ingest, EtfList *funds, DayList *lost, Error *err) {
  TickerList tickers;
  Status status = collections_read_tickers(ingest->job->db, DB_ETF, &tickers, err);
  for (size_t i = 0; i < funds->count && status == STATUS_OK; i++)
    if (!ticker_list_has(&tickers, funds->items[i].ticker))
      status = add_lost(ingest, funds->items[i].first, funds->items[i].last, lost, err);
  for (size_t i = 0; i < tickers.count && status == STATUS_OK; i++) {
    if (etf_list_find(funds, tickers.items[i])) continue;
    status = etf_fund_regain(ingest->job, funds, tickers.items[i], err);
    const Etf *fund = status == STATUS_OK ? etf_list_find(funds, tickers.items[i]) : NULL;
    if (fund) status = add_lost(ingest, fund->last, fund->last, lost, err);
  }
  ticker_list_free(&tickers);
  return status;
}
