/* figure_check.c: the shape of an answer, and its texts one by one.
 *
 * The rules of a text, each in a file of its own:
 *   prose.c            placeholders are spelt {f12} and name a fact
 *   prose_character.c  no number character of any script, no Chinese numeral, nothing invisible, no < or >, no letters
 *                      of scripts that Korean and English prose does not use
 *   prose_link.c       no links, addresses, character references
 *   prose_place.c      what stands beside a placeholder: no other one, no sign, no unit but the fact's own
 *   prose_english.c    no numbers in English words
 *   prose_korean.c     no numbers in Korean words, which prose_korean_number.c reads
 * They look at the text after JSON's escapes are read, as it stands and in its form by NFKC. */
#include <closebell/ai/figure_check.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/json_writer.h>
#include <closebell/base/vector.h>

#include "prose.h"

typedef struct {
  const PromptQuestion *question;
  CheckedAnswer *answer;
  size_t capacity; /* of answer->figures */
  bool no_memory;
  /* of the text in hand */
  const PromptMember *member;
  int item;
} Check;

static bool refuse(Check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(Check *check, const char *format, ...) {
  char *reason = check->answer->reason;
  size_t length = 0;
  va_list arguments;
  if (check->member != NULL) length = (size_t)snprintf(reason, FIGURE_REASON_SIZE, "%s: ", check->member->name);
  va_start(arguments, format);
  vsnprintf(reason + length, FIGURE_REASON_SIZE - length, format, arguments);
  va_end(arguments);
  return false;
}

static bool out_of_memory(Check *check) {
  check->no_memory = true;
  return false;
}

/* ---- one text ---- */

static bool add_figure(Check *check, const ProsePlace *place, size_t position, size_t length) {
  CheckedAnswer *answer = check->answer;
  Figure *figures = vector_reserve(answer->figures, &check->capacity, answer->figure_count + 1, sizeof *figures);
  if (figures == NULL) return out_of_memory(check);
  answer->figures = figures;
  Figure *figure = &figures[answer->figure_count++];
  *figure = (Figure){.item = check->item, .position = position, .length = length};
  memcpy(figure->member, check->member->name, sizeof figure->member);
  memcpy(figure->fact, check->question->facts->items[place->fact].id, sizeof figure->fact);
  return true;
}

static size_t characters(const char *text, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
  return count;
}

/* The text with its placeholders replaced. */
static bool replace(Check *check, const Prose *prose, TextBuffer *out) {
  char printed[FACT_PRINTED_SIZE];
  size_t from = 0, position = 0;
  for (size_t i = 0; i < prose->place_count; i++) {
    const ProsePlace *place = &prose->places[i];
    const Fact *fact = &check->question->facts->items[place->fact];
    text_buffer_append(out, prose->text + from, place->begin - from);
    position += characters(prose->text + from, place->begin - from);
    if (place->has_unit)
      fact_print_bare(fact, printed);
    else
      fact_print(fact, check->question->language, printed);
    size_t length = characters(printed, strlen(printed));
    text_buffer_append(out, printed, strlen(printed));
    if (!add_figure(check, place, position, length)) return false;
    position += length;
    from = place->end;
  }
  text_buffer_append(out, prose->text + from, prose->length - from);
  return !out->failed || out_of_memory(check);
}

static ProseFault find_fault(const char *text, size_t length, const FactTable *facts, Prose *prose) {
  ProseFault fault = prose_read(text, length, facts, prose);
  if (fault == PROSE_FINE) fault = prose_links(prose);
  if (fault == PROSE_FINE) fault = prose_places(prose, facts);
  if (fault == PROSE_FINE) fault = prose_english_numbers(prose);
  if (fault == PROSE_FINE) fault = prose_korean_numbers(prose);
  return fault;
}

static bool take_text(Check *check, const json_t *value, JsonWriter *to, const char *name) {
  TextBuffer replaced = {0};
  Prose prose = {0};
  if (!json_is_string(value)) return refuse(check, "a text was expected");
  const char *text = json_string_value(value);
  size_t length = json_string_length(value);
  if (characters(text, length) > (size_t)check->member->max_length)
    return refuse(check, "a text has more than %d characters", check->member->max_length);
  ProseFault fault = find_fault(text, length, check->question->facts, &prose);
  bool accepted = fault == PROSE_FINE;
  if (fault == PROSE_NO_MEMORY)
    out_of_memory(check);
  else if (!accepted)
    refuse(check, "%s", prose_fault_text(fault));
  if (accepted) {
    text_buffer_append(&replaced, "", 0);
    accepted = replace(check, &prose, &replaced);
  }
  if (accepted) json_put_text(to, name, replaced.data);
  text_buffer_free(&replaced);
  prose_free(&prose);
  return accepted;
}

/* ---- members ---- */

static bool take_word(Check *check, const json_t *value, JsonWriter *to, const char *name) {
  const PromptMember *member = check->member;
  for (int i = 0; json_is_string(value) && i < member->word_count; i++) {
    const char *word = member->words[i];
    if (strcmp(word, json_string_value(value)) != 0) continue;
    json_put_text(to, name, word);
    if (strcmp(member->name, "final_decision") == 0) strcpy(check->answer->final_decision, word);
    return true;
  }
  return refuse(check, "one of the words that the schema lists was expected");
}

static bool take_turn(Check *check, json_t *value, JsonWriter *to) {
  if (!json_is_object(value)) return refuse(check, "objects with side and text were expected");
  if (json_object_size(value) != 2 || json_object_get(value, "side") == NULL || json_object_get(value, "text") == NULL)
    return refuse(check, "each of its objects has side and text, and nothing else");
  json_begin_object(to, NULL);
  bool accepted = take_word(check, json_object_get(value, "side"), to, "side") &&
                  take_text(check, json_object_get(value, "text"), to, "text");
  json_end_object(to);
  return accepted;
}

static bool take_list(Check *check, json_t *value, JsonWriter *to, const char *name) {
  const PromptMember *member = check->member;
  bool accepted = true;
  if (!json_is_array(value)) return refuse(check, "a list was expected");
  if (json_array_size(value) > (size_t)member->max_count)
    return refuse(check, "it has more than %d items", member->max_count);
  json_begin_list(to, name);
  for (size_t i = 0; accepted && i < json_array_size(value); i++) {
    json_t *item = json_array_get(value, i);
    check->item = (int)i;
    accepted = member->kind == MEMBER_TURNS ? take_turn(check, item, to) : take_text(check, item, to, NULL);
  }
  json_end_list(to);
  return accepted;
}

static bool take_value(Check *check, json_t *value, JsonWriter *to, const char *name) {
  check->item = -1;
  switch (check->member->kind) {
  case MEMBER_TEXT:
    return take_text(check, value, to, name);
  case MEMBER_CHOICE:
    return take_word(check, value, to, name);
  default:
    return take_list(check, value, to, name);
  }
}

/* The ledger keeps some members beside the answer. The caller frees what was kept. */
static bool keep(Check *check, const TextBuffer *all, size_t from) {
  char **kept = strcmp(check->member->name, "debate_log") == 0          ? &check->answer->debate_log
                : strcmp(check->member->name, "dominant_keywords") == 0 ? &check->answer->dominant_keywords
                                                                        : NULL;
  if (kept == NULL || all->failed) return true;
  const char *value = strchr(all->data + from, '['); /* behind the member's name, which has none */
  *kept = value == NULL ? NULL : strdup(value);
  return *kept != NULL || out_of_memory(check);
}

static bool take_members(Check *check, json_t *object, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  bool accepted = true;
  json_begin_object(&to, NULL);
  for (size_t i = 0; accepted && i < check->question->prompt->member_count; i++) {
    size_t from = out->length;
    check->member = &check->question->prompt->members[i];
    json_t *value = json_object_get(object, check->member->name);
    accepted = value == NULL ? refuse(check, "this member is missing")
                             : take_value(check, value, &to, check->member->name) && keep(check, out, from);
  }
  json_end_object(&to);
  check->member = NULL;
  if (accepted && json_object_size(object) > check->question->prompt->member_count)
    return refuse(check, "it has members that the schema lacks");
  return accepted && (!out->failed || out_of_memory(check));
}

/* ---- the whole ---- */

static bool refuse_json(Check *check, const json_error_t *error) {
  switch (json_error_code(error)) {
  case json_error_out_of_memory:
    return out_of_memory(check);
  case json_error_premature_end_of_input:
    return refuse(check, "the JSON ends before it is complete");
  case json_error_end_of_input_expected:
    return refuse(check, "text stands behind the JSON object; the answer is that object alone");
  case json_error_duplicate_key:
    return refuse(check, "a member stands in it twice");
  case json_error_null_character:
    return refuse(check, "%s", prose_fault_text(PROSE_HIDDEN));
  default:
    return refuse(check, "it is not one JSON object and nothing else");
  }
}

static bool check_answer(Check *check, const char *bytes, size_t length, TextBuffer *out) {
  json_error_t error;
  if (length > ANSWER_MAX_BYTES) return refuse(check, "the answer has more than %d bytes", ANSWER_MAX_BYTES);
  json_t *object = json_loadb(length == 0 ? "" : bytes, length, JSON_REJECT_DUPLICATES, &error);
  if (object == NULL) return refuse_json(check, &error);
  bool accepted = json_is_object(object) ? take_members(check, object, out)
                                         : refuse(check, "it is not one JSON object and nothing else");
  json_decref(object);
  return accepted;
}

void checked_answer_free(CheckedAnswer *answer) {
  free(answer->json);
  free(answer->debate_log);
  free(answer->dominant_keywords);
  free(answer->figures);
  *answer = (CheckedAnswer){0};
}

Status figure_check(const PromptQuestion *question, const char *bytes, size_t length, CheckedAnswer *ret_answer,
                    Error *err) {
  CheckedAnswer answer = {.final_decision = "NO_DECISION"};
  Check check = {.question = question, .answer = &answer};
  TextBuffer out = {0};
  answer.accepted = check_answer(&check, bytes, length, &out);
  if (check.no_memory) {
    text_buffer_free(&out);
    checked_answer_free(&answer);
    return error_set(err, STATUS_NO_MEMORY, "no memory to check a model's answer");
  }
  if (answer.accepted) {
    answer.json = out.data;
    *ret_answer = answer;
    return STATUS_OK;
  }
  text_buffer_free(&out);
  CheckedAnswer refused = {.final_decision = "NO_DECISION"};
  memcpy(refused.reason, answer.reason, sizeof refused.reason);
  checked_answer_free(&answer);
  *ret_answer = refused;
  return STATUS_OK;
}

void figures_json(const CheckedAnswer *answer, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  json_begin_list(&to, NULL);
  for (size_t i = 0; i < answer->figure_count; i++) {
    const Figure *figure = &answer->figures[i];
    json_begin_object(&to, NULL);
    json_put_text(&to, "member", figure->member);
    if (figure->item >= 0) json_put_whole(&to, "item", figure->item);
    json_put_whole(&to, "position", (int64_t)figure->position);
    json_put_whole(&to, "length", (int64_t)figure->length);
    json_put_text(&to, "fact", figure->fact);
    json_end_object(&to);
  }
  json_end_list(&to);
}
