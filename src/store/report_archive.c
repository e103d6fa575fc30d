#include <closebell/store/report_archive.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/company/report_blob.h>

#include "document.h"
#include "series.h"

#define COLLECTION "report_archive"

enum { GROUP_SIZE = 3, CODE_SIZE = 6, HEAD_SIZE = CODE_SIZE + 4, GROUP_COMPANIES_MAX = 4000 };

/* A document holds the companies whose tickers begin with the same two characters: some fifty documents of a hundred
 * kilobytes are read in half the time of a document each. Its data: of each company, ascending, the ticker, the size of
 * what follows in four bytes, little-endian, and its reports (report_blob.h). */
typedef struct {
  char text[GROUP_SIZE];
} GroupId;

static GroupId group_of(const char *ticker) {
  GroupId id;
  snprintf(id.text, sizeof id.text, "%.2s", ticker);
  return id;
}

/* One company in a document. */
typedef struct {
  char ticker[TICKER_SIZE];
  const uint8_t *blob; /* lent, or owned by whoever encoded it */
  size_t size;
} Entry;

typedef struct {
  Entry *items; /* owned */
  size_t count, capacity;
} Entries;

static Status add_entry(Entries *entries, const Entry *entry, Error *err) {
  Entry *items = vector_reserve(entries->items, &entries->capacity, entries->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the reports of all companies");
  entries->items = items;
  items[entries->count++] = *entry;
  return STATUS_OK;
}

/* ---- one document ---- */

static size_t get_size(const uint8_t *from) {
  return (size_t)from[0] | (size_t)from[1] << 8 | (size_t)from[2] << 16 | (size_t)from[3] << 24;
}

/* The entry at `at`, which is moved behind it. False: there is none. */
static bool next_entry(const uint8_t *data, size_t size, size_t *at, Entry *ret_entry) {
  Entry entry = {.ticker = ""};
  if (size - *at < HEAD_SIZE) return false;
  memcpy(entry.ticker, data + *at, CODE_SIZE);
  entry.size = get_size(data + *at + CODE_SIZE);
  entry.blob = data + *at + HEAD_SIZE;
  if (!ticker_is_valid(entry.ticker) || entry.size > size - *at - HEAD_SIZE) return false;
  *at += HEAD_SIZE + entry.size;
  *ret_entry = entry;
  return true;
}

/* The entries are lent by the document. What stands beside the data must agree with it: either may have been damaged.
 */
static Status read_entries(const bson_t *document, Entries *ret_entries, Error *err) {
  char encoding[32];
  int64_t count = 0;
  const uint8_t *data = NULL;
  size_t size = 0, at = 0;
  Entries entries = {0};
  Entry entry;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "companies", &count);
  document_get_text(&from, "encoding", encoding, sizeof encoding);
  document_get_binary(&from, "data", &data, &size);
  if (from.status == STATUS_OK && strcmp(encoding, REPORT_BLOB_ENCODING) != 0)
    document_fault(&from, "encoding", "is not known to this program");
  Status status = from.status;
  while (status == STATUS_OK && entries.count < GROUP_COMPANIES_MAX && next_entry(data, size, &at, &entry)) {
    bool fits = strcmp(group_of(entry.ticker).text, from.id) == 0 &&
                (entries.count == 0 || strcmp(entries.items[entries.count - 1].ticker, entry.ticker) < 0);
    if (!fits) break;
    status = add_entry(&entries, &entry, err);
  }
  if (status == STATUS_OK && (at != size || count != (int64_t)entries.count)) {
    document_fault(&from, "data", "is damaged, or another group's");
    status = from.status;
  }
  if (status == STATUS_OK)
    *ret_entries = entries;
  else
    free(entries.items);
  return status;
}

static Status write_entries(const Db *db, const GroupId *id, const Entries *entries, Error *err) {
  size_t size = 0, at = 0;
  for (size_t i = 0; i < entries->count; i++) size += HEAD_SIZE + entries->items[i].size;
  uint8_t *data = malloc(size + 1);
  if (!data) return error_set(err, STATUS_NO_MEMORY, "no memory for the reports of some companies");
  for (size_t i = 0; i < entries->count; i++) {
    const Entry *entry = &entries->items[i];
    memcpy(data + at, entry->ticker, CODE_SIZE);
    for (size_t k = 0; k < 4; k++) data[at + CODE_SIZE + k] = (uint8_t)(entry->size >> (8 * k));
    memcpy(data + at + HEAD_SIZE, entry->blob, entry->size);
    at += HEAD_SIZE + entry->size;
  }
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id->text);
  document_put_int64(&to, "companies", (int64_t)entries->count);
  document_put_text(&to, "encoding", REPORT_BLOB_ENCODING);
  document_put_binary(&to, "data", data, size);
  free(data);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

/* ---- some companies ---- */

static Status find_entry(const bson_t *document, const char *ticker, Reports *ret_reports, Error *err) {
  Entries entries = {0};
  Status status = read_entries(document, &entries, err);
  if (status != STATUS_OK) return status;
  size_t at = 0;
  while (at < entries.count && strcmp(entries.items[at].ticker, ticker) != 0) at++;
  if (at < entries.count)
    status = report_blob_decode(entries.items[at].blob, entries.items[at].size, ticker, ret_reports, err);
  else
    text_copy(ret_reports->ticker, sizeof ret_reports->ticker, ticker);
  free(entries.items);
  return status;
}

Status report_archive_find(const Db *db, const char *ticker, Reports *ret_reports, Error *err) {
  bson_t *document = NULL;
  Reports reports = {0};
  Status status = series_check_ticker(ticker, err);
  if (status != STATUS_OK) return status;
  text_copy(reports.ticker, sizeof reports.ticker, ticker);
  status = db->find(db->self, DB_SYSTEM, COLLECTION, group_of(ticker).text, &document, err);
  if (status == STATUS_OK) status = find_entry(document, ticker, &reports, err);
  if (status == STATUS_NOT_FOUND) status = STATUS_OK;
  bson_destroy(document);
  if (status == STATUS_OK) *ret_reports = reports;
  return status;
}

/* Of the companies that are given the next of that group; null: none. */
static const Reports *next_of(const Reports *companies, size_t count, const GroupId *id, const char *behind) {
  const Reports *next = NULL;
  for (size_t i = 0; i < count; i++) {
    const char *ticker = companies[i].ticker;
    if (strcmp(group_of(ticker).text, id->text) != 0 || strcmp(ticker, behind) <= 0) continue;
    if (!next || strcmp(ticker, next->ticker) < 0) next = &companies[i];
  }
  return next;
}

/* What is stored of others stays as it is, byte for byte. Entries of `own` are encoded here. */
static Status merge(const Entries *stored, const Reports *companies, size_t count, const GroupId *id, Entries *merged,
                    Entries *own, Error *err) {
  Status status = STATUS_OK;
  size_t at = 0;
  const Reports *given = next_of(companies, count, id, "");
  while (status == STATUS_OK && (given || at < stored->count)) {
    int order = !given ? -1 : at == stored->count ? 1 : strcmp(stored->items[at].ticker, given->ticker);
    if (order < 0) {
      status = add_entry(merged, &stored->items[at++], err);
      continue;
    }
    uint8_t *blob = NULL;
    Entry entry = {.ticker = ""};
    text_copy(entry.ticker, sizeof entry.ticker, given->ticker);
    status = report_blob_encode(given, &blob, &entry.size, err);
    entry.blob = blob;
    if (status == STATUS_OK) status = add_entry(own, &entry, err);
    if (status == STATUS_OK) status = add_entry(merged, &entry, err);
    at += order == 0;
    given = next_of(companies, count, id, given->ticker);
  }
  return status;
}

static void free_own(Entries *own) {
  for (size_t i = 0; i < own->count; i++) free((void *)own->items[i].blob);
  free(own->items);
}

/* A document that cannot be read is made anew of what is given. */
static Status write_group(const Db *db, const GroupId *id, const Reports *companies, size_t count, Error *err) {
  bson_t *document = NULL;
  Entries stored = {0}, merged = {0}, own = {0};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id->text, &document, err);
  if (status == STATUS_OK) status = read_entries(document, &stored, err);
  if (status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) status = STATUS_OK;
  if (status == STATUS_OK) status = merge(&stored, companies, count, id, &merged, &own, err);
  if (status == STATUS_OK) status = write_entries(db, id, &merged, err);
  free_own(&own);
  free(merged.items);
  free(stored.items);
  bson_destroy(document);
  return status;
}

Status report_archive_write(const Db *db, const Reports *companies, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const GroupId id = group_of(companies[i].ticker);
    bool done = false;
    status = series_check_ticker(companies[i].ticker, err);
    for (size_t k = 0; k < i && !done; k++) done = strcmp(group_of(companies[k].ticker).text, id.text) == 0;
    if (status == STATUS_OK && !done) status = write_group(db, &id, companies, count, err);
  }
  return status;
}

/* ---- all of them ---- */

typedef struct {
  CompanyBook *book;
  UnreadableVisit *tell; /* null: what is damaged is only counted */
  void *context;
} Loading;

static Status note_damaged(const Loading *loading, const char *id, const Error *why, Error *err) {
  loading->book->damaged++;
  return loading->tell ? loading->tell(loading->context, id, why->text, err) : STATUS_OK;
}

static Status load_entry(const Loading *loading, const Entry *entry, Error *err) {
  Reports reports = {0};
  Error unread;
  Status status = report_blob_decode(entry->blob, entry->size, entry->ticker, &reports, &unread);
  if (status == STATUS_BAD_DATA) return note_damaged(loading, entry->ticker, &unread, err);
  Reports *place = status == STATUS_OK ? company_book_open(loading->book, entry->ticker) : NULL;
  if (!place) {
    reports_free(&reports);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the reports of all companies");
  }
  *place = reports;
  return STATUS_OK;
}

static Status load_one(void *context, const bson_t *document, Error *err) {
  const Loading *loading = context;
  Entries entries = {0};
  Error unread;
  Status status = read_entries(document, &entries, &unread);
  if (status == STATUS_BAD_DATA) {
    const char *id = document_id(document);
    return note_damaged(loading, id ? id : "", &unread, err);
  }
  if (status != STATUS_OK) return error_set(err, status, "%s", unread.text);
  for (size_t i = 0; i < entries.count && status == STATUS_OK; i++)
    status = load_entry(loading, &entries.items[i], err);
  free(entries.items);
  return status;
}

Status company_book_read(const Db *db, UnreadableVisit *tell, void *context, CompanyBook *ret_book, Error *err) {
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
