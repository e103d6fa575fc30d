#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/vector.h>

#include <stdlib.h>

static void a_vector_keeps_its_items_while_it_grows(void **state) {
  (void)state;
  int *items = NULL;
  size_t capacity = 0, moves = 0;
  for (size_t count = 0; count < 10000; count++) {
    size_t before = capacity;
    items = vector_reserve(items, &capacity, count + 1, sizeof(*items));
    assert_non_null(items);
    moves += capacity != before;
    items[count] = (int)count;
  }
  for (size_t i = 0; i < 10000; i++) assert_int_equal(items[i], i);
  assert_in_range(moves, 1, 15);
  free(items);
}

static void an_impossible_size_leaves_the_items_alone(void **state) {
  (void)state;
  size_t capacity = 0;
  char *items = vector_reserve(NULL, &capacity, 3, 1);
  assert_non_null(items);
  size_t before = capacity;
  assert_null(vector_reserve(items, &capacity, SIZE_MAX, 1));
  assert_null(vector_reserve(items, &capacity, SIZE_MAX / 8, 16));
  assert_null(vector_reserve(items, &capacity, 1000, 0));
  assert_int_equal(capacity, before);
  items[0] = 'x';
  assert_ptr_equal(vector_reserve(items, &capacity, before, 1), items);
  free(items);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_vector_keeps_its_items_while_it_grows),
      cmocka_unit_test(an_impossible_size_leaves_the_items_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
