/* [feed], but for url and id. */
#include "definition_internal.h"

#include "value.h"
#include "words.h"

#include <closebell/feed/keys.h>
#include <closebell/feed/schedule.h>

#include <stdio.h>
#include <string.h>

static bool is_word(const char *text, size_t length, const char *word) {
  return strlen(word) == length && memcmp(text, word, length) == 0;
}

static void note_missing(FeedDefinition *definition, const char *key, const char *what) {
  feed_note_at(definition, 0, "[feed] %s: is missing; %s", key, what);
}

/* ---- texts ---- */

static void read_title(FeedDefinition *definition) {
  FeedEntry entry;
  definition->title = definition->name;
  if (!feed_entry_find(definition, "feed", "title", &entry)) return;
  if (*entry.value == '\0')
    feed_note(&entry, "a title was expected");
  else
    definition->title = entry.value;
}

/* One of two words. */
static bool read_choice(FeedDefinition *definition, const char *key, const char *first, const char *second,
                        bool *ret_is_second) {
  FeedEntry entry;
  if (!feed_entry_find(definition, "feed", key, &entry)) return false;
  bool is_second = strcmp(entry.value, second) == 0;
  if (!is_second && strcmp(entry.value, first) != 0) {
    feed_note(&entry, "%s or %s was expected", first, second);
    return false;
  }
  *ret_is_second = is_second;
  return true;
}

static void read_choices(FeedDefinition *definition) {
  FeedEntry entry;
  bool is_newest = false;
  (void)read_choice(definition, "single", "no", "yes", &definition->rows.is_single);
  if (read_choice(definition, "keep", "insert", "replace", &is_newest))
    definition->storing.keep = is_newest ? FEED_KEEP_NEWEST : FEED_KEEP_FIRST;
  if (!feed_entry_find(definition, "feed", "format", &entry)) return;
  if (strcmp(entry.value, "csv") == 0)
    definition->rows.format = FEED_CSV;
  else
    feed_note(&entry, "csv was expected; without this key the answer is JSON");
}

static void read_missing(FeedDefinition *definition) {
  FeedEntry entry;
  const char *const *texts;
  size_t count;
  if (!feed_entry_find(definition, "feed", "missing", &entry) || !feed_take_list(&entry, &texts, &count)) return;
  definition->rows.missing = (const char **)texts;
  definition->rows.missing_count = count;
}

/* ---- when ---- */

static void read_zone(const FeedEntry *entry, const char *zone, size_t length, FeedSchedule *schedule) {
  FeedDefinition *definition = entry->definition;
  if (length == 0) return;
  const char *name = feed_keep_text(definition, zone, length);
  if (name == NULL) return;
  schedule->zone_name = name;
  if (feed_zone_is_fixed(name, &schedule->zone)) return;
  schedule->zone = (FeedZone){0};
  if (!feed_zone_is_name(name))
    feed_note(entry, "KST, UTC or a time zone such as America/New_York was expected at the end");
  else
    (void)feed_take_file(entry, FEED_FILE_ZONE, name, length, &definition->reading->waiting.zone);
}

static void read_schedule(FeedDefinition *definition) {
  FeedEntry entry;
  Error err;
  const char *zone;
  size_t length;
  if (!feed_entry_find(definition, "feed", "schedule", &entry)) {
    note_missing(definition, "schedule", "it is hourly, daily HH:MM, weekly DAY HH:MM or monthly D HH:MM");
    return;
  }
  if (feed_schedule_parse(entry.value, &definition->schedule, &zone, &length, &err) == STATUS_OK)
    read_zone(&entry, zone, length, &definition->schedule);
  else
    feed_note(&entry, "%s", err.text);
}

static void read_numbers(FeedDefinition *definition) {
  FeedUnitRules *units = &definition->units;
  FeedEntry entry;
  units->catch_up = 30;
  if (feed_entry_find(definition, "feed", "catch_up", &entry))
    (void)feed_take_whole(&entry, 1, FEED_CATCH_UP_MAX, &units->catch_up);
  if (feed_entry_find(definition, "feed", "per_run", &entry))
    (void)feed_take_whole(&entry, 1, FEED_PER_RUN_MAX, &units->per_run);
  if (feed_entry_find(definition, "feed", "step_back", &entry))
    (void)feed_take_whole(&entry, 1, FEED_STEP_BACK_MAX, &units->step_back);
}

/* ---- items and keys ---- */

static void take_items(const FeedEntry *entry, FeedTable *table, size_t *ret_file) {
  Error err;
  if (*entry->value == '@') {
    (void)feed_take_file(entry, FEED_FILE_ITEMS, entry->value + 1, strlen(entry->value + 1), ret_file);
    return;
  }
  const char *list = feed_join_list(entry);
  if (list == NULL) return;
  Status status = feed_table_parse_list(list, table, &err);
  if (status == STATUS_NO_MEMORY)
    entry->definition->reading->failed = true;
  else if (status != STATUS_OK)
    feed_note(entry, "%s", err.text);
  else if (table->count == 0)
    feed_note(entry, "items were expected: a list by commas, or @FILE");
}

static void read_items(FeedDefinition *definition) {
  FeedItems *items = &definition->items;
  FeedWaiting *waiting = &definition->reading->waiting;
  FeedEntry entry;
  char key[16];
  if (feed_entry_find(definition, "feed", "items", &entry)) {
    items->given = true;
    take_items(&entry, &items->every, &waiting->items);
  }
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) {
    snprintf(key, sizeof key, "items %s", feed_weekdays[i]);
    if (!feed_entry_find(definition, "feed", key, &entry)) continue;
    items->given = items->has[i] = true;
    take_items(&entry, &items->of[i], &waiting->items_of[i]);
  }
}

static void read_keys(FeedDefinition *definition) {
  FeedEntry entry;
  Error err;
  if (feed_entry_find(definition, "feed", "keys_file", &entry)) {
    definition->keys.file = entry.value;
    (void)feed_take_file(&entry, FEED_FILE_KEYS, entry.value, strlen(entry.value), &definition->reading->waiting.keys);
  }
  if (feed_entry_find(definition, "feed", "rate", &entry) &&
      feed_rate_parse(entry.value, &definition->rate, &err) != STATUS_OK)
    feed_note(&entry, "%s", err.text);
}

/* ---- what names fields ---- */

static void read_since(FeedDefinition *definition) {
  FeedUnitRules *units = &definition->units;
  FeedEntry entry;
  size_t length, start_length, field;
  units->since_field = FEED_NO_FIELD;
  if (!feed_entry_find(definition, "feed", "since", &entry)) return;
  Words words = {entry.value};
  const char *name = words_next(&words, &length), *start = words_rest(&words, &start_length);
  if (!feed_take_field(&entry, name, length, &field)) return;
  FeedType type = definition->rows.fields[field].type;
  if (type == FEED_DOUBLE || type == FEED_BOOL || type == FEED_STRINGS) {
    feed_note(&entry, "%s is %s; a string, an int, a date or an instant was expected",
              definition->rows.fields[field].name, value_type_name(type));
  } else if (start_length == 0) {
    feed_note(&entry, "where it starts was expected behind the field: what {since} is while nothing is stored");
  } else {
    units->since_field = field;
    units->since_start = feed_keep_text(definition, start, start_length);
  }
}

static void read_only(FeedDefinition *definition) {
  FeedRows *rows = &definition->rows;
  FeedEntry entry;
  size_t field;
  rows->only = FEED_NO_FIELD;
  if (!feed_entry_find(definition, "feed", "only", &entry) ||
      !feed_take_field(&entry, entry.value, strlen(entry.value), &field))
    return;
  if (rows->fields[field].is_optional)
    rows->only = field;
  else
    feed_note(&entry, "%s is in every row; an optional field (TYPE?) was expected", rows->fields[field].name);
}

/* One of ours that is stored with every document; of a date or an instant where `dated` asks for it. */
static const char *stored_name(const FeedEntry *entry, const char *name, size_t length, bool dated) {
  static const char *const ours[] = {"first_seen_utc", "changed_utc", "item"};
  size_t field;
  for (size_t i = 0; i < (dated ? 2 : entry->definition->items.given ? 3 : 2); i++)
    if (is_word(name, length, ours[i])) return ours[i];
  if (!feed_take_field(entry, name, length, &field)) return NULL;
  return entry->definition->rows.fields[field].name;
}

static void read_expire(FeedDefinition *definition) {
  FeedStoring *storing = &definition->storing;
  FeedEntry entry;
  size_t length, age_length;
  if (!feed_entry_find(definition, "feed", "expire", &entry)) return;
  Words words = {entry.value};
  const char *word = words_next(&words, &length), *age = words_rest(&words, &age_length);
  const char *name = stored_name(&entry, word, length, true);
  if (name == NULL || !feed_take_age(&entry, age, age_length, &storing->expire_ms)) return;
  size_t field = feed_field_find(definition, name);
  FeedType type = field == FEED_NO_FIELD ? FEED_INSTANT : definition->rows.fields[field].type;
  if (type != FEED_DATE && type != FEED_INSTANT) {
    feed_note(&entry, "%s is %s; a date or an instant was expected", name, value_type_name(type));
    return;
  }
  storing->expire_field = name;
  storing->expire_is_date = type == FEED_DATE;
}

static bool is_indexed(const FeedStoring *storing, const char *name) {
  for (size_t i = 0; i < storing->index_count; i++)
    if (strcmp(storing->indexes[i].field, name) == 0) return true;
  return false;
}

static void read_indexes(FeedDefinition *definition) {
  FeedStoring *storing = &definition->storing;
  FeedEntry entry;
  const char *const *texts;
  size_t count;
  if (!feed_entry_find(definition, "feed", "indexes", &entry) || !feed_take_list(&entry, &texts, &count)) return;
  storing->indexes = feed_keep(definition, count, sizeof *storing->indexes);
  for (size_t i = 0; storing->indexes != NULL && i < count; i++) {
    bool is_descending = *texts[i] == '-';
    const char *word = texts[i] + (is_descending ? 1 : 0), *name = stored_name(&entry, word, strlen(word), false);
    if (name == NULL) continue;
    if (is_indexed(storing, name))
      feed_note(&entry, "%s has an index already", name);
    else if (storing->index_count == FEED_INDEXES_MAX)
      feed_note(&entry, "there are more than %d indexes", FEED_INDEXES_MAX);
    else
      storing->indexes[storing->index_count++] = (FeedIndex){name, is_descending};
  }
}

/* ---- rows ---- */

static void read_rows(FeedDefinition *definition) {
  FeedRows *rows = &definition->rows;
  FeedEntry entry;
  rows->pointer = "";
  if (feed_entry_find(definition, "feed", "rows", &entry))
    (void)feed_take_pointer(&entry, entry.value, strlen(entry.value), false, &rows->pointer);
  else if (rows->format == FEED_JSON)
    note_missing(definition, "rows",
                 "it is a JSON pointer to the rows; nothing behind `rows =` means the whole answer");
}

void feed_read_feed(FeedDefinition *definition) {
  read_title(definition);
  read_schedule(definition);
  read_numbers(definition);
  read_items(definition);
  read_keys(definition);
  read_choices(definition);
  read_missing(definition);
  read_rows(definition);
  read_since(definition);
  read_only(definition);
  read_expire(definition);
  read_indexes(definition);
}
