#include <closebell/store/report_work.h>

#include <string.h>

#include "document.h"

#define COLLECTION "report_work"

static const char BACKFILL[] = "backfill", CHECK[] = "check", OPEN[] = "open";
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

Status report_work_open(const Db *db, Day from, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", OPEN);
  document_put_day(&to, "from", from);
  return replace(db, &documents, to.status, err);
}

Status report_work_close(const Db *db, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, OPEN, err);
}
