#include "model_replay_control.h"

#include "replay_http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t number_of(struct MHD_Connection *connection, const char *name) {
  const char *text = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
  return text == NULL ? 0 : strtoll(text, NULL, 10);
}

static enum MHD_Result say_seen(ModelServer *server, struct MHD_Connection *connection) {
  ModelSeen seen = model_server_seen(server);
  char text[1024];
  snprintf(text, sizeof text,
           "{\"calls\":%ld,\"under_way\":%ld,\"most_at_once\":%ld,\"tokens\":%" PRId64
           ",\"key_in_header\":%s,\"key_in_url\":%s,\"has_schema\":%s}\n",
           seen.calls, seen.under_way, seen.most_at_once, seen.tokens, seen.key_in_header ? "true" : "false",
           seen.key_in_url ? "true" : "false", seen.has_schema ? "true" : "false");
  return replay_answer_json(connection, 200, text);
}

enum MHD_Result model_control(ModelServer *server, struct MHD_Connection *connection, const char *url) {
  const char *name = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "name");
  ModelManner manner;
  if (strcmp(url, "/control/seen") == 0) return say_seen(server, connection);
  if (strcmp(url, "/control/body") == 0) {
    char *body = model_server_body(server);
    enum MHD_Result result = replay_answer_json(connection, 200, body == NULL ? "null" : body);
    free(body);
    return result;
  }
  if (strcmp(url, "/control/clear") == 0) {
    model_server_clear(server);
  } else if (strcmp(url, "/control/usage") == 0) {
    model_server_set_usage(server, number_of(connection, "in"), number_of(connection, "out"));
  } else if (strcmp(url, "/control/manner") == 0 && name != NULL && model_manner_parse(name, &manner)) {
    model_server_behave(server, manner, (int)number_of(connection, "times"), number_of(connection, "value"));
  } else {
    return replay_answer_json(connection, 400, "{\"error\":\"no such control\"}");
  }
  return replay_answer_json(connection, 200, "{}");
}
