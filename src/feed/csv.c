#include <closebell/feed/csv.h>

#include "arena.h"
#include "tree.h"

#include <string.h>

#include <closebell/base/text.h>

/* What stands behind a field. */
typedef enum { BEHIND_COMMA, BEHIND_LINE, BEHIND_ALL } Behind;

/* The copy of the bytes, of which fields are cut in place; a byte is spare at its end, for a NUL. */
typedef struct {
  char *at, *end;
  size_t line, column; /* from 1, of the field at hand */
  FeedJson *columns;
  TreeMaker tree;
} Reader;

/* --- a field --- */

/* What stands at `at`, and takes it; false: none of the three. */
static bool take_end(Reader *reader, char *at, Behind *ret_behind) {
  if (at == reader->end) {
    *ret_behind = BEHIND_ALL;
  } else if (*at == ',') {
    *ret_behind = BEHIND_COMMA;
    at++;
  } else if (*at == '\n') {
    *ret_behind = BEHIND_LINE;
    at++;
  } else if (*at == '\r' && at + 1 < reader->end && at[1] == '\n') {
    *ret_behind = BEHIND_LINE;
    at += 2;
  } else
    return false;
  reader->at = at;
  return true;
}

/* Behind the closing quote; `to` is where the field ends once its doubled quotes are one. */
static char *skip_quoted(Reader *reader, char **to) {
  for (char *at = reader->at + 1; at < reader->end; at++) {
    if (*at == '"' && (at + 1 == reader->end || at[1] != '"')) return at + 1;
    if (*at == '"') at++;
    *(*to)++ = *at;
  }
  tree_refuse(&reader->tree, FEED_JSON_CUT, "it ends between quotes");
  return NULL;
}

static char *skip_plain(const Reader *reader) {
  char *at = reader->at;
  while (at < reader->end && *at != ',' && *at != '\n' && *at != '\r' && *at != '"') at++;
  return at;
}

static bool read_field(Reader *reader, FeedJson *value, Behind *ret_behind) {
  bool is_quoted = reader->at < reader->end && *reader->at == '"';
  char *text = is_quoted ? reader->at + 1 : reader->at, *to = text;
  char *behind = is_quoted ? skip_quoted(reader, &to) : skip_plain(reader);
  if (behind == NULL) return false;
  if (!is_quoted) to = behind;
  if (!take_end(reader, behind, ret_behind))
    return tree_refuse(&reader->tree, FEED_JSON_OTHER,
                       is_quoted ? "something stands behind a closing quote"
                                 : "a quote, or a CR without LF, in a field");
  *to = '\0';
  value->text = text;
  value->length = (uint32_t)(to - text);
  return true;
}

/* --- lines --- */

static bool is_known(const FeedJson *columns, const FeedJson *name) {
  for (const FeedJson *column = columns->first; column != name; column = column->next)
    if (column->name_length == name->length && memcmp(column->name, name->text, name->length) == 0) return true;
  return false;
}

static bool read_columns(Reader *reader, Behind *ret_behind) {
  FeedJson *column = NULL;
  do {
    reader->column++;
    if (reader->column > FEED_CSV_MAX_COLUMNS)
      return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "it has too many columns");
    column = tree_add(&reader->tree, reader->columns, column, FEED_JSON_NULL);
    if (column == NULL || !read_field(reader, column, ret_behind)) return false;
    if (is_known(reader->columns, column))
      return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "its name stands there twice");
    column->name = column->text;
    column->name_length = column->length;
    column->text = NULL;
    column->length = 0;
  } while (*ret_behind == BEHIND_COMMA);
  return true;
}

static bool read_row(Reader *reader, FeedJson *row, Behind *ret_behind) {
  FeedJson *value = NULL;
  reader->column = 0;
  for (const FeedJson *column = reader->columns->first; column != NULL; column = column->next) {
    reader->column++;
    if (value != NULL && *ret_behind != BEHIND_COMMA)
      return tree_refuse(&reader->tree, *ret_behind == BEHIND_ALL ? FEED_JSON_CUT : FEED_JSON_UNFIT,
                         "the line ends before it");
    value = tree_add(&reader->tree, row, value, FEED_JSON_TEXT);
    if (value == NULL || !read_field(reader, value, ret_behind)) return false;
    value->name = column->name;
    value->name_length = column->name_length;
  }
  if (*ret_behind == BEHIND_COMMA) return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "the line goes on behind it");
  return true;
}

static void skip_empty_lines(Reader *reader) {
  for (;;) {
    size_t left = (size_t)(reader->end - reader->at);
    size_t skipped = left > 0 && *reader->at == '\n' ? 1 : left > 1 && memcmp(reader->at, "\r\n", 2) == 0 ? 2 : 0;
    if (skipped == 0) return;
    reader->at += skipped;
    reader->line++;
  }
}

static bool read_lines(Reader *reader, FeedJson *rows) {
  Behind behind;
  FeedJson *row = NULL;
  if (!read_columns(reader, &behind)) return false;
  for (;;) {
    reader->line++;
    reader->column = 0;
    skip_empty_lines(reader);
    if (reader->at == reader->end) return true;
    row = tree_add(&reader->tree, rows, row, FEED_JSON_OBJECT);
    if (row == NULL || !read_row(reader, row, &behind)) return false;
  }
}

/* --- the whole --- */

/* A quoted field may have line ends: the line is counted as CSV counts, a record. */
static Status say(const Reader *reader, Error *err) {
  if (reader->tree.what == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  return error_set(err, STATUS_BAD_DATA, "line %zu, column %zu: %s", reader->line, reader->column, reader->tree.what);
}

static Status read_copy(Reader *reader, const char *bytes, size_t length, FeedJsonText *text, Error *err) {
  char *copy = reader->tree.arena != NULL ? feed_arena_copy(reader->tree.arena, bytes, length) : NULL;
  FeedJson *roots = copy != NULL ? feed_arena_take(reader->tree.arena, 2 * sizeof(*roots)) : NULL;
  if (roots == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  roots[0] = (FeedJson){.kind = FEED_JSON_ARRAY};
  roots[1] = (FeedJson){.kind = FEED_JSON_OBJECT};
  reader->columns = &roots[1];
  reader->at = copy;
  reader->end = copy + length;
  if (!read_lines(reader, &roots[0])) {
    text->fault = reader->tree.fault;
    return say(reader, err);
  }
  *text = (FeedJsonText){
      .root = &roots[0], .columns = &roots[1], .arena = reader->tree.arena, .decoded = copy, .decoded_length = length};
  return STATUS_OK;
}

Status feed_csv_open(const char *bytes, size_t length, FeedJsonText *ret_text, Error *err) {
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3, length -= 3;
  if (length == 0) return tree_fail(ret_text, FEED_JSON_CUT, "it is empty", err);
  if (length > FEED_JSON_MAX_BYTES) return tree_fail(ret_text, FEED_JSON_UNFIT, "it is larger than 16 MiB", err);
  if (memchr(bytes, '\0', length) != NULL) return tree_fail(ret_text, FEED_JSON_UNFIT, "it holds a NUL", err);
  size_t whole = tree_whole_characters(bytes, length);
  if (whole > length) return tree_fail(ret_text, FEED_JSON_UNFIT, "it is not UTF-8", err);
  if (whole < length) return tree_fail(ret_text, FEED_JSON_CUT, "it ends within a character", err);
  Reader reader = {.tree = {.arena = feed_arena_new()}, .line = 1};
  *ret_text = (FeedJsonText){0};
  Status status = read_copy(&reader, bytes, length, ret_text, err);
  if (status != STATUS_OK) feed_arena_free(reader.tree.arena);
  return status;
}
