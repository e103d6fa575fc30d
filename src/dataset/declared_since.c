#include "declared_since.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/store/feed_data.h>

/* ---- values as texts ---- */

/* False: it is of a type that has no order, or there is no memory. The caller frees the buffer. */
static bool write_value(const FeedValue *value, TextBuffer *to) {
  switch (value->type) {
  case FEED_STRING:
    text_buffer_append(to, value->text, strlen(value->text));
    break;
  case FEED_INT:
    text_buffer_printf(to, "%" PRId64, value->whole);
    break;
  case FEED_DOUBLE:
    text_buffer_append_double(to, value->real);
    break;
  case FEED_DATE:
    text_buffer_printf(to, "%s", day_text(value->day).text);
    break;
  case FEED_INSTANT:
    text_buffer_printf(to, "%s", instant_text(value->instant).text);
    break;
  default:
    return false;
  }
  return !to->failed && to->length > 0;
}

/* What was kept of another type, before the file was changed, is before any. */
static bool is_greater(const FeedValue *value, const char *kept) {
  int64_t whole;
  double real;
  Day day;
  Instant instant;
  switch (value->type) {
  case FEED_STRING:
    return strcmp(value->text, kept) > 0;
  case FEED_INT:
    return !text_parse_int64(kept, INT64_MIN, INT64_MAX, &whole) || value->whole > whole;
  case FEED_DOUBLE:
    return !text_parse_double(kept, -DBL_MAX, DBL_MAX, &real) || value->real > real;
  case FEED_DATE:
    return !day_parse(kept, &day) || value->day > day;
  case FEED_INSTANT:
    return !instant_parse(kept, &instant) || value->instant > instant;
  default:
    return false;
  }
}

static bool raise(FeedSince *since, const char *item, const FeedValue *value) {
  const char *kept = feed_since_find(since, item);
  if (value->is_absent || (kept && !is_greater(value, kept))) return true;
  TextBuffer text = {0};
  bool good = !write_value(value, &text) || feed_since_put(since, item, text.data);
  text_buffer_free(&text);
  return good;
}

/* ---- made from what is stored ---- */

static Status visit(void *context, const char *item, const FeedValue *value, Error *err) {
  return raise(context, item, value) ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for {since}");
}

static Status make(const Db *db, const FeedDefinition *definition, FeedSince *ret_since, Error *err) {
  FeedSince since = {.known = true};
  Status status = feed_data_visit(db, definition, definition->units.since_field, visit, &since, err);
  if (status == STATUS_OK)
    *ret_since = since;
  else
    feed_since_free(&since);
  return status;
}

static bool has_since(const FeedDefinition *definition) { return definition->units.since_field != FEED_NO_FIELD; }

Status since_load(const Db *db, const FeedDefinition *definition, FeedSince *ret_since, Error *err) {
  *ret_since = (FeedSince){0};
  if (!has_since(definition)) return STATUS_OK;
  Status status = feed_since_read(db, definition->name, ret_since, err);
  if (status != STATUS_OK || ret_since->known) return status;
  feed_since_free(ret_since);
  return make(db, definition, ret_since, err);
}

const char *since_text(const FeedSince *since, const FeedDefinition *definition, const char *item) {
  const char *kept = feed_since_find(since, item);
  if (!has_since(definition)) return NULL;
  return kept ? kept : definition->units.since_start;
}

Status since_begin(const Db *db, const FeedDefinition *definition, const FeedRowList *rows, Error *err) {
  return has_since(definition) && rows->count > 0 ? feed_since_forget(db, definition->name, err) : STATUS_OK;
}

Status since_note(const Db *db, const FeedDefinition *definition, const char *item, const FeedRowList *rows,
                  FeedSince *since, Error *err) {
  size_t field = definition->units.since_field;
  bool good = true;
  if (!has_since(definition) || rows->count == 0) return STATUS_OK;
  for (size_t i = 0; i < rows->count && good; i++) good = raise(since, item, &rows->items[i].values[field]);
  if (!good) return error_set(err, STATUS_NO_MEMORY, "no memory for {since}");
  return feed_since_write(db, definition->name, since, err);
}

/* ---- looking ---- */

Status since_look(const Db *db, const FeedDefinition *definition, DatasetFinding *tell, void *context, Error *err) {
  FeedSince kept = {0}, made = {0};
  if (!has_since(definition)) return STATUS_OK;
  Status status = feed_since_read(db, definition->name, &kept, err);
  if (status == STATUS_OK && kept.known) status = make(db, definition, &made, err);
  for (size_t i = 0; i < made.count && status == STATUS_OK; i++) {
    const char *value = feed_since_find(&kept, made.items[i].item);
    char what[320];
    if (value && strcmp(value, made.items[i].value) == 0) continue;
    snprintf(what, sizeof what, "source_state feed:%s:since is not the greatest stored value%s%.60s: remove it",
             definition->name, made.items[i].item[0] ? " of " : "", made.items[i].item);
    status = tell(context, DAY_NONE, what, err);
  }
  feed_since_free(&kept);
  feed_since_free(&made);
  return status;
}
