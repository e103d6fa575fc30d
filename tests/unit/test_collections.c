/* The roles name every database of the table of collections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/collections.h>

static void no_collection_stands_twice(void **state) {
  (void)state;
  size_t count;
  const SystemCollection *all = system_collections(&count);
  assert_true(count > 0);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < i; k++) assert_string_not_equal(all[i].name, all[k].name);
  for (size_t i = 0; i < TICKER_COLLECTIONS; i++) {
    assert_string_not_equal(TICKER_COLLECTION[i].database, DB_SYSTEM);
    for (size_t k = 0; k < i; k++)
      assert_string_not_equal(TICKER_COLLECTION[i].database, TICKER_COLLECTION[k].database);
  }
}

static size_t times(const char *text, const char *word) {
  size_t count = 0;
  for (; (text = strstr(text, word)) != NULL; text++) count++;
  return count;
}

/* Once in the role that writes, once in the one that reads. */
static void the_roles_name_every_database(void **state) {
  (void)state;
  static char text[65536];
  FILE *file = fopen(ROLES, "re");
  assert_non_null(file);
  assert_in_range(fread(text, 1, sizeof text - 1, file), 1, sizeof text - 2);
  fclose(file);
  for (size_t i = 0; i < TICKER_COLLECTIONS; i++) {
    char writes[64], quoted[64];
    snprintf(writes, sizeof writes, "everything('%s')", TICKER_COLLECTION[i].database);
    snprintf(quoted, sizeof quoted, "'%s'", TICKER_COLLECTION[i].database);
    assert_int_equal(times(text, writes), 1);
    assert_int_equal(times(text, quoted), 2);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_collection_stands_twice),
      cmocka_unit_test(the_roles_name_every_database),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
