/* question.h: the texts that are sent to a model. The same question gives the same bytes. Pure. */
#ifndef CLOSEBELL_AI_QUESTION_H
#define CLOSEBELL_AI_QUESTION_H

#include <closebell/ai/fact.h>
#include <closebell/ai/prompt.h>
#include <closebell/base/sha256.h>

/* Lent throughout. */
typedef struct {
  const char *provider, *model; /* names, as the settings have them */
  Language language;
  const char *prompt_name;
  const Prompt *prompt;
  const FactTable *facts;
} PromptQuestion;

/* The rules that every answer keeps to: placeholders, no number, one JSON object, the language. */
void question_system(const PromptQuestion *question, TextBuffer *out);

/* The task and the facts as JSON. refused: why the answer before was refused, for the one more try; null: there was
 * none. No text of a refused answer goes out again. */
void question_user(const PromptQuestion *question, const char *refused, TextBuffer *out);

/* Over provider, model, language, the prompt's name, version, task and schema, the rules, and what is told.
 * STATUS_NO_MEMORY. */
Status question_sha256(const PromptQuestion *question, Sha256Text *ret_sha256, Error *err);

#endif
