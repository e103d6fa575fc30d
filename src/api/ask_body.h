/* ask_body.h: the body of POST /ai/analysis: what is to be asked about which stocks. */
#ifndef CLOSEBELL_API_ASK_BODY_H
#define CLOSEBELL_API_ASK_BODY_H

#include <closebell/ai/fact.h>
#include <closebell/api/call.h>
#include <closebell/api/json_body.h>

/* Texts lie in the body. */
typedef struct {
  JsonBody body;
  const char *prompt, *strategy; /* strategy null: the tickers are meant */
  Language language;
  char tickers[FACT_STOCKS_MAX][TICKER_SIZE]; /* each once, in their order */
  size_t ticker_count;
} AskBody;

/* False with the call's problem. It stays where it is while its texts are used; ask_body_free at the end. */
bool ask_body_read(Call *call, AskBody *ret_body);
void ask_body_free(AskBody *body);

#endif
