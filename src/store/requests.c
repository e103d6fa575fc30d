#include <closebell/store/requests.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/ulid.h>
#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "requests"
#define MARKS "meta"
#define MARK "request:"
#define MARK_LAST MARK "~" /* behind every letter of an id */

enum { MARK_ID_SIZE = sizeof MARK + REQUEST_ID_SIZE };

/* ---- marks ---- */

static char *mark_id(const char *id, char text[MARK_ID_SIZE]) {
  snprintf(text, MARK_ID_SIZE, MARK "%s", id);
  return text;
}

void request_marks_free(RequestMarks *marks) {
  free(marks->items);
  *marks = (RequestMarks){0};
}

/* One of another's making, without an instant, is as old as can be. */
static Status add_mark(RequestMarks *marks, const bson_t *document, Error *err) {
  const char *id = document_id(document) + sizeof MARK - 1;
  RequestMark mark = {.at_utc = INSTANT_NONE};
  DocumentReader from = document_reader(DB_SYSTEM, MARKS, document, NULL);
  document_get_instant_or_none(&from, "at_utc", &mark.at_utc);
  if (!request_id_is_valid(id)) return STATUS_OK;
  snprintf(mark.id, sizeof mark.id, "%s", id);
  RequestMark *items = vector_reserve(marks->items, &marks->capacity, marks->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for requests");
  marks->items = items;
  items[marks->count++] = mark;
  return STATUS_OK;
}

typedef struct {
  Meta meta;
  RequestMarks marks;
  bool found;
} Marked;

static Status take_marked(void *context, const bson_t *document, Error *err) {
  Marked *marked = context;
  const char *id = document_id(document);
  if (id && strcmp(id, META_CONTRACT_ID) == 0) {
    marked->found = true;
    return meta_take(document, &marked->meta, err);
  }
  return id && strncmp(id, MARK, sizeof MARK - 1) == 0 ? add_mark(&marked->marks, document, err) : STATUS_OK;
}

Status meta_read_marked(const Db *db, Meta *ret_meta, RequestMarks *ret_marks, Error *err) {
  Marked marked = {.found = false};
  Status status =
      db->find_range(db->self, DB_SYSTEM, MARKS, META_CONTRACT_ID, MARK_LAST, NULL, take_marked, &marked, err);
  if (status == STATUS_OK && !marked.found) status = error_set(err, STATUS_NOT_FOUND, "meta.%s", META_CONTRACT_ID);
  if (status != STATUS_OK) {
    request_marks_free(&marked.marks);
    return status;
  }
  *ret_meta = marked.meta;
  *ret_marks = marked.marks;
  return STATUS_OK;
}

static Status count_mark(void *context, const bson_t *document, Error *err) {
  (void)document, (void)err;
  (*(size_t *)context)++;
  return STATUS_OK;
}

Status requests_count_marks(const Db *db, size_t *ret_count, Error *err) {
  static const char *const fields[] = {"_id", NULL};
  size_t count = 0;
  Status status = db->find_range(db->self, DB_SYSTEM, MARKS, MARK, MARK_LAST, fields, count_mark, &count, err);
  if (status == STATUS_OK) *ret_count = count;
  return status;
}

/* *ret_old: there was one already. */
static Status mark(const Db *db, const Request *request, bool *ret_old, Error *err) {
  char id[MARK_ID_SIZE];
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", mark_id(request->id, id));
  document_put_instant(&to, "at_utc", request->at_utc);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, MARKS, documents.items[0], err);
  documents_free(&documents);
  *ret_old = status == STATUS_DUPLICATE;
  return *ret_old ? STATUS_OK : status;
}

Status requests_unmark(const Db *db, const char *id, Error *err) {
  char text[MARK_ID_SIZE];
  return db->delete_one(db->self, DB_SYSTEM, MARKS, mark_id(id, text), err);
}

/* ---- reading ---- */

static void get_state(DocumentReader *from, RequestState *to) {
  char name[16];
  document_get_text(from, "status", name, sizeof name);
  if (from->status == STATUS_OK && !request_state_parse(name, to)) document_fault(from, "status", "is unknown");
}

static Status read_what(DocumentReader *from, RequestWhat *to) {
  bson_t part;
  DocumentReader inner;
  if (!document_get_part(from, "what", &part, &inner)) return from->status;
  document_get_text(&inner, "dataset", to->dataset, sizeof to->dataset);
  document_get_day(&inner, "from", &to->from);
  document_get_day(&inner, "to", &to->to);
  return inner.status;
}

static Status read_request(const bson_t *document, Request *ret_request, Error *err) {
  Request request = {.state = REQUEST_OPEN};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "_id", request.id, sizeof request.id);
  document_get_instant(&from, "at_utc", &request.at_utc);
  document_get_prose(&from, "who", request.who, sizeof request.who);
  document_get_prose(&from, "reason", request.reason, sizeof request.reason);
  get_state(&from, &request.state);
  document_get_prose(&from, "result", request.result, sizeof request.result);
  document_get_instant_or_none(&from, "done_utc", &request.done_utc);
  Status status = read_what(&from, &request.what);
  if (status == STATUS_OK) *ret_request = request;
  return status;
}

Status requests_find(const Db *db, const char *id, Request *ret_request, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id, &document, err);
  if (status != STATUS_OK) return status;
  status = read_request(document, ret_request, err);
  bson_destroy(document);
  return status;
}

/* What says of itself that it is open, and is no request: the run refuses it. */
static bool read_broken(const bson_t *document, const Error *why, Request *to) {
  char state[16] = "";
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, NULL);
  document_get_text(&from, "status", state, sizeof state);
  const char *id = document_id(document);
  if (from.status != STATUS_OK || strcmp(state, "open") != 0 || !id || !request_id_is_valid(id)) return false;
  *to = (Request){.at_utc = INSTANT_NONE, .done_utc = INSTANT_NONE};
  snprintf(to->id, sizeof to->id, "%s", id);
  snprintf(to->result, sizeof to->result, "%.500s", why->text);
  return true;
}

static Status take_open(void *context, const bson_t *document, Error *err) {
  Requests *requests = context;
  Request request;
  Error why = {{0}};
  Status status = read_request(document, &request, &why);
  if (status == STATUS_BAD_DATA && !read_broken(document, &why, &request)) return STATUS_OK;
  if (status != STATUS_OK && status != STATUS_BAD_DATA) return status;
  if (request.state != REQUEST_OPEN || !request_id_is_valid(request.id)) return STATUS_OK;
  Request *items = vector_reserve(requests->items, &requests->capacity, requests->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for requests");
  requests->items = items;
  items[requests->count++] = request;
  return STATUS_OK;
}

static int by_age(const void *a, const void *b) {
  const Request *left = a, *right = b;
  if (left->at_utc != right->at_utc) return left->at_utc < right->at_utc ? -1 : 1;
  return strcmp(left->id, right->id);
}

Status requests_read_open(const Db *db, Requests *ret_requests, Error *err) {
  Requests requests = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, take_open, &requests, err);
  if (status == STATUS_OK && requests.count > 0) qsort(requests.items, requests.count, sizeof *requests.items, by_age);
  if (status == STATUS_OK)
    *ret_requests = requests;
  else
    requests_free(&requests);
  return status;
}

void requests_free(Requests *requests) {
  free(requests->items);
  *requests = (Requests){0};
}

Status requests_count_open(const Db *db, size_t marks, size_t *ret_count, Error *err) {
  Requests open = {0};
  *ret_count = marks;
  if (marks < REQUESTS_OPEN_MAX) return STATUS_OK;
  Status status = requests_read_open(db, &open, err);
  *ret_count = open.count;
  requests_free(&open);
  return status;
}

/* ---- writing ---- */

void requests_give_id(Request *request, const Random *random) {
  UlidMaker maker = {0};
  uint16_t high = (uint16_t)random_next(random);
  ulid_next(&maker, request->at_utc, high, random_next(random), request->id);
}

static Status make_document(const Request *request, Documents *documents, Error *err) {
  bson_t part = BSON_INITIALIZER;
  DocumentWriter to = document_writer(documents_add(documents), err);
  DocumentWriter what = document_writer(&part, err);
  document_put_text(&what, "dataset", request->what.dataset);
  document_put_day(&what, "from", request->what.from);
  document_put_day(&what, "to", request->what.to);
  document_put_text(&to, "_id", request->id);
  document_put_instant(&to, "at_utc", request->at_utc);
  document_put_text(&to, "who", request->who);
  document_put_text(&to, "reason", request->reason);
  document_put_document(&to, "what", &part);
  document_put_text(&to, "status", request_state_name(REQUEST_OPEN));
  bson_destroy(&part);
  return what.status == STATUS_OK ? to.status : what.status;
}

static Status insert(const Db *db, const Request *request, Error *err) {
  Documents documents = {0};
  Status status = make_document(request, &documents, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents.items[0], err);
  documents_free(&documents);
  return status;
}

/* One that is open gets its mark, whoever lost it. */
static Status find_marked(const Db *db, const Request *request, Request *ret_stored, Error *err) {
  bool old;
  Status status = requests_find(db, request->id, ret_stored, err);
  return status == STATUS_OK && ret_stored->state == REQUEST_OPEN ? mark(db, ret_stored, &old, err) : status;
}

/* A mark that lay there before, or for long, a run may take away before it sees the request: it is put there again. */
static Status insert_marked(const Db *db, const Request *request, Error *err) {
  bool old;
  Instant now = INSTANT_NONE;
  Status status = mark(db, request, &old, err);
  if (status == STATUS_OK) status = insert(db, request, err);
  if (status == STATUS_OK) status = db_server_time(db, &now, err);
  if (status != STATUS_OK) return status;
  bool slow = now - request->at_utc > REQUEST_MARK_WAITS_MS / 2;
  return old || slow ? mark(db, request, &old, err) : STATUS_OK;
}

Status requests_add(const Db *db, const Request *request, Request *ret_stored, bool *ret_added, Error *err) {
  Request stored;
  Status status = find_marked(db, request, &stored, err);
  bool added = status == STATUS_NOT_FOUND;
  if (added) status = insert_marked(db, request, err);
  if (added && status == STATUS_OK) stored = *request;
  if (status == STATUS_DUPLICATE) { /* somebody was faster, or it is ours, and the reply was lost */
    added = false;
    status = find_marked(db, request, &stored, err);
  }
  if (status != STATUS_OK) return status;
  *ret_stored = stored;
  *ret_added = added;
  return STATUS_OK;
}

/* Who asks meanwhile either finds the mark gone, and puts it there behind his request, or has his request found here.
 */
Status requests_tidy_mark(const Db *db, const RequestMark *of, Instant now, Error *err) {
  Request request;
  bool old, young = of->at_utc != INSTANT_NONE && now - of->at_utc < REQUEST_MARK_WAITS_MS;
  Status status = requests_find(db, of->id, &request, err);
  bool is_open = status == STATUS_OK && request.state == REQUEST_OPEN;
  if (is_open || (young && status == STATUS_NOT_FOUND)) return STATUS_OK;
  if (status != STATUS_OK && status != STATUS_NOT_FOUND && status != STATUS_BAD_DATA) return status;
  status = requests_unmark(db, of->id, err);
  if (status == STATUS_OK) status = requests_find(db, of->id, &request, err);
  if (status == STATUS_OK && request.state == REQUEST_OPEN) return mark(db, &request, &old, err);
  return status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA ? STATUS_OK : status;
}

/* ---- ending ---- */

static Status end_open(const Db *db, const Request *request, Error *err) {
  bson_t set = BSON_INITIALIZER, where = BSON_INITIALIZER;
  DocumentWriter to = document_writer(&set, err), only = document_writer(&where, err);
  document_put_text(&only, "status", request_state_name(REQUEST_OPEN));
  document_put_text(&to, "status", request_state_name(request->state));
  document_put_text(&to, "result", request->result);
  document_put_instant(&to, "done_utc", request->done_utc);
  const DbUpdate update = {.id = request->id, .set = &set, .where = &where};
  Status status = to.status == STATUS_OK ? only.status : to.status;
  if (status == STATUS_OK) status = db->update_many(db->self, DB_SYSTEM, COLLECTION, &update, 1, err);
  bson_destroy(&set);
  bson_destroy(&where);
  return status;
}

typedef struct {
  RequestState state;
  char result[REQUEST_RESULT_SIZE];
  Instant done_utc;
} End;

/* Also of one that cannot be read otherwise. */
static Status read_end(const Db *db, const char *id, End *ret_end, Error *err) {
  bson_t *document = NULL;
  End end = {.state = REQUEST_OPEN};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id, &document, err);
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  get_state(&from, &end.state);
  document_get_prose(&from, "result", end.result, sizeof end.result);
  document_get_instant_or_none(&from, "done_utc", &end.done_utc);
  if (from.status == STATUS_OK) *ret_end = end;
  bson_destroy(document);
  return from.status;
}

Status requests_end(const Db *db, const Request *request, bool *ret_ended, Error *err) {
  End end;
  Status status = end_open(db, request, err);
  if (status == STATUS_OK) status = read_end(db, request->id, &end, err);
  *ret_ended = status == STATUS_OK && end.state == request->state && end.done_utc == request->done_utc &&
               strcmp(end.result, request->result) == 0;
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* It ends first, so that no run ends it meanwhile; who dies in between leaves one that says that it was taken back. */
Status requests_withdraw(const Db *db, const char *id, const char *who, Instant now, bool *ret_withdrawn, Error *err) {
  Request request = {.state = REQUEST_REFUSED, .done_utc = now};
  snprintf(request.id, sizeof request.id, "%s", id);
  snprintf(request.result, sizeof request.result, "taken back by %.100s", who);
  Status status = requests_end(db, &request, ret_withdrawn, err);
  if (status != STATUS_OK || !*ret_withdrawn) return status;
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, id, err);
}
