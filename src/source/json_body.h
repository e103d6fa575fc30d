/* json_body.h: the bytes of a body as JSON, or why they are none. */
#ifndef CLOSEBELL_SOURCE_JSON_BODY_H
#define CLOSEBELL_SOURCE_JSON_BODY_H

#include <closebell/plan/answer.h>

typedef struct json_t json_t;

/* Null, and kind and detail of the answer say why: a page is ANSWER_BLOCKED, what was cut on its way or is no JSON
 * ANSWER_FAILING, what is whole and yet not to be believed ANSWER_BROKEN. */
json_t *json_body_read(const char *body, size_t length, Answer *answer);
/* The same of a body that has to be an object; another value is ANSWER_BROKEN. */
json_t *json_body_read_object(const char *body, size_t length, Answer *answer);
/* A member that is a text; "" where there is none. object may be null. Lent. */
const char *json_body_text(const json_t *object, const char *name);

/* Leaves out a byte order mark. */
void json_body_skip_mark(const char **body, size_t *length);
bool json_body_is_markup(const char *body, size_t length);

#endif
