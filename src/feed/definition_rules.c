/* [paging] and [answer]. */
#include "definition_internal.h"

#include <string.h>

/* ---- [paging] ---- */

static const char *const kinds[] = {"page", "cursor", "link", NULL};

static bool has_section(const FeedDefinition *definition, const char *section) {
  const IniText *ini = &definition->reading->ini;
  for (size_t i = 0; i < ini->section_count; i++)
    if (strcmp(ini->sections[i].name, section) == 0) return true;
  return false;
}

static bool take_kind(FeedDefinition *definition, FeedPaging *paging) {
  FeedEntry entry;
  char near[FEED_NEAR_SIZE];
  if (!feed_entry_find(definition, "paging", "kind", &entry)) {
    feed_note_at(definition, 0, "[paging] kind: is missing; it is page, cursor or link");
    return false;
  }
  for (size_t i = 0; kinds[i] != NULL; i++) {
    if (strcmp(kinds[i], entry.value) != 0) continue;
    paging->kind = (FeedPagingKind)(FEED_PAGING_PAGE + i);
    return true;
  }
  feed_note(&entry, "page, cursor or link was expected%s", feed_near(entry.value, strlen(entry.value), kinds, near));
  return false;
}

static void read_pointer(FeedDefinition *definition, const char *key, const char **ret_pointer) {
  FeedEntry entry;
  if (!feed_entry_find(definition, "paging", key, &entry)) return;
  if (*entry.value == '\0')
    feed_note(&entry, "a JSON pointer was expected");
  else
    (void)feed_take_pointer(&entry, entry.value, strlen(entry.value), false, ret_pointer);
}

static void read_param(FeedDefinition *definition, FeedPaging *paging) {
  FeedEntry entry;
  if (!feed_entry_find(definition, "paging", "param", &entry)) return;
  if (*entry.value == '\0')
    feed_note(&entry, "the name of a parameter was expected");
  else
    paging->param = entry.value;
}

/* Keys of other kinds than the one that is given. */
static void check_kind_keys(FeedDefinition *definition, FeedPagingKind kind) {
  static const struct {
    const char *key;
    bool of[4];
  } rows[] = {{"param", {false, true, true, false}},   {"first", {false, true, false, false}},
              {"size", {false, true, false, false}},   {"pages", {false, true, false, false}},
              {"cursor", {false, false, true, false}}, {"next", {false, false, false, true}}};
  FeedEntry entry;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!rows[i].of[kind] && feed_entry_find(definition, "paging", rows[i].key, &entry))
      feed_note(&entry, "does not go with kind = %s", kinds[kind - FEED_PAGING_PAGE]);
}

static void need(FeedDefinition *definition, const char *key) {
  FeedEntry entry, kind;
  if (!feed_entry_find(definition, "paging", key, &entry) && feed_entry_find(definition, "paging", "kind", &kind))
    feed_note(&kind, "needs the key %s", key);
}

static void check_page(FeedDefinition *definition) {
  FeedEntry size, pages, kind;
  bool has_size = feed_entry_find(definition, "paging", "size", &size);
  bool has_pages = feed_entry_find(definition, "paging", "pages", &pages);
  need(definition, "param");
  if (has_size && has_pages) feed_note(&pages, "stands beside size; one of them says which page is the last");
  if (!has_size && !has_pages && feed_entry_find(definition, "paging", "kind", &kind))
    feed_note(&kind, "needs the key size or the key pages, which say which page is the last");
}

static void read_paging(FeedDefinition *definition) {
  FeedPaging *paging = &definition->paging;
  FeedEntry entry;
  *paging = (FeedPaging){.first = 1, .max_pages = 100};
  if (!has_section(definition, "paging") || !take_kind(definition, paging)) return;
  read_param(definition, paging);
  read_pointer(definition, "pages", &paging->pages);
  read_pointer(definition, "cursor", &paging->cursor);
  read_pointer(definition, "next", &paging->next);
  read_pointer(definition, "total", &paging->total);
  if (feed_entry_find(definition, "paging", "first", &entry)) (void)feed_take_whole(&entry, 0, 1000000, &paging->first);
  if (feed_entry_find(definition, "paging", "size", &entry)) (void)feed_take_whole(&entry, 1, 1000000, &paging->size);
  if (feed_entry_find(definition, "paging", "max_pages", &entry))
    (void)feed_take_whole(&entry, 1, FEED_MAX_PAGES_MAX, &paging->max_pages);
  check_kind_keys(definition, paging->kind);
  if (paging->kind == FEED_PAGING_PAGE) check_page(definition);
  if (paging->kind == FEED_PAGING_CURSOR) need(definition, "param"), need(definition, "cursor");
  if (paging->kind == FEED_PAGING_LINK) need(definition, "next");
}

/* ---- [answer] ---- */

/* POINTER, !POINTER or POINTER = TEXT; a name in the pointer may hold blanks. */
static bool take_condition(const FeedEntry *entry, const char *text, FeedCondition *ret_condition) {
  FeedCondition condition = {.test = FEED_EXISTS};
  size_t length = strcspn(text, "=");
  bool is_absent = *text == '!';
  if (text[length] == '=' && is_absent) {
    feed_note(entry, "either !POINTER or POINTER = TEXT was expected, not both");
    return false;
  }
  if (text[length] == '=') {
    const char *value = text + length + 1;
    condition.test = FEED_EQUALS;
    condition.text = value + strspn(value, " \t");
  }
  if (is_absent) {
    condition.test = FEED_IS_ABSENT;
    text++, length--;
    while (*text == ' ' || *text == '\t') text++, length--;
  }
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  if (length == 0) {
    feed_note(entry, "a JSON pointer was expected: POINTER, !POINTER or POINTER = TEXT");
    return false;
  }
  if (!feed_take_pointer(entry, text, length, false, &condition.pointer)) return false;
  *ret_condition = condition;
  return true;
}

static void read_conditions(FeedDefinition *definition, const char *key, FeedConditions *to) {
  FeedEntry entry;
  const char *const *texts;
  size_t count;
  if (!feed_entry_find(definition, "answer", key, &entry) || !feed_take_list(&entry, &texts, &count)) return;
  to->items = feed_keep(definition, count, sizeof *to->items);
  for (size_t i = 0; to->items != NULL && i < count; i++)
    if (take_condition(&entry, texts[i], &to->items[to->count])) to->count++;
}

void feed_read_rules(FeedDefinition *definition) {
  FeedAnswerRules *answer = &definition->answer;
  read_paging(definition);
  read_conditions(definition, "limit_if", &answer->limit_if);
  read_conditions(definition, "error_if", &answer->error_if);
  read_conditions(definition, "ok_if", &answer->ok_if);
  read_conditions(definition, "empty_if", &answer->empty_if);
}
