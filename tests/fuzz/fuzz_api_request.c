/* A request as bytes: line by line its target, Accept, Accept-Encoding, If-None-Match; the rest is its body. Whatever
 * is in them, texts end, are UTF-8, and a refusal says why. Accepted: the target is one. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/api/accept.h>
#include <closebell/api/cursor.h>
#include <closebell/api/json_body.h>
#include <closebell/api/target.h>
#include <closebell/base/json.h>

static void check_problem(const Problem *problem) {
  TextBuffer text = {0};
  FUZZ_CHECK(problem->status >= 400 && *problem->detail != '\0');
  problem_write(problem, &text);
  FUZZ_CHECK(text.failed || json_is_valid(text.data));
  text_buffer_free(&text);
}

static void check_cursor(const RequestTarget *target) {
  int64_t place = 0;
  char text[CURSOR_SIZE];
  Problem problem = {0};
  CursorState state = {20188, 3};
  char id[CURSOR_ID_SIZE];
  if (!cursor_read(target, state, &place, &problem)) check_problem(&problem);
  problem = (Problem){0};
  if (cursor_read_behind(target, state, id, &problem))
    FUZZ_CHECK(text_is_utf8(id, strlen(id)));
  else
    check_problem(&problem);
  FUZZ_CHECK(strlen(cursor_make(target, state, 17, text)) < CURSOR_SIZE);
}

/* Its own cursor brings back the place, and is of that state alone. */
static void check_own_cursor(RequestTarget *target) {
  int64_t place = 0;
  char text[CURSOR_SIZE];
  Problem problem = {0};
  const CursorState state = {20188, 3}, later = {20189, 3};
  if (target_parameter(target, "cursor") || target->parameter_count == TARGET_PARAMETERS) return;
  cursor_make(target, state, 17, text);
  target->parameters[target->parameter_count++] = (TargetParameter){"cursor", text};
  FUZZ_CHECK(cursor_read(target, state, &place, &problem) && place == 17);
  FUZZ_CHECK(!cursor_read(target, later, &place, &problem) && problem.status == 410);
  char id[CURSOR_ID_SIZE], longer[CURSOR_LONG_SIZE];
  cursor_make_behind(target, state, "DGS10:2025-01-02 ", longer);
  target->parameters[target->parameter_count - 1].value = longer;
  FUZZ_CHECK(cursor_read_behind(target, state, id, &problem) && strcmp(id, "DGS10:2025-01-02 ") == 0);
  target->parameter_count--;
}

static bool check_target(const char *raw) {
  static RequestTarget target;
  Problem problem = {0};
  if (!target_parse(raw, &target, &problem)) {
    check_problem(&problem);
    return false;
  }
  for (size_t i = 0; i < target.segment_count; i++)
    FUZZ_CHECK(text_is_utf8(target.segments[i], strlen(target.segments[i])));
  for (size_t i = 0; i < target.parameter_count; i++)
    FUZZ_CHECK(text_is_utf8(target.parameters[i].value, strlen(target.parameters[i].value)));
  check_cursor(&target);
  check_own_cursor(&target);
  return true;
}

static void check_body(const char *text) {
  static const char *const known[] = {"tickers", "prompt", NULL};
  static JsonBody body;
  Problem problem = {0};
  if (!json_body_parse(text, strlen(text), known, &body, &problem)) {
    check_problem(&problem);
    return;
  }
  for (size_t i = 0; i < body.text_count; i++) FUZZ_CHECK(text_is_utf8(body.texts[i], strlen(body.texts[i])));
  json_body_free(&body);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *lines[4] = {NULL}, *text = fuzz_text(data, size), *rest = text;
  for (size_t i = 0; i < 4 && rest; i++) lines[i] = strsep(&rest, "\n");
  bool accepted = check_target(lines[0]);
  accept_takes(lines[1], "text/csv");
  accept_takes_gzip(lines[2]);
  etag_is_among(lines[3], "\"abc\"");
  if (rest) check_body(rest);
  free(text);
  return accepted;
}
