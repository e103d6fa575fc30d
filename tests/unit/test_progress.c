#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/progress.h>

#include <stdlib.h>
#include <string.h>

#include "named.h"

typedef struct {
  int64_t uptime_ms; /* the test moves it */
  Clock clock;
  Log log;
  char *text;
  size_t size;
  FILE *stream;
} Desk;

static int64_t desk_uptime(void *self) { return ((const Desk *)self)->uptime_ms; }
static Instant desk_now(void *self) {
  (void)self;
  return 0;
}

static int open_desk(void **state) {
  Desk *desk = calloc(1, sizeof(*desk));
  if (desk == NULL) return -1;
  desk->uptime_ms = 5000;
  desk->clock = (Clock){.self = desk, .uptime_ms = desk_uptime, .now = desk_now};
  desk->stream = open_memstream(&desk->text, &desk->size);
  if (desk->stream == NULL) return -1;
  desk->log = log_open(desk->stream, LOG_INFO, NULL, &desk->clock, NULL);
  *state = desk;
  return 0;
}

static int close_desk(void **state) {
  Desk *desk = *state;
  fclose(desk->stream);
  free(desk->text);
  free(desk);
  return 0;
}

static const char *written(Desk *desk) {
  fflush(desk->stream);
  return desk->text;
}

static void check_line(size_t total, size_t done, int64_t elapsed_ms, const char *expected) {
  Progress progress = {.what = "archiving", .unit = "sessions", .total = total, .done = done, .started_ms = 1000};
  char text[128];
  assert_string_equal(progress_format(&progress, 1000 + elapsed_ms, text, sizeof(text)), expected);
}

static void the_line_says_how_far_how_fast_and_how_long(void **state) {
  (void)state;
  check_line(300, 120, 10000, "archiving  120/300 sessions  40%  12.0/s  15 s left");
  check_line(300, 299, 299000, "archiving  299/300 sessions  99%  1.0/s  1 s left");
  check_line(300, 300, 25000, "archiving  300/300 sessions  100%  12.0/s");
}

static void before_anything_is_done_nothing_is_guessed(void **state) {
  (void)state;
  check_line(300, 0, 10000, "archiving  0/300 sessions  0%");
  check_line(300, 5, 0, "archiving  5/300 sessions  1%");
}

static void an_unknown_total_gives_neither_share_nor_end(void **state) {
  (void)state;
  check_line(0, 120, 10000, "archiving  120 sessions  12.0/s");
  check_line(0, 0, 0, "archiving  0 sessions");
}

static void slow_work_is_counted_by_the_minute_and_long_waits_in_larger_units(void **state) {
  (void)state;
  check_line(30, 10, 20000, "archiving  10/30 sessions  33%  30.0/min  40 s left");
  check_line(1000, 100, 100000, "archiving  100/1000 sessions  10%  1.0/s  15 min 0 s left");
  check_line(36100, 100, 100000, "archiving  100/36100 sessions  0%  1.0/s  10 h 0 min left");
  check_line(1000000, 100, 100000, "archiving  100/1000000 sessions  0%  1.0/s  11 d 13 h left");
}

static void a_short_line_is_cut_not_overrun(void **state) {
  (void)state;
  Progress progress = {.what = "archiving", .unit = "sessions", .total = 3, .done = 1, .started_ms = 0};
  char text[8];
  assert_string_equal(progress_format(&progress, 1000, text, sizeof(text)), "archivi");
}

static void a_file_gets_one_line_a_minute(void **state) {
  Desk *desk = *state;
  Progress progress = progress_start(&desk->log, "archiving", "sessions", 300);
  for (size_t second = 1; second <= 150; second++) {
    desk->uptime_ms += 1000;
    progress_update(&progress, second);
  }
  assert_string_equal(
      written(desk),
      "ts=1970-01-01T00:00:00Z level=info msg=\"archiving  60/300 sessions  20%  1.0/s  4 min 0 s left\"\n"
      "ts=1970-01-01T00:00:00Z level=info msg=\"archiving  120/300 sessions  40%  1.0/s  3 min 0 s left\"\n");
}

static void a_terminal_is_redrawn_ten_times_a_second_at_most(void **state) {
  Desk *desk = *state;
  desk->log.terminal = true;
  Progress progress = progress_start(&desk->log, "archiving", "sessions", 1000);
  for (size_t ms = 1; ms <= 1000; ms++) {
    desk->uptime_ms += 1;
    progress_update(&progress, ms);
  }
  size_t drawn = 0;
  for (const char *c = written(desk); *c != '\0'; c++) {
    drawn += *c == '\r';
    assert_int_not_equal(*c, '\n');
  }
  assert_int_equal(drawn, 10);
  assert_memory_equal(desk->text, "\r\033[Karchiving  100/1000", 22);
}

static void the_end_clears_the_bar_and_leaves_one_line(void **state) {
  Desk *desk = *state;
  desk->log.terminal = true;
  Progress progress = progress_start(&desk->log, "archiving", "sessions", 300);
  desk->uptime_ms += 25000;
  progress_update(&progress, 300);
  progress_finish(&progress);
  progress_finish(&progress);
  assert_string_equal(written(desk), "\r\033[Karchiving  300/300 sessions  100%  12.0/s"
                                     "\r\033[K09:00:00 KST  archiving: 300 sessions in 25 s\n");
}

static void an_end_before_the_end_says_of_how_many(void **state) {
  Desk *desk = *state;
  Progress progress = progress_start(&desk->log, "archiving", "sessions", 300);
  desk->uptime_ms += 61000;
  progress_update(&progress, 122);
  progress_finish(&progress);
  assert_named(written(desk), "archiving|122|300 sessions|1 min 1 s");
}

static void quick_work_is_not_mentioned(void **state) {
  Desk *desk = *state;
  Progress progress = progress_start(&desk->log, "archiving", "sessions", 3);
  desk->uptime_ms += 2000;
  progress_update(&progress, 3);
  progress_finish(&progress);
  assert_string_equal(written(desk), "");
}

static void without_a_clock_or_under_quiet_nothing_is_shown(void **state) {
  Desk *desk = *state;
  desk->log.terminal = true;
  for (int round = 0; round < 2; round++) {
    desk->log.clock = round == 0 ? NULL : &desk->clock;
    desk->log.lowest = round == 0 ? LOG_INFO : LOG_WARN;
    Progress progress = progress_start(&desk->log, "archiving", "sessions", 3);
    desk->uptime_ms += 100000;
    progress_update(&progress, 2);
    progress_finish(&progress);
    assert_int_equal(progress.done, 2);
  }
  assert_string_equal(written(desk), "");
}

int main(void) {
#define DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_line_says_how_far_how_fast_and_how_long),
      cmocka_unit_test(before_anything_is_done_nothing_is_guessed),
      cmocka_unit_test(an_unknown_total_gives_neither_share_nor_end),
      cmocka_unit_test(slow_work_is_counted_by_the_minute_and_long_waits_in_larger_units),
      cmocka_unit_test(a_short_line_is_cut_not_overrun),
      DESK(a_file_gets_one_line_a_minute),
      DESK(a_terminal_is_redrawn_ten_times_a_second_at_most),
      DESK(the_end_clears_the_bar_and_leaves_one_line),
      DESK(an_end_before_the_end_says_of_how_many),
      DESK(quick_work_is_not_mentioned),
      DESK(without_a_clock_or_under_quiet_nothing_is_shown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
