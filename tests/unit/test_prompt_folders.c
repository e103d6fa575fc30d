#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/strategy/prompts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GOOD "version = %d\ntitle = T\ntitle_ko = 티\ntask = Do it.\n[answer]\ntext = text 100\n"

typedef struct {
  char own[64];
  Prompts loaded;
} World;

static int open_world(void **state) {
  World *world = calloc(1, sizeof *world);
  if (world == NULL) return -1;
  strcpy(world->own, "/tmp/closebell_prompts_XXXXXX");
  *state = world;
  return mkdtemp(world->own) == NULL;
}

static int close_world(void **state) {
  World *world = *state;
  char command[128];
  prompts_free(&world->loaded);
  snprintf(command, sizeof command, "rm -rf %s", world->own);
  int removed = system(command);
  free(world);
  return removed;
}

static void write_own(const World *world, const char *name, const char *format, int version) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", world->own, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fprintf(file, format, version) > 0);
  assert_int_equal(fclose(file), 0);
}

static void load(World *world) {
  Error err;
  prompts_free(&world->loaded);
  if (prompts_load(TEST_PROMPTS, world->own, &world->loaded, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static void the_shipped_prompts_load_by_name(void **state) {
  World *world = *state;
  load(world);
  assert_int_equal(world->loaded.bad.count, 0);
  assert_int_equal(world->loaded.count, 4);
  assert_string_equal(world->loaded.items[0].name, "compare");
  assert_string_equal(world->loaded.items[3].name, "summary");
  assert_non_null(prompts_find(&world->loaded, "debate"));
  assert_null(prompts_find(&world->loaded, "debates"));
  assert_string_equal(prompts_nearest(&world->loaded, "sumary"), "summary");
  assert_null(prompts_nearest(&world->loaded, "horoscope"));
}

static void an_own_prompt_wins_by_name_and_another_is_added(void **state) {
  World *world = *state;
  write_own(world, "summary.ini", GOOD, 77);
  write_own(world, "mine.ini", GOOD, 5);
  load(world);
  assert_int_equal(world->loaded.count, 5);
  assert_int_equal(prompts_find(&world->loaded, "summary")->prompt.version, 77);
  assert_int_equal(prompts_find(&world->loaded, "mine")->prompt.version, 5);
}

static void a_bad_own_prompt_is_named_and_hides_the_shipped_one(void **state) {
  World *world = *state;
  char text[BAD_FILE_TEXT_SIZE];
  write_own(world, "risk.ini", "version = %d\ntitel = T\n", 1);
  load(world);
  assert_int_equal(world->loaded.count, 3);
  assert_int_equal(world->loaded.bad.count, 1);
  assert_null(prompts_find(&world->loaded, "risk"));
  assert_non_null(strstr(bad_file_text(&world->loaded.bad.items[0], text), "/risk.ini:2:1: "));
  assert_non_null(strstr(text, "did you mean title?"));
}

static void the_settings_name_the_folder(void **state) {
  World *world = *state;
  Config config = {0};
  Error err;
  char folder[INI_PATH_SIZE];
  assert_non_null(strstr(prompts_folder(&config, folder), "prompts"));
  snprintf(config.api.prompts, sizeof config.api.prompts, "%s", world->own);
  assert_string_equal(prompts_folder(&config, folder), world->own);
  write_own(world, "only.ini", GOOD, 1);
  assert_int_equal(prompts_load_configured(&config, &world->loaded, &err), STATUS_OK);
  assert_non_null(prompts_find(&world->loaded, "only"));
  assert_null(prompts_find(&world->loaded, "summary"));
  prompts_free(&world->loaded);
  strcpy(config.api.prompts, "/nonexistent/prompts");
  assert_int_equal(prompts_load_configured(&config, &world->loaded, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "there is no folder /nonexistent/prompts"));
}

#define A_TEST(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void) {
  const struct CMUnitTest tests[] = {
      A_TEST(the_shipped_prompts_load_by_name),
      A_TEST(an_own_prompt_wins_by_name_and_another_is_added),
      A_TEST(a_bad_own_prompt_is_named_and_hides_the_shipped_one),
      A_TEST(the_settings_name_the_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
