#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/screen.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* The value of a key of a strategy file, which has one a line. */
static bool value_of(const char *path, const char *key, char *value, size_t size) {
  char line[SCREEN_MAX_BYTES + 64];
  bool found = false;
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (!found && fgets(line, sizeof line, file) != NULL) {
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0 || strncmp(line + length, " = ", 3) != 0) continue;
    snprintf(value, size, "%.*s", (int)strcspn(line + length + 3, "\n"), line + length + 3);
    found = *value != '\0';
  }
  fclose(file);
  return found;
}

static void every_shipped_strategy_is_a_condition_with_titles_and_an_origin(void **state) {
  (void)state;
  static ScreenPlan plan;
  char path[600], where[SCREEN_MAX_BYTES], other[300];
  int seen = 0;
  DIR *folder = opendir(TEST_STRATEGIES);
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strstr(entry->d_name, ".ini") == NULL) continue;
    ScreenError error;
    snprintf(path, sizeof path, "%s/%s", TEST_STRATEGIES, entry->d_name);
    assert_true(value_of(path, "where", where, sizeof where));
    if (screen_plan(where, strlen(where), &plan, &error) != STATUS_OK)
      fail_msg("%s:%d:%d: %s", entry->d_name, error.line, error.column, error.what);
    assert_true(value_of(path, "title", other, sizeof other));
    assert_true(value_of(path, "title_ko", other, sizeof other));
    assert_true(value_of(path, "origin", other, sizeof other));
    seen++;
  }
  closedir(folder);
  assert_int_equal(seen, 21);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_strategy_is_a_condition_with_titles_and_an_origin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
