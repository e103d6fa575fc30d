/* Collections as they are stored: newest first with a limit, or whole and ascending. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/market/index_day.h>
#include <closebell/market/ticker.h>

#include "resources.h"

typedef struct {
  StoredDocument *items;
  size_t count, capacity;
  bool (*keeps)(const Call *call, const StoredDocument *document); /* null: all */
  const Call *call;
} Kept;

static Status keep(void *context, StoredDocument *document, Error *err) {
  Kept *kept = context;
  if (kept->keeps && !kept->keeps(kept->call, document)) return STATUS_OK;
  StoredDocument *items = vector_reserve(kept->items, &kept->capacity, kept->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the documents");
  kept->items = items;
  kept->items[kept->count++] = *document;
  *document = (StoredDocument){0};
  return STATUS_OK;
}

static void free_kept(Kept *kept) {
  for (size_t i = 0; i < kept->count; i++) stored_free(&kept->items[i]);
  free(kept->items);
  kept->items = NULL;
  kept->count = kept->capacity = 0;
}

/* What of a collection, and how. */
typedef struct {
  const char *database, *collection, *id_name;
  const char *from, *to; /* of _id; null: open */
  bool (*keeps)(const Call *call, const StoredDocument *document);
  int (*order)(const void *a, const void *b); /* null: the greatest _id first */
  bool ascending, pages;                      /* ascending without pages: whole */
  bool dated;                                 /* _id begins with a date; newest first, without pages */
  bool has_events;                            /* explained_by names one, which is put beside it */
} List;

static int by_id_down(const void *a, const void *b) {
  return strcmp(((const StoredDocument *)b)->id, ((const StoredDocument *)a)->id);
}

/* A filing that cannot be read is only named. */
static void put_event(const Call *call, JsonWriter *to, const StoredDocument *action) {
  const StoredField *filing = stored_field(action, "explained_by");
  StoredDocument event = {0};
  Error unread;
  if (!filing || filing->kind != STORED_TEXT) return;
  if (stored_find(call->db, DB_SYSTEM, "company_events", filing->text, &event, &unread) != STATUS_OK) return;
  json_begin_object(to, "event");
  put_document_members(to, "id", &event, NULL);
  json_end_object(to);
  stored_free(&event);
}

static void put_item(const Call *call, JsonWriter *to, const List *list, const StoredDocument *item) {
  json_begin_object(to, NULL);
  put_document_members(to, list->id_name, item, NULL);
  if (list->has_events) put_event(call, to, item);
  json_end_object(to);
}

static void put_list(const Call *call, ServiceAnswer *answer, const List *list, const Kept *kept, size_t from) {
  char cursor[CURSOR_SIZE];
  size_t limit = list->ascending && !list->pages ? kept->count : (size_t)call_whole(call, "limit", CALL_LIMIT);
  if (from > kept->count) from = kept->count;
  size_t until = kept->count - from > limit ? from + limit : kept->count;
  JsonWriter to = call_begin_json(call, answer);
  json_begin_list(&to, "items");
  for (size_t i = from; i < until; i++) put_item(call, &to, list, &kept->items[i]);
  json_end_list(&to);
  if (list->pages && until < kept->count)
    json_put_text(&to, "next", cursor_make(call->target, call->snapshot->state, (int64_t)until, cursor));
  call_end_json(&to, answer);
}

static Status read_range(const List *list, const char *from, const char *to, Kept *kept, Error *err) {
  StoredRange range = {.database = list->database, .collection = list->collection, .from = from, .to = to};
  return stored_read(kept->call->db, &range, keep, kept, err);
}

/* Of a long collection only its end is wanted: so it is read from a day on, an earlier one where that gives too few. */
static Status read_newest(const List *list, Kept *kept, Error *err) {
  enum { FIRST_DAYS = 4, TIMES = 8, LAST_DAYS = 256 };
  const size_t limit = (size_t)call_whole(kept->call, "limit", CALL_LIMIT);
  const Day as_of = kept->call->snapshot->state.as_of;
  Status status = STATUS_OK;
  for (int days = FIRST_DAYS; as_of != DAY_NONE && days <= LAST_DAYS; days *= TIMES) {
    status = read_range(list, day_text(as_of - days).text, NULL, kept, err);
    if (status != STATUS_OK || kept->count >= limit) return status;
    free_kept(kept);
  }
  return read_range(list, NULL, NULL, kept, err);
}

static Status read_list(const List *list, Kept *kept, Error *err) {
  const Day date = call_day(kept->call, "date");
  if (!list->dated) return read_range(list, list->from, list->to, kept, err);
  if (date == DAY_NONE) return read_newest(list, kept, err);
  return read_range(list, day_text(date).text, day_text(date + 1).text, kept, err);
}

static bool answer_list(Call *call, ServiceAnswer *answer, const List *list) {
  Error err = {{0}};
  int64_t place = 0;
  Kept kept = {.keeps = list->keeps, .call = call};
  if (list->pages && !cursor_read(call->target, call->snapshot->state, &place, call->problem)) return false;
  Status status = read_list(list, &kept, &err);
  if (status == STATUS_OK && kept.count > 0 && !list->ascending)
    qsort(kept.items, kept.count, sizeof *kept.items, list->order ? list->order : by_id_down);
  if (status == STATUS_OK) put_list(call, answer, list, &kept, place > INT32_MAX ? INT32_MAX : (size_t)place);
  free_kept(&kept);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}

/* ---- newest first ---- */

static bool is_of_date(const Call *call, const StoredDocument *document) {
  const char *date = call_text(call, "date");
  return !date || strncmp(document->id, date, strlen(date)) == 0;
}

bool answer_status(Call *call, ServiceAnswer *answer) {
  return answer_list(
      call, answer,
      &(List){.database = DB_SYSTEM, .collection = "job_status", .id_name = "id", .keeps = is_of_date, .dated = true});
}

bool answer_runs(Call *call, ServiceAnswer *answer) {
  return answer_list(
      call, answer,
      &(List){.database = DB_SYSTEM, .collection = "job_runs", .id_name = "id", .keeps = is_of_date, .dated = true});
}

/* Those of a session behind as_of belong to the next state. */
static bool are_leaders_of_the_state(const Call *call, const StoredDocument *document) {
  Day date;
  return is_of_date(call, document) && day_parse(document->id, &date) && date <= snapshot_end(call->snapshot);
}

bool answer_leaders(Call *call, ServiceAnswer *answer) {
  Day date = call_day(call, "date");
  if (date != DAY_NONE && day_state_find(call->snapshot->days, call->snapshot->day_count, date) != JOB_COMPLETED)
    return problem_of_parameter(call->problem, "date", "%s is no archived session", day_text(date).text);
  return answer_list(call, answer,
                     &(List){.database = DB_SYSTEM,
                             .collection = "leader_candidates",
                             .id_name = "date",
                             .keeps = are_leaders_of_the_state,
                             .dated = true});
}

static bool was_open_on(const Call *call, const StoredDocument *document) {
  Day date = call_day(call, "date");
  Instant last = stored_get_instant(document, "last_utc");
  return date == DAY_NONE || (last != INSTANT_NONE && instant_kst_day(last) == date);
}

static int by_last_down(const void *a, const void *b) {
  int64_t left = stored_get_instant(a, "last_utc"), right = stored_get_instant(b, "last_utc");
  return left != right ? (left < right ? 1 : -1)
                       : strcmp(((const StoredDocument *)a)->id, ((const StoredDocument *)b)->id);
}

bool answer_alerts(Call *call, ServiceAnswer *answer) {
  return answer_list(call, answer,
                     &(List){.database = DB_SYSTEM,
                             .collection = "ops_alerts",
                             .id_name = "id",
                             .keeps = was_open_on,
                             .order = by_last_down});
}

/* ---- whole, ascending ---- */

static bool is_after(const Call *call, const StoredDocument *document) {
  int64_t number;
  return text_parse_int64(document->id, 0, INT64_MAX, &number) && number > call_whole(call, "since", -1) &&
         number <= call->snapshot->state.restatement; /* a later one belongs to the next state */
}

bool answer_changes(Call *call, ServiceAnswer *answer) {
  return answer_list(
      call, answer,
      &(List){
          .database = DB_SYSTEM, .collection = "restatements", .id_name = "id", .keeps = is_after, .ascending = true});
}

bool answer_index(Call *call, ServiceAnswer *answer) {
  const char *name = call_segment(call, 1);
  IndexSet known;
  if (strchr(name, ',') || *name == '\0' || !index_set_parse(name, &known))
    return problem_set(call->problem, 404, "there are the indices KOSPI, KOSDAQ, KOSPI200");
  return answer_list(call, answer,
                     &(List){.database = DB_INDEX,
                             .collection = name,
                             .id_name = "date",
                             .from = call_text(call, "from"),
                             .to = call_text(call, "to"),
                             .ascending = true});
}

static bool of_stock(Call *call, ServiceAnswer *answer, const char *database, const char *id_name) {
  const char *ticker = call_segment(call, 1);
  if (!ticker_is_valid(ticker)) return problem_set(call->problem, 404, "the path names no ticker");
  return answer_list(call, answer,
                     &(List){.database = database, .collection = ticker, .id_name = id_name, .ascending = true});
}

bool answer_flow(Call *call, ServiceAnswer *answer) { return of_stock(call, answer, "market_flow", "date"); }
bool answer_financials(Call *call, ServiceAnswer *answer) { return of_stock(call, answer, "financial_data", "id"); }
bool answer_dividends(Call *call, ServiceAnswer *answer) { return of_stock(call, answer, "dividend_data", "id"); }

/* A document a session. */
bool answer_minutes(Call *call, ServiceAnswer *answer) {
  const char *ticker = call_segment(call, 1), *date = call_text(call, "date");
  if (!ticker_is_valid(ticker)) return problem_set(call->problem, 404, "the path names no ticker");
  return answer_list(call, answer,
                     &(List){.database = "minute_data",
                             .collection = ticker,
                             .id_name = "date",
                             .from = date,
                             .to = date,
                             .ascending = true});
}

/* An _id may be anybody's key. */
static int by_asking_down(const void *a, const void *b) {
  Instant left = stored_get_instant(a, "at_utc"), right = stored_get_instant(b, "at_utc");
  return left != right ? (left < right ? 1 : -1) : by_id_down(a, b);
}

bool answer_requests(Call *call, ServiceAnswer *answer) {
  return answer_list(
      call, answer,
      &(List){
          .database = DB_SYSTEM, .collection = "requests", .id_name = "id", .order = by_asking_down, .pages = true});
}

bool answer_actions(Call *call, ServiceAnswer *answer) {
  char from[32], to[32];
  const char *ticker = call_segment(call, 1);
  if (!ticker_is_valid(ticker)) return problem_set(call->problem, 404, "the path names no ticker");
  snprintf(from, sizeof from, "%s:", ticker);
  snprintf(to, sizeof to, "%s;", ticker); /* the character behind the colon */
  return answer_list(call, answer,
                     &(List){.database = DB_SYSTEM,
                             .collection = "corporate_actions",
                             .id_name = "id",
                             .from = from,
                             .to = to,
                             .ascending = true,
                             .has_events = true});
}

static bool is_of_stock(const Call *call, const StoredDocument *document) {
  return strcmp(stored_get_text(document, "ticker"), call_segment(call, 1)) == 0;
}

bool answer_company_events(Call *call, ServiceAnswer *answer) {
  if (!ticker_is_valid(call_segment(call, 1))) return problem_set(call->problem, 404, "the path names no ticker");
  return answer_list(call, answer,
                     &(List){.database = DB_SYSTEM,
                             .collection = "company_events",
                             .id_name = "id",
                             .keeps = is_of_stock,
                             .ascending = true});
}
