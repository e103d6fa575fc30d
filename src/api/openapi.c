/* /openapi.json: the table of routes as OpenAPI 3.1. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <closebell/screen/screen.h>

#include "resources.h"

static const char *const PROBLEMS[] = {"400", "401", "404", "406", "429", "503"};

static const char *type_of(const RouteParameter *parameter) {
  return parameter->kind == PARAMETER_WHOLE || parameter->kind == PARAMETER_LIMIT ? "integer" : "string";
}

static void put_schema(JsonWriter *to, const RouteParameter *parameter) {
  json_begin_object(to, "schema");
  json_put_text(to, "type", type_of(parameter));
  if (parameter->kind == PARAMETER_DAY) json_put_text(to, "format", "date");
  if (parameter->kind == PARAMETER_WHOLE) json_put_whole(to, "minimum", 0);
  if (parameter->kind == PARAMETER_LIMIT) {
    json_put_whole(to, "minimum", 1);
    json_put_whole(to, "maximum", CALL_LIMIT_MAX);
    json_put_whole(to, "default", CALL_LIMIT);
  }
  if (parameter->kind == PARAMETER_CHOICE) {
    json_begin_list(to, "enum");
    for (size_t i = 0; i < ROUTE_CHOICES && parameter->choices[i]; i++) json_put_text(to, NULL, parameter->choices[i]);
    json_end_list(to);
  }
  json_end_object(to);
}

/* The names that a condition may use: who writes one is offered them. */
static void put_names(JsonWriter *to) {
  static const char *const kinds[] = {[SCREEN_NUMBER] = "number", [SCREEN_TRUTH] = "truth", [SCREEN_TEXT] = "text"};
  json_begin_list(to, "x-names");
  for (size_t i = 0; i < screen_name_count(); i++) {
    const ScreenName name = screen_name_at(i);
    json_begin_object(to, NULL);
    json_put_text(to, "name", name.name);
    json_put_text(to, "kind", kinds[name.kind]);
    json_put_truth(to, "analysed", name.output >= 0);
    json_put_text(to, "help", name.help);
    json_end_object(to);
  }
  json_end_list(to);
}

static void put_parameter(JsonWriter *to, const RouteParameter *parameter) {
  json_begin_object(to, NULL);
  json_put_text(to, "name", parameter->name);
  json_put_text(to, "in", "query");
  json_put_text(to, "description", parameter->help);
  put_schema(to, parameter);
  if (parameter->kind == PARAMETER_CONDITION) put_names(to);
  json_end_object(to);
}

/* {ticker} of "/stocks/{ticker}/prices". */
static void put_path_parameter(JsonWriter *to, const char *path) {
  const char *open = strchr(path, '{'), *close = open ? strchr(open, '}') : NULL;
  if (!close) return;
  char name[32];
  snprintf(name, sizeof name, "%.*s", (int)(close - open - 1), open + 1);
  json_begin_object(to, NULL);
  json_put_text(to, "name", name);
  json_put_text(to, "in", "path");
  json_put_truth(to, "required", true);
  json_begin_object(to, "schema");
  json_put_text(to, "type", "string");
  json_end_object(to);
  json_end_object(to);
}

static void put_content(JsonWriter *to, const char *type) {
  json_begin_object(to, type);
  json_begin_object(to, "schema");
  json_put_text(to, "type", strcmp(type, TYPE_JSON) == 0 || strcmp(type, TYPE_PROBLEM) == 0 ? "object" : "string");
  json_end_object(to);
  json_end_object(to);
}

static void put_contents(JsonWriter *to, const Route *route) {
  const RouteParameter *format = NULL;
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++)
    if (strcmp(route->parameters[i].name, "format") == 0) format = &route->parameters[i];
  json_begin_object(to, "content");
  if (!format) put_content(to, route->type);
  for (size_t i = 0; format && i < ROUTE_CHOICES && format->choices[i]; i++) {
    const char *choice = format->choices[i];
    put_content(to, !strcmp(choice, "csv") ? TYPE_CSV : !strcmp(choice, "ndjson") ? TYPE_NDJSON : TYPE_JSON);
  }
  json_end_object(to);
}

static void put_problem(JsonWriter *to, const char *status) {
  json_begin_object(to, status);
  json_put_text(to, "description", problem_title((status[0] - '0') * 100 + (status[1] - '0') * 10 + status[2] - '0'));
  json_begin_object(to, "content");
  put_content(to, TYPE_PROBLEM);
  json_end_object(to);
  json_end_object(to);
}

static void put_answers(JsonWriter *to, const Route *route) {
  json_begin_object(to, "responses");
  bool empty = strcmp(route->method, "DELETE") == 0;
  json_begin_object(to, empty ? "204" : "200");
  json_put_text(to, "description", route->summary);
  if (!empty) put_contents(to, route);
  json_end_object(to);
  for (size_t i = 0; i < sizeof PROBLEMS / sizeof PROBLEMS[0]; i++) put_problem(to, PROBLEMS[i]);
  if (!(route->flags & ROUTE_PLAIN)) put_problem(to, "409");
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++)
    if (strcmp(route->parameters[i].name, "cursor") == 0) put_problem(to, "410");
  json_end_object(to);
}

static void put_body(JsonWriter *to, const Route *route) {
  if (strcmp(route->method, "PUT") != 0 && strcmp(route->method, "POST") != 0) return;
  json_begin_object(to, "requestBody");
  json_put_truth(to, "required", true);
  json_begin_object(to, "content");
  put_content(to, TYPE_JSON);
  json_end_object(to);
  json_end_object(to);
}

static void put_route(JsonWriter *to, const Route *route) {
  char method[16];
  snprintf(method, sizeof method, "%s", route->method);
  for (char *c = method; *c; c++) *c = (char)tolower((unsigned char)*c);
  json_begin_object(to, method);
  json_put_text(to, "summary", route->summary);
  json_begin_list(to, "parameters");
  put_path_parameter(to, route->path);
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++) put_parameter(to, &route->parameters[i]);
  if (!(route->flags & ROUTE_PLAIN)) put_parameter(to, route_require());
  json_end_list(to);
  put_body(to, route);
  put_answers(to, route);
  if (route->flags & ROUTE_OPEN) {
    json_begin_list(to, "security");
    json_end_list(to);
  }
  json_end_object(to);
}

static void put_security(JsonWriter *to) {
  json_begin_object(to, "components");
  json_begin_object(to, "securitySchemes");
  json_begin_object(to, "key");
  json_put_text(to, "type", "http");
  json_put_text(to, "scheme", "bearer");
  json_end_object(to);
  json_end_object(to);
  json_end_object(to);
  json_begin_list(to, "security");
  json_begin_object(to, NULL);
  json_end_object(to);
  json_begin_object(to, NULL);
  json_begin_list(to, "key");
  json_end_list(to);
  json_end_object(to);
  json_end_list(to);
}

bool answer_openapi(Call *call, Answer *answer) {
  (void)call;
  size_t count;
  const Route *routes = route_table(&count);
  answer->status = 200;
  answer->type = TYPE_JSON;
  JsonWriter to = json_writer(&answer->body);
  json_begin_object(&to, NULL);
  json_put_text(&to, "openapi", "3.1.0");
  json_begin_object(&to, "info");
  json_put_text(&to, "title", "closebell");
  json_put_text(&to, "version", CLOSEBELL_VERSION);
  json_end_object(&to);
  put_security(&to);
  json_begin_object(&to, "paths");
  for (size_t i = 0; i < count; i++) {
    bool same = i > 0 && strcmp(routes[i].path, routes[i - 1].path) == 0; /* with another method */
    if (!same && i > 0) json_end_object(&to);
    if (!same) json_begin_object(&to, routes[i].path);
    put_route(&to, &routes[i]);
  }
  json_end_object(&to);
  json_end_object(&to);
  json_end_object(&to);
  return true;
}
