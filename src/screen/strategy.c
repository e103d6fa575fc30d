/* A strategy file, line by line. */
#include <closebell/screen/strategy.h>

#include "screen_internal.h"
#include <closebell/base/nearest.h>
#include <closebell/screen/names.h>

#include <stdio.h>
#include <string.h>

typedef struct {
  const char *text;
  size_t key, key_length, value, value_length; /* of the line in hand */
  Strategy *strategy;
  ScreenError *error;
} Reader;

typedef enum { TITLE = 0, TITLE_KO, ORIGIN, WHERE, SORT, COLUMNS, HOLD, KEYS } StrategyKey;
static const char *const keys[KEYS + 1] = {"title", "title_ko", "origin", "where", "sort", "columns", "hold", NULL};

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static void trim(const char *text, size_t *at, size_t *length) {
  while (*length > 0 && is_blank(text[*at])) ++*at, --*length;
  while (*length > 0 && is_blank(text[*at + *length - 1])) --*length;
}

/* What is wrong within the value becomes what is wrong within the file. */
static bool fail_within(Reader *reader) {
  ScreenError inner = *reader->error;
  screen_fail(reader->error, reader->text, reader->value, inner.nearest, "%s", inner.what);
  reader->error->column += inner.column - 1;
  return false;
}

static bool take_text(Reader *reader, char *to, size_t size) {
  size_t end = screen_utf8_end(reader->text + reader->value, reader->value_length);
  if (end < reader->value_length)
    return screen_fail(reader->error, reader->text, reader->value + end, NULL, "this is not UTF-8");
  if (reader->value_length >= size)
    return screen_fail(reader->error, reader->text, reader->value, NULL, "longer than %zu bytes", size - 1);
  if (memchr(reader->text + reader->value, '\0', reader->value_length) != NULL)
    return screen_fail(reader->error, reader->text, reader->value, NULL, "a byte 0 stands in it");
  memcpy(to, reader->text + reader->value, reader->value_length);
  to[reader->value_length] = '\0';
  return true;
}

static bool take_hold(Reader *reader) {
  int hold = 0;
  for (size_t i = 0; i < reader->value_length && hold <= STRATEGY_MAX_HOLD; i++) {
    char c = reader->text[reader->value + i];
    hold = c >= '0' && c <= '9' ? hold * 10 + (c - '0') : STRATEGY_MAX_HOLD + 1;
  }
  reader->strategy->hold = hold;
  return (hold >= 1 && hold <= STRATEGY_MAX_HOLD) ||
         screen_fail(reader->error, reader->text, reader->value, NULL, "a number of sessions from 1 to %d was expected",
                     STRATEGY_MAX_HOLD);
}

static bool take_value(Reader *reader, StrategyKey key) {
  Strategy *to = reader->strategy;
  const char *value = reader->text + reader->value;
  switch (key) {
  case TITLE:
    return take_text(reader, to->title, sizeof(to->title));
  case TITLE_KO:
    return take_text(reader, to->title_ko, sizeof(to->title_ko));
  case ORIGIN:
    return take_text(reader, to->origin, sizeof(to->origin));
  case WHERE:
    return screen_plan(value, reader->value_length, &to->where, reader->error) == STATUS_OK || fail_within(reader);
  case SORT:
    return screen_sort_parse(value, reader->value_length, &to->sort, reader->error) == STATUS_OK || fail_within(reader);
  case COLUMNS:
    return screen_columns_parse(value, reader->value_length, &to->columns, reader->error) == STATUS_OK ||
           fail_within(reader);
  default:
    return take_hold(reader);
  }
}

static int find_key(const Reader *reader) {
  for (int k = 0; k < KEYS; k++) {
    if (strlen(keys[k]) == reader->key_length && memcmp(keys[k], reader->text + reader->key, reader->key_length) == 0)
      return k;
  }
  return KEYS;
}

static bool take_line(Reader *reader, size_t at, size_t length, bool *seen) {
  const char *text = reader->text;
  trim(text, &at, &length);
  if (length == 0 || text[at] == '#' || text[at] == ';') return true;
  const char *sign = memchr(text + at, '=', length);
  if (sign == NULL) return screen_fail(reader->error, text, at, NULL, "key = value was expected");
  reader->key = at;
  reader->key_length = (size_t)(sign - (text + at));
  reader->value = at + reader->key_length + 1;
  reader->value_length = length - reader->key_length - 1;
  trim(text, &reader->key, &reader->key_length);
  trim(text, &reader->value, &reader->value_length);
  int key = find_key(reader);
  if (key == KEYS)
    return screen_fail(reader->error, text, reader->key, nearest_of(text + reader->key, reader->key_length, keys),
                       "there is no such key");
  if (seen[key]) return screen_fail(reader->error, text, reader->key, NULL, "%s stands here twice", keys[key]);
  seen[key] = true;
  return take_value(reader, (StrategyKey)key);
}

Status strategy_parse(const char *text, size_t length, Strategy *ret_strategy, ScreenError *error) {
  Reader reader = {.text = text, .strategy = ret_strategy, .error = error};
  bool seen[KEYS] = {false};
  memset(ret_strategy, 0, sizeof(*ret_strategy));
  memset(error, 0, sizeof(*error));
  if (length > STRATEGY_MAX_BYTES) {
    screen_fail(error, text, 0, NULL, "the file is longer than %d bytes", STRATEGY_MAX_BYTES);
    return STATUS_CONFIG;
  }
  if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark, which nobody sees */
    reader.text = text += 3;
    length -= 3;
  }
  for (size_t at = 0, end; at < length; at = end + 1) {
    const char *line_end = memchr(text + at, '\n', length - at);
    end = line_end == NULL ? length : (size_t)(line_end - text);
    if (!take_line(&reader, at, end - at, seen)) return STATUS_CONFIG;
  }
  if (seen[WHERE] && ret_strategy->title[0] != '\0') return STATUS_OK;
  screen_fail(error, text, length, NULL, "%s is missing", seen[WHERE] ? "title" : "where");
  return STATUS_CONFIG;
}
