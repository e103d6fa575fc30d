/* /openapi.json says of each route what it takes, what it gives, and what goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/answer.h>
#include <closebell/api/routes.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static json_t *description(void) {
  size_t count;
  const Route *routes = route_table(&count);
  ServiceAnswer answer = {0};
  json_t *read = NULL;
  for (size_t i = 0; i < count && !read; i++) {
    if (strcmp(routes[i].path, "/openapi.json") != 0) continue;
    assert_true(routes[i].answer(NULL, &answer));
    read = json_loadb(answer.body.data, answer.body.length, JSON_REJECT_DUPLICATES, NULL);
  }
  answer_free(&answer);
  assert_non_null(read);
  return read;
}

static json_t *operation(json_t *all, const Route *route) {
  char method[16] = "";
  for (size_t i = 0; route->method[i]; i++) method[i] = (char)(route->method[i] | 0x20);
  json_t *found = json_object_get(json_object_get(json_object_get(all, "paths"), route->path), method);
  if (!found) fail_msg("%s %s is not described", route->method, route->path);
  return found;
}

static json_t *schema_of(json_t *with_content, const char *type) {
  return json_object_get(json_object_get(json_object_get(with_content, "content"), type), "schema");
}

/* The one that a $ref names. */
static json_t *resolved(json_t *all, json_t *schema) {
  const char *ref = json_string_value(json_object_get(schema, "$ref"));
  static const char start[] = "#/components/schemas/";
  if (!ref) return schema;
  assert_memory_equal(ref, start, sizeof start - 1);
  json_t *found =
      json_object_get(json_object_get(json_object_get(all, "components"), "schemas"), ref + sizeof start - 1);
  if (!found) fail_msg("%s is not there", ref);
  return found;
}

static bool has_member(json_t *all, json_t *schema, const char *name) {
  return json_object_get(json_object_get(resolved(all, schema), "properties"), name) != NULL;
}

static void each_answer_in_json_has_its_members(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  json_t *all = description();
  for (size_t i = 0; i < count; i++) {
    json_t *good = json_object_get(json_object_get(operation(all, &routes[i]), "responses"), "200");
    json_t *schema = schema_of(good, TYPE_JSON);
    if (!good || !schema) continue;
    const size_t of_the_state = routes[i].flags & ROUTE_PLAIN ? 0 : 3; /* as_of, restatement, proof */
    if (json_object_size(json_object_get(resolved(all, schema), "properties")) <= of_the_state)
      fail_msg("the answer of %s %s has no members", routes[i].method, routes[i].path);
    if (!(routes[i].flags & ROUTE_PLAIN) && !(has_member(all, schema, "proof") && has_member(all, schema, "as_of")))
      fail_msg("%s says not which state it is of", routes[i].path);
  }
  json_decref(all);
}

/* Whatever `$ref` there is. */
static void follow(json_t *all, json_t *value) {
  const char *name;
  json_t *member;
  size_t i;
  if (json_is_object(value)) resolved(all, value);
  json_object_foreach(value, name, member) follow(all, member);
  json_array_foreach(value, i, member) follow(all, member);
}

static void what_is_referred_to_is_there(void **state) {
  (void)state;
  json_t *all = description();
  follow(all, json_object_get(all, "paths"));
  follow(all, json_object_get(all, "components"));
  json_decref(all);
}

static void assert_status(json_t *all, const Route *route, const char *status, bool wanted) {
  bool there = json_object_get(json_object_get(operation(all, route), "responses"), status) != NULL;
  if (there != wanted) fail_msg("%s %s: %s %s", route->method, route->path, status, wanted ? "is missing" : "is said");
}

static void each_route_says_which_statuses_there_are(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  json_t *all = description();
  for (size_t i = 0; i < count; i++) {
    const Route *route = &routes[i];
    bool writes = strcmp(route->method, "PUT") == 0 || strcmp(route->method, "POST") == 0;
    static const char *const always[] = {"400", "405", "406", "413", "414", "429", "503"};
    for (size_t k = 0; k < sizeof always / sizeof always[0]; k++) assert_status(all, route, always[k], true);
    assert_status(all, route, "401", !(route->flags & ROUTE_OPEN));
    assert_status(all, route, "403", (route->flags & ROUTE_OPERATES) != 0);
    assert_status(all, route, "415", writes);
    const bool goes_on = (route->flags & ROUTE_STREAM) != 0;
    assert_status(all, route, "304", strcmp(route->method, "GET") == 0 && !goes_on);
    if (goes_on) assert_status(all, route, "410", true);
    assert_status(all, route, "409", !(route->flags & ROUTE_PLAIN) || strcmp(route->path, "/ai/analysis") == 0);
  }
  json_decref(all);
}

static void parts_of_paths_say_what_they_may_be(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  json_t *all = description();
  for (size_t i = 0; i < count; i++) {
    if (!strchr(routes[i].path, '{')) continue;
    json_t *first = json_array_get(json_object_get(operation(all, &routes[i]), "parameters"), 0);
    json_t *schema = resolved(all, json_object_get(first, "schema"));
    assert_string_equal(json_string_value(json_object_get(first, "in")), "path");
    if (!json_object_get(first, "example")) fail_msg("%s: what, for example?", routes[i].path);
    if (!json_object_get(schema, "pattern") && !json_object_get(schema, "format") && !json_object_get(schema, "enum"))
      fail_msg("%s: anything at all?", routes[i].path);
  }
  json_decref(all);
}

static void bodies_say_what_they_hold(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  json_t *all = description();
  for (size_t i = 0; i < count; i++) {
    json_t *body = json_object_get(operation(all, &routes[i]), "requestBody");
    if (!body) continue;
    const char *member = strcmp(routes[i].path, "/requests") == 0 ? "dataset" : "tickers";
    if (!has_member(all, schema_of(body, TYPE_JSON), member)) fail_msg("%s takes no %s", routes[i].path, member);
  }
  json_decref(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_answer_in_json_has_its_members),
      cmocka_unit_test(what_is_referred_to_is_there),
      cmocka_unit_test(each_route_says_which_statuses_there_are),
      cmocka_unit_test(parts_of_paths_say_what_they_may_be),
      cmocka_unit_test(bodies_say_what_they_hold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
