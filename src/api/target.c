#include <closebell/api/target.h>

#include <string.h>

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

typedef struct {
  const char *from;
  size_t length;
  bool blanks;       /* '+' is one */
  const char *fault; /* null: none; the text up to it is decoded */
} Piece;

/* Writes the decoded piece and a NUL; returns what is behind. Decoding makes nothing longer. */
static char *decode(Piece *piece, char *to) {
  const char *start = to;
  for (size_t i = 0; i < piece->length && !piece->fault; i++) {
    char c = piece->from[i];
    if (c == '%') {
      int high = i + 2 < piece->length ? digit_of(piece->from[i + 1]) : -1;
      int low = high >= 0 ? digit_of(piece->from[i + 2]) : -1;
      if (low < 0) {
        piece->fault = "a % is not followed by two hexadecimal digits";
        break;
      }
      c = (char)(high * 16 + low);
      if (c == '\0') {
        piece->fault = "%00 is allowed nowhere";
        break;
      }
      i += 2;
    } else if (c == '+' && piece->blanks) {
      c = ' ';
    }
    *to++ = c;
  }
  *to = '\0';
  if (!piece->fault && !text_is_utf8(start, (size_t)(to - start))) piece->fault = "it is not UTF-8";
  return to + 1;
}

/* The place behind the text, or behind its part that is UTF-8: line and column from 1, in characters. */
static void set_position(Problem *problem, const char *text) {
  size_t length = strlen(text);
  while (length > 0 && !text_is_utf8(text, length)) length--;
  problem->line = problem->column = 1;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\n') {
      problem->line++;
      problem->column = 1;
    } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
      problem->column++;
    }
  }
}

static bool add_segment(RequestTarget *target, const char *from, size_t length, char **to, Problem *problem) {
  Piece piece = {.from = from, .length = length};
  if (target->segment_count == TARGET_SEGMENTS) return problem_set(problem, 404, "no path has so many parts");
  target->segments[target->segment_count++] = *to;
  *to = decode(&piece, *to);
  return piece.fault ? problem_set(problem, 400, "the path: %s", piece.fault) : true;
}

/* "/a/b" without its first slash. A slash at the end is a part of its own, an empty one. */
static bool take_path(RequestTarget *target, const char *path, size_t length, char **to, Problem *problem) {
  if (length == 0) return true;
  for (size_t from = 0; from <= length;) {
    const char *slash = memchr(path + from, '/', length - from);
    size_t end = slash ? (size_t)(slash - path) : length;
    if (!add_segment(target, path + from, end - from, to, problem)) return false;
    from = end + 1;
  }
  return true;
}

static bool add_parameter(RequestTarget *target, const char *from, size_t length, char **to, Problem *problem) {
  const char *equals = memchr(from, '=', length);
  size_t name_length = equals ? (size_t)(equals - from) : length;
  Piece name = {.from = from, .length = name_length, .blanks = true};
  Piece value = {.from = equals ? equals + 1 : "", .length = equals ? length - name_length - 1 : 0, .blanks = true};
  if (target->parameter_count == TARGET_PARAMETERS) return problem_set(problem, 400, "too many parameters");
  TargetParameter *added = &target->parameters[target->parameter_count];
  added->name = *to;
  *to = decode(&name, *to);
  if (name.fault) return problem_set(problem, 400, "the name of a parameter: %s", name.fault);
  added->value = *to;
  *to = decode(&value, *to);
  if (value.fault) {
    problem_of_parameter(problem, added->name, "%s", value.fault);
    if (strcmp(added->name, "where") == 0) set_position(problem, added->value);
    return false;
  }
  if (target_parameter(target, added->name)) return problem_of_parameter(problem, added->name, "it is given twice");
  target->parameter_count++;
  return true;
}

static bool take_query(RequestTarget *target, const char *query, char **to, Problem *problem) {
  while (*query) {
    size_t length = strcspn(query, "&");
    if (length > 0 && !add_parameter(target, query, length, to, problem)) return false;
    query += length + (query[length] == '&');
  }
  return true;
}

bool target_parse(const char *raw, RequestTarget *ret_target, Problem *problem) {
  if (strlen(raw) > TARGET_MAX_BYTES)
    return problem_set(problem, 414, "the target has more than %d bytes", TARGET_MAX_BYTES);
  if (*raw != '/') return problem_set(problem, 400, "the target must begin with /");
  ret_target->segment_count = ret_target->parameter_count = 0;
  char *to = ret_target->text;
  size_t path = strcspn(raw, "?");
  if (!take_path(ret_target, raw + 1, path - 1, &to, problem)) return false;
  return raw[path] == '\0' || take_query(ret_target, raw + path + 1, &to, problem);
}

const char *target_parameter(const RequestTarget *target, const char *name) {
  for (size_t i = 0; i < target->parameter_count; i++)
    if (strcmp(target->parameters[i].name, name) == 0) return target->parameters[i].value;
  return NULL;
}
