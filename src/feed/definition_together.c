/* What stands in two places of a definition and does not go together; and items, once their files are there. */
#include "definition_internal.h"

#include "words.h"

#include <stdio.h>
#include <string.h>

/* ---- keys of [feed] ---- */

/* Where the key stands, what is wrong is said. */
static void refuse(FeedDefinition *definition, const char *section, const char *key, const char *why) {
  FeedEntry entry;
  if (feed_entry_find(definition, section, key, &entry)) feed_note(&entry, "%s", why);
}

static bool is_given(FeedDefinition *definition, const char *key) {
  FeedEntry entry;
  return feed_entry_find(definition, "feed", key, &entry);
}

static bool has_items(FeedDefinition *definition) { return definition->items.given; }

static void check_feed_keys(FeedDefinition *definition) {
  const FeedAsk *ask = &definition->ask;
  if (!ask->uses_date) {
    refuse(definition, "feed", "step_back",
           "{date} stands nowhere in url, [query] and [headers]; it goes with {date} alone");
    refuse(definition, "feed", "catch_up",
           "{date} stands nowhere in url, [query] and [headers]; it goes with {date} alone");
  }
  if (!ask->uses_key)
    refuse(definition, "feed", "keys_file", "{key} stands nowhere in url, [query] and [headers]; no key would be sent");
  if (!ask->uses_since)
    refuse(definition, "feed", "since", "{since} stands nowhere in url, [query] and [headers]; nothing would use it");
  if (!has_items(definition)) refuse(definition, "feed", "per_run", "goes with items alone; there are none");
}

/* ---- placeholders ---- */

typedef struct {
  bool key, item, since;
} Given;

static const char *fault_of_part(const FeedPart *part, Given given) {
  if (part->kind == FEED_PART_KEY && !given.key) return "{key} needs keys_file in [feed]";
  if (part->kind == FEED_PART_ITEM && !given.item) return "{item} needs items in [feed]";
  if (part->kind == FEED_PART_SINCE && !given.since) return "{since} needs since in [feed]";
  return NULL;
}

static void check_template(FeedDefinition *definition, const char *section, const char *key, int line,
                           const FeedTemplate *one) {
  Given given = {is_given(definition, "keys_file"), has_items(definition), is_given(definition, "since")};
  FeedEntry entry = {.definition = definition, .section = section, .key = key, .line = line};
  for (size_t i = 0; i < one->count; i++) {
    const char *fault = fault_of_part(&one->parts[i], given);
    if (fault != NULL) feed_note(&entry, "%s", fault);
  }
}

static void check_parameters(FeedDefinition *definition, const char *section, const FeedParameters *parameters) {
  for (size_t i = 0; i < parameters->count; i++)
    check_template(definition, section, parameters->items[i].name, parameters->items[i].line,
                   &parameters->items[i].value);
}

static void check_placeholders(FeedDefinition *definition) {
  const FeedAsk *ask = &definition->ask;
  FeedEntry url;
  char section[16];
  if (feed_entry_find(definition, "feed", "url", &url)) check_template(definition, "feed", "url", url.line, &ask->url);
  check_parameters(definition, "query", &ask->query);
  check_parameters(definition, "headers", &ask->headers);
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) {
    snprintf(section, sizeof section, "query %s", feed_weekdays[i]);
    check_parameters(definition, section, &ask->query_of[i]);
  }
}

/* ---- CSV ---- */

static const char *fault_of_csv_field(const FeedField *field) {
  bool has_pointer = field->from == FEED_FROM_ROW || field->from == FEED_FROM_MAP;
  if (field->from == FEED_FROM_ANSWER) return "CSV has no answer around its rows; ^ goes with JSON alone";
  if (field->from == FEED_FROM_KEY) return "rows of CSV have no member's name; @key goes with JSON alone";
  if (field->type == FEED_STRINGS) return "a value of CSV is one text; strings go with JSON alone";
  if (has_pointer && field->pointer != NULL && strchr(field->pointer + 1, '/') != NULL)
    return "a pointer into CSV is /COLUMN; a / in the column's name is written ~1";
  return NULL;
}

static void check_csv(FeedDefinition *definition) {
  if (*definition->rows.pointer != '\0') refuse(definition, "feed", "rows", "is empty where the answer is CSV");
  if (definition->rows.is_single) refuse(definition, "feed", "single", "goes with JSON alone");
  if (definition->paging.kind == FEED_PAGING_CURSOR || definition->paging.kind == FEED_PAGING_LINK)
    refuse(definition, "paging", "kind", "goes with JSON alone; CSV has pages of a size");
  refuse(definition, "paging", "pages", "points into JSON; CSV has pages of a size");
  refuse(definition, "paging", "total", "points into JSON; CSV does not say it");
}

/* ---- fields ---- */

static const char *fault_of_field(const FeedDefinition *definition, const FeedField *field) {
  if (field->from == FEED_FROM_ITEM && !definition->items.given) return "@item needs items in [feed]";
  if (field->from == FEED_FROM_KEY && definition->rows.is_single)
    return "@key is a member's name; single has one row, and no name";
  return definition->rows.format == FEED_CSV ? fault_of_csv_field(field) : NULL;
}

static void check_fields(FeedDefinition *definition) {
  for (size_t i = 0; i < definition->rows.field_count; i++) {
    const FeedField *field = &definition->rows.fields[i];
    FeedEntry entry = {.definition = definition, .section = "fields", .key = field->name, .line = field->line};
    const char *fault = fault_of_field(definition, field);
    if (fault != NULL) feed_note(&entry, "%s", fault);
  }
}

void feed_check_together(FeedDefinition *definition) {
  check_feed_keys(definition);
  check_placeholders(definition);
  if (definition->rows.format == FEED_CSV) check_csv(definition);
  check_fields(definition);
}

/* ---- items ---- */

/* A line of a file, or the number of a list's item. */
static void check_column(const FeedEntry *entry, const FeedTable *list, size_t column) {
  for (size_t i = 0; i < list->count; i++) {
    if (feed_line_column(&list->lines[i], column) != NULL) continue;
    feed_note(entry, "an item has no column %zu: %.60s (line %d)", column, list->lines[i].columns[0],
              list->lines[i].number);
    return;
  }
}

static void check_part_columns(const FeedEntry *entry, const FeedTable *list, const FeedTemplate *one) {
  for (size_t i = 0; i < one->count; i++)
    if (one->parts[i].kind == FEED_PART_ITEM && one->parts[i].index > 1) check_column(entry, list, one->parts[i].index);
}

/* Which list this is: that of a weekday, or with EVERY_DAY the one of the days that have none of their own. */
enum { EVERY_DAY = FEED_WEEKDAYS };

static bool is_list_of(const FeedItems *items, size_t which, size_t weekday) {
  return which == EVERY_DAY ? !items->has[weekday] : which == weekday;
}

static void check_list_columns(const FeedEntry *entry, const FeedTable *list, size_t which) {
  const FeedDefinition *definition = entry->definition;
  const FeedAsk *ask = &definition->ask;
  check_part_columns(entry, list, &ask->url);
  for (size_t i = 0; i < ask->query.count; i++) check_part_columns(entry, list, &ask->query.items[i].value);
  for (size_t i = 0; i < ask->headers.count; i++) check_part_columns(entry, list, &ask->headers.items[i].value);
  for (size_t day = 0; day < FEED_WEEKDAYS; day++) {
    const FeedParameters *query = &ask->query_of[day];
    for (size_t i = 0; is_list_of(&definition->items, which, day) && i < query->count; i++)
      check_part_columns(entry, list, &query->items[i].value);
  }
  for (size_t i = 0; i < definition->rows.field_count; i++) {
    const FeedField *field = &definition->rows.fields[i];
    if (field->from == FEED_FROM_ITEM && !field->is_optional && field->column > 1)
      check_column(entry, list, field->column);
  }
}

static void check_list(FeedDefinition *definition, size_t file, size_t which) {
  const FeedItems *items = &definition->items;
  char key[16];
  FeedEntry entry;
  snprintf(key, sizeof key, which == EVERY_DAY ? "items" : "items %s", which == EVERY_DAY ? "" : feed_weekdays[which]);
  if (!feed_entry_find(definition, "feed", key, &entry)) return;
  const FeedTable *own = which == EVERY_DAY ? &items->every : &items->of[which];
  const FeedTable *list = file == SIZE_MAX ? own : &definition->files.items[file].table;
  if (list->count > FEED_ITEMS_MAX)
    feed_note(&entry, "there are %zu items; allowed are %d", list->count, FEED_ITEMS_MAX);
  else if (list->count > 0)
    check_list_columns(&entry, list, which);
  else if (file != SIZE_MAX && !definition->files.items[file].is_wrong)
    feed_note(&entry, "%s holds no item", definition->files.items[file].name);
}

void feed_check_items(FeedDefinition *definition) {
  const FeedWaiting *waiting = &definition->reading->waiting;
  check_list(definition, waiting->items, EVERY_DAY);
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) check_list(definition, waiting->items_of[i], i);
}

static const FeedTable *list_of(const FeedDefinition *definition, size_t file, const FeedTable *own) {
  return file == SIZE_MAX ? own : &definition->files.items[file].table;
}

const FeedTable *feed_items_of(const FeedDefinition *definition, Weekday weekday) {
  const FeedItems *items = &definition->items;
  const FeedWaiting *waiting = &definition->reading->waiting;
  if (!items->given) return NULL;
  if (items->has[weekday]) return list_of(definition, waiting->items_of[weekday], &items->of[weekday]);
  return list_of(definition, waiting->items, &items->every);
}
