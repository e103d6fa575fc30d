/* The table of routes: sound in itself, and what it says of paths, methods and parameters that are not in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/routes.h>
#include <closebell/api/service.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two paths that some target matches both. */
static bool may_be_the_same(const char *a, const char *b) {
  while (*a == '/' && *b == '/') {
    size_t left = strcspn(++a, "/"), right = strcspn(++b, "/");
    bool any = (*a == '{') || (*b == '{');
    if (!any && (left != right || strncmp(a, b, left) != 0)) return false;
    a += left;
    b += right;
  }
  return *a == *b;
}

static void no_target_belongs_to_two_rows(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  assert_true(count > 30 && count < SERVICE_ROUTES);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < i; k++)
      if (strcmp(routes[i].method, routes[k].method) == 0 && may_be_the_same(routes[i].path, routes[k].path))
        fail_msg("%s and %s", routes[i].path, routes[k].path);
}

static void each_row_is_whole(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  for (size_t i = 0; i < count; i++) {
    const Route *route = &routes[i];
    assert_true(route->path[0] == '/' && route->answer && route->type && *route->summary);
    assert_false((route->flags & ROUTE_PLAIN) && !(route->flags & ROUTE_STREAM) &&
                 (route->flags & (ROUTE_DATABASE | ROUTE_SLOW)));
    assert_false((route->flags & ROUTE_OPEN) && !(route->flags & ROUTE_PLAIN));
    bool cursor = false, limit = false;
    for (size_t k = 0; k < ROUTE_PARAMETERS && route->parameters[k].name; k++) {
      const RouteParameter *parameter = &route->parameters[k];
      assert_true(*parameter->help && (parameter->kind == PARAMETER_CHOICE) == (parameter->choices[0] != NULL));
      for (size_t j = 0; j < k; j++) assert_string_not_equal(route->parameters[j].name, parameter->name);
      assert_string_not_equal(parameter->name, route_require()->name);
      cursor |= strcmp(parameter->name, "cursor") == 0;
      limit |= strcmp(parameter->name, "limit") == 0;
    }
    assert_true(!cursor || limit);
  }
}

static const Route *find(const char *method, const char *raw, char allow[ROUTE_ALLOW_SIZE], Problem *problem) {
  static RequestTarget target;
  *problem = (Problem){0};
  assert_true(target_parse(raw, &target, problem));
  return route_find(method, &target, false, allow, problem);
}

static void each_path_is_found_by_its_method_and_head_is_a_get(void **state) {
  (void)state;
  size_t count;
  const Route *routes = route_table(&count);
  char allow[ROUTE_ALLOW_SIZE];
  Problem problem;
  for (size_t i = 0; i < count; i++) {
    assert_ptr_equal(find(routes[i].method, routes[i].path, allow, &problem), &routes[i]);
    assert_string_equal(allow, "");
    if (strcmp(routes[i].method, "GET") != 0) continue;
    assert_ptr_equal(find("HEAD", routes[i].path, allow, &problem), &routes[i]);
    assert_null(find("TRACE", routes[i].path, allow, &problem));
    assert_int_equal(problem.status, 405);
    assert_true(strncmp(allow, "GET, HEAD", 9) == 0);
  }
}

static void the_methods_that_there_are_are_told(void **state) {
  (void)state;
  char allow[ROUTE_ALLOW_SIZE];
  Problem problem;
  assert_null(find("POST", "/watchlists/mine", allow, &problem));
  assert_int_equal(problem.status, 405);
  assert_string_equal(allow, "GET, HEAD, PUT, DELETE");
  assert_null(find("GET", "/ai/analysis", allow, &problem));
  assert_string_equal(allow, "POST");
  assert_null(find("get", "/stocks", allow, &problem));
  assert_int_equal(problem.status, 405);
}

static void a_path_that_is_none_is_told_the_nearest(void **state) {
  static const struct {
    const char *target, *nearest;
  } cases[] = {{"/stoks", "/stocks"},
               {"/stocks/", "/stocks"},
               {"/Stocks", "/stocks"},
               {"/screner", "/screener"},
               {"/watchlist/x/y", "/watchlists"},
               {"/qqqqqqqqqq", ""},
               {"//stocks", ""},
               {"/stocks/005930/prices/x", "/stocks"},
               {"/healthz/", "/healthz"}};
  (void)state;
  char allow[ROUTE_ALLOW_SIZE];
  Problem problem;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_null(find("GET", cases[i].target, allow, &problem));
    assert_int_equal(problem.status, 404);
    assert_string_equal(allow, "");
    if (strcmp(problem.nearest, cases[i].nearest) != 0) fail_msg("%s: %s", cases[i].target, problem.nearest);
  }
}

static bool check(const char *raw, Problem *problem) {
  static RequestTarget target;
  char allow[ROUTE_ALLOW_SIZE];
  *problem = (Problem){0};
  assert_true(target_parse(raw, &target, problem));
  const Route *route = route_find("GET", &target, false, allow, problem);
  assert_non_null(route);
  return route_check(route, &target, problem);
}

static void parameters_are_what_the_row_says(void **state) {
  static const struct {
    const char *target, *parameter, *nearest;
  } wrong[] = {{"/stocks?limt=1", "limt", "limit"},
               {"/stocks?LIMIT=1", "LIMIT", "limit"},
               {"/stocks?requir=2025-04-10", "requir", "require"},
               {"/healthz?require=2025-04-10", "require", ""},
               {"/stocks?limit=0", "limit", ""},
               {"/stocks?limit=1001", "limit", ""},
               {"/stocks?limit=%201", "limit", ""},
               {"/stocks?limit=%2B1", "limit", ""},
               {"/stocks?limit=1x", "limit", ""},
               {"/changes?since=-1", "since", ""},
               {"/stocks?market=KOSPY", "market", "KOSPI"},
               {"/stocks?market=", "market", ""},
               {"/stocks?require=2025-02-29", "require", ""},
               {"/sessions?from=2025-04-11&to=2025-04-10", "from", ""},
               {"/sessions?to=2025-04-10&from=2025-04-11", "from", ""}};
  static const char *const right[] = {"/stocks?limit=1",
                                      "/stocks?limit=1000",
                                      "/stocks?require=2024-02-29&market=KOSDAQ",
                                      "/sessions?from=2025-04-10&to=2025-04-10",
                                      "/changes?since=0",
                                      "/stocks/005930/prices?format=ndjson&adjust=none"};
  (void)state;
  Problem problem;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    if (check(wrong[i].target, &problem)) fail_msg("%s passes", wrong[i].target);
    assert_int_equal(problem.status, 400);
    assert_string_equal(problem.parameter, wrong[i].parameter);
    if (strcmp(problem.nearest, wrong[i].nearest) != 0) fail_msg("%s: %s", wrong[i].target, problem.nearest);
  }
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
    if (!check(right[i], &problem)) fail_msg("%s: %s", right[i], problem.detail);
}

static void a_refusal_about_where_always_has_a_place(void **state) {
  (void)state;
  Problem problem;
  assert_false(check("/stocks?where=close", &problem));
  assert_true(problem.line == 1 && problem.column == 1);
  assert_false(check("/stocks?wher=close", &problem));
  assert_int_equal(problem.line, 0);
}

/* Of a path with several methods there are several rows. */
static void metrics_have_one_line_for_a_path_and_a_class(void **state) {
  static Service service; /* large */
  (void)state;
  char allow[ROUTE_ALLOW_SIZE];
  Problem problem;
  size_t count, told = 0;
  const Route *routes = route_table(&count), *metrics = find("GET", "/metrics", allow, &problem);
  for (size_t i = 0; i < count; i++) atomic_store(&service.answers[i][2], 1);
  atomic_store(&service.answers[SERVICE_ROUTES - 1][4], 3);
  Call call = {.service = &service, .route = metrics, .problem = &problem};
  ServiceAnswer answer = {0};
  assert_true(metrics->answer(&call, &answer));
  for (size_t i = 0; i < count; i++) {
    char series[160];
    snprintf(series, sizeof series, "closebell_api_answers_total{path=\"%s\",status=\"2xx\"} ", routes[i].path);
    const char *line = strstr(answer.body.data, series);
    if (!line) fail_msg("%s is not told", routes[i].path);
    if (strstr(line + 1, series)) fail_msg("%s is told twice", routes[i].path);
    if (i == 0 || strcmp(routes[i - 1].path, routes[i].path) != 0) told += strtoul(line + strlen(series), NULL, 10);
  }
  assert_int_equal(told, count);
  assert_non_null(strstr(answer.body.data, "{path=\"\",status=\"4xx\"} 3\n"));
  answer_free(&answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_target_belongs_to_two_rows),
      cmocka_unit_test(each_row_is_whole),
      cmocka_unit_test(each_path_is_found_by_its_method_and_head_is_a_get),
      cmocka_unit_test(the_methods_that_there_are_are_told),
      cmocka_unit_test(a_path_that_is_none_is_told_the_nearest),
      cmocka_unit_test(parameters_are_what_the_row_says),
      cmocka_unit_test(a_refusal_about_where_always_has_a_place),
      cmocka_unit_test(metrics_have_one_line_for_a_path_and_a_class),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
