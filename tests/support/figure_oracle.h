/* figure_oracle.h: what holds of every accepted answer, by another way than the check's. The prompt has texts, lists of
 * texts, choices and turns; the answer is that of figure_check. */
#ifndef CLOSEBELL_TESTS_FIGURE_ORACLE_H
#define CLOSEBELL_TESTS_FIGURE_ORACLE_H

#include <stdbool.h>
#include <string.h>

#include <jansson.h>
#include <unictype.h>
#include <unistr.h>

#include <closebell/ai/figure_check.h>

static inline const char *oracle_text(const json_t *answer, const Figure *figure) {
  const json_t *value = json_object_get(answer, figure->member);
  if (figure->item >= 0) value = json_array_get(value, (size_t)figure->item);
  if (json_is_object(value)) value = json_object_get(value, "text");
  return json_string_value(value);
}

/* The figure stands where it says, as its fact is printed. */
static inline bool oracle_figure_stands(const json_t *answer, const FactTable *facts, Language language,
                                        const Figure *figure) {
  char printed[FACT_PRINTED_SIZE], bare[FACT_PRINTED_SIZE];
  const Fact *fact = fact_table_find(facts, figure->fact, strlen(figure->fact));
  const uint8_t *text = (const uint8_t *)oracle_text(answer, figure), *end;
  if (fact == NULL || text == NULL) return false;
  fact_print(fact, language, printed);
  fact_print_bare(fact, bare);
  for (size_t i = 0; i < figure->position; i++) text = text == NULL ? NULL : u8_next(&(ucs4_t){0}, text);
  if (text == NULL) return false;
  end = text;
  for (size_t i = 0; i < figure->length; i++) end = end == NULL ? NULL : u8_next(&(ucs4_t){0}, end);
  if (end == NULL) return false;
  size_t length = (size_t)(end - text);
  return (strlen(printed) == length && memcmp(printed, text, length) == 0) ||
         (strlen(bare) == length && memcmp(bare, text, length) == 0);
}

/* No number, no brace, nothing hidden between the figures of a text. */
static inline bool oracle_is_clean(const char *text, const CheckedAnswer *answer, const char *member, int item) {
  const uint8_t *at = (const uint8_t *)text;
  ucs4_t c;
  for (size_t position = 0; at != NULL && (at = u8_next(&c, at)) != NULL; position++) {
    bool is_ours = false;
    for (size_t i = 0; i < answer->figure_count; i++) {
      const Figure *figure = &answer->figures[i];
      is_ours = is_ours || (figure->item == item && strcmp(figure->member, member) == 0 &&
                            position >= figure->position && position < figure->position + figure->length);
    }
    if (is_ours) continue;
    if (uc_is_general_category(c, UC_NUMBER) || c == '{' || c == '}' || c == '<' || c == '>') return false;
    if (c != '\n' && uc_is_general_category(c, UC_OTHER)) return false;
  }
  return true;
}

static inline bool oracle_member_is_clean(const char *name, json_t *value, const CheckedAnswer *answer) {
  if (json_is_string(value)) return oracle_is_clean(json_string_value(value), answer, name, -1);
  for (size_t i = 0; i < json_array_size(value); i++) {
    const json_t *item = json_array_get(value, i);
    if (json_is_object(item)) item = json_object_get(item, "text");
    if (!oracle_is_clean(json_string_value(item), answer, name, (int)i)) return false;
  }
  return json_is_array(value);
}

static inline bool oracle_holds(const Prompt *prompt, const FactTable *facts, Language language,
                                const CheckedAnswer *answer) {
  const char *name;
  json_t *value, *json = json_loads(answer->json, JSON_REJECT_DUPLICATES, NULL);
  bool holds = json_is_object(json) && json_object_size(json) == prompt->member_count;
  for (size_t i = 0; holds && i < answer->figure_count; i++)
    holds = oracle_figure_stands(json, facts, language, &answer->figures[i]);
  json_object_foreach(json, name, value) holds =
      holds && prompt_member(prompt, name) != NULL && oracle_member_is_clean(name, value, answer);
  json_decref(json);
  return holds;
}

#endif
