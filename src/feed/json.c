#include <closebell/feed/json.h>

#include "arena.h"
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

enum { FEW_MEMBERS = 32, SPARE = 1 /* byte before the copy: a number at its beginning moves there */ };

/* The copy of the bytes, of which texts and numbers are cut in place: none is longer than it was written. */
typedef struct {
  char *begin, *at, *end;
  int depth;
  TreeMaker tree;
} Reader;

static bool read_value(Reader *reader, FeedJson *value);

/* What is missing at the end was cut on its way. */
static bool refuse_here(Reader *reader, const char *what) {
  if (reader->at >= reader->end) return tree_refuse(&reader->tree, FEED_JSON_CUT, "it ends too early");
  return tree_refuse(&reader->tree, FEED_JSON_OTHER, what);
}

static void skip_blanks(Reader *reader) {
  while (reader->at < reader->end &&
         (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t'))
    reader->at++;
}

static bool is_at(const Reader *reader, char c) { return reader->at < reader->end && *reader->at == c; }

static bool is_digit_at(const Reader *reader) {
  return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

/* --- texts --- */

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Behind the u. */
static bool read_four_digits(Reader *reader, unsigned *ret_unit) {
  unsigned unit = 0;
  for (int i = 0; i < 4; i++, reader->at++) {
    int digit = reader->at < reader->end ? hex_digit(*reader->at) : -1;
    if (digit < 0) return refuse_here(reader, "no hexadecimal digit behind \\u");
    unit = unit * 16 + (unsigned)digit;
  }
  *ret_unit = unit;
  return true;
}

static bool read_second_half(Reader *reader, unsigned *character) {
  unsigned low;
  if (reader->at == reader->end) return refuse_here(reader, "");
  if (*reader->at != '\\') return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "half of a surrogate pair");
  reader->at++;
  if (reader->at == reader->end) return refuse_here(reader, "");
  if (*reader->at != 'u') return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "half of a surrogate pair");
  reader->at++;
  if (!read_four_digits(reader, &low)) return false;
  if (low < 0xDC00 || low > 0xDFFF) return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "half of a surrogate pair");
  *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
  return true;
}

static char *put_utf8(char *to, unsigned character) {
  if (character < 0x80) {
    *to++ = (char)character;
    return to;
  }
  int rest = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  static const unsigned first[] = {0, 0xC0, 0xE0, 0xF0};
  *to++ = (char)(first[rest] | (character >> (6 * rest)));
  while (rest-- > 0) *to++ = (char)(0x80 | ((character >> (6 * rest)) & 0x3F));
  return to;
}

static bool read_unicode(Reader *reader, char **to) {
  unsigned character;
  if (!read_four_digits(reader, &character)) return false;
  if (character == 0) return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "a NUL in a text");
  if (character >= 0xDC00 && character <= 0xDFFF)
    return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "half of a surrogate pair");
  if (character >= 0xD800 && character <= 0xDBFF && !read_second_half(reader, &character)) return false;
  *to = put_utf8(*to, character);
  return true;
}

/* Behind the backslash. */
static bool read_escape(Reader *reader, char **to) {
  static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  if (reader->at == reader->end) return refuse_here(reader, "");
  if (is_at(reader, 'u')) {
    reader->at++;
    return read_unicode(reader, to);
  }
  const char *name = memchr(names, *reader->at, sizeof names - 1);
  if (name == NULL) return refuse_here(reader, "an escape that JSON does not know");
  *(*to)++ = meant[name - names];
  reader->at++;
  return true;
}

static char *skip_plain(const Reader *reader) {
  char *at = reader->at;
  while (at < reader->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20) at++;
  return at;
}

/* The NUL goes where the closing quote stood, or before it. */
static bool read_text(Reader *reader, const char **ret_text, uint32_t *ret_length) {
  if (!is_at(reader, '"')) return refuse_here(reader, "no text where one was due");
  char *text = ++reader->at, *to = text;
  for (;;) {
    char *plain = reader->at;
    reader->at = skip_plain(reader);
    if (to != plain) memmove(to, plain, (size_t)(reader->at - plain));
    to += reader->at - plain;
    if (is_at(reader, '"')) break;
    if (!is_at(reader, '\\')) return refuse_here(reader, "a control character in a text");
    reader->at++;
    if (!read_escape(reader, &to)) return false;
  }
  reader->at++;
  *to = '\0';
  *ret_text = text;
  *ret_length = (uint32_t)(to - text);
  return true;
}

/* --- numbers and words --- */

static bool skip_digits(Reader *reader) {
  if (!is_digit_at(reader)) return refuse_here(reader, "no digit where one was due");
  while (is_digit_at(reader)) reader->at++;
  return true;
}

static bool skip_number(Reader *reader) {
  if (is_at(reader, '-')) reader->at++;
  if (is_at(reader, '0'))
    reader->at++;
  else if (!skip_digits(reader))
    return false;
  if (is_at(reader, '.')) {
    reader->at++;
    if (!skip_digits(reader)) return false;
  }
  if (!is_at(reader, 'e') && !is_at(reader, 'E')) return true;
  reader->at++;
  if (is_at(reader, '+') || is_at(reader, '-')) reader->at++;
  return skip_digits(reader);
}

/* What stands before a number has been read: the number moves there, which makes room for its NUL. */
static bool read_number(Reader *reader, FeedJson *value) {
  char *from = reader->at;
  if (!skip_number(reader)) return false;
  size_t length = (size_t)(reader->at - from);
  memmove(from - SPARE, from, length);
  from[length - SPARE] = '\0';
  value->kind = FEED_JSON_NUMBER;
  value->text = from - SPARE;
  value->length = (uint32_t)length;
  return true;
}

static bool read_word(Reader *reader, const char *word, FeedJsonKind kind, FeedJson *value) {
  for (; *word != '\0'; word++, reader->at++)
    if (!is_at(reader, *word)) return refuse_here(reader, "a word that JSON does not know");
  value->kind = kind;
  return true;
}

/* --- arrays and objects --- */

static bool have_one_name(const FeedJson *a, const FeedJson *b) {
  return a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0;
}

static int by_name(const void *left, const void *right) {
  const FeedJson *a = *(const FeedJson *const *)left, *b = *(const FeedJson *const *)right;
  return strcmp(a->name, b->name);
}

static bool refuse_twice(Reader *reader) {
  return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "an object has a member twice");
}

static bool check_few(Reader *reader, const FeedJson *object) {
  for (const FeedJson *a = object->first; a != NULL; a = a->next)
    for (const FeedJson *b = a->next; b != NULL; b = b->next)
      if (have_one_name(a, b)) return refuse_twice(reader);
  return true;
}

static bool check_many(Reader *reader, const FeedJson *object) {
  const FeedJson **members = malloc(object->length * sizeof(*members));
  if (members == NULL) return tree_refuse(&reader->tree, FEED_JSON_UNFIT, NULL);
  size_t count = 0;
  bool once = true;
  for (const FeedJson *member = object->first; member != NULL; member = member->next) members[count++] = member;
  qsort(members, count, sizeof(*members), by_name);
  for (size_t i = 1; i < count && once; i++) once = !have_one_name(members[i - 1], members[i]);
  free(members);
  return once ? true : refuse_twice(reader);
}

static bool check_names(Reader *reader, const FeedJson *object) {
  return object->length <= FEW_MEMBERS ? check_few(reader, object) : check_many(reader, object);
}

static bool read_name(Reader *reader, FeedJson *member) {
  if (!read_text(reader, &member->name, &member->name_length)) return false;
  skip_blanks(reader);
  if (!is_at(reader, ':')) return refuse_here(reader, "no colon behind a member's name");
  reader->at++;
  skip_blanks(reader);
  return true;
}

/* From the bracket on, to behind the one that closes it. */
static bool read_values(Reader *reader, FeedJson *list, char end) {
  FeedJson *last = NULL;
  reader->at++;
  skip_blanks(reader);
  if (is_at(reader, end)) {
    reader->at++;
    return true;
  }
  for (;;) {
    last = tree_add(&reader->tree, list, last, FEED_JSON_NULL);
    if (last == NULL) return false;
    if (end == '}' && !read_name(reader, last)) return false;
    if (!read_value(reader, last)) return false;
    skip_blanks(reader);
    if (is_at(reader, end)) break;
    if (!is_at(reader, ',')) return refuse_here(reader, "no comma between two values");
    reader->at++;
    skip_blanks(reader);
  }
  reader->at++;
  return true;
}

static bool read_list(Reader *reader, FeedJson *list) {
  bool is_object = *reader->at == '{';
  if (reader->depth == FEED_JSON_MAX_DEPTH) return tree_refuse(&reader->tree, FEED_JSON_UNFIT, "it is nested too deep");
  list->kind = is_object ? FEED_JSON_OBJECT : FEED_JSON_ARRAY;
  reader->depth++;
  bool read = read_values(reader, list, is_object ? '}' : ']');
  reader->depth--;
  return read && (!is_object || check_names(reader, list));
}

static bool read_value(Reader *reader, FeedJson *value) {
  switch (reader->at < reader->end ? *reader->at : '\0') {
  case '{':
  case '[':
    return read_list(reader, value);
  case '"':
    value->kind = FEED_JSON_TEXT;
    return read_text(reader, &value->text, &value->length);
  case 't':
    return read_word(reader, "true", FEED_JSON_TRUE, value);
  case 'f':
    return read_word(reader, "false", FEED_JSON_FALSE, value);
  case 'n':
    return read_word(reader, "null", FEED_JSON_NULL, value);
  default:
    return is_at(reader, '-') || is_digit_at(reader) ? read_number(reader, value)
                                                     : refuse_here(reader, "no value where one was due");
  }
}

/* --- the whole --- */

static bool read_whole(Reader *reader, FeedJson *root, bool is_cut) {
  skip_blanks(reader);
  if (!read_value(reader, root)) return false;
  skip_blanks(reader);
  if (reader->at < reader->end || is_cut)
    return tree_refuse(&reader->tree, FEED_JSON_OTHER, "there is more behind the value");
  return true;
}

static Status read_copy(Reader *reader, const char *bytes, size_t length, size_t whole, FeedJsonText *text,
                        Error *err) {
  char *copy = reader->tree.arena != NULL ? feed_arena_take(reader->tree.arena, SPARE + whole) : NULL;
  FeedJson *root = copy != NULL ? feed_arena_take(reader->tree.arena, sizeof(*root)) : NULL;
  if (root == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  memcpy(copy + SPARE, bytes, whole);
  *root = (FeedJson){0};
  reader->begin = reader->at = copy + SPARE;
  reader->end = reader->begin + whole;
  if (read_whole(reader, root, whole < length)) {
    *text = (FeedJsonText){.root = root, .arena = reader->tree.arena, .decoded = copy, .decoded_length = SPARE + whole};
    return STATUS_OK;
  }
  if (reader->tree.what == NULL) return error_set(err, STATUS_NO_MEMORY, "out of memory");
  text->fault = reader->tree.fault;
  return error_set(err, STATUS_BAD_DATA, "%s (byte %zu of %zu)", reader->tree.what,
                   (size_t)(reader->at - reader->begin) + 1, length);
}

Status feed_json_open(const char *bytes, size_t length, FeedJsonText *ret_text, Error *err) {
  if (length > FEED_JSON_MAX_BYTES) return tree_fail(ret_text, FEED_JSON_UNFIT, "it is larger than 16 MiB", err);
  size_t whole = tree_whole_characters(bytes, length);
  if (whole > length) return tree_fail(ret_text, FEED_JSON_UNFIT, "it is not UTF-8", err);
  Reader reader = {.tree = {.arena = feed_arena_new()}};
  *ret_text = (FeedJsonText){0};
  Status status = read_copy(&reader, bytes, length, whole, ret_text, err);
  if (status != STATUS_OK) feed_arena_free(reader.tree.arena);
  return status;
}

void feed_json_close(FeedJsonText *text) {
  feed_arena_free(text->arena);
  *text = (FeedJsonText){0};
}

const FeedJson *feed_json_member(const FeedJson *object, const char *name, size_t name_length) {
  if (object->kind != FEED_JSON_OBJECT) return NULL;
  for (const FeedJson *member = object->first; member != NULL; member = member->next)
    if (member->name_length == name_length && memcmp(member->name, name, name_length) == 0) return member;
  return NULL;
}

const FeedJson *feed_json_item(const FeedJson *array, size_t place) {
  if (array->kind != FEED_JSON_ARRAY || place >= array->length) return NULL;
  const FeedJson *item = array->first;
  while (place-- > 0) item = item->next;
  return item;
}

const char *feed_json_kind_name(FeedJsonKind kind) {
  static const char *const names[] = {"null", "false", "true", "a number", "a text", "an array", "an object"};
  return names[kind];
}
