/* /requests: what somebody wants done again. Nothing is started here: the next run of daily_update does it. */
#include <stdio.h>
#include <string.h>

#include <closebell/api/json_body.h>
#include <closebell/api/service.h>
#include <closebell/base/random.h>
#include <closebell/market/due.h>
#include <closebell/source/provider.h>
#include <closebell/store/feed_state.h>
#include <closebell/store/requests.h>

#include "resources.h"

enum { RETRY_FULL_S = 600 };

/* ---- one that is there ---- */

static bool refuse_absent(Call *call) {
  return problem_set(call->problem, 404, "there is no request of that id; /requests lists them");
}

/* As it is stored. */
static bool put_request(Call *call, ServiceAnswer *answer, const char *id) {
  StoredDocument document = {0};
  Error err = {{0}};
  Status status = stored_find(call->db, DB_SYSTEM, "requests", id, &document, &err);
  if (status == STATUS_NOT_FOUND) return refuse_absent(call);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  JsonWriter to = call_begin_json(call, answer);
  json_put_text(&to, "id", document.id);
  for (size_t i = 0; i < document.count; i++) put_stored(&to, document.fields[i].name, &document.fields[i]);
  call_end_json(&to, answer);
  stored_free(&document);
  return true;
}

bool answer_request(Call *call, ServiceAnswer *answer) {
  const char *id = call_segment(call, 1);
  return request_id_is_valid(id) ? put_request(call, answer, id) : refuse_absent(call);
}

static bool refuse_ended(Call *call) {
  return problem_set(call->problem, 409, "it is not open any more: what was done stays on record");
}

bool answer_request_delete(Call *call, ServiceAnswer *answer) {
  const char *id = call_segment(call, 1);
  Request request;
  Error err = {{0}};
  bool withdrawn = false;
  if (!request_id_is_valid(id)) return refuse_absent(call);
  Status status = requests_find(call->db, id, &request, &err);
  if (status == STATUS_NOT_FOUND) return refuse_absent(call);
  if (status == STATUS_OK && request.state != REQUEST_OPEN) return refuse_ended(call);
  if (status == STATUS_OK || status == STATUS_BAD_DATA)
    status = requests_withdraw(call->db, id, call->who, clock_now(call->service->clock), &withdrawn, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  if (!withdrawn) return refuse_ended(call);
  answer->status = 204;
  return true;
}

/* ---- what is asked ---- */

/* Null with the call's problem: it is missing, or no text. */
static const char *text_of(Call *call, const JsonBody *body, const char *name) {
  const JsonBodyMember *given = json_body_find(body, name);
  if (given && !given->is_list && given->count == 1) return given->texts[0];
  problem_of_parameter(call->problem, name, "%s", given ? "a text is wanted" : "it is missing");
  return NULL;
}

static bool take_day(Call *call, const JsonBody *body, const char *name, Day *to) {
  const char *text = text_of(call, body, name);
  if (!text) return false;
  return day_parse(text, to) || problem_of_parameter(call->problem, name, "it is no date like 2025-04-10");
}

static bool take_body(Call *call, const JsonBody *body, Request *to) {
  const char *dataset = text_of(call, body, "dataset");
  if (!dataset || !take_day(call, body, "from", &to->what.from) || !take_day(call, body, "to", &to->what.to))
    return false;
  if (!text_copy(to->what.dataset, sizeof to->what.dataset, dataset))
    return problem_of_parameter(call->problem, "dataset", "there is no dataset \"%.60s\"", dataset);
  const char *reason = text_of(call, body, "reason");
  if (!reason) return false;
  if (!request_reason_is_valid(reason))
    return problem_of_parameter(call->problem, "reason", "a line of 1 to %d bytes is wanted: why is it asked for?",
                                REQUEST_REASON_SIZE - 1);
  return text_copy(to->reason, sizeof to->reason, reason);
}

/* In quotation marks, as the header's draft has it, or without. */
static bool take_key(Call *call, Request *to) {
  const char *key = call->idempotency_key;
  size_t length = key ? strlen(key) : 0;
  bool quoted = length >= 2 && key[0] == '"' && key[length - 1] == '"';
  if (!key) {
    const Random random = random_system();
    requests_give_id(to, &random);
    return true;
  }
  snprintf(to->id, sizeof to->id, "%.*s", (int)(length < sizeof to->id + 2 ? length - 2 * quoted : 0), key + quoted);
  return request_id_is_valid(to->id) ||
         problem_of_parameter(call->problem, "Idempotency-Key", "the header has 1 to %d letters, digits and \"_.:-\"",
                              REQUEST_ID_SIZE - 1);
}

/* ---- whether it makes sense ---- */

/* The datasets of the product, and the feeds that have run: their files need not lie where this program runs. What a
 * file says the run knows, and refuses by it. */
typedef struct {
  JobRow rows[JOB_TABLE_MAX];
  char names[JOB_TABLE_MAX][FEED_NAME_SIZE];
  JobTable table;
} Datasets;

static Status add_feed(void *context, StoredDocument *document, Error *err) {
  Datasets *datasets = context;
  (void)err;
  size_t at = datasets->table.count;
  if (at == JOB_TABLE_MAX || !feed_units_name(document->id, datasets->names[at])) return STATUS_OK;
  datasets->rows[at] =
      (JobRow){.name = datasets->names[at], .kind = JOB_DATASET, .again = {.same_day = true, .other_days = true}};
  datasets->table.count++;
  return STATUS_OK;
}

static Status list_datasets(Call *call, const char *dataset, Datasets *to, Error *err) {
  static const char *const fields[] = {"_id", NULL};
  const JobTable *jobs = job_table();
  memcpy(to->rows, jobs->rows, jobs->count * sizeof *jobs->rows);
  to->table = (JobTable){to->rows, jobs->count};
  if (request_row(jobs, dataset)) return STATUS_OK;
  StoredRange range = {
      .database = DB_SYSTEM, .collection = "source_state", .from = "feed:", .to = "feed;", .fields = fields};
  return stored_read(call->db, &range, add_feed, to, err);
}

static bool judge(Call *call, const Request *request) {
  const Service *service = call->service;
  const Instant now = clock_now(service->clock);
  Datasets datasets;
  RequestRefusal refusal;
  Error err = {{0}};
  Status status = list_datasets(call, request->what.dataset, &datasets, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  const RequestFacts facts = {
      .jobs = &datasets.table,
      .config = service->config,
      .first = snapshot_first(call->snapshot),
      .newest = due_newest(provider_of_prices()->terms(service->config).publication, service->closures, now),
      .today = instant_kst_day(now)};
  if (request_judge(&request->what, &facts, &refusal)) return true;
  problem_of_parameter(call->problem, refusal.parameter, "%s", refusal.text);
  if (*refusal.nearest) text_copy(call->problem->nearest, sizeof call->problem->nearest, refusal.nearest);
  return false;
}

static bool has_room(Call *call) {
  size_t count = 0;
  Error err = {{0}};
  Status status = requests_count_marks(call->db, &count, &err);
  if (status == STATUS_OK) status = requests_count_open(call->db, count, &count, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  if (count < REQUESTS_OPEN_MAX) return true;
  problem_set(call->problem, 429, "%zu requests are open: the next run of daily_update does them first", count);
  call->problem->retry_after = RETRY_FULL_S;
  return false;
}

/* ---- asking ---- */

static bool put_taken(Call *call, ServiceAnswer *answer, const Request *stored) {
  char place[REQUEST_ID_SIZE + 16];
  if (!put_request(call, answer, stored->id)) return false;
  snprintf(place, sizeof place, "/requests/%s", stored->id);
  answer_header(answer, "Location", place);
  answer->status = stored->state == REQUEST_OPEN ? 202 : 200;
  return true;
}

static bool join(Call *call, ServiceAnswer *answer, const Request *request, const Request *stored) {
  if (request_is_same(request, stored)) return put_taken(call, answer, stored);
  return problem_set(call->problem, 409, "another request was made with this Idempotency-Key: /requests/%s",
                     stored->id);
}

static bool add(Call *call, ServiceAnswer *answer, const Request *request) {
  Request stored;
  bool added;
  Error err = {{0}};
  Status status = call->idempotency_key ? requests_find(call->db, request->id, &stored, &err) : STATUS_NOT_FOUND;
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return call_store_failed(call, status, &err);
  bool is_new = status == STATUS_NOT_FOUND;
  if (!is_new && !request_is_same(request, &stored)) return join(call, answer, request, &stored);
  if (is_new && (!judge(call, request) || !has_room(call))) return false;
  status = requests_add(call->db, request, &stored, &added, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  return join(call, answer, request, &stored);
}

bool answer_request_post(Call *call, ServiceAnswer *answer) {
  static const char *const known[] = {"dataset", "from", "to", "reason", NULL};
  JsonBody body;
  Request request = {.state = REQUEST_OPEN, .done_utc = INSTANT_NONE};
  Error err = {{0}};
  Status status = db_server_time(call->db, &request.at_utc, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  if (!json_body_parse(call->body, call->body_size, known, &body, call->problem)) return false;
  text_copy(request.who, sizeof request.who, call->who);
  bool good = take_body(call, &body, &request) && take_key(call, &request) && add(call, answer, &request);
  json_body_free(&body);
  return good;
}
