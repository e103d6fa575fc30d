#include <closebell/api/cursor.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/sha256.h>

enum { HASH_DIGITS = 16, RAW_SIZE = 64 + CURSOR_ID_SIZE };
static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const char OF_NUMBER[] = "c1", OF_ID[] = "c2";

static bool refuse(Problem *problem) {
  return problem_of_parameter(problem, "cursor", "it is none that this service gave: repeat `next` as it stands");
}

static int by_name(const void *a, const void *b) {
  const TargetParameter *left = a, *right = b;
  return strcmp(left->name, right->name);
}

/* Of the path and all parameters but the cursor itself. */
static void hash_of(const RequestTarget *target, char hash[HASH_DIGITS + 1]) {
  TargetParameter sorted[TARGET_PARAMETERS];
  TextBuffer text = {0};
  size_t count = target->parameter_count;
  if (count > 0) memcpy(sorted, target->parameters, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_name);
  for (size_t i = 0; i < target->segment_count; i++) text_buffer_printf(&text, "/%s", target->segments[i]);
  for (size_t i = 0; i < count; i++)
    if (strcmp(sorted[i].name, "cursor") != 0) text_buffer_printf(&text, "\n%s=%s", sorted[i].name, sorted[i].value);
  Sha256Text sum = sha256_text(text.data ? text.data : "", text.length);
  memcpy(hash, sum.text, HASH_DIGITS);
  hash[HASH_DIGITS] = '\0';
  text_buffer_free(&text);
}

static void encode(const char *raw, size_t length, char *text) {
  for (size_t i = 0; i < length; i += 3) {
    uint32_t bits = (uint32_t)(unsigned char)raw[i] << 16;
    if (i + 1 < length) bits |= (uint32_t)(unsigned char)raw[i + 1] << 8;
    if (i + 2 < length) bits |= (uint32_t)(unsigned char)raw[i + 2];
    *text++ = LETTERS[bits >> 18];
    *text++ = LETTERS[bits >> 12 & 63];
    if (i + 1 < length) *text++ = LETTERS[bits >> 6 & 63];
    if (i + 2 < length) *text++ = LETTERS[bits & 63];
  }
  *text = '\0';
}

static bool decode(const char *text, char raw[RAW_SIZE]) {
  size_t length = strlen(text), count = 0;
  uint32_t bits = 0;
  int held = 0;
  if (length == 0 || length >= CURSOR_LONG_SIZE) return false;
  for (size_t i = 0; i < length; i++) {
    const char *letter = strchr(LETTERS, text[i]);
    if (!letter) return false;
    bits = bits << 6 | (uint32_t)(letter - LETTERS);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (count + 1 >= RAW_SIZE) return false;
    raw[count++] = (char)(bits >> held & 255);
  }
  raw[count] = '\0';
  return strlen(raw) == count;
}

/* What stands before the place: a number's cursors begin otherwise than those of an _id. */
static int put_head(const RequestTarget *target, CursorState state, const char *kind, char raw[RAW_SIZE]) {
  char hash[HASH_DIGITS + 1];
  hash_of(target, hash);
  return snprintf(raw, RAW_SIZE, "%s %s %s %" PRId64 " ", kind, hash, day_text(state.as_of).text, state.restatement);
}

char *cursor_make(const RequestTarget *target, CursorState state, int64_t place, char text[CURSOR_SIZE]) {
  char raw[RAW_SIZE];
  int length = put_head(target, state, OF_NUMBER, raw);
  length += snprintf(raw + length, sizeof raw - (size_t)length, "%" PRId64, place);
  encode(raw, (size_t)length, text);
  return text;
}

char *cursor_make_behind(const RequestTarget *target, CursorState state, const char *id, char text[CURSOR_LONG_SIZE]) {
  char raw[RAW_SIZE];
  int length = put_head(target, state, OF_ID, raw);
  length += snprintf(raw + length, sizeof raw - (size_t)length, "%.*s", CURSOR_ID_SIZE - 1, id);
  encode(raw, (size_t)length, text);
  return text;
}

typedef struct {
  char hash[HASH_DIGITS + 1], as_of[DAY_TEXT_SIZE];
  int64_t restatement;
  const char *place; /* what is left of it */
} Parts;

static bool take_parts(char *raw, const char *kind, Parts *parts) {
  char *rest = raw, *words[4];
  for (size_t i = 0; i < 4; i++) words[i] = strsep(&rest, " ");
  if (!rest || *rest == '\0') return false;
  parts->place = rest;
  return strcmp(words[0], kind) == 0 && strlen(words[1]) == HASH_DIGITS &&
         text_copy(parts->hash, sizeof parts->hash, words[1]) &&
         text_copy(parts->as_of, sizeof parts->as_of, words[2]) &&
         text_parse_int64(words[3], 0, INT64_MAX, &parts->restatement);
}

/* The parts of the target's cursor, whose text lies in raw; the state they are of is the one that is served. */
static bool read_parts(const RequestTarget *target, CursorState state, const char *kind, char raw[RAW_SIZE],
                       Parts *parts, Problem *problem) {
  char hash[HASH_DIGITS + 1];
  if (!decode(target_parameter(target, "cursor"), raw) || !take_parts(raw, kind, parts)) return refuse(problem);
  hash_of(target, hash);
  if (strcmp(hash, parts->hash) != 0)
    return problem_of_parameter(problem, "cursor", "it belongs to a request with other parameters");
  if (strcmp(day_text(state.as_of).text, parts->as_of) == 0 && parts->restatement == state.restatement) return true;
  problem_set(problem, 410,
              "the cursor is of as_of %s, restatement %" PRId64 "; now it is %s, %" PRId64
              ": begin with the first page again",
              parts->as_of, parts->restatement, day_text(state.as_of).text, state.restatement);
  text_copy(problem->parameter, sizeof problem->parameter, "cursor");
  return false;
}

bool cursor_read(const RequestTarget *target, CursorState state, int64_t *ret_place, Problem *problem) {
  char raw[RAW_SIZE];
  Parts parts;
  int64_t place = 0;
  bool is_given = target_parameter(target, "cursor") != NULL;
  if (is_given && !read_parts(target, state, OF_NUMBER, raw, &parts, problem)) return false;
  if (is_given && !text_parse_int64(parts.place, 0, INT64_MAX, &place)) return refuse(problem);
  *ret_place = place;
  return true;
}

bool cursor_read_behind(const RequestTarget *target, CursorState state, char ret_id[CURSOR_ID_SIZE], Problem *problem) {
  char raw[RAW_SIZE], id[CURSOR_ID_SIZE] = "";
  Parts parts;
  bool is_given = target_parameter(target, "cursor") != NULL;
  if (is_given && !read_parts(target, state, OF_ID, raw, &parts, problem)) return false;
  bool fits = !is_given || (text_copy(id, sizeof id, parts.place) && text_is_utf8(id, strlen(id)));
  if (!fits) return refuse(problem);
  memcpy(ret_id, id, sizeof id);
  return true;
}
