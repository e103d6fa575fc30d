#include <closebell/api/problem.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/json_writer.h>

/* A text cut within a character loses that character. */
static void say(Problem *problem, const char *format, va_list arguments) {
  vsnprintf(problem->detail, sizeof problem->detail, format, arguments);
  size_t length = strlen(problem->detail);
  while (length > 0 && !text_is_utf8(problem->detail, length)) problem->detail[--length] = '\0';
}

bool problem_set(Problem *problem, int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  *problem = (Problem){.status = status};
  say(problem, format, arguments);
  va_end(arguments);
  return false;
}

bool problem_of_parameter(Problem *problem, const char *parameter, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  *problem = (Problem){.status = 400};
  if (!text_copy(problem->parameter, sizeof problem->parameter, parameter)) problem->parameter[0] = '\0';
  if (strcmp(parameter, "where") == 0) problem->line = problem->column = 1; /* unless a place is known */
  say(problem, format, arguments);
  va_end(arguments);
  return false;
}

const char *problem_title(int status) {
  static const struct {
    int status;
    const char *title;
  } titles[] = {{400, "Bad Request"},
                {401, "Unauthorized"},
                {403, "Forbidden"},
                {404, "Not Found"},
                {405, "Method Not Allowed"},
                {406, "Not Acceptable"},
                {409, "Conflict"},
                {410, "Gone"},
                {413, "Content Too Large"},
                {414, "URI Too Long"},
                {415, "Unsupported Media Type"},
                {429, "Too Many Requests"},
                {500, "Internal Server Error"},
                {501, "Not Implemented"},
                {503, "Service Unavailable"}};
  for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
    if (titles[i].status == status) return titles[i].title;
  return "Error";
}

void problem_write(const Problem *problem, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  json_begin_object(&to, NULL);
  json_put_text(&to, "type", "about:blank");
  json_put_text(&to, "title", problem_title(problem->status));
  json_put_whole(&to, "status", problem->status);
  json_put_text(&to, "detail", problem->detail);
  if (*problem->parameter) json_put_text(&to, "parameter", problem->parameter);
  if (*problem->nearest) json_put_text(&to, "nearest", problem->nearest);
  if (problem->line > 0) {
    json_begin_object(&to, "position");
    json_put_whole(&to, "line", problem->line);
    json_put_whole(&to, "column", problem->column);
    json_end_object(&to);
  }
  json_end_object(&to);
}
