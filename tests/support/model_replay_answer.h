/* model_replay_answer.h: an answer with HTTP 200, as Gemini or a server of the OpenAI kind writes it, in a manner. */
#ifndef MODEL_REPLAY_ANSWER_H
#define MODEL_REPLAY_ANSWER_H

#include "model_replay_server.h"

#include <jansson.h>

typedef struct {
  bool gemini;
  ModelManner manner;
  const char *user;              /* the text of the question */
  const json_t *schema;          /* null: none was sent */
  const char *model;             /* that was asked for */
  unsigned number;               /* of the question: another answer for another one */
  int64_t tokens_in, tokens_out; /* 0: a token a byte, which model_answer puts in */
} ModelTold;

/* For the caller to free. */
char *model_answer(ModelTold *told);

#endif
