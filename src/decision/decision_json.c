#include <closebell/decision/decision_json.h>

#include <stdio.h>
#include <string.h>

char *decision_verdict(const Decision *decision, char text[DECISION_VERDICT_TEXT_SIZE]) {
  if (decision->accepted)
    snprintf(text, DECISION_VERDICT_TEXT_SIZE, "accepted");
  else
    snprintf(text, DECISION_VERDICT_TEXT_SIZE, "refused: %s", decision->why);
  return text;
}

static void put_json(JsonWriter *to, const char *name, const char *json, const char *otherwise) {
  if (!json) json = otherwise;
  json_put_raw(to, name, json, strlen(json));
}

static void put_question(JsonWriter *to, const Decision *decision) {
  const DecisionQuestion *question = &decision->question;
  json_put_text(to, "id", decision->id);
  json_put_instant(to, "at_utc", decision->at_utc);
  json_put_text(to, "kind", question->kind);
  json_put_text(to, "language", question->language);
  if (*question->strategy) json_put_text(to, "strategy_name", question->strategy);
  json_begin_list(to, "tickers");
  for (size_t i = 0; i < question->ticker_count; i++) json_put_text(to, NULL, question->tickers[i]);
  json_end_list(to);
  json_put_day(to, "date", question->date);
}

/* Whatever else the reply holds of a refused answer, it stays where it is. */
static void put_answer(JsonWriter *to, const Decision *decision) {
  const DecisionReply *reply = &decision->reply;
  const bool shown = decision->accepted;
  char verdict[DECISION_VERDICT_TEXT_SIZE];
  const char *final = decision_final_name(shown ? reply->final_decision : DECISION_NO_DECISION);
  json_put_text(to, "verdict", decision_verdict(decision, verdict));
  put_json(to, "answer", shown ? reply->answer : NULL, "{}");
  put_json(to, "figures", shown ? reply->figures : NULL, "[]");
  put_json(to, "debate_log", shown ? reply->debate_log : NULL, "[]");
  put_json(to, "dominant_keywords", shown ? reply->dominant_keywords : NULL, "[]");
  json_put_text(to, "final_decision", final ? final : decision_final_name(DECISION_NO_DECISION));
  json_put_real(to, "hunter_score", reply->hunter_score);
}

/* Later sessions add it. */
static void put_outcome(JsonWriter *to, const DecisionOutcome *outcome) {
  char name[24];
  json_begin_object(to, "outcome");
  json_put_whole(to, "tickers", outcome->tickers);
  json_put_whole(to, "entered", outcome->entered);
  for (size_t i = 0; i < HORIZONS; i++) {
    snprintf(name, sizeof name, "return_%d", HORIZON[i]);
    json_put_real(to, name, outcome->returns[i]);
    snprintf(name, sizeof name, "market_%d", HORIZON[i]);
    json_put_real(to, name, outcome->market[i]);
    snprintf(name, sizeof name, "excess_%d", HORIZON[i]);
    json_put_real(to, name, decision_excess(outcome, i));
  }
  json_end_object(to);
}

void decision_json_put(JsonWriter *to, const Decision *decision) {
  const DecisionReply *reply = &decision->reply;
  put_question(to, decision);
  put_answer(to, decision);
  json_put_text(to, "model", reply->model);
  json_put_text(to, "model_version", *reply->model_version ? reply->model_version : reply->model);
  if (reply->tokens_in >= 0) json_put_whole(to, "tokens_in", reply->tokens_in);
  if (reply->tokens_out >= 0) json_put_whole(to, "tokens_out", reply->tokens_out);
  put_json(to, "facts", decision->question.facts, "[]");
  if (decision->has_outcome) put_outcome(to, &decision->outcome);
}
