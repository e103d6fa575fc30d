/* decision_json.h: a decision as readers get it, over HTTP and from --ask alike. Pure but for memory.
 *
 * What a model wrote and was refused is never in it: then `answer` is empty, and the facts stand with the reason. */
#ifndef CLOSEBELL_DECISION_DECISION_JSON_H
#define CLOSEBELL_DECISION_DECISION_JSON_H

#include <closebell/base/json_writer.h>
#include <closebell/store/decision_ledger.h>

/* "accepted", "refused: why". Returns text. */
enum { DECISION_VERDICT_TEXT_SIZE = DECISION_VERDICT_SIZE + 16 };
char *decision_verdict(const Decision *decision, char text[DECISION_VERDICT_TEXT_SIZE]);

/* Its members, into an object that is open. */
void decision_json_put(JsonWriter *to, const Decision *decision);

#endif
