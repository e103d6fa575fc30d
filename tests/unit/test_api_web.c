/* The files of the dashboard: which of a folder's are served, and as what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "named.h"

#include <closebell/api/routes.h>
#include <closebell/api/web_files.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char folder[64], path[256];
  WebFiles *files;
} World;

static const char *path_of(World *world, const char *name) {
  snprintf(world->path, sizeof world->path, "%s/%s", world->folder, name);
  return world->path;
}

static void put(World *world, const char *name, const char *text) {
  FILE *file = fopen(path_of(world, name), "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static int open_world(void **state) {
  World *world = calloc(1, sizeof *world);
  if (!world) return -1;
  strcpy(world->folder, "/tmp/closebell_web_XXXXXX");
  if (!mkdtemp(world->folder)) return -1;
  *state = world;
  put(world, "index.html", "<!doctype html>");
  return 0;
}

static int close_world(void **state) {
  World *world = *state;
  char command[128];
  web_files_release(world->files);
  snprintf(command, sizeof command, "rm -rf %s", world->folder);
  int removed = system(command);
  free(world);
  return removed;
}

static Status load(World *world, Error *err) {
  web_files_release(world->files);
  world->files = NULL;
  return web_files_load(world->folder, &world->files, err);
}

static void load_all(World *world) {
  Error err = {{0}};
  if (load(world, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static ServiceAnswer answer(const World *world, const char *target, bool zips) {
  ServiceAnswer given = {0};
  const WebFile *file = web_files_find(world->files, target);
  if (!file) fail_msg("%s is not served", target);
  web_file_answer(file, zips, &given);
  return given;
}

static void each_file_has_the_type_of_its_ending(void **state) {
  static const struct {
    const char *name, *type;
  } cases[] = {{"a.html", TYPE_HTML}, {"a.css", TYPE_CSS},   {"a.js", TYPE_JS},      {"a.svg", TYPE_SVG},
               {"a.png", TYPE_PNG},   {"a.txt", TYPE_PLAIN}, {"a.woff2", TYPE_WOFF2}};
  World *world = *state;
  char target[32];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) put(world, cases[i].name, cases[i].name);
  load_all(world);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    snprintf(target, sizeof target, "/%s", cases[i].name);
    ServiceAnswer given = answer(world, target, false);
    assert_int_equal(given.status, 200);
    assert_string_equal(given.type, cases[i].type);
    assert_int_equal(given.shared->length, strlen(cases[i].name));
    assert_memory_equal(given.shared->data, cases[i].name, strlen(cases[i].name));
    answer_free(&given);
  }
}

static void the_folder_itself_is_its_index(void **state) {
  World *world = *state;
  load_all(world);
  const WebFile *file = web_files_find(world->files, "/");
  assert_non_null(file);
  assert_ptr_equal(web_files_find(world->files, "/index.html"), file);
  assert_ptr_equal(web_files_find(world->files, "/?x=1"), file);
  ServiceAnswer given = answer(world, "/", false);
  bool has_policy = false;
  for (size_t i = 0; i < given.header_count; i++)
    has_policy = has_policy || strcmp(given.headers[i].name, "Content-Security-Policy") == 0;
  assert_true(has_policy);
  answer_free(&given);
}

static void what_is_not_to_be_served_is_not_there(void **state) {
  static const char *const targets[] = {
      "/.secret.js", "/.git/config.js", "/link.js", "/notes.md",    "/a b.js",      "/a%20b.js",
      "/lib",        "/lib/",           "/..",      "/lib/../a.js", "/./a.js",      "//a.js",
      "/A.js",       "/a.js/",          "/a.j",     "/%61.js",      "/stocks/a.js", ""};
  World *world = *state;
  mkdir(path_of(world, "lib"), 0755);
  mkdir(path_of(world, ".git"), 0755);
  mkdir(path_of(world, "stocks"), 0755);
  put(world, "a.js", "1");
  put(world, "lib/b.js", "2");
  put(world, ".secret.js", "3");
  put(world, ".git/config.js", "4");
  put(world, "notes.md", "5");
  put(world, "a b.js", "6");
  put(world, "stocks/a.js", "7");
  assert_int_equal(symlink("/etc/hostname", path_of(world, "link.js")), 0);
  load_all(world);
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
    if (web_files_find(world->files, targets[i])) fail_msg("%s is served", targets[i]);
  assert_non_null(web_files_find(world->files, "/a.js"));
  assert_non_null(web_files_find(world->files, "/lib/b.js"));
  assert_int_equal(world->files->count, 3);
  assert_int_equal(world->files->left_out, 4); /* what begins with a dot is not counted */
  assert_true(world->files->first_left_out[0] != '\0');
}

static void a_large_one_has_a_form_for_those_that_take_gzip(void **state) {
  World *world = *state;
  static char text[5000];
  memset(text, 'x', sizeof text - 1);
  put(world, "large.js", text);
  put(world, "small.js", "1");
  load_all(world);
  ServiceAnswer plain = answer(world, "/large.js", false), zipped = answer(world, "/large.js", true);
  assert_false(plain.zipped);
  assert_true(zipped.zipped);
  assert_string_not_equal(plain.etag, zipped.etag);
  assert_true(zipped.shared->length < plain.shared->length / 2);
  assert_memory_equal(zipped.shared->data, "\x1f\x8b", 2);
  answer_free(&plain);
  answer_free(&zipped);
  zipped = answer(world, "/small.js", true);
  assert_false(zipped.zipped);
  answer_free(&zipped);
}

static void an_answer_outlives_the_files_that_it_is_of(void **state) {
  World *world = *state;
  put(world, "a.js", "before");
  load_all(world);
  ServiceAnswer given = answer(world, "/a.js", false);
  put(world, "a.js", "after, and longer");
  load_all(world);
  assert_memory_equal(given.shared->data, "before", 6);
  ServiceAnswer next = answer(world, "/a.js", false);
  assert_string_not_equal(next.etag, given.etag);
  answer_free(&given);
  answer_free(&next);
}

static void a_folder_that_is_no_dashboard_is_named(void **state) {
  World *world = *state;
  Error err = {{0}};
  WebFiles *files = NULL;
  assert_int_equal(unlink(path_of(world, "index.html")), 0);
  assert_int_equal(load(world, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, world->folder));
  assert_non_null(strstr(err.text, "index.html"));
  assert_int_equal(web_files_load("/nonexistent/web", &files, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "/nonexistent/web"));
  assert_null(files);
}

static void too_many_or_too_large_is_refused(void **state) {
  World *world = *state;
  Error err = {{0}};
  char name[32];
  assert_int_equal(truncate(path_of(world, "index.html"), WEB_FILE_BYTES + 1), 0);
  assert_int_equal(load(world, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "index.html"));
  assert_int_equal(truncate(path_of(world, "index.html"), 10), 0);
  for (int i = 0; i < WEB_FILES_MAX; i++) {
    snprintf(name, sizeof name, "%d.js", i);
    put(world, name, "1");
  }
  assert_int_equal(load(world, &err), STATUS_CONFIG);
  assert_int_equal(unlink(path_of(world, "0.js")), 0);
  assert_int_equal(load(world, &err), STATUS_OK);
}

/* Those of the source tree. */
static void the_shipped_folder_is_served_whole(void **state) {
  World *world = *state;
  Error err = {{0}};
  web_files_release(world->files);
  world->files = NULL;
  if (web_files_load(TEST_WEB, &world->files, &err) != STATUS_OK) fail_msg("%s", err.text);
  if (world->files->left_out > 0) fail_msg("%s", world->files->first_left_out);
  for (size_t i = 0; i < world->files->count; i++)
    if (route_is_path(world->files->items[i].path)) fail_msg("%s is a route", world->files->items[i].path);
  assert_non_null(web_files_find(world->files, "/app.js"));
  assert_non_null(web_files_find(world->files, "/pages/today.js"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(each_file_has_the_type_of_its_ending, open_world, close_world),
      cmocka_unit_test_setup_teardown(the_folder_itself_is_its_index, open_world, close_world),
      cmocka_unit_test_setup_teardown(what_is_not_to_be_served_is_not_there, open_world, close_world),
      cmocka_unit_test_setup_teardown(a_large_one_has_a_form_for_those_that_take_gzip, open_world, close_world),
      cmocka_unit_test_setup_teardown(an_answer_outlives_the_files_that_it_is_of, open_world, close_world),
      cmocka_unit_test_setup_teardown(a_folder_that_is_no_dashboard_is_named, open_world, close_world),
      cmocka_unit_test_setup_teardown(too_many_or_too_large_is_refused, open_world, close_world),
      cmocka_unit_test_setup_teardown(the_shipped_folder_is_served_whole, open_world, close_world),
  };
  return cmocka_run_group_tests_name("api web", tests, NULL, NULL);
}
