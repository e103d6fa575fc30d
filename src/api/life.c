/* /healthz, /readyz, /metrics. */
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

static void put_answers(TextBuffer *out, const Service *service, const char *path, size_t row) {
  for (int class = 2; class < SERVICE_CLASSES; class ++) {
    long count = atomic_load(&service->answers[row][class]);
    if (count > 0)
      text_buffer_printf(out, "closebell_api_answers_total{path=\"%s\",status=\"%dxx\"} %ld\n", path, class, count);
  }
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
  const Route *routes = route_table(&count);
  answer->status = 200;
  answer->type = TYPE_TEXT;
  TextBuffer *out = &answer->body;
  text_buffer_printf(out, "# HELP closebell_api_answers_total Answers, by path and class of status.\n"
                          "# TYPE closebell_api_answers_total counter\n");
  for (size_t i = 0; i < count; i++) put_answers(out, call->service, routes[i].path, i);
  put_answers(out, call->service, "", SERVICE_ROUTES - 1);
  put_state(out, call);
  return true;
}
