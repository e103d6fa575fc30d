#include "ask_body.h"

#include <string.h>

#include <closebell/base/nearest.h>
#include <closebell/market/ticker.h>

static const char DEFAULT_PROMPT[] = "summary";

static bool refuse_stocks(Call *call, const char *why) {
  return problem_of_parameter(call->problem, "tickers", "%s", why);
}

static bool has(const AskBody *body, const char *ticker) {
  for (size_t i = 0; i < body->ticker_count; i++)
    if (strcmp(body->tickers[i], ticker) == 0) return true;
  return false;
}

static bool take_tickers(Call *call, const JsonBodyMember *given, AskBody *to) {
  if (!given->is_list || given->count == 0 || given->count > FACT_STOCKS_MAX)
    return problem_of_parameter(call->problem, "tickers", "a list of 1 to %d tickers is wanted", (int)FACT_STOCKS_MAX);
  for (size_t i = 0; i < given->count; i++) {
    if (!ticker_is_valid(given->texts[i]))
      return problem_of_parameter(call->problem, "tickers", "\"%.40s\" is no ticker like 005930", given->texts[i]);
    if (!has(to, given->texts[i])) text_copy(to->tickers[to->ticker_count++], sizeof to->tickers[0], given->texts[i]);
  }
  return true;
}

/* Null with the call's problem: it is no text. Not given: `otherwise`. */
static const char *text_of(Call *call, const JsonBody *body, const char *name, const char *otherwise) {
  const JsonBodyMember *given = json_body_find(body, name);
  if (!given) return otherwise;
  if (!given->is_list && given->count == 1) return given->texts[0];
  problem_of_parameter(call->problem, name, "a text is wanted");
  return NULL;
}

static bool take_language(Call *call, AskBody *to) {
  static const char *const codes[] = {"en", "ko", NULL};
  const char *code = text_of(call, &to->body, "language", "en");
  if (!code) return false;
  if (language_parse(code, &to->language)) return true;
  problem_of_parameter(call->problem, "language", "it is none of en, ko");
  const char *near = nearest_of(code, strlen(code), codes);
  if (near) text_copy(call->problem->nearest, sizeof call->problem->nearest, near);
  return false;
}

static bool take_stocks(Call *call, AskBody *to) {
  const JsonBodyMember *tickers = json_body_find(&to->body, "tickers");
  const bool matches = json_body_find(&to->body, "strategy_name") != NULL;
  if (!tickers && !matches) return refuse_stocks(call, "one of tickers and strategy_name is wanted");
  if (tickers && matches) return refuse_stocks(call, "tickers and strategy_name are both there; one is wanted");
  if (tickers) return take_tickers(call, tickers, to);
  to->strategy = text_of(call, &to->body, "strategy_name", NULL);
  return to->strategy != NULL;
}

bool ask_body_read(Call *call, AskBody *ret_body) {
  static const char *const known[] = {"tickers", "strategy_name", "prompt", "language", NULL};
  memset(ret_body, 0, sizeof *ret_body);
  if (!json_body_parse(call->body, call->body_size, known, &ret_body->body, call->problem)) return false;
  ret_body->prompt = text_of(call, &ret_body->body, "prompt", DEFAULT_PROMPT);
  if (ret_body->prompt && take_language(call, ret_body) && take_stocks(call, ret_body)) return true;
  ask_body_free(ret_body);
  return false;
}

void ask_body_free(AskBody *body) { json_body_free(&body->body); }
