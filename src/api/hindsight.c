/* /ledger and /radar: pages from the greatest _id down; no more of the collection is read than the page shows. */
#include <stdio.h>
#include <string.h>

#include "resources.h"

/* What of a collection, and which fields. */
typedef struct {
  const char *collection;
  const char *const *fields; /* null: all */
  const char *from, *to;     /* of _id; null: open */
} Book;

typedef struct {
  JsonWriter to;
  const char *behind; /* the _id that the page before ended with; "": this is the first */
  size_t limit, count;
  char last[CURSOR_ID_SIZE]; /* _id of the last one that is shown */
  bool more;
} Page;

/* An _id that fits into no cursor is none of ours. */
static Status put_item(void *context, StoredDocument *document, Error *err) {
  (void)err;
  Page *page = context;
  if (strcmp(document->id, page->behind) == 0 || strlen(document->id) >= CURSOR_ID_SIZE) return STATUS_OK;
  page->more = page->count == page->limit;
  if (page->more) return STATUS_OK;
  put_document(&page->to, "id", document, NULL);
  text_copy(page->last, sizeof page->last, document->id);
  page->count++;
  return STATUS_OK;
}

/* One more than the page, to know whether there is another, and the last one of the page before. */
static bool answer_page(Call *call, ServiceAnswer *answer, const Book *book) {
  char place[CURSOR_ID_SIZE], cursor[CURSOR_LONG_SIZE];
  Error err = {{0}};
  if (!cursor_read_behind(call->target, call->snapshot->state, place, call->problem)) return false;
  Page page = {.behind = place, .limit = (size_t)call_whole(call, "limit", CALL_LIMIT)};
  const StoredRange range = {.database = DB_SYSTEM,
                             .collection = book->collection,
                             .from = book->from,
                             .to = *place != '\0' ? place : book->to,
                             .fields = book->fields};
  page.to = call_begin_json(call, answer);
  json_begin_list(&page.to, "items");
  Status status = stored_read_back(call->db, &range, page.limit + 2, put_item, &page, &err);
  if (status != STATUS_OK) {
    text_buffer_free(&answer->body);
    return call_store_failed(call, status, &err);
  }
  json_end_list(&page.to);
  if (page.more)
    json_put_text(&page.to, "next", cursor_make_behind(call->target, call->snapshot->state, page.last, cursor));
  call_end_json(&page.to, answer);
  return true;
}

bool answer_ledger(Call *call, ServiceAnswer *answer) {
  static const char *const fields[] = {"at_utc",         "kind",    "model",        "date",    "tickers", "verdict",
                                       "final_decision", "decides", "hunter_score", "outcome", NULL};
  return answer_page(call, answer, &(Book){.collection = "decision_ledger", .fields = fields});
}

/* '~' comes behind all that an _id of the last date may end with. */
bool answer_radar(Call *call, ServiceAnswer *answer) {
  char last[16];
  const char *to = call_text(call, "to");
  if (to) snprintf(last, sizeof last, "%.10s~", to);
  return answer_page(call, answer,
                     &(Book){.collection = "shadow_radar", .from = call_text(call, "from"), .to = to ? last : NULL});
}
