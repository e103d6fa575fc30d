/* [checks]. */
#include "definition_internal.h"

#include "words.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

static void read_unique(FeedDefinition *definition) {
  FeedChecks *checks = &definition->checks;
  FeedEntry entry;
  const char *const *texts;
  size_t count, field;
  if (!feed_entry_find(definition, "checks", "unique", &entry) || !feed_take_list(&entry, &texts, &count)) return;
  checks->unique = feed_keep(definition, count, sizeof *checks->unique);
  for (size_t i = 0; checks->unique != NULL && i < count; i++)
    if (feed_take_field(&entry, texts[i], strlen(texts[i]), &field)) checks->unique[checks->unique_count++] = field;
}

/* ---- range ---- */

static bool parse_bound(const char *text, FeedType type, FeedBound *bound) {
  Day day = DAY_NONE;
  bool is_day = day_parse(text, &day);
  bound->given = true;
  if (type == FEED_INT) return text_parse_int64(text, INT64_MIN, INT64_MAX, &bound->whole);
  if (type == FEED_DOUBLE) return text_parse_double(text, -DBL_MAX, DBL_MAX, &bound->real);
  if (type == FEED_INSTANT && !is_day) return instant_parse(text, &bound->whole);
  bound->whole = type == FEED_DATE ? day : day * MS_OF_DAY;
  return is_day;
}

static bool take_bound(const FeedEntry *entry, const char *text, size_t length, FeedType type, FeedBound *bound) {
  char copy[64];
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
  if (length == 0) return true;
  snprintf(copy, sizeof copy, "%.*s", (int)(length < sizeof copy ? length : sizeof copy - 1), text);
  if (length < sizeof copy && parse_bound(copy, type, bound)) return true;
  feed_note(entry,
            "LOW and HIGH are numbers of the field's type, dates (2025-04-11) or instants (2025-04-11T09:00:00Z)");
  return false;
}

static bool is_upside_down(const FeedRange *range, FeedType type) {
  if (!range->low.given || !range->high.given) return false;
  return type == FEED_DOUBLE ? range->low.real > range->high.real : range->low.whole > range->high.whole;
}

/* FIELD LOW..HIGH */
static bool take_range(const FeedEntry *entry, const char *text, FeedRange *range) {
  Words words = {text};
  size_t length, rest_length;
  const char *name = words_next(&words, &length), *rest = words_rest(&words, &rest_length);
  const char *dots = memmem(rest, rest_length, "..", 2);
  if (!feed_take_field(entry, name, length, &range->field)) return false;
  FeedType type = entry->definition->rows.fields[range->field].type;
  if (type != FEED_INT && type != FEED_DOUBLE && type != FEED_DATE && type != FEED_INSTANT) {
    feed_note(entry, "%.*s has no range; an int, a double, a date or an instant has one", (int)length, name);
    return false;
  }
  if (dots == NULL) {
    feed_note(entry, "FIELD LOW..HIGH was expected");
    return false;
  }
  const char *high = dots + 2;
  if (!take_bound(entry, rest, (size_t)(dots - rest), type, &range->low) ||
      !take_bound(entry, high, rest_length - (size_t)(high - rest), type, &range->high))
    return false;
  bool is_open = !range->low.given && !range->high.given;
  if (is_open || is_upside_down(range, type))
    feed_note(entry, is_open ? "LOW or HIGH was expected beside the dots" : "LOW is above HIGH");
  return true;
}

static void read_ranges(FeedDefinition *definition) {
  FeedChecks *checks = &definition->checks;
  FeedEntry entry;
  const char *const *texts;
  size_t count;
  if (!feed_entry_find(definition, "checks", "range", &entry) || !feed_take_list(&entry, &texts, &count)) return;
  checks->ranges = feed_keep(definition, count, sizeof *checks->ranges);
  for (size_t i = 0; checks->ranges != NULL && i < count; i++) {
    FeedRange range = {0};
    if (take_range(&entry, texts[i], &range)) checks->ranges[checks->range_count++] = range;
  }
}

/* ---- age ---- */

static void read_age(FeedDefinition *definition) {
  FeedAge *age = &definition->checks.not_older_than;
  FeedEntry entry;
  size_t length, rest_length, field;
  age->field = FEED_NO_FIELD;
  if (!feed_entry_find(definition, "checks", "not_older_than", &entry)) return;
  Words words = {entry.value};
  const char *name = words_next(&words, &length), *rest = words_rest(&words, &rest_length);
  if (!feed_take_field(&entry, name, length, &field) || !feed_take_age(&entry, rest, rest_length, &age->age_ms)) return;
  FeedType type = definition->rows.fields[field].type;
  if (type == FEED_DATE || type == FEED_INSTANT)
    age->field = field;
  else
    feed_note(&entry, "%.*s has no age; a date or an instant has one", (int)length, name);
}

void feed_read_checks(FeedDefinition *definition) {
  FeedEntry entry;
  definition->checks.min_rows = 1;
  if (feed_entry_find(definition, "checks", "min_rows", &entry))
    (void)feed_take_whole(&entry, 0, 1000000000, &definition->checks.min_rows);
  read_unique(definition);
  read_ranges(definition);
  read_age(definition);
}
