/* Where the funds of proven sessions go: their list, then a document a fund and session. */
#include "etf_days.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/etf_data.h>

enum { BEAT_FUNDS = 64 };

/* ---- what the documents of a fund say ---- */

typedef struct {
  Day first, last;
  char index_name[ETF_INDEX_NAME_SIZE];
} Counted;

static Status count_one(void *context, const StoredEtfRow *stored, Error *err) {
  Counted *counted = context;
  (void)err;
  if (counted->first == DAY_NONE) counted->first = stored->date;
  counted->last = stored->date;
  if (stored->row.index_name[0] != '\0')
    text_copy(counted->index_name, sizeof counted->index_name, stored->row.index_name);
  return STATUS_OK;
}

static Status forget_fund(const Job *job, EtfList *funds, Etf *fund, Error *err) {
  Status status = etfs_delete(job->db, fund->ticker, err);
  size_t at = (size_t)(fund - funds->items);
  memmove(fund, fund + 1, (funds->count - at - 1) * sizeof *fund);
  funds->count--;
  return status;
}

Status etf_fund_recount(const Job *job, EtfList *funds, const char *ticker, Error *err) {
  Counted counted = {.first = DAY_NONE, .last = DAY_NONE};
  Etf *fund = etf_list_find(funds, ticker);
  Status status = fund ? etf_data_read(job->db, ticker, DAYS_ALL, count_one, &counted, err) : STATUS_OK;
  if (status != STATUS_OK || !fund) return status;
  if (counted.first == DAY_NONE) return forget_fund(job, funds, fund, err);
  const Etf before = *fund, *written = fund;
  fund->first = counted.first;
  fund->last = counted.last;
  memcpy(fund->index_name, counted.index_name, sizeof fund->index_name);
  bool same =
      before.first == fund->first && before.last == fund->last && strcmp(before.index_name, fund->index_name) == 0;
  return same || fund->name[0] == '\0' ? STATUS_OK : etfs_write(job->db, &written, 1, err);
}

Status etf_fund_regain(const Job *job, EtfList *funds, const char *ticker, Error *err) {
  Counted counted = {.first = DAY_NONE, .last = DAY_NONE};
  Status status = etf_data_read(job->db, ticker, DAYS_ALL, count_one, &counted, err);
  if (status != STATUS_OK || counted.first == DAY_NONE) return status;
  Etf *fund = etf_list_put(funds, ticker);
  if (!fund) return error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
  fund->first = counted.first;
  fund->last = counted.last;
  memcpy(fund->index_name, counted.index_name, sizeof fund->index_name);
  return STATUS_OK;
}

/* ---- one run's list ---- */

typedef struct {
  Job *job;
  EtfList *funds;
  const EtfSession *sessions;
  size_t count;
  char (*again)[TICKER_SIZE]; /* funds whose documents are to be counted, each perhaps more than once; owned */
  size_t again_count, again_room;
} Storing;

static Status note_again(Storing *storing, const char *ticker, Error *err) {
  if (storing->again_count > 0 && strcmp(storing->again[storing->again_count - 1], ticker) == 0) return STATUS_OK;
  if (storing->again_count == storing->again_room) {
    size_t room = storing->again_room ? 2 * storing->again_room : 64;
    char(*again)[TICKER_SIZE] = realloc(storing->again, room * sizeof *again);
    if (!again) return error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
    storing->again = again;
    storing->again_room = room;
  }
  text_copy(storing->again[storing->again_count++], TICKER_SIZE, ticker);
  return STATUS_OK;
}

/* A run that died may have stored another answer about the day. */
static Status remove_left_over(Storing *storing, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < storing->count; i++)
    for (size_t k = 0; k < storing->funds->count && status == STATUS_OK; k++) {
      const EtfSession *session = &storing->sessions[i];
      const Etf *fund = &storing->funds->items[k];
      bool covers = fund->first <= session->date && session->date <= fund->last;
      if (!covers || etf_rows_find(session->rows, session->count, fund->ticker)) continue;
      status = etf_data_delete(storing->job->db, fund->ticker, session->date, err);
      if (status == STATUS_OK) status = note_again(storing, fund->ticker, err);
    }
  return status;
}

/* Of a session that is not its newest a fund's index is known only by its documents; so is all of a fund whose entry
 * was lost. */
static Status take_row(Storing *storing, Day date, const EtfRow *row, Error *err) {
  Etf *fund = etf_list_put(storing->funds, row->ticker);
  if (!fund) return error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
  bool newest = fund->last == DAY_NONE || date > fund->last, new = fund->first == DAY_NONE;
  if (newest || date == fund->last || fund->name[0] == '\0') text_copy(fund->name, sizeof fund->name, row->name);
  if (fund->first == DAY_NONE || date < fund->first) fund->first = date;
  if (newest) fund->last = date;
  if (new &&note_again(storing, row->ticker, err) != STATUS_OK) return STATUS_NO_MEMORY;
  if (strcmp(fund->index_name, row->index_name) == 0) return STATUS_OK;
  if (newest && row->index_name[0] != '\0')
    return text_copy(fund->index_name, sizeof fund->index_name, row->index_name), STATUS_OK;
  return newest ? STATUS_OK : note_again(storing, row->ticker, err);
}

static Status write_list(Storing *storing, Error *err) {
  const EtfList *funds = storing->funds;
  const Etf **written = malloc((funds->count + 1) * sizeof *written);
  size_t count = 0;
  if (!written) return error_set(err, STATUS_NO_MEMORY, "no memory for the funds");
  for (size_t i = 0; i < funds->count; i++) {
    bool there = false;
    for (size_t k = 0; k < storing->count && !there; k++)
      there = etf_rows_find(storing->sessions[k].rows, storing->sessions[k].count, funds->items[i].ticker) != NULL;
    if (there) written[count++] = &funds->items[i];
  }
  Status status = run_beat(storing->job, err);
  if (status == STATUS_OK) status = etfs_write(storing->job->db, written, count, err);
  free(written);
  return status;
}

/* ---- documents ---- */

static Status create_collections(const Storing *storing, Error *err) {
  const EtfList *funds = storing->funds;
  const char **names = malloc((funds->count + 1) * sizeof *names);
  if (!names) return error_set(err, STATUS_NO_MEMORY, "no memory for the names of funds");
  for (size_t i = 0; i < funds->count; i++) names[i] = funds->items[i].ticker;
  Status status = collections_create_chosen(storing->job->db, DB_ETF, names, funds->count, err);
  free(names);
  return status;
}

static Status store_fund(const Storing *storing, const char *ticker, Error *err) {
  DatedEtfRow rows[DATASET_DAYS_MAX];
  size_t count = 0, stored = 0;
  for (size_t i = 0; i < storing->count; i++) {
    const EtfRow *row = etf_rows_find(storing->sessions[i].rows, storing->sessions[i].count, ticker);
    if (row) rows[count++] = (DatedEtfRow){storing->sessions[i].date, row};
  }
  Status status = count ? etf_data_store(storing->job->db, ticker, rows, count, &stored, err) : STATUS_OK;
  if (status == STATUS_OK && stored != count)
    status = error_set(err, STATUS_LOST, "etf_data.%s: somebody else writes at the same time", ticker);
  return status;
}

static Status store_all(const Storing *storing, Error *err) {
  Status status = create_collections(storing, err);
  for (size_t i = 0; i < storing->funds->count && status == STATUS_OK; i++) {
    if (i % BEAT_FUNDS == 0) status = run_beat(storing->job, err);
    if (status == STATUS_OK) status = store_fund(storing, storing->funds->items[i].ticker, err);
  }
  return status;
}

Status etf_sessions_store(Job *job, EtfList *funds, const EtfSession *sessions, size_t count, Error *err) {
  Storing storing = {.job = job, .funds = funds, .sessions = sessions, .count = count};
  Status status = remove_left_over(&storing, err);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < sessions[i].count && status == STATUS_OK; k++)
      status = take_row(&storing, sessions[i].date, &sessions[i].rows[k], err);
  if (status == STATUS_OK) status = write_list(&storing, err);
  if (status == STATUS_OK) status = store_all(&storing, err);
  for (size_t i = 0; i < storing.again_count && status == STATUS_OK; i++)
    status = etf_fund_recount(job, funds, storing.again[i], err);
  free(storing.again);
  return status;
}
