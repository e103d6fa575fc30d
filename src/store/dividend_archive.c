#include <closebell/store/dividend_archive.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/company/dividend_text.h>

#include "document.h"
#include "series.h"

#define COLLECTION "dividend_archive"

/* What stands beside the data must agree with it: either may have been damaged. */
static Status read_document(const bson_t *document, Dividends *ret_dividends, Error *err) {
  char encoding[32];
  int64_t count = 0;
  const uint8_t *data = NULL;
  size_t size = 0;
  Dividends dividends = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "dividends", &count);
  document_get_text(&from, "encoding", encoding, sizeof encoding);
  document_get_binary(&from, "data", &data, &size);
  if (from.status == STATUS_OK && strcmp(encoding, DIVIDEND_TEXT_ENCODING) != 0)
    document_fault(&from, "encoding", "is not known to this program");
  if (from.status == STATUS_OK && !ticker_is_valid(from.id)) document_fault(&from, "_id", "is no ticker");
  if (from.status != STATUS_OK) return from.status;
  TextBuffer text = {0};
  text_buffer_append(&text, (const char *)data, size);
  Status status = text.failed ? error_set(err, STATUS_NO_MEMORY, "no memory for the dividends of %s", from.id)
                              : dividend_text_decode(text.length ? text.data : "", from.id, &dividends, err);
  text_buffer_free(&text);
  if (status == STATUS_OK && count != (int64_t)dividends.count) {
    document_fault(&from, "data", "is damaged");
    dividends_free(&dividends);
    status = from.status;
  }
  if (status == STATUS_OK) *ret_dividends = dividends;
  return status;
}

Status dividend_archive_find(const Db *db, const char *ticker, Dividends *ret_dividends, Error *err) {
  bson_t *document = NULL;
  Dividends dividends = {0};
  Status status = series_check_ticker(ticker, err);
  if (status != STATUS_OK) return status;
  text_copy(dividends.ticker, sizeof dividends.ticker, ticker);
  status = db->find(db->self, DB_SYSTEM, COLLECTION, ticker, &document, err);
  if (status == STATUS_OK) status = read_document(document, &dividends, err);
  if (status == STATUS_NOT_FOUND) status = STATUS_OK;
  bson_destroy(document);
  if (status == STATUS_OK) *ret_dividends = dividends;
  return status;
}

static Status add_document(Documents *documents, const Dividends *dividends, Error *err) {
  TextBuffer text = {0};
  Status status = series_check_ticker(dividends->ticker, err);
  if (status != STATUS_OK) return status;
  dividend_text_encode(dividends, &text);
  if (text.failed) {
    text_buffer_free(&text);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the dividends of %s", dividends->ticker);
  }
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", dividends->ticker);
  document_put_int64(&to, "dividends", (int64_t)dividends->count);
  document_put_text(&to, "encoding", DIVIDEND_TEXT_ENCODING);
  document_put_binary(&to, "data", (const uint8_t *)text.data, text.length);
  text_buffer_free(&text);
  return to.status;
}

Status dividend_archive_write(const Db *db, const Dividends *const *companies, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, companies[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), documents.count, err);
  documents_free(&documents);
  return status;
}

/* ---- all of them ---- */

typedef struct {
  DividendBook book;
  UnreadableVisit *tell;
  void *context;
} Loading;

static Status load_one(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  Dividends dividends = {0};
  Error unread;
  Status status = read_document(document, &dividends, &unread);
  if (status == STATUS_BAD_DATA) {
    const char *id = document_id(document);
    return loading->tell ? loading->tell(loading->context, id ? id : "", unread.text, err) : STATUS_OK;
  }
  if (status != STATUS_OK) return error_set(err, status, "%s", unread.text);
  Dividends *place = dividend_book_open(&loading->book, dividends.ticker);
  if (!place) {
    dividends_free(&dividends);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the dividends of all companies");
  }
  *place = dividends;
  return STATUS_OK;
}

Status dividend_book_read(const Db *db, UnreadableVisit *tell, void *context, DividendBook *ret_book, Error *err) {
  Loading loading = {.tell = tell, .context = context};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, load_one, &loading, err);
  if (status == STATUS_OK)
    *ret_book = loading.book;
  else
    dividend_book_free(&loading.book);
  return status;
}
