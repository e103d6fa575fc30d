#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "named.h"

#include <closebell/strategy/strategies.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOOD "title = T\nwhere = close > 1\n"

/* Two folders of the test's own. */
typedef struct {
  char top[64], shipped[80], own[80], path[400];
  Strategies loaded;
} World;

static int open_world(void **state) {
  World *world = calloc(1, sizeof *world);
  if (world == NULL) return -1;
  strcpy(world->top, "/tmp/closebell_strategies_XXXXXX");
  if (mkdtemp(world->top) == NULL) return -1;
  snprintf(world->shipped, sizeof world->shipped, "%s/shipped", world->top);
  snprintf(world->own, sizeof world->own, "%s/own", world->top);
  *state = world;
  return mkdir(world->shipped, 0755) | mkdir(world->own, 0755);
}

static int close_world(void **state) {
  World *world = *state;
  char command[128];
  strategies_free(&world->loaded);
  snprintf(command, sizeof command, "rm -rf %s", world->top);
  int removed = system(command);
  free(world);
  return removed;
}

static const char *path_of(World *world, const char *folder, const char *name) {
  snprintf(world->path, sizeof world->path, "%s/%s", folder, name);
  return world->path;
}

static void write_bytes(World *world, const char *folder, const char *name, const char *bytes, size_t length) {
  FILE *file = fopen(path_of(world, folder, name), "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void write_text(World *world, const char *folder, const char *name, const char *text) {
  write_bytes(world, folder, name, text, strlen(text));
}

static void load(World *world) {
  Error err;
  if (strategies_load(world->shipped, world->own, &world->loaded, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static const char *names(const Strategies *loaded, char text[256]) {
  *text = '\0';
  for (size_t i = 0; i < loaded->count; i++)
    snprintf(text + strlen(text), 256 - strlen(text), "%s ", loaded->items[i].name);
  return text;
}

/* The bad file of this name, and what is told of it. */
static const BadFile *bad_of(const World *world, const char *name, const char *parts) {
  for (size_t i = 0; i < world->loaded.bad.count; i++) {
    const BadFile *bad = &world->loaded.bad.items[i];
    char text[BAD_FILE_TEXT_SIZE];
    if (strcmp(strrchr(bad->path, '/') + 1, name) != 0) continue;
    assert_named(bad_file_text(bad, text), parts);
    assert_named(text, bad->path);
    return bad;
  }
  fail_msg("%s is not named as bad", name);
  return NULL;
}

static void they_come_sorted_by_name_and_the_own_ones_win(void **state) {
  World *world = *state;
  char text[256];
  write_text(world, world->shipped, "turtle.ini", GOOD);
  write_text(world, world->shipped, "aligned.ini", GOOD);
  write_text(world, world->own, "turtle.ini", "title = Mine\nwhere = close > 2\n");
  write_text(world, world->own, "b_2.ini", GOOD);
  load(world);
  assert_string_equal(names(&world->loaded, text), "aligned b_2 turtle ");
  assert_int_equal(world->loaded.bad.count, 0);
  const NamedStrategy *turtle = strategies_find(&world->loaded, "turtle");
  assert_non_null(turtle);
  assert_string_equal(turtle->strategy.title, "Mine");
  assert_string_equal(turtle->path, path_of(world, world->own, "turtle.ini"));
  assert_null(strategies_find(&world->loaded, "turtl"));
}

static void what_is_no_strategy_is_passed_over(void **state) {
  World *world = *state;
  char text[256];
  write_text(world, world->shipped, "good.ini", GOOD);
  write_text(world, world->shipped, "good.ini~", "x");
  write_text(world, world->shipped, "README", "x");
  write_text(world, world->shipped, ".good.ini", "x");
  load(world);
  assert_string_equal(names(&world->loaded, text), "good ");
  assert_int_equal(world->loaded.bad.count, 0);
}

static void a_bad_file_is_named_with_its_place_and_the_others_load(void **state) {
  World *world = *state;
  char text[256];
  write_text(world, world->shipped, "good.ini", GOOD);
  write_text(world, world->own, "typo.ini", "title = T\nwhere = rsi14 > 1\n");
  write_text(world, world->own, "key.ini", "tilte = T\nwhere = close > 1\n");
  write_text(world, world->own, "empty.ini", "");
  load(world);
  assert_string_equal(names(&world->loaded, text), "good ");
  assert_int_equal(world->loaded.bad.count, 3);
  const BadFile *typo = bad_of(world, "typo.ini", ":2:9|rsi_14");
  assert_int_equal(typo->line, 2);
  assert_int_equal(typo->column, 9);
  assert_string_equal(typo->nearest, "rsi_14");
  bad_of(world, "key.ini", ":1:1|title");
  bad_of(world, "empty.ini", "where");
}

/* Otherwise lists would be made by a rule that somebody has replaced. */
static void a_bad_own_file_hides_the_shipped_one_of_its_name(void **state) {
  World *world = *state;
  write_text(world, world->shipped, "turtle.ini", GOOD);
  write_text(world, world->own, "turtle.ini", "title = Mine\n");
  load(world);
  assert_int_equal(world->loaded.count, 0);
  bad_of(world, "turtle.ini", "/own/|where");
}

static void names_are_of_small_letters_digits_and_underscores(void **state) {
  World *world = *state;
  char text[256], longest[STRATEGY_NAME_SIZE + 8], too_long[STRATEGY_NAME_SIZE + 8];
  memset(too_long, 'x', sizeof too_long);
  strcpy(too_long + STRATEGY_NAME_SIZE, ".ini");
  memset(longest, 'x', sizeof longest);
  strcpy(longest + STRATEGY_NAME_SIZE - 1, ".ini");
  const char *const bad[] = {"Turtle.ini", "my-own.ini", "a b.ini", "\xEA\xB0\x80.ini", "a.b.ini", too_long};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) write_text(world, world->own, bad[i], GOOD);
  write_text(world, world->own, "7.ini", GOOD);
  write_text(world, world->own, longest, GOOD);
  load(world);
  longest[STRATEGY_NAME_SIZE - 1] = '\0';
  snprintf(text, sizeof text, "7 %s ", longest);
  char found[256];
  assert_string_equal(names(&world->loaded, found), text);
  assert_int_equal(world->loaded.bad.count, sizeof bad / sizeof bad[0]);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) bad_of(world, bad[i], "name");
}

static void what_cannot_be_read_is_named(void **state) {
  World *world = *state;
  char text[256], large[STRATEGY_MAX_BYTES + 1];
  write_text(world, world->shipped, "good.ini", GOOD);
  assert_int_equal(mkdir(path_of(world, world->own, "folder.ini"), 0755), 0);
  assert_int_equal(mkfifo(path_of(world, world->own, "pipe.ini"), 0644), 0);
  assert_int_equal(symlink("/nowhere/at_all.ini", path_of(world, world->own, "nowhere.ini")), 0);
  assert_int_equal(symlink("../shipped/good.ini", path_of(world, world->own, "linked.ini")), 0);
  memset(large, '\n', sizeof large);
  memcpy(large, GOOD, strlen(GOOD));
  write_bytes(world, world->own, "large.ini", large, sizeof large);
  write_bytes(world, world->own, "whole.ini", large, STRATEGY_MAX_BYTES);
  load(world);
  assert_string_equal(names(&world->loaded, text), "good linked whole ");
  assert_int_equal(world->loaded.bad.count, 4);
  bad_of(world, "folder.ini", "regular");
  bad_of(world, "pipe.ini", "regular");
  bad_of(world, "nowhere.ini", "No such file");
  bad_of(world, "large.ini", "8192");
}

static void who_may_not_read_a_file_is_told(void **state) {
  World *world = *state;
  const uid_t self = geteuid();
  write_text(world, world->shipped, "secret.ini", GOOD);
  assert_int_equal(chmod(path_of(world, world->shipped, "secret.ini"), 0), 0);
  assert_int_equal(chmod(world->top, 0755), 0);
  if (self == 0) assert_int_equal(seteuid(65534), 0); /* root may read everything */
  load(world);
  assert_int_equal(seteuid(self), 0);
  bad_of(world, "secret.ini", "Permission denied");
}

static void an_own_folder_need_not_be_there_and_a_shipped_one_must(void **state) {
  World *world = *state;
  Error err;
  write_text(world, world->shipped, "good.ini", GOOD);
  assert_int_equal(rmdir(world->own), 0);
  load(world);
  assert_int_equal(world->loaded.count, 1);
  assert_int_equal(world->loaded.bad.count, 0);
  Strategies before = world->loaded;
  assert_int_equal(strategies_load(world->own, NULL, &world->loaded, &err), STATUS_CONFIG);
  assert_named(err.text, world->own);
  assert_memory_equal(&before, &world->loaded, sizeof before);
}

/* A file where the folder should be. */
static void a_broken_own_folder_is_named_and_the_shipped_strategies_load(void **state) {
  World *world = *state;
  write_text(world, world->shipped, "good.ini", GOOD);
  assert_int_equal(rmdir(world->own), 0);
  write_text(world, world->top, "own", "x");
  load(world);
  assert_int_equal(world->loaded.count, 1);
  assert_int_equal(world->loaded.bad.count, 1);
  bad_of(world, "own", "Not a directory");
}

static void the_settings_name_the_folder_or_it_is_the_shipped_one(void **state) {
  World *world = *state;
  Config config;
  Error err;
  char folder[STRATEGY_PATH_SIZE];
  config_defaults(&config);
  assert_int_equal(strategies_load_configured(&config, &world->loaded, &err), STATUS_OK);
  assert_non_null(strategies_find(&world->loaded, "macd_golden_cross"));
  assert_string_equal(strrchr(strategies_folder(&config, folder), '/'), "/strategies");
  strategies_free(&world->loaded);

  write_text(world, world->shipped, "good.ini", GOOD);
  snprintf(config.api.strategies, sizeof config.api.strategies, "%s", world->shipped);
  assert_int_equal(strategies_load_configured(&config, &world->loaded, &err), STATUS_OK);
  assert_non_null(strategies_find(&world->loaded, "good"));
  assert_null(strategies_find(&world->loaded, "macd_golden_cross"));

  strcat(config.api.strategies, "/nowhere");
  assert_int_equal(strategies_load_configured(&config, &world->loaded, &err), STATUS_CONFIG);
  assert_named(err.text, "[api] strategies|/nowhere");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(they_come_sorted_by_name_and_the_own_ones_win),
      TEST(what_is_no_strategy_is_passed_over),
      TEST(a_bad_file_is_named_with_its_place_and_the_others_load),
      TEST(a_bad_own_file_hides_the_shipped_one_of_its_name),
      TEST(names_are_of_small_letters_digits_and_underscores),
      TEST(what_cannot_be_read_is_named),
      TEST(who_may_not_read_a_file_is_told),
      TEST(an_own_folder_need_not_be_there_and_a_shipped_one_must),
      TEST(a_broken_own_folder_is_named_and_the_shipped_strategies_load),
      TEST(the_settings_name_the_folder_or_it_is_the_shipped_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
