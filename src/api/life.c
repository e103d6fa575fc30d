/* /healthz, /readyz, /metrics. */
#include <string.h>

#include <closebell/api/service.h>

#include "resources.h"

static bool say(ServiceAnswer *answer, int status, const char *word) {
  answer->status = status;
  answer->type = TYPE_JSON;
  JsonWriter to = json_writer(&answer->body);
  json_begin_object(&to, NULL);
  json_put_text(&to, "status", word);
  json_end_object(&to);
  text_buffer_append(&answer->body, "\n", 1);
  return true;
}

bool answer_healthz(Call *call, ServiceAnswer *answer) {
  (void)call;
  return say(answer, 200, "ok");
}

bool answer_readyz(Call *call, ServiceAnswer *answer) {
  if (call->snapshot && atomic_load(&call->service->reachable)) return say(answer, 200, "ready");
  problem_set(call->problem, 503, "%s",
              call->snapshot ? "the database does not answer" : "no state of the database has been read yet");
  call->problem->retry_after = 5;
  return false;
}

static void put_count(TextBuffer *out, const char *path, int class, long count) {
  if (count > 0)
    text_buffer_printf(out, "closebell_api_answers_total{path=\"%s\",status=\"%dxx\"} %ld\n", path, class, count);
}

/* Rows of one path stand side by side, one a method: one line has them all. Returns the row behind them. */
static size_t put_path(TextBuffer *out, const Service *service, size_t row) {
  size_t count, end = row + 1;
  const Route *routes = route_table(&count);
  while (end < count && strcmp(routes[end].path, routes[row].path) == 0) end++;
  for (int class = 2; class < SERVICE_CLASSES; class ++) {
    long answers = 0;
    for (size_t i = row; i < end; i++) answers += atomic_load(&service->answers[i][class]);
    put_count(out, routes[row].path, class, answers);
  }
  return end;
}

static void put_state(TextBuffer *out, const Call *call) {
  const Snapshot *snapshot = call->snapshot;
  text_buffer_printf(out,
                     "# HELP closebell_api_ready The database answers, and a state is loaded.\n"
                     "# TYPE closebell_api_ready gauge\nclosebell_api_ready %d\n",
                     snapshot && atomic_load(&call->service->reachable));
  if (!snapshot) return;
  text_buffer_printf(out,
                     "# HELP closebell_api_restatement The restatement that is served.\n"
                     "# TYPE closebell_api_restatement gauge\nclosebell_api_restatement %lld\n",
                     (long long)snapshot->state.restatement);
  text_buffer_printf(out,
                     "# HELP closebell_api_sessions_unproven Sessions that are not proven in the state served.\n"
                     "# TYPE closebell_api_sessions_unproven gauge\nclosebell_api_sessions_unproven %zu\n",
                     snapshot->unproven_count);
  if (snapshot->state.as_of == DAY_NONE) return;
  text_buffer_printf(out,
                     "# HELP closebell_api_as_of_timestamp_seconds The Korean day that is served.\n"
                     "# TYPE closebell_api_as_of_timestamp_seconds gauge\n"
                     "closebell_api_as_of_timestamp_seconds %lld\n",
                     (long long)(instant_from_kst(snapshot->state.as_of, 0) / 1000));
}

bool answer_metrics(Call *call, ServiceAnswer *answer) {
  size_t count;
  route_table(&count);
  answer->status = 200;
  answer->type = TYPE_TEXT;
  TextBuffer *out = &answer->body;
  text_buffer_printf(out, "# HELP closebell_api_answers_total Answers, by path and class of status.\n"
                          "# TYPE closebell_api_answers_total counter\n");
  for (size_t row = 0; row < count;) row = put_path(out, call->service, row);
  for (int class = 2; class < SERVICE_CLASSES; class ++)
    put_count(out, "", class, atomic_load(&call->service->answers[SERVICE_ROUTES - 1][class]));
  put_state(out, call);
  return true;
}
