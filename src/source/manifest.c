#include <closebell/source/manifest.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/vector.h>

#include "json_arena.h"

#define FORMAT "closebell-export-1"

static const char *const CONTENTS[] = {"published", "adjusted", "indicators"};

const char *content_name(Content content) { return CONTENTS[content]; }

bool manifest_state_is(const ManifestState *a, const ManifestState *b) {
  return a->complete && b->complete && a->content == b->content && a->session == b->session &&
         a->restatement == b->restatement && a->version == b->version;
}

char *manifest_state_text(const ManifestState *state, char text[MANIFEST_STATE_TEXT_SIZE]) {
  int length = snprintf(text, MANIFEST_STATE_TEXT_SIZE, "%ssession %s, restatement %" PRId64,
                        state->complete ? "" : "half-done, ", day_text(state->session).text, state->restatement);
  if (state->version > 0)
    snprintf(text + length, MANIFEST_STATE_TEXT_SIZE - (size_t)length, ", analysis version %" PRId64, state->version);
  return text;
}

Status manifest_add(Manifest *manifest, Day date, size_t rows, const TextBuffer *text, Error *err) {
  ManifestEntry *items = vector_reserve(manifest->items, &manifest->capacity, manifest->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the manifest");
  manifest->items = items;
  items[manifest->count++] = (ManifestEntry){
      .date = date, .rows = rows, .bytes = text->length, .sha256 = sha256_text(text->data, text->length)};
  return STATUS_OK;
}

void manifest_free(Manifest *manifest) {
  free(manifest->items);
  *manifest = (Manifest){0};
}

/* ---- writing ---- */

static void format_files(const Manifest *manifest, TextBuffer *text) {
  size_t rows = 0;
  for (size_t i = 0; i < manifest->count; i++) rows += manifest->items[i].rows;
  if (manifest->count > 0)
    text_buffer_printf(text, "  \"first\": \"%s\",\n  \"last\": \"%s\",\n", day_text(manifest->items[0].date).text,
                       day_text(manifest->items[manifest->count - 1].date).text);
  text_buffer_printf(text, "  \"sessions\": %zu,\n  \"rows\": %zu,\n", manifest->count, rows);
  if (manifest->state.content == CONTENT_INDICATORS)
    text_buffer_printf(text, "  \"stocks\": %zu,\n  \"left_out\": %zu,\n", manifest->stocks, manifest->left_out);
}

void manifest_format(const Manifest *manifest, TextBuffer *text) {
  const ManifestState *state = &manifest->state;
  text_buffer_printf(text, "{\n  \"format\": \"" FORMAT "\",\n  \"program\": \"closebell %s\",\n", CLOSEBELL_VERSION);
  text_buffer_printf(text, "  \"content\": \"%s\",\n  \"complete\": %s,\n", CONTENTS[state->content],
                     state->complete ? "true" : "false");
  text_buffer_printf(text, "  \"state\": {\"session\": \"%s\", \"restatement\": %" PRId64,
                     day_text(state->session).text, state->restatement);
  if (state->version > 0) text_buffer_printf(text, ", \"analysis_version\": %" PRId64, state->version);
  text_buffer_printf(text, "},\n");
  if (state->complete) format_files(manifest, text);
  text_buffer_printf(text, "  \"files\": [");
  for (size_t i = 0; state->complete && i < manifest->count; i++) {
    const ManifestEntry *file = &manifest->items[i];
    text_buffer_printf(text, "%s\n    {\"name\": \"%s.csv\", \"rows\": %zu, \"bytes\": %zu, \"sha256\": \"%s\"}",
                       i > 0 ? "," : "", day_text(file->date).text, file->rows, file->bytes, file->sha256.text);
  }
  text_buffer_printf(text, "%s]\n}\n", state->complete && manifest->count > 0 ? "\n  " : "");
}

/* ---- reading ---- */

static bool take_content(const char *name, Content *ret_content) {
  for (size_t i = 0; name && i < sizeof CONTENTS / sizeof CONTENTS[0]; i++) {
    if (strcmp(CONTENTS[i], name) != 0) continue;
    *ret_content = (Content)i;
    return true;
  }
  return false;
}

static bool take_state(const json_t *root, ManifestState *ret_state) {
  const json_t *complete = json_object_get(root, "complete"), *state = json_object_get(root, "state");
  const json_t *restatement = json_object_get(state, "restatement");
  const json_t *version = json_object_get(state, "analysis_version");
  const char *session = json_string_value(json_object_get(state, "session"));
  ManifestState taken = {.complete = json_is_true(complete),
                         .restatement = json_integer_value(restatement),
                         .version = json_integer_value(version)};
  if (!take_content(json_string_value(json_object_get(root, "content")), &taken.content)) return false;
  if (!json_is_boolean(complete) || !session || !day_parse(session, &taken.session)) return false;
  if (!json_is_integer(restatement) || (version && !json_is_integer(version))) return false;
  *ret_state = taken;
  return true;
}

Status manifest_parse(const char *text, ManifestState *ret_state, Error *err) {
  json_arena_begin();
  json_t *root = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, NULL);
  const char *format = json_string_value(json_object_get(root, "format"));
  bool good = format && strcmp(format, FORMAT) == 0 && take_state(root, ret_state);
  json_decref(root);
  json_arena_end();
  json_arena_free();
  return good ? STATUS_OK : error_set(err, STATUS_BAD_DATA, "not a manifest that this program knows (" FORMAT ")");
}
