#include <closebell/api/cursor.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/sha256.h>

enum { HASH_DIGITS = 16, RAW_SIZE = 96 };
static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

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
  if (length == 0 || length >= CURSOR_SIZE) return false;
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

char *cursor_make_at(const RequestTarget *target, CursorState state, const char *place, char text[CURSOR_SIZE]) {
  char raw[RAW_SIZE], hash[HASH_DIGITS + 1];
  hash_of(target, hash);
  int length = snprintf(raw, sizeof raw, "c1 %s %s %" PRId64 " %.*s", hash, day_text(state.as_of).text,
                        state.restatement, CURSOR_PLACE_SIZE - 1, place);
  encode(raw, (size_t)length, text);
  return text;
}

char *cursor_make(const RequestTarget *target, CursorState state, int64_t place, char text[CURSOR_SIZE]) {
  char number[CURSOR_PLACE_SIZE];
  snprintf(number, sizeof number, "%" PRId64, place);
  return cursor_make_at(target, state, number, text);
}

typedef struct {
  char hash[HASH_DIGITS + 1], as_of[DAY_TEXT_SIZE], place[CURSOR_PLACE_SIZE];
  int64_t restatement;
} Parts;

static bool take_parts(char *raw, Parts *parts) {
  char *rest = raw, *words[5];
  for (size_t i = 0; i < 5; i++) words[i] = strsep(&rest, " ");
  if (rest || !words[4]) return false;
  return strcmp(words[0], "c1") == 0 && strlen(words[1]) == HASH_DIGITS &&
         text_copy(parts->hash, sizeof parts->hash, words[1]) &&
         text_copy(parts->as_of, sizeof parts->as_of, words[2]) &&
         text_parse_int64(words[3], 0, INT64_MAX, &parts->restatement) && *words[4] != '\0' &&
         text_copy(parts->place, sizeof parts->place, words[4]);
}

static bool refuse_foreign(Problem *problem) {
  return problem_of_parameter(problem, "cursor", "it is none that this service gave: repeat `next` as it stands");
}

bool cursor_read_at(const RequestTarget *target, CursorState state, char place[CURSOR_PLACE_SIZE], Problem *problem) {
  const char *text = target_parameter(target, "cursor");
  char raw[RAW_SIZE], hash[HASH_DIGITS + 1];
  Parts parts;
  if (!text) {
    place[0] = '\0';
    return true;
  }
  if (!decode(text, raw) || !take_parts(raw, &parts)) return refuse_foreign(problem);
  hash_of(target, hash);
  if (strcmp(hash, parts.hash) != 0)
    return problem_of_parameter(problem, "cursor", "it belongs to a request with other parameters");
  if (strcmp(day_text(state.as_of).text, parts.as_of) != 0 || parts.restatement != state.restatement) {
    problem_set(problem, 410,
                "the cursor is of as_of %s, restatement %" PRId64 "; now it is %s, %" PRId64
                ": begin with the first page again",
                parts.as_of, parts.restatement, day_text(state.as_of).text, state.restatement);
    text_copy(problem->parameter, sizeof problem->parameter, "cursor");
    return false;
  }
  return text_copy(place, CURSOR_PLACE_SIZE, parts.place);
}

bool cursor_read(const RequestTarget *target, CursorState state, int64_t *ret_place, Problem *problem) {
  char place[CURSOR_PLACE_SIZE];
  int64_t number = 0;
  if (!cursor_read_at(target, state, place, problem)) return false;
  if (*place != '\0' && !text_parse_int64(place, 0, INT64_MAX, &number)) return refuse_foreign(problem);
  *ret_place = number;
  return true;
}
