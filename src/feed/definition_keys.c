/* Which sections and keys there are; what is none of them, or stands there twice. */
#include "definition_internal.h"

#include "words.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const char *section;
  const char *const *keys; /* null: names of the writer's own */
  bool of_weekdays;        /* also "[section mon]" */
} Section;

static const char *const of_feed[] = {
    "title",     "url",       "schedule", "items",     "items mon", "items tue", "items wed", "items thu", "items fri",
    "items sat", "items sun", "per_run",  "keys_file", "rate",      "since",     "rows",      "single",    "only",
    "format",    "step_back", "expire",   "indexes",   "id",        "keep",      "missing",   "catch_up",  NULL};
static const char *const of_paging[] = {"kind",   "param", "first",     "size",  "pages",
                                        "cursor", "next",  "max_pages", "total", NULL};
static const char *const of_answer[] = {"limit_if", "error_if", "ok_if", "empty_if", NULL};
static const char *const of_checks[] = {"min_rows", "unique", "range", "not_older_than", NULL};

static const Section sections[] = {
    {"feed", of_feed, false},     {"query", NULL, true},        {"headers", NULL, false},    {"fields", NULL, false},
    {"paging", of_paging, false}, {"answer", of_answer, false}, {"checks", of_checks, false}};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* Those that may go on in lines that begin with a blank: lists, and a value of [query]. */
static const char *const going_on[] = {"items",     "items mon", "items tue", "items wed", "items thu", "items fri",
                                       "items sat", "items sun", "indexes",   "missing",   "limit_if",  "error_if",
                                       "ok_if",     "empty_if",  "unique",    "range",     NULL};

static bool is_among(const char *text, const char *const *words) {
  for (size_t i = 0; words[i] != NULL; i++)
    if (strcmp(words[i], text) == 0) return true;
  return false;
}

/* One blank between words: "items  mon" is "items mon". */
static void tidy(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0'; from++) {
    bool is_blank = *from == ' ' || *from == '\t';
    if (!is_blank)
      *to++ = *from;
    else if (to > text && to[-1] != ' ')
      *to++ = ' ';
  }
  *to = '\0';
}

/* ---- sections ---- */

static const Section *find_section(const char *name) {
  size_t length = strcspn(name, " ");
  Weekday weekday;
  for (size_t i = 0; i < SECTIONS; i++) {
    if (strlen(sections[i].section) != length || memcmp(sections[i].section, name, length) != 0) continue;
    if (name[length] == '\0') return &sections[i];
    const char *day = name + length + 1;
    return sections[i].of_weekdays && feed_weekday_find(day, strlen(day), &weekday) ? &sections[i] : NULL;
  }
  return NULL;
}

static void note_section(FeedDefinition *definition, const IniSection *section) {
  const char *words[SECTIONS + FEED_WEEKDAYS + 1];
  char near[FEED_NEAR_SIZE], of_days[FEED_WEEKDAYS][12];
  size_t count = 0;
  for (size_t i = 0; i < SECTIONS; i++) words[count++] = sections[i].section;
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) {
    snprintf(of_days[i], sizeof of_days[i], "query %s", feed_weekdays[i]);
    words[count++] = of_days[i];
  }
  words[count] = NULL;
  feed_near(section->name, strlen(section->name), words, near);
  feed_note_at(definition, section->line, "[%.60s]: there is no such section%s", section->name,
               *near != '\0'
                   ? near
                   : "; there are [feed], [query], [query mon] to [query sun], [headers], [fields], [paging], "
                     "[answer] and [checks]");
}

static bool is_fault(const FeedReading *reading, int line) {
  for (size_t i = 0; i < reading->ini.fault_count; i++)
    if (reading->ini.faults[i].line == line) return true;
  return false;
}

/* ---- keys ---- */

static void list_keys(const char *const *keys, TextBuffer *list) {
  for (size_t i = 0; keys[i] != NULL; i++)
    if (strchr(keys[i], ' ') == NULL) text_buffer_printf(list, "%s%s", i == 0 ? "" : ", ", keys[i]);
}

static void note_key(const FeedEntry *entry, const char *const *keys) {
  char near[FEED_NEAR_SIZE];
  TextBuffer list = {0};
  feed_near(entry->key, strlen(entry->key), keys, near);
  if (*near == '\0') list_keys(keys, &list);
  feed_note(entry, "there is no such key%s%s", *near != '\0' ? near : "; there are ",
            *near != '\0' || list.data == NULL ? "" : list.data);
  entry->definition->reading->failed = entry->definition->reading->failed || list.failed;
  text_buffer_free(&list);
}

static const IniEntry *find_twin(const IniText *ini, size_t index) {
  const IniEntry *entry = &ini->entries[index];
  const IniEntry *first = ini_text_find(ini, ini->sections[entry->section].name, entry->key);
  return first == entry ? NULL : first;
}

static void check_entry(FeedDefinition *definition, size_t index) {
  const IniText *ini = &definition->reading->ini;
  FeedEntry entry = feed_entry_of(definition, &ini->entries[index]);
  const Section *section = find_section(entry.section);
  if (section == NULL) return; /* which was said of the section */
  const IniEntry *twin = find_twin(ini, index);
  bool is_query = section->of_weekdays;
  if (section->keys != NULL && !is_among(entry.key, section->keys))
    note_key(&entry, section->keys);
  else if (twin != NULL)
    feed_note(&entry, "is given a second time; the first time in line %d", twin->line);
  else if (strchr(entry.value, '\n') != NULL && !is_query && !(section->keys != NULL && is_among(entry.key, going_on)))
    feed_note(&entry, "only a list goes on in lines that begin with a blank; a key begins its line");
}

void feed_check_keys(FeedDefinition *definition) {
  IniText *ini = &definition->reading->ini;
  for (size_t i = 0; i < ini->section_count; i++) {
    tidy(ini->sections[i].name);
    if (find_section(ini->sections[i].name) == NULL && !is_fault(definition->reading, ini->sections[i].line))
      note_section(definition, &ini->sections[i]);
  }
  for (size_t i = 0; i < ini->entry_count; i++) tidy(ini->entries[i].key);
  for (size_t i = 0; i < ini->entry_count; i++) check_entry(definition, i);
}

FeedEntry feed_entry_of(FeedDefinition *definition, const IniEntry *ini) {
  return (FeedEntry){.definition = definition,
                     .section = definition->reading->ini.sections[ini->section].name,
                     .key = ini->key,
                     .value = ini->value.data,
                     .line = ini->line};
}

bool feed_entry_find(FeedDefinition *definition, const char *section, const char *key, FeedEntry *ret_entry) {
  const IniEntry *found = ini_text_find(&definition->reading->ini, section, key);
  if (found == NULL) return false;
  *ret_entry = feed_entry_of(definition, found);
  return true;
}
