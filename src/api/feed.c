/* /feeds/{name}: the rows of a declared feed, by _id, a page at a time. A page is read from where the one before ended,
 * and no further than it goes: how much a feed holds makes no answer larger or slower. */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/feed/definition.h>

#include "resources.h"

/* A page ends early where its documents are as large as this, in memory: it has at least one. */
enum { PAGE_BYTES = 8 << 20, TO_SIZE = CURSOR_ID_SIZE + 4 };
/* The last character there is, which no _id holds: with it behind a text stands the end of what begins so. */
static const char LAST[] = "\xf4\x8f\xbf\xbf";

typedef struct {
  const Call *call;
  const char *behind; /* the _id that the page before ended with; "": none */
  size_t limit;
  StoredDocument *items;
  size_t count, capacity, bytes;
  bool is_full, has_more; /* is_full: nothing else is read */
} Page;

static void free_page(Page *page) {
  for (size_t i = 0; i < page->count; i++) stored_free(&page->items[i]);
  free(page->items);
}

/* ---- reading ---- */

/* The document that there is no room for shows that there is another page, and ends the reading. */
static Status keep(void *context, StoredDocument *document, Error *err) {
  Page *page = context;
  if (strcmp(document->id, page->behind) == 0) return STATUS_OK;
  if (page->count == page->limit || (page->count > 0 && page->bytes >= PAGE_BYTES)) {
    page->is_full = page->has_more = true;
    return error_set(err, STATUS_INTERRUPTED, "the page is full");
  }
  StoredDocument *items = vector_reserve(page->items, &page->capacity, page->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the documents");
  page->items = items;
  page->bytes += stored_size(document);
  page->items[page->count++] = *document;
  *document = (StoredDocument){0};
  return STATUS_OK;
}

/* What is asked for, in ids. */
typedef struct {
  const char *from, *to; /* null: open */
  char end[TO_SIZE];
} Ids;

/* "DGS10" is the end of what begins with DGS10, that itself among it. */
static bool take_ids(const Call *call, Ids *ids) {
  const char *to = call_text(call, "to");
  *ids = (Ids){.from = call_text(call, "from")};
  if (ids->from && strlen(ids->from) >= CURSOR_ID_SIZE)
    return problem_of_parameter(call->problem, "from", "no id has more than %d bytes", CURSOR_ID_SIZE - 1);
  if (to && !text_copy(ids->end, CURSOR_ID_SIZE, to))
    return problem_of_parameter(call->problem, "to", "no id has more than %d bytes", CURSOR_ID_SIZE - 1);
  if (!to) return true;
  strcat(ids->end, LAST);
  ids->to = ids->end;
  return !ids->from || strcmp(ids->from, ids->to) <= 0 ||
         problem_of_parameter(call->problem, "from", "it is after `to`");
}

static Status read_page(Page *page, const char *name, const Ids *ids, Error *err) {
  StoredRange range = {
      .database = DB_FEED, .collection = name, .from = *page->behind ? page->behind : ids->from, .to = ids->to};
  Status status = stored_read(page->call->db, &range, keep, page, err);
  return page->is_full ? STATUS_OK : status;
}

/* ---- answers: columns of CSV are the fields of the page ---- */

static void put_csv(const Page *page, TextBuffer *out) {
  StoredColumns columns = {0};
  for (size_t i = 0; i < page->count; i++) out->failed |= !stored_columns_add(&columns, &page->items[i]);
  stored_columns_put_head(&columns, out);
  for (size_t i = 0; i < page->count; i++) stored_columns_put_row(&columns, out, &page->items[i]);
  stored_columns_free(&columns);
}

static void put_page(const Page *page, ServiceAnswer *answer) {
  char next[CURSOR_LONG_SIZE];
  const Call *call = page->call;
  const char *type = route_type(call->route, call->target);
  if (page->has_more) cursor_make_behind(call->target, call->snapshot->state, page->items[page->count - 1].id, next);
  if (strcmp(type, TYPE_JSON) == 0) {
    JsonWriter to = call_begin_json(call, answer);
    json_begin_list(&to, "items");
    for (size_t i = 0; i < page->count; i++) put_document(&to, "id", &page->items[i], NULL);
    json_end_list(&to);
    if (page->has_more) json_put_text(&to, "next", next);
    call_end_json(&to, answer);
    return;
  }
  call_begin_rows(call, answer, type);
  if (page->has_more) answer_header(answer, "Closebell-Next", next);
  if (strcmp(type, TYPE_CSV) == 0)
    put_csv(page, &answer->body);
  else
    for (size_t i = 0; i < page->count; i++) stored_put_line(&answer->body, &page->items[i]);
}

bool answer_feed(Call *call, ServiceAnswer *answer) {
  Error err = {{0}};
  char behind[CURSOR_ID_SIZE];
  Ids ids;
  const char *name = call_segment(call, 1);
  if (!feed_name_is_valid(name)) return problem_set(call->problem, 404, "the path names no feed");
  if (!take_ids(call, &ids)) return false;
  if (!cursor_read_behind(call->target, call->snapshot->state, behind, call->problem)) return false;
  Page page = {.call = call, .behind = behind, .limit = (size_t)call_whole(call, "limit", CALL_LIMIT)};
  Status status = read_page(&page, name, &ids, &err);
  if (status == STATUS_OK) put_page(&page, answer);
  free_page(&page);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}
