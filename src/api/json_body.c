#include <closebell/api/json_body.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/json.h>
#include <closebell/base/nearest.h>

/* The text is known to be JSON, so that only what kind of JSON it is has to be looked at. */
typedef struct {
  const char *at;
  char *to; /* decoded texts: none is longer than it was */
  JsonBody *body;
  const char *const *known;
  Problem *problem;
} Reader;

static void skip_blanks(Reader *reader) { reader->at += strspn(reader->at, " \t\r\n"); }

/* Takes the character where it stands, blanks around it as well. */
static bool take(Reader *reader, char c) {
  skip_blanks(reader);
  if (*reader->at != c) return false;
  reader->at++;
  skip_blanks(reader);
  return true;
}

/* ---- texts ---- */

static void put_point(Reader *reader, uint32_t point) {
  if (point < 0x80) {
    *reader->to++ = (char)point;
    return;
  }
  int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  static const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
  *reader->to++ = (char)(first[more] | point >> (6 * more));
  while (more-- > 0) *reader->to++ = (char)(0x80 | (point >> (6 * more) & 0x3f));
}

static uint32_t take_hex(Reader *reader) {
  char digits[5] = "";
  memcpy(digits, reader->at, 4);
  reader->at += 4;
  return (uint32_t)strtoul(digits, NULL, 16);
}

/* Behind "\u". */
static bool take_point(Reader *reader) {
  uint32_t point = take_hex(reader);
  if (point >= 0xd800 && point < 0xdc00 && strncmp(reader->at, "\\u", 2) == 0) {
    reader->at += 2;
    uint32_t low = take_hex(reader);
    point = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : 0xd800;
  }
  if (point == 0 || (point >= 0xd800 && point < 0xe000))
    return problem_set(reader->problem, 400, "the body has an escape that is no character of a text");
  put_point(reader, point);
  return true;
}

static bool take_escape(Reader *reader) {
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  char letter = *reader->at++;
  if (letter == 'u') return take_point(reader);
  *reader->to++ = meant[strchr(letters, letter) - letters];
  return true;
}

static bool take_text(Reader *reader, const char **ret_text) {
  const char *text = reader->to;
  if (*reader->at != '"') return false;
  for (reader->at++; *reader->at != '"';) {
    if (*reader->at != '\\') {
      *reader->to++ = *reader->at++;
      continue;
    }
    reader->at++;
    if (!take_escape(reader)) return false;
  }
  reader->at++;
  *reader->to++ = '\0';
  *ret_text = text;
  return true;
}

/* ---- members ---- */

static bool refuse_value(Reader *reader, const JsonBodyMember *member) {
  if (reader->problem->status != 0) return false;
  return problem_of_parameter(reader->problem, member->name, "it is neither a text nor a list of texts");
}

static bool add_text(Reader *reader, JsonBodyMember *member) {
  JsonBody *body = reader->body;
  if (body->text_count == JSON_BODY_TEXTS)
    return problem_of_parameter(reader->problem, member->name, "with it the body has more than %d texts",
                                JSON_BODY_TEXTS);
  if (!take_text(reader, &body->texts[body->text_count])) return refuse_value(reader, member);
  body->text_count++;
  member->count++;
  return true;
}

static bool take_value(Reader *reader, JsonBodyMember *member) {
  member->texts = reader->body->texts + reader->body->text_count;
  member->is_list = take(reader, '[');
  if (!member->is_list) return add_text(reader, member);
  if (take(reader, ']')) return true;
  do
    if (!add_text(reader, member)) return false;
  while (take(reader, ','));
  return take(reader, ']') || refuse_value(reader, member);
}

static bool refuse_name(Reader *reader, const char *name) {
  const char *near = nearest_of(name, strlen(name), reader->known);
  problem_of_parameter(reader->problem, name, "the body may have no such member");
  if (near) text_copy(reader->problem->nearest, sizeof reader->problem->nearest, near);
  return false;
}

static bool take_name(Reader *reader, JsonBodyMember *member) {
  size_t i = 0;
  if (!take_text(reader, &member->name)) return false;
  while (reader->known[i] && strcmp(reader->known[i], member->name) != 0) i++;
  if (!reader->known[i]) return refuse_name(reader, member->name);
  if (json_body_find(reader->body, member->name))
    return problem_of_parameter(reader->problem, member->name, "the body has it twice");
  return take(reader, ':');
}

/* Known names are few, and each may come once: there is room for all. */
static bool take_object(Reader *reader) {
  JsonBody *body = reader->body;
  if (!take(reader, '{')) return problem_set(reader->problem, 400, "the body is no JSON object");
  if (take(reader, '}')) return true;
  do {
    JsonBodyMember member = {0};
    if (!take_name(reader, &member) || !take_value(reader, &member)) return false;
    body->members[body->member_count++] = member;
  } while (body->member_count < JSON_BODY_MEMBERS && take(reader, ','));
  return take(reader, '}') || problem_set(reader->problem, 400, "the body has too many members");
}

/* ---- the whole ---- */

bool json_body_parse(const char *body, size_t size, const char *const *known, JsonBody *ret_body, Problem *problem) {
  *ret_body = (JsonBody){0};
  if (!body || strlen(body) != size || !text_is_utf8(body, size) || !json_is_valid(body))
    return problem_set(problem, 400, "the body is no JSON");
  ret_body->buffer = malloc(size + 1);
  if (!ret_body->buffer) {
    problem_set(problem, 503, "no memory for the body");
    problem->retry_after = 5;
    return false;
  }
  Reader reader = {body, ret_body->buffer, ret_body, known, problem};
  if (take_object(&reader)) return true;
  json_body_free(ret_body);
  return false;
}

void json_body_free(JsonBody *body) {
  free(body->buffer);
  body->buffer = NULL;
}

const JsonBodyMember *json_body_find(const JsonBody *body, const char *name) {
  for (size_t i = 0; i < body->member_count; i++)
    if (strcmp(body->members[i].name, name) == 0) return &body->members[i];
  return NULL;
}
