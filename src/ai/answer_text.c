#include <closebell/ai/answer_text.h>

#include <jansson.h>

/* A line break in a text would look like another member. */
static void append_words(TextBuffer *out, const char *text) {
  for (; *text; text++) text_buffer_append(out, (unsigned char)*text < 0x20 ? " " : text, 1);
}

static void append_item(TextBuffer *out, const json_t *item) {
  const char *side = json_string_value(json_object_get(item, "side"));
  const char *text = json_is_string(item) ? json_string_value(item) : json_string_value(json_object_get(item, "text"));
  text_buffer_printf(out, "- %s%s", side ? side : "", side ? ": " : "");
  append_words(out, text ? text : "");
  text_buffer_append(out, "\n", 1);
}

static void append_member(TextBuffer *out, const char *name, const json_t *value) {
  size_t index;
  json_t *item;
  text_buffer_printf(out, "%s:", name);
  if (json_is_string(value)) {
    text_buffer_append(out, " ", 1);
    append_words(out, json_string_value(value));
  }
  text_buffer_append(out, "\n", 1);
  json_array_foreach(value, index, item) append_item(out, item);
}

Status answer_text(const char *json, TextBuffer *out, Error *err) {
  const char *name;
  json_t *value, *answer = json_loads(json, 0, NULL);
  if (!json_is_object(answer)) {
    json_decref(answer);
    return error_set(err, STATUS_BAD_DATA, "an answer that is no JSON object");
  }
  json_object_foreach(answer, name, value) append_member(out, name, value);
  json_decref(answer);
  return STATUS_OK;
}
