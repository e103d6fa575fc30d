/* json_body.h: the bytes of a body as JSON, or why they are none. */
#ifndef CLOSEBELL_SOURCE_JSON_BODY_H
#define CLOSEBELL_SOURCE_JSON_BODY_H

#include <closebell/plan/answer.h>

typedef struct json_t json_t;

/* Null, and kind and detail of the answer say why: a page is ANSWER_BLOCKED, what was cut on its way or is no JSON
 * ANSWER_FAILING, what is whole and yet not to be believed ANSWER_BROKEN. */
json_t *json_body_read(const char *body, size_t length, Answer *answer);

/* Leaves out a byte order mark. */
void json_body_skip_mark(const char **body, size_t *length);
bool json_body_is_markup(const char *body, size_t length);

#endif
