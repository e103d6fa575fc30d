/* When the row that a broker shows of an index is the index day of the session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/evening_index.h>

#include "named.h"

enum { EARLIER = 20000, LATER = EARLIER + 3 };

/* KOSPI as it was on two sessions of 2022. */
typedef struct {
  DatedIndexRow rows[4];
  IndexRow archived;
  EveningIndexFacts facts;
} Shown;

static IndexRow row_of(int64_t open, int64_t high, int64_t low, int64_t close) {
  return (IndexRow){
      .open = open, .high = high, .low = low, .close = close, .volume = 892653000, .value = 9289660000000};
}

static void show(Shown *shown) {
  *shown = (Shown){.rows = {{EARLIER - 1, row_of(267000, 267757, 265000, 267757)},
                            {EARLIER, row_of(265260, 265611, 264100, 264451)},
                            {LATER, row_of(263432, 264275, 260608, 261081)}},
                   .archived = row_of(265260, 265611, 264100, 264451)};
  shown->archived.change = -3306;
  shown->facts = (EveningIndexFacts){
      .date = LATER, .before = EARLIER, .archived = &shown->archived, .rows = shown->rows, .count = 3};
}

static void assert_refused(const Shown *shown, const char *says) {
  char why[EVENING_INDEX_WHY_SIZE] = "";
  IndexRow row = {.open = 1};
  assert_false(evening_index_judge(&shown->facts, &row, why));
  assert_int_equal(row.open, 1);
  assert_named(why, says);
}

static void a_row_that_continues_the_archive_is_the_index_day(void **state) {
  (void)state;
  Shown shown;
  char why[EVENING_INDEX_WHY_SIZE] = "";
  IndexRow row;
  show(&shown);
  assert_true(evening_index_judge(&shown.facts, &row, why));
  assert_int_equal(row.close, 261081);
  assert_int_equal(row.change, -3370);
  assert_true(index_row_links(&shown.archived, &row));
}

/* A hundredth of a point: another index, or another day. */
static void a_close_before_that_differs_does_not_link(void **state) {
  (void)state;
  Shown shown;
  show(&shown);
  shown.rows[1].row.close--;
  assert_refused(&shown, "2644.50|2644.51");
}

static void what_is_not_shown_is_not_guessed(void **state) {
  (void)state;
  Shown shown;
  show(&shown);
  shown.facts.count = 2;
  assert_refused(&shown, day_text(LATER).text);
  shown.facts.count = 0;
  assert_refused(&shown, day_text(EARLIER).text);
  show(&shown);
  shown.facts.rows = &shown.rows[2];
  shown.facts.count = 1;
  assert_refused(&shown, day_text(EARLIER).text);
  show(&shown);
  shown.facts.archived = NULL;
  assert_refused(&shown, "archived");
}

static void a_session_between_is_one_that_the_archive_lacks(void **state) {
  (void)state;
  Shown shown;
  show(&shown);
  shown.rows[3] = shown.rows[2];
  shown.rows[2] = (DatedIndexRow){EARLIER + 1, row_of(264451, 264500, 264000, 264400)};
  shown.facts.count = 4;
  assert_refused(&shown, "between");
}

/* The open of a placeholder is not known; whatever it is. */
static void the_row_of_before_the_open_is_no_index_day(void **state) {
  (void)state;
  Shown shown;
  show(&shown);
  shown.rows[2].row = (IndexRow){264451, 264451, 264451, 264451, 0, 0, 0, 0};
  assert_refused(&shown, "opened");
  shown.rows[2].row.open = 0;
  assert_refused(&shown, "opened");
}

static void the_row_before_once_more_is_no_index_day(void **state) {
  (void)state;
  Shown shown;
  show(&shown);
  shown.rows[2].row = shown.rows[1].row;
  assert_refused(&shown, day_text(EARLIER).text);
}

static void what_cannot_be_right_is_none(void **state) {
  (void)state;
  Shown shown;
  show(&shown);
  shown.rows[2].row.close = shown.rows[2].row.high + 1;
  assert_refused(&shown, "close");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_row_that_continues_the_archive_is_the_index_day),
      cmocka_unit_test(a_close_before_that_differs_does_not_link),
      cmocka_unit_test(what_is_not_shown_is_not_guessed),
      cmocka_unit_test(a_session_between_is_one_that_the_archive_lacks),
      cmocka_unit_test(the_row_of_before_the_open_is_no_index_day),
      cmocka_unit_test(the_row_before_once_more_is_no_index_day),
      cmocka_unit_test(what_cannot_be_right_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
