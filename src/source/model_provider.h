/* model_provider.h: what differs between the services of language models: a row each; and what their files share. */
#ifndef CLOSEBELL_SOURCE_MODEL_PROVIDER_H
#define CLOSEBELL_SOURCE_MODEL_PROVIDER_H

#include <closebell/source/model_parse.h>

#include <jansson.h>

struct ModelProvider {
  const char *name;
  const char *base_url, *model; /* where the settings name none; model null: they have to */
  const char *name_characters;  /* of a model's name */
  const char *key_header;       /* what stands before the key */
  bool may_lack_key;            /* when it is asked at an address of our own */
  bool may_lack_schema;         /* some servers of the kind do not know json_schema */
  /* The words of JSON Schema that it does not take; null-ended. */
  const char *const *schema_lacks;
  /* What stands behind base_url; false when it does not fit. */
  bool (*path)(const ModelTerms *terms, char *path, size_t path_size);
  /* A new object; schema is lent, and null where none is to be sent. Null: no memory, or a text that is not UTF-8. */
  json_t *(*body)(const ModelTerms *terms, const ModelQuestion *question, json_t *schema);
  /* An answer with HTTP 200 and no error: sets kind, detail, text, version and tokens (-1: not named). */
  void (*read)(const json_t *root, ModelReply *reply);
};

extern const ModelProvider MODEL_GEMINI, MODEL_OPENAI;

/* ---- for the rows ---- */

void model_fail(ModelReply *reply, ModelReplyKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The member's text, or null. */
const char *model_text(const json_t *object, const char *name);

enum { MODEL_CODE_SIZE = 41 };
/* A code of the service as part of a message: letters, digits, _ and -, else "(no code)". Returns text. */
char *model_code(const char *code, char text[MODEL_CODE_SIZE]);

/* A number of tokens; -1 when there is none that can be believed. */
int64_t model_count(const json_t *object, const char *name);

void model_take_version(ModelReply *reply, const char *version);

/* ---- errors ---- */

/* An answer that says why it is none. error: its object; null: there is none. may_lack_schema: it was sent a schema,
 * and may do without. */
void model_judge_error(const json_t *error, bool may_lack_schema, const ModelBytes *bytes, ModelReply *reply);

#endif
