#include "definition_internal.h"

#include <closebell/base/nearest.h>
#include <closebell/base/vector.h>
#include <closebell/feed/keys.h>
#include <closebell/plan/job_table.h>

#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

void *feed_keep(FeedDefinition *definition, size_t count, size_t size) {
  FeedReading *reading = definition->reading;
  void **moved = vector_reserve(reading->blocks, &reading->block_capacity, reading->block_count + 1, sizeof *moved);
  if (moved != NULL) reading->blocks = moved;
  void *block = moved == NULL ? NULL : calloc(count == 0 ? 1 : count, size);
  if (block == NULL)
    reading->failed = true;
  else
    reading->blocks[reading->block_count++] = block;
  return block;
}

const char *feed_keep_text(FeedDefinition *definition, const char *text, size_t length) {
  char *copy = feed_keep(definition, length + 1, 1);
  if (copy != NULL && length > 0) memcpy(copy, text, length);
  return copy;
}

/* ---- what is wrong ---- */

static void add_note(FeedDefinition *definition, int line, const char *text) {
  FeedReading *reading = definition->reading;
  FeedNote *moved = vector_reserve(reading->notes, &reading->note_capacity, reading->note_count + 1, sizeof *moved);
  char *copy = moved == NULL ? NULL : strdup(text);
  if (moved != NULL) reading->notes = moved;
  if (copy == NULL)
    reading->failed = true;
  else
    reading->notes[reading->note_count++] = (FeedNote){line, copy};
}

void feed_note_at(FeedDefinition *definition, int line, const char *format, ...) {
  char text[sizeof(Error)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  add_note(definition, line, text);
}

void feed_note(const FeedEntry *entry, const char *format, ...) {
  char text[sizeof(Error)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  feed_note_at(entry->definition, entry->line, "[%.40s] %.60s: %s", entry->section, entry->key, text);
}

const char *feed_near(const char *text, size_t length, const char *const *words, char near[FEED_NEAR_SIZE]) {
  const char *word = nearest_of(text, length, words);
  near[0] = '\0';
  if (word != NULL) snprintf(near, FEED_NEAR_SIZE, "; did you mean %s?", word);
  return near;
}

/* ---- reading ---- */

static bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

bool feed_name_is_valid(const char *name) {
  size_t length = strlen(name);
  if (length == 0 || length >= FEED_NAME_SIZE || !is_small_letter(*name)) return false;
  for (size_t i = 0; i < length; i++)
    if (!is_small_letter(name[i]) && !(name[i] >= '0' && name[i] <= '9') && name[i] != '_') return false;
  return true;
}

static void check_name(FeedDefinition *definition, const char *name) {
  if (!feed_name_is_valid(name))
    feed_note_at(
        definition, 0,
        "the file's name is not that of a feed: a small letter, then up to 39 small letters, digits and _, then .ini");
  else if (job_table_find(job_table(), name) != NULL)
    feed_note_at(definition, 0, "%s is a dataset or a job of closebell; the feed needs another name", name);
  else
    text_copy(definition->name, sizeof definition->name, name);
}

static void read_text(FeedDefinition *definition, const char *text, size_t length) {
  FeedReading *reading = definition->reading;
  if (length > FEED_FILE_BYTES_MAX) {
    feed_note_at(definition, 0, "it is larger than %d bytes", FEED_FILE_BYTES_MAX);
    return;
  }
  if (ini_text_read(text, length, FEED_LINE_MAX, &reading->ini, NULL) != STATUS_OK) {
    reading->failed = true;
    return;
  }
  for (size_t i = 0; i < reading->ini.fault_count; i++)
    feed_note_at(definition, reading->ini.faults[i].line, "%s", reading->ini.faults[i].text);
  feed_check_keys(definition);
  feed_read_fields(definition);
  feed_read_feed(definition);
  feed_read_asked(definition);
  feed_read_rules(definition);
  feed_read_checks(definition);
  feed_check_together(definition);
}

FeedDefinition *feed_definition_parse(const char *name, const char *shown, const char *text, size_t length) {
  FeedDefinition *definition = calloc(1, sizeof *definition);
  FeedReading *reading = calloc(1, sizeof *reading);
  if (reading != NULL) reading->shown = strdup(shown);
  if (definition == NULL || reading == NULL || reading->shown == NULL) {
    if (reading != NULL) free(reading->shown);
    free(reading);
    free(definition);
    return NULL;
  }
  definition->reading = reading;
  reading->waiting = (FeedWaiting){SIZE_MAX, {0}, SIZE_MAX, SIZE_MAX};
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) reading->waiting.items_of[i] = SIZE_MAX;
  check_name(definition, name);
  read_text(definition, text, length);
  if (!reading->failed) return definition;
  feed_definition_free(definition);
  return NULL;
}

/* ---- files ---- */

/* The entry that names the file says where. */
static void note_file(FeedDefinition *definition, FeedFile *file, const char *text) {
  const IniText *ini = &definition->reading->ini;
  file->is_wrong = true;
  for (size_t i = 0; i < ini->entry_count; i++) {
    if (ini->entries[i].line != file->line) continue;
    FeedEntry entry = feed_entry_of(definition, &ini->entries[i]);
    feed_note(&entry, "%s: %s", file->name, text);
  }
}

static Status take_bytes(FeedDefinition *definition, FeedFile *file, const char *bytes, size_t length, Error *err) {
  switch (file->kind) {
  case FEED_FILE_KEYS:
    return feed_keys_parse(bytes, length, &definition->keys, err);
  case FEED_FILE_ZONE:
    return feed_zone_parse(bytes, length, &definition->schedule.zone, err);
  default:
    return feed_table_parse(bytes, length, &file->table, err);
  }
}

Status feed_definition_supply(FeedDefinition *definition, size_t index, const char *bytes, size_t length,
                              const char *trouble, Error *err) {
  Error why;
  FeedFile *file = &definition->files.items[index];
  if (file->is_supplied) return STATUS_OK;
  file->is_supplied = true;
  if (trouble != NULL) {
    definition->keys.are_missing = definition->keys.are_missing || file->kind == FEED_FILE_KEYS;
    if (file->kind == FEED_FILE_KEYS)
      definition->keys.trouble = feed_keep_text(definition, trouble, strlen(trouble));
    else
      note_file(definition, file, trouble);
    return STATUS_OK;
  }
  Status status = take_bytes(definition, file, bytes, length, &why);
  if (status == STATUS_NO_MEMORY) return error_set(err, status, "%s: %s", file->name, why.text);
  if (status != STATUS_OK) note_file(definition, file, why.text);
  return STATUS_OK;
}

/* ---- settling ---- */

static int compare_notes(const void *a, const void *b) {
  const FeedNote *left = a, *right = b;
  return left->line < right->line ? -1 : left->line > right->line;
}

/* Stable: notes of one line stay in their order. */
static void sort_notes(FeedNote *notes, size_t count) {
  for (size_t i = 1; i < count; i++) {
    FeedNote note = notes[i];
    size_t at = i;
    for (; at > 0 && compare_notes(&notes[at - 1], &note) > 0; at--) notes[at] = notes[at - 1];
    notes[at] = note;
  }
}

static void tell(const FeedReading *reading, Complaints *complaints) {
  Error err;
  for (size_t i = 0; i < reading->note_count; i++) {
    const FeedNote *note = &reading->notes[i];
    if (note->line > 0)
      error_set(&err, STATUS_CONFIG, "%s:%d: %s", reading->shown, note->line, note->text);
    else
      error_set(&err, STATUS_CONFIG, "%s: %s", reading->shown, note->text);
    complaints_add(complaints, STATUS_CONFIG, &err);
  }
}

Status feed_definition_settle(FeedDefinition *definition, Complaints *complaints) {
  FeedReading *reading = definition->reading;
  Error err;
  for (size_t i = 0; i < definition->files.count; i++)
    if (!definition->files.items[i].is_supplied) note_file(definition, &definition->files.items[i], "it was not read");
  feed_check_items(definition);
  sort_notes(reading->notes, reading->note_count);
  tell(reading, complaints);
  if (reading->failed) {
    error_set(&err, STATUS_NO_MEMORY, "%s: no memory to read it", reading->shown);
    complaints_add(complaints, STATUS_NO_MEMORY, &err);
    return STATUS_NO_MEMORY;
  }
  return reading->note_count == 0 ? STATUS_OK : STATUS_CONFIG;
}

/* ---- the end ---- */

static void free_reading(FeedReading *reading) {
  for (size_t i = 0; i < reading->note_count; i++) free(reading->notes[i].text);
  for (size_t i = 0; i < reading->block_count; i++) free(reading->blocks[i]);
  ini_text_free(&reading->ini);
  free(reading->notes);
  free(reading->blocks);
  free(reading->shown);
  free(reading);
}

void feed_definition_free(FeedDefinition *definition) {
  if (definition == NULL) return;
  for (size_t i = 0; i < definition->files.count; i++) feed_table_free(&definition->files.items[i].table);
  free(definition->files.items);
  feed_table_free(&definition->items.every);
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) feed_table_free(&definition->items.of[i]);
  feed_keys_free(&definition->keys);
  feed_zone_free(&definition->schedule.zone);
  free_reading(definition->reading);
  free(definition);
}

/* ---- questions ---- */

size_t feed_field_find(const FeedDefinition *definition, const char *name) {
  for (size_t i = 0; i < definition->rows.field_count; i++)
    if (strcmp(definition->rows.fields[i].name, name) == 0) return i;
  return FEED_NO_FIELD;
}
