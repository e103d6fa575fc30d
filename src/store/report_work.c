#include <closebell/store/report_work.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "report_work"

static const char BACKFILL[] = "backfill", CHECK[] = "check", OPEN[] = "open", DIVIDENDS[] = "dividends",
                  LISTED[] = "listed:";
static const Day BEGINNING = 0;
static const ReportWork NOTHING = {.backfill = {.due = DAY_NONE}, .check = {.due = DAY_NONE}, .open_from = DAY_NONE};

/* ---- reading ---- */

static ReportPass read_pass(const bson_t *document, int64_t *ret_oldest_year) {
  static const ReportPass NEVER = {.due = DAY_NONE};
  ReportPass pass = NEVER;
  int64_t oldest_year = 0;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  document_get_day(&from, "due", &pass.due);
  document_get_int64_or(&from, "oldest_year", 0, &oldest_year);
  if (document_has(&from, "through")) document_get_text(&from, "through", pass.through, sizeof pass.through);
  document_get_bool(&from, "done", &pass.is_done);
  if (from.status != STATUS_OK) return NEVER;
  if (ret_oldest_year) *ret_oldest_year = oldest_year;
  return pass;
}

static Day read_open(const bson_t *document) {
  Day day = DAY_NONE;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  document_get_day(&from, "from", &day);
  return from.status == STATUS_OK ? day : BEGINNING;
}

static Status read_one(void *context, const bson_t *document, Error *err) {
  ReportWork *work = context;
  const char *id = document_id(document);
  (void)err;
  if (id == NULL) return STATUS_OK;
  if (strcmp(id, BACKFILL) == 0) work->backfill = read_pass(document, &work->oldest_year);
  if (strcmp(id, CHECK) == 0) work->check = read_pass(document, NULL);
  if (strcmp(id, OPEN) == 0) work->open_from = read_open(document);
  return STATUS_OK;
}

Status report_work_read(const Db *db, ReportWork *ret_work, Error *err) {
  ReportWork work = NOTHING;
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, read_one, &work, err);
  if (status == STATUS_OK) *ret_work = work;
  return status;
}

/* ---- writing ---- */

static Status replace(const Db *db, Documents *documents, Status status, Error *err) {
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(documents), documents->count, err);
  documents_free(documents);
  return status;
}

static Status write_pass(const Db *db, const char *id, const ReportPass *pass, int64_t oldest_year, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id);
  document_put_day(&to, "due", pass->due);
  if (oldest_year) document_put_int64(&to, "oldest_year", oldest_year);
  document_put_prose(&to, "through", pass->through);
  document_put_bool(&to, "done", pass->is_done);
  return replace(db, &documents, to.status, err);
}

Status report_work_write_backfill(const Db *db, const ReportWork *work, Error *err) {
  return write_pass(db, BACKFILL, &work->backfill, work->oldest_year, err);
}

Status report_work_write_check(const Db *db, const ReportWork *work, Error *err) {
  return write_pass(db, CHECK, &work->check, 0, err);
}

static Status write_open(const Db *db, const char *id, Day from, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id);
  document_put_day(&to, "from", from);
  return replace(db, &documents, to.status, err);
}

Status report_work_open(const Db *db, Day from, Error *err) { return write_open(db, OPEN, from, err); }

Status report_work_close(const Db *db, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, OPEN, err);
}

/* ---- dividends ---- */

Status report_work_read_dividends(const Db *db, Day *ret_from, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, DIVIDENDS, &document, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_from = status == STATUS_OK ? read_open(document) : DAY_NONE;
  bson_destroy(document);
  return STATUS_OK;
}

Status report_work_open_dividends(const Db *db, Day from, Error *err) { return write_open(db, DIVIDENDS, from, err); }

Status report_work_close_dividends(const Db *db, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, DIVIDENDS, err);
}

/* ---- listed ---- */

enum { LISTED_ID_SIZE = sizeof LISTED + RCEPT_NO_SIZE };

static char *listed_id(const char *rcept_no, char id[LISTED_ID_SIZE]) {
  snprintf(id, LISTED_ID_SIZE, "%s%s", LISTED, rcept_no);
  return id;
}

static Status add_listed(void *context, const bson_t *document, Error *err) {
  ListedReports *list = context;
  ListedReport report = {.ticker = ""};
  int64_t year = 0, month = 0;
  const char *id = document_id(document);
  if (id == NULL || strncmp(id, LISTED, strlen(LISTED)) != 0) return STATUS_OK;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  document_get_text(&from, "ticker", report.ticker, sizeof report.ticker);
  document_get_int64(&from, "year", &year);
  document_get_int64(&from, "month", &month);
  const char *rcept_no = id + strlen(LISTED);
  bool good = from.status == STATUS_OK && ticker_is_valid(report.ticker) && rcept_no_filed(rcept_no) != DAY_NONE &&
              year >= 1900 && year <= 9999 && month >= 1 && month <= 12;
  if (!good) return STATUS_OK; /* the next sweep that needs it writes it again */
  report.year = (int)year;
  report.month = (int)month;
  memcpy(report.rcept_no, rcept_no, RCEPT_NO_SIZE);
  ListedReport *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for what was filed");
  list->items = items;
  items[list->count++] = report;
  return STATUS_OK;
}

Status listed_reports_read(const Db *db, ListedReports *ret_list, Error *err) {
  ListedReports list = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, add_listed, &list, err);
  if (status == STATUS_OK)
    *ret_list = list;
  else
    listed_reports_free(&list);
  return status;
}

Status listed_reports_write(const Db *db, const ListedReport *reports, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    char id[LISTED_ID_SIZE];
    DocumentWriter to = document_writer(documents_add(&documents), err);
    document_put_text(&to, "_id", listed_id(reports[i].rcept_no, id));
    document_put_text(&to, "ticker", reports[i].ticker);
    document_put_int64(&to, "year", reports[i].year);
    document_put_int64(&to, "month", reports[i].month);
    status = to.status;
  }
  if (count == 0) return STATUS_OK;
  return replace(db, &documents, status, err);
}

Status listed_report_remove(const Db *db, const char *rcept_no, Error *err) {
  char id[LISTED_ID_SIZE];
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, listed_id(rcept_no, id), err);
}

void listed_reports_free(ListedReports *list) {
  free(list->items);
  *list = (ListedReports){0};
}
