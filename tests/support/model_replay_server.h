/* model_replay_server.h: a language model of ours on 127.0.0.1: generateContent of Gemini and chat/completions of
 * OpenAI. It answers honestly, or in a manner of the list: by what the test sets, or by the model's name
 * ("replay-MANNER"). */
#ifndef MODEL_REPLAY_SERVER_H
#define MODEL_REPLAY_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, what it does) */
#define MODEL_MANNERS(X)                                                                                               \
  X(honest, "a right answer")                                                                                          \
  X(digits, "a figure of its own in the prose")                                                                        \
  X(unknown_id, "a placeholder of no fact")                                                                            \
  X(misspelt_id, "a placeholder that is none")                                                                         \
  X(markup, "HTML in the prose")                                                                                       \
  X(link, "a link in the prose")                                                                                       \
  X(member_twice, "a member twice")                                                                                    \
  X(other_member, "a member that the schema lacks")                                                                    \
  X(around, "text around the JSON")                                                                                    \
  X(cut_text, "half of the JSON, which it calls complete")                                                             \
  X(max_tokens, "cut off at the most tokens")                                                                          \
  X(safety, "held back for safety")                                                                                    \
  X(other_finish, "a reason to end that nobody knows")                                                                 \
  X(no_finish, "no reason to end")                                                                                     \
  X(blocked, "the question is blocked")                                                                                \
  X(refusal, "the model refuses in words")                                                                             \
  X(empty, "an empty text")                                                                                            \
  X(thoughts, "thoughts and no text")                                                                                  \
  X(thinking, "thoughts before a right answer")                                                                        \
  X(tool_call, "a tool call")                                                                                          \
  X(no_usage, "a right answer that names no tokens")                                                                   \
  X(other_version, "another model than was asked for")                                                                 \
  X(twice, "a member of the envelope twice")                                                                           \
  X(not_json, "words instead of an answer")                                                                            \
  X(html_200, "a page with HTTP 200")                                                                                  \
  X(html_403, "a page with HTTP 403")                                                                                  \
  X(bad_request, "HTTP 400")                                                                                           \
  X(unauthorized, "HTTP 401, whose message repeats the key")                                                           \
  X(forbidden, "HTTP 403 in JSON")                                                                                     \
  X(not_found, "HTTP 404")                                                                                             \
  X(throttled, "HTTP 429; it may be asked again after `value` ms")                                                     \
  X(daily_quota, "HTTP 429: the day's quota is used up")                                                               \
  X(no_schema, "HTTP 400 to a question with a schema, else a right answer")                                            \
  X(status_500, "HTTP 500")                                                                                            \
  X(status_502, "HTTP 502")                                                                                            \
  X(status_503, "HTTP 503")                                                                                            \
  X(status_504, "HTTP 504")                                                                                            \
  X(reset, "the connection ends without an answer")                                                                    \
  X(cut, "half of the announced bytes")                                                                                \
  X(drip, "a right answer over `value` ms")                                                                            \
  X(hang, "no answer for `value` ms")                                                                                  \
  X(huge, "two megabytes")                                                                                             \
  X(redirect, "HTTP 302")

#define MODEL_MANNER_NAME(name, ...) MANNER_##name,
typedef enum { MODEL_MANNERS(MODEL_MANNER_NAME) MANNER_COUNT } ModelManner;
#undef MODEL_MANNER_NAME

/* False: there is no such manner. */
bool model_manner_parse(const char *name, ModelManner *ret_manner);

typedef struct ModelServer ModelServer;

/* port 0: a free one. Null with a line on stderr. */
ModelServer *model_server_start(uint16_t port);
uint16_t model_server_port(const ModelServer *server);
void model_server_stop(ModelServer *server);

/* The next `times` questions (0: all from now on) are answered so; then honestly. value: see the list; 0: a default. */
void model_server_behave(ModelServer *server, ModelManner manner, int times, int64_t value);
/* What follows those times, instead of honest answers. Behind model_server_behave. */
void model_server_behave_then(ModelServer *server, ModelManner manner);
/* Tokens that every answer names; 0: those of its texts, a token a byte. */
void model_server_set_usage(ModelServer *server, int64_t tokens_in, int64_t tokens_out);

/* What it was asked since it began, or was cleared. */
typedef struct {
  long calls;
  long under_way, most_at_once;
  bool key_in_header, key_in_url;   /* of the newest question */
  bool has_schema, forbidden_words; /* of its body: forbidden: temperature, topP, topK, thinking */
  int64_t tokens;                   /* that all answers have named */
  char path[512];
} ModelSeen;
ModelSeen model_server_seen(ModelServer *server);
/* The body of the newest question; the caller frees it. Null: none. */
char *model_server_body(ModelServer *server);
void model_server_clear(ModelServer *server);

#endif
