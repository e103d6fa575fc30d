/* json_body.h: the body of a request: one flat JSON object of texts and lists of texts. Pure but for memory. */
#ifndef CLOSEBELL_API_JSON_BODY_H
#define CLOSEBELL_API_JSON_BODY_H

#include <stddef.h>

#include <closebell/api/problem.h>

enum { JSON_BODY_MEMBERS = 8, JSON_BODY_TEXTS = 1024 };

typedef struct {
  const char *name;
  bool is_list;
  const char **texts; /* one, or those of the list; decoded UTF-8 without NUL */
  size_t count;
} JsonBodyMember;

/* Zero-initialise; json_body_free at the end. It stays where it is while its texts are used. */
typedef struct {
  char *buffer; /* owned */
  JsonBodyMember members[JSON_BODY_MEMBERS];
  size_t member_count;
  const char *texts[JSON_BODY_TEXTS];
  size_t text_count;
} JsonBody;

/* False with *problem, 400: it is no JSON, no such object, too large for one, or has a member twice or one that is not
 * among `known` (null-ended); its parameter is the member where one is meant. 503: no memory. */
bool json_body_parse(const char *body, size_t size, const char *const *known, JsonBody *ret_body, Problem *problem);
void json_body_free(JsonBody *body);

const JsonBodyMember *json_body_find(const JsonBody *body, const char *name); /* null: it was not given */

#endif
