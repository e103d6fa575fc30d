/* ai_sample.h: facts and prompts for tests of what a model answers. */
#ifndef CLOSEBELL_TESTS_AI_SAMPLE_H
#define CLOSEBELL_TESTS_AI_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/ai/fact.h>
#include <closebell/ai/prompt.h>

static inline FactInput sample_real(const char *field, double value) {
  FactInput input = {.value = {.kind = FACT_REAL, .real = value}};
  snprintf(input.field, sizeof input.field, "%s", field);
  return input;
}

static inline FactInput sample_whole(const char *field, int64_t value) {
  FactInput input = {.value = {.kind = FACT_WHOLE, .whole = value}};
  snprintf(input.field, sizeof input.field, "%s", field);
  return input;
}

static inline FactInput sample_text(const char *field, const char *value) {
  FactInput input = {.value = {.kind = FACT_TEXT}};
  snprintf(input.field, sizeof input.field, "%s", field);
  snprintf(input.value.text, sizeof input.value.text, "%s", value);
  return input;
}

/* Samsung's facts, as ids: f1 date, f2 as_of, f3 name, f4 market, f5 market_cap (won), f6 open, f7 high, f8 low, f9
 * close (won), f10 volume (shares), f11 sma_20 (won), f12 rsi_14 (bare), f13 roc_10 (%), f14 rs_rating (bare), f15 per
 * (times), f16 roe (%), f17 compass_grade (text). */
enum { SAMPLE_FACTS = 17 };
static inline Status sample_facts(FactTable *table, Error *err) {
  const FactInput inputs[] = {
      sample_text("date", "2025-04-10"),  sample_text("as_of", "2025-04-10"),
      sample_text("name", "삼성전자"),    sample_text("market", "KOSPI"),
      sample_real("close", 56400),        sample_whole("market_cap", 336692384130000),
      sample_real("open", 55200),         sample_real("high", 56500.5),
      sample_real("low", 54900),          sample_real("volume", 29518261),
      sample_real("sma_20", 57995.25),    sample_real("rsi_14", 46.12345),
      sample_real("roc_10", -6.0465),     sample_whole("rs_rating", 37),
      sample_real("per", 11.284),         sample_real("roe", 8.005),
      sample_text("compass_grade", "B+"), sample_text("market_mood", "no field"),
  };
  Day day = 0;
  day_parse("2025-04-10", &day);
  table->as_of = day;
  table->proven = true;
  const FactDocument document = {"005930", "삼성전자", day, inputs, sizeof inputs / sizeof inputs[0]};
  return fact_table_add(table, &document, err);
}

/* An answer of one text, and of each kind of member. */
static const char SAMPLE_PROMPT[] =
    "version = 3\ntitle = Sample\ntitle_ko = 견본\ntask = Say it.\n[answer]\ntext = text 2000\n";
static const char SAMPLE_DEBATE[] = "version = 1\ntitle = Debate\ntitle_ko = 토론\ntask = Debate.\n[answer]\n"
                                    "debate_log = turns 4 500 bull bear judge\ndominant_keywords = texts 3 40\n"
                                    "final_decision = choice BUY SELL HOLD NO_DECISION\n";

static inline const Prompt *sample_prompt(const char *text, Prompt *prompt) {
  ScreenError error;
  return prompt_parse(text, strlen(text), prompt, &error) == STATUS_OK ? prompt : NULL;
}

#endif
