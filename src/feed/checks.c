#include <closebell/feed/checks.h>

#include "quote.h"
#include "reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t MS_OF_MINUTE = 60 * 1000;

static const char *field_name(const FeedAsked *asked, size_t field) {
  return asked->definition->rows.fields[field].name;
}

/* --- min_rows --- */

static Status check_min_rows(const FeedAsked *asked, const FeedRowList *rows, char *reason) {
  int64_t least = asked->definition->checks.min_rows;
  bool is_right = rows->is_rightly_empty && rows->count == 0;
  if (is_right || least <= 0 || rows->count >= (size_t)least) return STATUS_OK;
  return feed_refuse(reason, "min_rows: %zu rows, and at least %lld were due", rows->count, (long long)least);
}

/* --- unique --- */

static int compare_numbers(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int compare_texts(const FeedTexts *a, const FeedTexts *b) {
  int order = compare_numbers((int64_t)a->count, (int64_t)b->count);
  for (size_t i = 0; i < a->count && order == 0; i++) order = strcmp(a->items[i], b->items[i]);
  return order;
}

/* Of one type. */
static int compare_values(const FeedValue *a, const FeedValue *b) {
  if (a->is_absent || b->is_absent) return a->is_absent - b->is_absent;
  switch (a->type) {
  case FEED_STRING:
    return strcmp(a->text, b->text);
  case FEED_INT:
    return compare_numbers(a->whole, b->whole);
  case FEED_DOUBLE:
    return (a->real > b->real) - (a->real < b->real);
  case FEED_BOOL:
    return a->truth - b->truth;
  case FEED_DATE:
    return compare_numbers(a->day, b->day);
  case FEED_INSTANT:
    return compare_numbers(a->instant, b->instant);
  default:
    return compare_texts(&a->texts, &b->texts);
  }
}

static int compare_rows(const FeedChecks *checks, const FeedRow *a, const FeedRow *b) {
  int order = 0;
  for (size_t i = 0; i < checks->unique_count && order == 0; i++)
    order = compare_values(&a->values[checks->unique[i]], &b->values[checks->unique[i]]);
  return order;
}

/* Rows that agree stand in the order in which they came. */
static int by_values(const void *left, const void *right, void *checks) {
  const FeedRow *a = *(const FeedRow *const *)left, *b = *(const FeedRow *const *)right;
  int order = compare_rows(checks, a, b);
  return order != 0 ? order : (a > b) - (a < b);
}

/* The earliest row that agrees with one before it. */
static Status find_twins(const FeedAsked *asked, const FeedRowList *rows, const FeedRow **sorted, char *reason) {
  const FeedChecks *checks = &asked->definition->checks;
  const FeedRow *first = NULL, *second = NULL;
  for (size_t i = 1; i < rows->count; i++) {
    if (compare_rows(checks, sorted[i - 1], sorted[i]) != 0) continue;
    if (second == NULL || sorted[i] < second) first = sorted[i - 1], second = sorted[i];
  }
  if (second == NULL) return STATUS_OK;
  return feed_refuse(reason, "unique: rows %zu and %zu (%s) agree in %s%s", (size_t)(first - rows->items) + 1,
                     (size_t)(second - rows->items) + 1, feed_quote(&asked->definition->keys, second->id).text,
                     field_name(asked, checks->unique[0]), checks->unique_count > 1 ? " and the other fields" : "");
}

static Status check_unique(const FeedAsked *asked, const FeedRowList *rows, char *reason) {
  const FeedChecks *checks = &asked->definition->checks;
  if (checks->unique_count == 0 || rows->count < 2) return STATUS_OK;
  const FeedRow **sorted = malloc(rows->count * sizeof(*sorted));
  if (sorted == NULL) return feed_refuse_memory(reason);
  for (size_t i = 0; i < rows->count; i++) sorted[i] = &rows->items[i];
  qsort_r(sorted, rows->count, sizeof(*sorted), by_values, (void *)(uintptr_t)checks);
  Status status = find_twins(asked, rows, sorted, reason);
  free(sorted);
  return status;
}

/* --- range --- */

static int64_t whole_of(const FeedValue *value) {
  if (value->type == FEED_DATE) return value->day;
  return value->type == FEED_INSTANT ? value->instant : value->whole;
}

static bool is_below(const FeedValue *value, const FeedBound *bound) {
  if (!bound->given) return false;
  return value->type == FEED_DOUBLE ? value->real < bound->real : whole_of(value) < bound->whole;
}

static bool is_above(const FeedValue *value, const FeedBound *bound) {
  if (!bound->given) return false;
  return value->type == FEED_DOUBLE ? value->real > bound->real : whole_of(value) > bound->whole;
}

typedef struct {
  char text[INSTANT_TEXT_SIZE];
} Figure;

static Figure figure_of(const FeedValue *value) {
  Figure figure;
  if (value->type == FEED_DATE)
    snprintf(figure.text, sizeof figure.text, "%s", day_text(value->day).text);
  else if (value->type == FEED_INSTANT)
    snprintf(figure.text, sizeof figure.text, "%s", instant_text(value->instant).text);
  else if (value->type == FEED_DOUBLE)
    snprintf(figure.text, sizeof figure.text, "%.12g", value->real);
  else
    snprintf(figure.text, sizeof figure.text, "%lld", (long long)value->whole);
  return figure;
}

static Figure bound_figure(FeedType type, const FeedBound *bound) {
  FeedValue value = {.type = type};
  if (!bound->given) return (Figure){.text = ""};
  if (type == FEED_DOUBLE)
    value.real = bound->real;
  else if (type == FEED_DATE)
    value.day = (Day)bound->whole;
  else if (type == FEED_INSTANT)
    value.instant = bound->whole;
  else
    value.whole = bound->whole;
  return figure_of(&value);
}

static Status check_range(const FeedAsked *asked, const FeedRowList *rows, const FeedRange *range, char *reason) {
  for (size_t i = 0; i < rows->count; i++) {
    const FeedValue *value = &rows->items[i].values[range->field];
    if (value->is_absent || (!is_below(value, &range->low) && !is_above(value, &range->high))) continue;
    return feed_refuse(reason, "range: row %zu (%s): %s %s is not in %s..%s", i + 1,
                       feed_quote(&asked->definition->keys, rows->items[i].id).text, field_name(asked, range->field),
                       figure_of(value).text, bound_figure(value->type, &range->low).text,
                       bound_figure(value->type, &range->high).text);
  }
  return STATUS_OK;
}

/* --- not_older_than --- */

static Instant instant_of(const FeedValue *value) {
  return value->type == FEED_DATE ? value->day * MS_OF_DAY : value->instant;
}

static Status check_age(const FeedAsked *asked, const FeedRowList *rows, Instant due, char *reason) {
  const FeedAge *age = &asked->definition->checks.not_older_than;
  const FeedValue *newest = NULL;
  if (age->field == FEED_NO_FIELD || rows->count == 0) return STATUS_OK;
  const char *name = field_name(asked, age->field);
  for (size_t i = 0; i < rows->count; i++) {
    const FeedValue *value = &rows->items[i].values[age->field];
    if (!value->is_absent && (newest == NULL || instant_of(value) > instant_of(newest))) newest = value;
  }
  if (newest == NULL) return feed_refuse(reason, "not_older_than: no row has %s", name);
  if (due - instant_of(newest) <= age->age_ms) return STATUS_OK;
  return feed_refuse(reason, "not_older_than: the newest %s is %s, %lld minutes before %s; %lld are allowed", name,
                     figure_of(newest).text, (long long)((due - instant_of(newest)) / MS_OF_MINUTE),
                     instant_text(due).text, (long long)(age->age_ms / MS_OF_MINUTE));
}

Status feed_checks_judge(const FeedAsked *asked, const FeedRowList *rows, Instant due, char reason[FEED_REASON_SIZE]) {
  const FeedChecks *checks = &asked->definition->checks;
  Status status = check_min_rows(asked, rows, reason);
  if (status == STATUS_OK) status = check_unique(asked, rows, reason);
  for (size_t i = 0; i < checks->range_count && status == STATUS_OK; i++)
    status = check_range(asked, rows, &checks->ranges[i], reason);
  return status == STATUS_OK ? check_age(asked, rows, due, reason) : status;
}
