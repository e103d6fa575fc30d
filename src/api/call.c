#include <closebell/api/call.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *call_text(const Call *call, const char *name) { return target_parameter(call->target, name); }

Day call_day(const Call *call, const char *name) {
  const char *text = call_text(call, name);
  Day day = DAY_NONE;
  return text && day_parse(text, &day) ? day : DAY_NONE;
}

int64_t call_whole(const Call *call, const char *name, int64_t otherwise) {
  const char *text = call_text(call, name);
  int64_t value;
  return text && text_parse_int64(text, 0, INT64_MAX, &value) ? value : otherwise;
}

bool call_is(const Call *call, const char *name, const char *value) {
  const char *text = call_text(call, name);
  return text && strcmp(text, value) == 0;
}

const char *call_segment(const Call *call, size_t index) { return call->target->segments[index]; }

bool call_names(const Call *call, const char *parameter, size_t most, CallNames *ret_names) {
  const char *given = call_text(call, parameter);
  ret_names->count = 0;
  if (!given || *given == '\0') return true;
  if (!text_copy(ret_names->text, sizeof ret_names->text, given))
    return problem_of_parameter(call->problem, parameter, "it has more than %zu bytes", sizeof ret_names->text - 1);
  char *rest = ret_names->text;
  while (rest) {
    const char *name = strsep(&rest, ",");
    if (*name == '\0') return problem_of_parameter(call->problem, parameter, "a name between commas is empty");
    if (ret_names->count == most)
      return problem_of_parameter(call->problem, parameter, "it has more than %zu names", most);
    ret_names->items[ret_names->count++] = name;
  }
  return true;
}

bool call_names_has(const CallNames *names, const char *name) {
  if (!names || names->count == 0) return true;
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->items[i], name) == 0) return true;
  return false;
}

/* ---- answers ---- */

JsonWriter call_begin_json(const Call *call, ServiceAnswer *answer) {
  answer->status = 200;
  answer->type = TYPE_JSON;
  JsonWriter to = json_writer(&answer->body);
  json_begin_object(&to, NULL);
  json_put_day(&to, "as_of", call->snapshot->state.as_of);
  json_put_whole(&to, "restatement", call->snapshot->state.restatement);
  json_put_raw(&to, "proof", call->snapshot->proof.data, call->snapshot->proof.length);
  return to;
}

void call_end_json(JsonWriter *to, ServiceAnswer *answer) {
  json_end_object(to);
  text_buffer_append(&answer->body, "\n", 1);
}

void call_begin_rows(const Call *call, ServiceAnswer *answer, const char *type) {
  char number[24];
  answer->status = 200;
  answer->type = type;
  if (call->snapshot->state.as_of != DAY_NONE)
    answer_header(answer, "Closebell-As-Of", day_text(call->snapshot->state.as_of).text);
  snprintf(number, sizeof number, "%" PRId64, call->snapshot->state.restatement);
  answer_header(answer, "Closebell-Restatement", number);
  answer_header(answer, "Closebell-Proof", call->snapshot->proof.data);
}

/* Why another try may have its answer; null: none will. */
static const char *why_not_now(Status status) {
  switch (status) {
  case STATUS_UNAVAILABLE:
  case STATUS_INTERRUPTED:
    return "the database does not answer at the moment";
  case STATUS_INCOMPLETE:
    return "what this path gives was changed while it was read";
  case STATUS_NO_MEMORY:
    return "there is no memory for the answer at the moment";
  default:
    return NULL;
  }
}

bool call_store_failed(const Call *call, Status status, const Error *err) {
  const char *why = why_not_now(status);
  if (!why) return problem_set(call->problem, 500, "%.300s", err->text);
  problem_set(call->problem, 503, "%s", why);
  call->problem->retry_after = 5;
  return false;
}

/* ---- documents ---- */

void put_document_members(JsonWriter *to, const char *id_name, const StoredDocument *document,
                          const CallNames *names) {
  json_put_text(to, id_name, document->id);
  for (size_t i = 0; i < document->count; i++)
    if (strcmp(document->fields[i].name, id_name) != 0 && call_names_has(names, document->fields[i].name))
      put_stored(to, document->fields[i].name, &document->fields[i]);
}

void put_document(JsonWriter *to, const char *id_name, const StoredDocument *document, const CallNames *names) {
  json_begin_object(to, NULL);
  put_document_members(to, id_name, document, names);
  json_end_object(to);
}
