#include <closebell/report/ask_print.h>

#include <string.h>

#include <closebell/ai/answer_text.h>
#include <closebell/base/escape.h>
#include <closebell/decision/decision_json.h>
#include <closebell/report/screen_json.h>

static const char *title_of(const Ask *ask) {
  return ask->language == LANGUAGE_KO && *ask->prompt.title_ko ? ask->prompt.title_ko : ask->prompt.title;
}

static void print_lines(const Output *out, char *text) {
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;)
    if (*line) output_line(out, OUTPUT_HANGING, "%s", line);
}

static Status print_answer(const Output *out, const Decision *decision, Error *err) {
  TextBuffer text = {0};
  Status status = answer_text(decision->reply.answer ? decision->reply.answer : "", &text, err);
  if (status == STATUS_OK && text.failed) status = error_set(err, STATUS_NO_MEMORY, "no memory for the answer");
  if (status == STATUS_OK && text.data) print_lines(out, text.data);
  text_buffer_free(&text);
  output_empty_line(out);
  return status;
}

void ask_print_facts(const Output *out, const Ask *ask) {
  const FactTable *facts = &ask->facts;
  char printed[FACT_PRINTED_SIZE];
  for (size_t i = 0; i < facts->count; i++) {
    const Fact *fact = &facts->items[i];
    bool first = i == 0 || strcmp(facts->items[i - 1].ticker, fact->ticker) != 0;
    if (first) output_line(out, OUTPUT_HANGING, "%s %s, %s:", fact->ticker, fact->name, day_text(fact->date).text);
    output_line(out, 2 * OUTPUT_HANGING, "  %s %s: %s", fact->id, fact->field,
                fact_print(fact, ask->language, printed));
  }
}

Status ask_print(const Output *out, const Ask *ask, const Decision *decision, Error *err) {
  char verdict[DECISION_VERDICT_TEXT_SIZE];
  const DecisionReply *reply = &decision->reply;
  Status status = STATUS_OK;
  output_line(out, OUTPUT_HANGING, "%s", title_of(ask));
  output_empty_line(out);
  if (decision->accepted) status = print_answer(out, decision, err);
  if (status != STATUS_OK) return status;
  output_line(out, OUTPUT_HANGING, "facts, of %s:", day_text(ask->facts.as_of).text);
  ask_print_facts(out, ask);
  output_empty_line(out);
  output_line(out, OUTPUT_HANGING, "%s %s, %s: %s", decision->id,
              *reply->model_version ? reply->model_version : reply->model, instant_text(decision->at_utc).text,
              decision_verdict(decision, verdict));
  return STATUS_OK;
}

Status ask_print_json(const Output *out, const ScreenProof *proof, const Decision *decision, Error *err) {
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  screen_json_proof(&to, proof);
  decision_json_put(&to, decision);
  json_end_object(&to);
  Status status = text.failed ? error_set(err, STATUS_NO_MEMORY, "no memory for the answer") : STATUS_OK;
  if (status == STATUS_OK) fprintf(out->stream, "%s\n", text.data);
  text_buffer_free(&text);
  return status;
}
