#include "model_replay_prose.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACTS_MAX = 400, PLACES = 3 };

typedef struct {
  const char *ids[FACTS_MAX]; /* each up to its closing quote */
  size_t count;
  unsigned next;
  bool korean;
} Facts;

static const char *const ENGLISH[] = {
    "The facts show {%.*s} for this stock, and little speaks against it.",
    "Beside {%.*s} the rest of the picture looks calm.",
    "Of all that is known, {%.*s} matters most here.",
};
static const char *const KOREAN[] = {
    "사실에 따르면 이 종목은 {%.*s} 수준이며 흐름은 안정적입니다.",
    "이번 주에는 {%.*s} 값이 눈에 띕니다.",
    "만약 조정이 오더라도 {%.*s} 값은 참고할 만합니다.",
};

static Facts find_facts(const char *user, unsigned n) {
  static const char mark[] = "\"id\":\"";
  Facts facts = {.next = n, .korean = strstr(user, "한국어") != NULL || strstr(user, "Korean") != NULL};
  for (const char *at = user; facts.count < FACTS_MAX && (at = strstr(at, mark)) != NULL;)
    facts.ids[facts.count++] = at += strlen(mark);
  return facts;
}

static json_t *prose(Facts *facts) {
  char text[256];
  const char *form = (facts->korean ? KOREAN : ENGLISH)[facts->next % PLACES];
  if (facts->count == 0) return json_string("There is nothing to be said.");
  const char *id = facts->ids[facts->next++ % facts->count];
  int length = (int)strcspn(id, "\"");
  snprintf(text, sizeof text, form, length, id);
  return json_string(text);
}

static json_t *value_of(const json_t *schema, Facts *facts);

static json_t *list_of(const json_t *schema, Facts *facts) {
  json_t *list = json_array();
  json_int_t least = json_integer_value(json_object_get(schema, "minItems"));
  for (json_int_t i = 0; i < (least > 0 ? least : 1); i++)
    json_array_append_new(list, value_of(json_object_get(schema, "items"), facts));
  return list;
}

static json_t *object_of(const json_t *schema, Facts *facts) {
  json_t *object = json_object(), *value;
  const char *name;
  json_object_foreach(json_object_get(schema, "properties"), name, value) {
    json_object_set_new(object, name, value_of(value, facts));
  }
  return object;
}

static json_t *value_of(const json_t *schema, Facts *facts) {
  const char *type = json_string_value(json_object_get(schema, "type"));
  const json_t *choices = json_object_get(schema, "enum");
  size_t choice_count = json_array_size(choices);
  if (choice_count > 0) return json_incref(json_array_get(choices, facts->next % choice_count));
  if (type != NULL && strcasecmp(type, "object") == 0) return object_of(schema, facts);
  if (type != NULL && strcasecmp(type, "array") == 0) return list_of(schema, facts);
  return prose(facts);
}

char *model_prose(const char *user, const json_t *schema, unsigned n) {
  Facts facts = find_facts(user, n);
  json_t *answer = schema == NULL ? json_pack("{s:o}", "text", prose(&facts)) : value_of(schema, &facts);
  char *text = json_dumps(answer, JSON_COMPACT);
  json_decref(answer);
  return text;
}
