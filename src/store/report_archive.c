#include <closebell/store/report_archive.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/company/report_blob.h>

#include "document.h"
#include "series.h"

#define COLLECTION "report_archive"

/* ---- one document ---- */

/* What stands beside the blob must agree with it: either may have been damaged. */
static Status read_document(const bson_t *document, Reports *ret_reports, Error *err) {
  char encoding[32];
  int64_t count = 0;
  const uint8_t *data = NULL;
  size_t size = 0;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "reports", &count);
  document_get_text(&from, "encoding", encoding, sizeof encoding);
  document_get_binary(&from, "data", &data, &size);
  if (from.status == STATUS_OK && !ticker_is_valid(from.id)) document_fault(&from, "_id", "is no ticker");
  if (from.status == STATUS_OK && strcmp(encoding, REPORT_BLOB_ENCODING) != 0)
    document_fault(&from, "encoding", "is not known to this program");
  if (from.status != STATUS_OK) return from.status;
  Reports reports = {0};
  Status status = report_blob_decode(data, size, from.id, &reports, err);
  if (status != STATUS_OK) return error_prefix(err, status, "%s.%s", DB_SYSTEM, COLLECTION);
  if (count != (int64_t)reports.count) document_fault(&from, "reports", "differs from the data");
  if (from.status == STATUS_OK)
    *ret_reports = reports;
  else
    reports_free(&reports);
  return from.status;
}

Status report_archive_find(const Db *db, const char *ticker, Reports *ret_reports, Error *err) {
  bson_t *document = NULL;
  Reports none = {0};
  Status status = series_check_ticker(ticker, err);
  if (status == STATUS_OK) status = db->find(db->self, DB_SYSTEM, COLLECTION, ticker, &document, err);
  memcpy(none.ticker, ticker, status == STATUS_NOT_FOUND ? strlen(ticker) + 1 : 0);
  if (status == STATUS_NOT_FOUND) {
    *ret_reports = none;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  status = read_document(document, ret_reports, err);
  bson_destroy(document);
  return status;
}

static Status add_document(Documents *documents, const Reports *reports, Error *err) {
  uint8_t *data = NULL;
  size_t size = 0;
  Status status = series_check_ticker(reports->ticker, err);
  if (status == STATUS_OK) status = report_blob_encode(reports, &data, &size, err);
  if (status != STATUS_OK) return status;
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", reports->ticker);
  document_put_int64(&to, "reports", (int64_t)reports->count);
  document_put_text(&to, "encoding", REPORT_BLOB_ENCODING);
  document_put_binary(&to, "data", data, size);
  free(data);
  return to.status;
}

Status report_archive_write(const Db *db, const Reports *companies, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &companies[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

/* ---- all of them ---- */

typedef struct {
  CompanyBook *book;
  ReportArchiveFinding *tell; /* null: what is damaged is only counted */
  void *context;
} Loading;

static Status load_one(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  Reports reports = {0};
  Error unread;
  Status status = read_document(document, &reports, &unread);
  if (status == STATUS_BAD_DATA) {
    const char *id = document_id(document);
    loading->book->damaged++;
    return loading->tell ? loading->tell(loading->context, id ? id : "", unread.text, err) : STATUS_OK;
  }
  if (status != STATUS_OK) return error_set(err, status, "%s", unread.text);
  Reports *place = company_book_open(loading->book, reports.ticker);
  if (!place) {
    reports_free(&reports);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the reports of all companies");
  }
  *place = reports;
  return STATUS_OK;
}

Status company_book_read(const Db *db, ReportArchiveFinding *tell, void *context, CompanyBook *ret_book, Error *err) {
  CompanyBook book = {0};
  Loading loading = {&book, tell, context};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, load_one, &loading, err);
  if (status == STATUS_OK)
    *ret_book = book;
  else
    company_book_free(&book);
  return status;
}

Status company_book_load(const Db *db, CompanyBook *ret_book, Error *err) {
  return company_book_read(db, NULL, NULL, ret_book, err);
}
