#include "ask_client.h"

void ask_point_to(LiveWorld *world, const char *provider, const char *model, int port) {
  char url[64];
  snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, strcmp(provider, "openai") == 0 ? "/v1" : "");
  live_set(world, "CLOSEBELL_AI_PROVIDER", provider);
  live_set(world, "CLOSEBELL_AI_MODEL", model);
  live_set(world, "CLOSEBELL_AI_API_KEY", "MadeUpKeyOfTests");
  live_set(world, "CLOSEBELL_AI_BASE_URL", url);
  live_set(world, "CLOSEBELL_AI_TIMEOUT", "60s");
  live_set(world, "CLOSEBELL_AI_CALLS_PER_DAY", "2000000");
}

Reply ask_post(const Api *api, const char *body) {
  char request[4096];
  snprintf(request, sizeof request,
           "POST /ai/analysis HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
           "Content-Length: %zu\r\n\r\n%s",
           strlen(body), body);
  return api_send(api, request);
}

char *ask_expect_asked(const Api *api, const char *body, char place[ASK_PLACE_SIZE]) {
  Reply reply = ask_post(api, body);
  if (reply.status != 202) fail_msg("POST %.120s: %d %s", body, reply.status, reply.body);
  live_assert_says(reply_header(&reply, "Location", place, ASK_PLACE_SIZE), "/ai/analysis/");
  live_assert_says(reply.body, "\"status\":\"running\"");
  reply_free(&reply);
  return place;
}

char *ask_await_decided(const Api *api, const char *place) {
  api_await(api, place, 200);
  return api_expect(api, place, 200);
}
