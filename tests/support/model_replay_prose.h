/* model_replay_prose.h: what an honest model answers: an object that fits the schema of the request, with prose that
 * carries placeholders of the facts of the request. */
#ifndef MODEL_REPLAY_PROSE_H
#define MODEL_REPLAY_PROSE_H

#include <jansson.h>

/* user: the text of the question; schema: null: {"text": prose}. The answer's JSON, for the caller to free. n: another
 * answer for another number. */
char *model_prose(const char *user, const json_t *schema, unsigned n);

#endif
