#include <closebell/feed/progress.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A day is one unit here. */
static Instant day(int number) { return number * INT64_C(86400000); }

static FeedTable make_list(const char *text) {
  FeedTable list = {0};
  assert_int_equal(feed_table_parse_list(text, &list, NULL), STATUS_OK);
  return list;
}

/* What is to be asked now, by commas. */
static void assert_agenda(FeedProgress *progress, const char *items, int64_t per_run, Instant due,
                          const char *expected) {
  FeedTable list = make_list(items);
  FeedAgenda agenda = {0};
  char text[400] = "";
  assert_int_equal(feed_progress_begin(progress, &list, per_run, due, &agenda, NULL), STATUS_OK);
  for (size_t i = 0; i < agenda.count; i++) {
    strcat(text, i == 0 ? "" : ",");
    strcat(text, list.lines[agenda.items[i]].columns[0]);
  }
  assert_string_equal(text, expected);
  feed_agenda_free(&agenda);
  feed_table_free(&list);
}

static void note(FeedProgress *progress, const char *items) {
  FeedTable list = make_list(items);
  for (size_t i = 0; i < list.count; i++)
    assert_int_equal(feed_progress_note(progress, &list.lines[i], NULL), STATUS_OK);
  feed_table_free(&list);
}

static void all_items_are_asked_without_a_limit(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C", 0, day(1), "A,B,C");
  note(&progress, "A,B,C");
  assert_agenda(&progress, "A,B,C", 0, day(1), "");
  assert_agenda(&progress, "A,B,C", 0, day(2), "A,B,C");
  feed_progress_free(&progress);
}

static void a_later_run_of_a_unit_asks_those_that_are_missing_in_order(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C,D", 0, day(1), "A,B,C,D");
  note(&progress, "B,C"); /* A and D failed */
  assert_agenda(&progress, "A,B,C,D", 0, day(1), "A,D");
  note(&progress, "D");
  assert_agenda(&progress, "A,B,C,D", 0, day(1), "A");
  assert_agenda(&progress, "A,B,C,D", 0, day(2), "A,B,C,D");
  feed_progress_free(&progress);
}

static void a_batch_goes_over_the_list_in_so_many_units_as_it_takes(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C,D,E", 2, day(1), "A,B");
  note(&progress, "A,B");
  assert_agenda(&progress, "A,B,C,D,E", 2, day(1), "");
  assert_agenda(&progress, "A,B,C,D,E", 2, day(2), "C,D");
  note(&progress, "C,D");
  assert_agenda(&progress, "A,B,C,D,E", 2, day(3), "E"); /* the batch ends with the list */
  note(&progress, "E");
  assert_agenda(&progress, "A,B,C,D,E", 2, day(3), "");
  assert_agenda(&progress, "A,B,C,D,E", 2, day(4), "A,B");
  feed_progress_free(&progress);
}

static void whatever_runs_next_begins_with_the_item_that_failed(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C,D,E", 3, day(1), "A,B,C");
  note(&progress, "A");                                      /* B failed */
  assert_agenda(&progress, "A,B,C,D,E", 3, day(1), "B,C");   /* later that day: what the unit has left */
  assert_agenda(&progress, "A,B,C,D,E", 3, day(2), "B,C,D"); /* or for the next unit */
  note(&progress, "B");
  assert_agenda(&progress, "A,B,C,D,E", 3, day(2), "C,D");
  feed_progress_free(&progress);
}

static void a_list_shorter_than_a_run_is_asked_once_a_unit(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B", 5, day(1), "A,B");
  note(&progress, "A,B");
  assert_agenda(&progress, "A,B", 5, day(1), "");
  assert_agenda(&progress, "A,B", 5, day(2), "A,B");
  feed_progress_free(&progress);
}

static void a_new_list_is_merged_into_the_batch(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C,D", 2, day(1), "A,B");
  note(&progress, "A,B");
  /* X is new before the last one stored, F behind; C is gone. */
  assert_agenda(&progress, "A,X,B,D,E,F", 2, day(2), "D,E");
  note(&progress, "D,E");
  assert_agenda(&progress, "A,X,B,D,E,F", 3, day(3), "F,X");
  note(&progress, "F,X");
  assert_agenda(&progress, "A,X,B,D,E,F", 2, day(4), "A,X");
  feed_progress_free(&progress);
}

static void the_batch_goes_on_where_the_last_stored_item_is_gone(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C,D", 2, day(1), "A,B");
  note(&progress, "A,B");
  assert_agenda(&progress, "A,C,D", 2, day(2), "C,D");
  note(&progress, "C,D");
  assert_agenda(&progress, "A,C,D", 2, day(3), "A,C");
  feed_progress_free(&progress);
}

static void a_list_of_nothing_but_new_items_is_a_whole_batch(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C", 2, day(1), "A,B");
  note(&progress, "A,B");
  assert_agenda(&progress, "X,Y,Z", 2, day(2), "X,Y");
  feed_progress_free(&progress);
}

static void the_failing_item_may_leave_the_list(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  assert_agenda(&progress, "A,B,C", 3, day(1), "A,B,C");
  note(&progress, "A"); /* B failed */
  assert_agenda(&progress, "A,C", 3, day(1), "C");
  note(&progress, "C");
  assert_agenda(&progress, "A,C", 3, day(2), "A,C");
  feed_progress_free(&progress);
}

static void a_weekday_without_items_has_nothing_to_ask(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none();
  FeedTable none = {0};
  FeedAgenda agenda = {0};
  assert_int_equal(feed_progress_begin(&progress, &none, 0, day(1), &agenda, NULL), STATUS_OK);
  assert_int_equal(agenda.count, 0);
  feed_agenda_free(&agenda);
  assert_int_equal(feed_progress_begin(&progress, &none, 3, day(2), &agenda, NULL), STATUS_OK);
  assert_int_equal(agenda.count, 0);
  feed_agenda_free(&agenda);
  feed_progress_free(&progress);
}

static void progress_is_stored_and_loaded(void **state) {
  (void)state;
  FeedProgress progress = feed_progress_none(), loaded;
  assert_agenda(&progress, "A,B,C,D", 3, day(1), "A,B,C");
  note(&progress, "A,B");
  assert_string_equal(progress.done.data, "A\nB\n");
  assert_int_equal(feed_progress_load(progress.due, progress.asked, progress.done.data, &loaded, NULL), STATUS_OK);
  FeedTable list = make_list("A,B,C,D");
  assert_int_equal(feed_progress_count(&loaded, &list), 2);
  feed_table_free(&list);
  assert_agenda(&loaded, "A,B,C,D", 3, day(1), "C");
  feed_progress_free(&progress);
  feed_progress_free(&loaded);
  Error err;
  static const char *const refused[] = {"A", "\nA\n", "A\n\nB\n", "A\nB"};
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(feed_progress_load(day(1), 0, refused[i], &loaded, &err), STATUS_BAD_DATA);
  assert_int_equal(feed_progress_load(INSTANT_NONE, 0, "", &loaded, NULL), STATUS_OK);
  feed_progress_free(&loaded);
}

static void the_list_of_a_weekday_has_a_progress_of_its_own(void **state) {
  (void)state;
  FeedDefinition definition = {0};
  char text[FEED_PROGRESS_NAME_SIZE];
  definition.items.has[MONDAY] = true;
  assert_string_equal(feed_progress_name(&definition, MONDAY, text), "items_mon");
  assert_string_equal(feed_progress_name(&definition, TUESDAY, text), "items");
}

/* The rows of an item that were about to be stored, and what has been stored since. */
static void rows_are_the_next_ones_until_another_item_is_stored(void **state) {
  (void)state;
  const FeedProgress never = feed_progress_none(), third = {.due = 100, .asked = 3};
  const struct {
    const FeedProgress *progress;
    int64_t per_run;
    Instant unit, due;
    int64_t asked;
    bool is_next;
  } cases[] = {
      {&never, 0, 100, 100, 0, true},           /* the first item of the first unit */
      {&never, 0, 100, INSTANT_NONE, 0, false}, /* nothing was */
      {&third, 0, 100, 100, 3, true},           /* the fourth */
      {&third, 0, 100, 100, 2, false},          /* the third, which is stored */
      {&third, 0, 200, 200, 0, true},           /* the first of the next unit */
      {&third, 0, 200, 100, 3, false},          /* the next unit asks itself */
      {&third, 9, 200, 100, 3, true},           /* but a batch goes on */
      {&third, 9, 300, 200, 0, true},           /* also behind a unit that stored none */
      {&third, 9, 300, 200, 1, false},          /* it has stored some, and its progress is lost */
      {&third, 9, 300, 50, 3, false},           /* older */
      {&never, 9, 200, 100, 0, false},          /* somebody took the progress away, to have all asked again */
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (feed_progress_is_next(cases[i].progress, cases[i].per_run, cases[i].unit, cases[i].due, cases[i].asked) !=
        cases[i].is_next)
      fail_msg("case %zu", i);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_the_next_ones_until_another_item_is_stored),
      cmocka_unit_test(all_items_are_asked_without_a_limit),
      cmocka_unit_test(a_later_run_of_a_unit_asks_those_that_are_missing_in_order),
      cmocka_unit_test(a_batch_goes_over_the_list_in_so_many_units_as_it_takes),
      cmocka_unit_test(whatever_runs_next_begins_with_the_item_that_failed),
      cmocka_unit_test(a_list_shorter_than_a_run_is_asked_once_a_unit),
      cmocka_unit_test(a_new_list_is_merged_into_the_batch),
      cmocka_unit_test(the_batch_goes_on_where_the_last_stored_item_is_gone),
      cmocka_unit_test(a_list_of_nothing_but_new_items_is_a_whole_batch),
      cmocka_unit_test(the_failing_item_may_leave_the_list),
      cmocka_unit_test(a_weekday_without_items_has_nothing_to_ask),
      cmocka_unit_test(progress_is_stored_and_loaded),
      cmocka_unit_test(the_list_of_a_weekday_has_a_progress_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
