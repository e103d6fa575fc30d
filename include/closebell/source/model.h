/* model.h: one question to a language model: a request as a value, the bytes of an answer as a ModelReply, and the HTTP
 * call between them.
 *
 * What differs between the services (gemini, openai) stands in a row of a table each. Whoever asks goes by
 * decision/model_desk.h, which keeps to the caps of the day and tries again. */
#ifndef CLOSEBELL_SOURCE_MODEL_H
#define CLOSEBELL_SOURCE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/clock.h>
#include <closebell/base/complaints.h>
#include <closebell/base/config.h>
#include <closebell/base/instant.h>

enum { MODEL_VERSION_SIZE = 128, MODEL_DETAIL_SIZE = 256, MODEL_ANSWER_MAX_BYTES = 1 << 20 };

typedef struct ModelProvider ModelProvider;

/* Who is asked, as [ai] says; the texts are the settings'. */
typedef struct {
  const ModelProvider *provider;
  const char *base_url, *api_key; /* the key may be empty: the host is this one */
  const char *name;               /* of the model */
  int64_t timeout_ms;             /* for all tries together */
} ModelTerms;

/* Texts are lent, UTF-8. */
typedef struct {
  const char *system, *user;
  const char *schema_name, *schema_json; /* JSON Schema; what a service does not know of it is left out for that one */
  int64_t max_output_tokens;             /* thinking counts as output */
} ModelQuestion;

typedef enum {
  MODEL_ANSWERED,  /* text is the whole answer */
  MODEL_REFUSED,   /* an answer that is none: blocked, cut off, a tool call, empty; text is what there was, or null */
  MODEL_BROKEN,    /* bytes that are no answer, or too many of them */
  MODEL_THROTTLED, /* too many questions; see retry_after_ms */
  MODEL_QUOTA,     /* the day's quota at the service is used up */
  MODEL_FAILING,   /* trouble of the server or of the way there, which may pass */
  MODEL_TIMED_OUT, /* no whole answer in time */
  MODEL_SHUT,      /* a page instead of an answer (403): a shut door */
  MODEL_WRONG,     /* the request, the key or the model's name is refused: a person has to act */
  MODEL_ENDED,     /* an error of HTTP that no other try is known to mend */
  MODEL_NO_SCHEMA, /* the server does not know json_schema; json_object may do */
  MODEL_NOT_ASKED  /* over a cap of the day, or the service is not to be asked; see not_before */
} ModelReplyKind;

/* Zero-initialise; model_reply_free at the end. */
typedef struct {
  ModelReplyKind kind;
  char *text; /* UTF-8, owned; null: none */
  /* Which model answered; the one that was asked for, where no answer said so. */
  char model_version[MODEL_VERSION_SIZE];
  int64_t tokens_in, tokens_out;  /* of this answer; 0 where nothing was answered */
  bool estimated;                 /* they are guessed from the length of the texts, as the answer names none */
  int64_t retry_after_ms;         /* -1: not given */
  Instant not_before;             /* of MODEL_NOT_ASKED and MODEL_QUOTA; else INSTANT_NONE */
  int calls;                      /* HTTP calls that were made for it */
  char detail[MODEL_DETAIL_SIZE]; /* why it is no answer, in a sentence without secrets; "" for MODEL_ANSWERED */
  char said[MODEL_DETAIL_SIZE];   /* the service's own words about an error: for the log, not for readers of answers */
} ModelReply;

void model_reply_free(ModelReply *reply);

/* A provider is named in the settings. Who names none has no model, and pays for none. */
bool model_is_configured(const Config *config);
/* STATUS_CONFIG: model_check has more to say. */
Status model_terms(const Config *config, ModelTerms *ret_terms, Error *err);
/* Everything that is wrong with [ai] as far as it is about the provider. Nothing without a provider. */
void model_check(const Config *config, Complaints *complaints);
const char *model_provider_name(const ModelTerms *terms); /* "gemini" */
/* Where it is asked, as the settings or the provider say; empty: nowhere. */
const char *model_base_url(const Config *config);

/* How the form of the answer is asked for. */
typedef enum { MODEL_FORM_SCHEMA, MODEL_FORM_OBJECT } ModelForm;

/* More tokens than the question and its answer can take: a token is a byte at least. */
int64_t model_tokens_at_most(const ModelQuestion *question);

/* Whether the question is worth another try after `tries` of them that ended like this, and after what wait: "scale" is
 * [retry] scale, chance draws up to a tenth of jitter. Pure. */
bool model_retry(const ModelReply *reply, int tries, double scale, uint64_t chance, int64_t *ret_wait_ms);

/* One HTTP call, in at most timeout_ms; what comes back is sorted, nothing is tried again. May be called by several
 * threads at once. STATUS_INTERRUPTED: the clock says stopping. What stood in *ret_reply is overwritten, not freed. */
Status model_call(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, int64_t timeout_ms,
                  const Clock *clock, ModelReply *ret_reply, Error *err);

#endif
