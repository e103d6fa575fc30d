/* /openapi.json: the table of routes as OpenAPI 3.1. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <closebell/screen/names.h>
#include <closebell/screen/screen.h>

#include "resources.h"
#include "schema.h"

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
    if (!screen_name_is_spoken((int)i)) continue;
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
static void put_path_parameter(JsonWriter *to, const Route *route) {
  const char *open = strchr(route->path, '{'), *close = open ? strchr(open, '}') : NULL;
  const char *example = NULL, *schema = schema_of_part(route, &example);
  if (!close) return;
  char name[32];
  snprintf(name, sizeof name, "%.*s", (int)(close - open - 1), open + 1);
  json_begin_object(to, NULL);
  json_put_text(to, "name", name);
  json_put_text(to, "in", "path");
  json_put_truth(to, "required", true);
  json_put_raw(to, "schema", schema ? schema : "{}", schema ? strlen(schema) : 2);
  if (schema) json_put_text(to, "example", example);
  json_end_object(to);
}

static void put_last_event_id(JsonWriter *to) {
  json_begin_object(to, NULL);
  json_put_text(to, "name", "Last-Event-ID");
  json_put_text(to, "in", "header");
  json_put_text(to, "description", "The id of the last event that was seen: the stream goes on behind it.");
  schema_put_type(to, "schema", "text");
  json_end_object(to);
}

/* ---- answers ---- */

/* Which state it is of stands first in all that have one. */
static void put_answer_schema(JsonWriter *to, const Route *route) {
  static const char state[] = "as_of?:day restatement:whole proof:Proof ";
  char members[768];
  const char *own = schema_of_answer(route);
  snprintf(members, sizeof members, "%s%s", route->flags & ROUTE_PLAIN ? "" : state, own ? own : "*");
  schema_put_members(to, "schema", members);
}

static void put_content(JsonWriter *to, const Route *route, const char *type) {
  json_begin_object(to, type);
  if (strcmp(type, TYPE_JSON) == 0)
    put_answer_schema(to, route);
  else
    schema_put_type(to, "schema", "text");
  json_end_object(to);
}

static void put_contents(JsonWriter *to, const Route *route) {
  const RouteParameter *format = NULL;
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++)
    if (strcmp(route->parameters[i].name, "format") == 0) format = &route->parameters[i];
  json_begin_object(to, "content");
  if (!format) put_content(to, route, route->type);
  for (size_t i = 0; format && i < ROUTE_CHOICES && format->choices[i]; i++) {
    const char *choice = format->choices[i];
    put_content(to, route, !strcmp(choice, "csv") ? TYPE_CSV : !strcmp(choice, "ndjson") ? TYPE_NDJSON : TYPE_JSON);
  }
  json_end_object(to);
}

/* ---- what goes wrong ---- */

static void put_problem(JsonWriter *to, const char *status) {
  json_begin_object(to, status);
  json_put_text(to, "description", problem_title((status[0] - '0') * 100 + (status[1] - '0') * 10 + status[2] - '0'));
  json_begin_object(to, "content");
  json_begin_object(to, TYPE_PROBLEM);
  schema_put_type(to, "schema", "Problem");
  json_end_object(to);
  json_end_object(to);
  json_end_object(to);
}

static bool has_parameter(const Route *route, const char *name) {
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++)
    if (strcmp(route->parameters[i].name, name) == 0) return true;
  return false;
}

static bool is_method(const Route *route, const char *method) { return strcmp(route->method, method) == 0; }

static void put_problems(JsonWriter *to, const Route *route) {
  static const char *const always[] = {"400", "405", "406", "413", "414", "429", "500", "503"};
  bool asks = is_method(route, "POST"), writes = asks || is_method(route, "PUT");
  for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) put_problem(to, always[i]);
  if (!(route->flags & ROUTE_OPEN)) put_problem(to, "401");
  if (route->flags & ROUTE_OPERATES) put_problem(to, "403");
  if (strchr(route->path, '{') || (route->flags & ROUTE_FILES)) put_problem(to, "404");
  if (!(route->flags & ROUTE_PLAIN) || asks) put_problem(to, "409");
  if (has_parameter(route, "cursor") || (route->flags & ROUTE_STREAM)) put_problem(to, "410");
  if (writes) put_problem(to, "415");
}

/* ---- a route ---- */

static void put_bare(JsonWriter *to, const char *status, const char *description) {
  json_begin_object(to, status);
  json_put_text(to, "description", description);
  json_end_object(to);
}

static void put_good(JsonWriter *to, const char *status, const Route *route) {
  json_begin_object(to, status);
  json_put_text(to, "description", route->summary);
  put_contents(to, route);
  json_end_object(to);
}

static void put_answers(JsonWriter *to, const Route *route) {
  json_begin_object(to, "responses");
  if (is_method(route, "DELETE"))
    put_bare(to, "204", route->summary);
  else
    put_good(to, "200", route);
  if (is_method(route, "GET") && !(route->flags & ROUTE_STREAM)) put_bare(to, "304", "It is what If-None-Match names.");
  if (strcmp(route->path, "/ai/analysis/{id}") == 0) put_bare(to, "202", "The model has not answered yet.");
  if (is_method(route, "POST")) put_bare(to, "202", "It is taken on; Location says where what comes of it will be.");
  put_problems(to, route);
  json_end_object(to);
}

static void put_body(JsonWriter *to, const Route *route) {
  const char *members = schema_of_body(route);
  if (!members) return;
  json_begin_object(to, "requestBody");
  json_put_truth(to, "required", true);
  json_begin_object(to, "content");
  json_begin_object(to, TYPE_JSON);
  schema_put_members(to, "schema", members);
  json_end_object(to);
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
  put_path_parameter(to, route);
  for (size_t i = 0; i < ROUTE_PARAMETERS && route->parameters[i].name; i++) put_parameter(to, &route->parameters[i]);
  if (!(route->flags & ROUTE_PLAIN)) put_parameter(to, route_require());
  if (route->flags & ROUTE_STREAM) put_last_event_id(to);
  json_end_list(to);
  put_body(to, route);
  put_answers(to, route);
  if (route->flags & ROUTE_OPEN) {
    json_begin_list(to, "security");
    json_end_list(to);
  }
  json_end_object(to);
}

static void put_components(JsonWriter *to) {
  json_begin_object(to, "components");
  schema_put_shapes(to);
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

bool answer_openapi(Call *call, ServiceAnswer *answer) {
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
  put_components(&to);
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
