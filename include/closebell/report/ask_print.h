/* ask_print.h: --ask: what a model was told, and its opinion, for people or as JSON. */
#ifndef CLOSEBELL_REPORT_ASK_PRINT_H
#define CLOSEBELL_REPORT_ASK_PRINT_H

#include <closebell/analysis/screen_result.h>
#include <closebell/base/output.h>
#include <closebell/decision/ask.h>

/* The title of the prompt, the answer with its figures, the facts that it had, the verdict. Of a refused one the facts
 * and the reason, and nothing that the model wrote. The ask has prompt and facts; the decision is its own, or another
 * one of the same request. */
Status ask_print(const Output *out, const Ask *ask, const Decision *decision, Error *err);
/* The facts alone: what would be asked. */
void ask_print_facts(const Output *out, const Ask *ask);
/* The object that /ai/analysis/{id} has, on one line. */
Status ask_print_json(const Output *out, const ScreenProof *proof, const Decision *decision, Error *err);

#endif
