#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/log.h>
#include <closebell/base/text.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static Instant fixed_now(void *self) { return *(const Instant *)self; }

/* A log into memory; `text` is complete after every line, because a line is flushed. */
typedef struct {
  Instant now;
  Clock clock;
  Log log;
  char *text;
  size_t size;
  FILE *stream;
} Written;

static int open_written(void **state) {
  Written *w = calloc(1, sizeof(*w));
  if (w == NULL || !instant_parse("2025-04-11T00:00:07Z", &w->now)) return -1;
  w->clock = (Clock){.self = &w->now, .now = fixed_now};
  w->stream = open_memstream(&w->text, &w->size);
  if (w->stream == NULL) return -1;
  w->log = log_open(w->stream, LOG_DEBUG, "daily_update", &w->clock, NULL);
  *state = w;
  return 0;
}

static int close_written(void **state) {
  Written *w = *state;
  fclose(w->stream);
  free(w->text);
  free(w);
  return 0;
}

static void an_event_is_one_line_of_logfmt(void **state) {
  Written *w = *state;
  log_info(&w->log, "%s: %d rows", "2025-04-10", 2700);
  assert_string_equal(w->text, "ts=2025-04-11T00:00:07Z level=info job=daily_update msg=\"2025-04-10: 2700 rows\"\n");
}

static void every_level_has_its_name(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  log_debug(&w->log, "a");
  log_info(&w->log, "b");
  log_warn(&w->log, "c");
  log_error(&w->log, "d");
  assert_string_equal(w->text, "level=debug job=daily_update msg=\"a\"\nlevel=info job=daily_update msg=\"b\"\n"
                               "level=warn job=daily_update msg=\"c\"\nlevel=error job=daily_update msg=\"d\"\n");
}

static void a_log_without_clock_and_program_says_level_and_message(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  w->log.program = NULL;
  log_warn(&w->log, "x");
  assert_string_equal(w->text, "level=warn msg=\"x\"\n");
}

static void a_message_cannot_break_out_of_its_quotes_or_its_line(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  w->log.program = NULL;
  log_error(&w->log, "%s", "say \"no\" c:\\dir\r\nlevel=info\t\033[2J\001\177\xC2\x9B");
  assert_string_equal(w->text, "level=error msg=\"say \\\"no\\\" c:\\\\dir\\r\\nlevel=info\\t"
                               "\\x1b[2J\\x01\\x7f\\u009b\"\n");
}

static void letters_of_every_script_stay_and_broken_bytes_are_shown(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  w->log.program = NULL;
  log_info(&w->log, "%s", "\xEC\x82\xBC\xEC\x84\xB1 \xF0\x9F\x93\x88 \xC2\xA0 \xFF\xEC\x82");
  assert_string_equal(w->text,
                      "level=info msg=\"\xEC\x82\xBC\xEC\x84\xB1 \xF0\x9F\x93\x88 \xC2\xA0 \\xff\\xec\\x82\"\n");
}

static void what_turns_or_hides_letters_is_seen_in_both_forms(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  w->log.program = NULL;
  log_info(&w->log, "%s",
           "a\xE2\x80\xAE"
           "b\xE2\x81\xA6\xE2\x80\xA8\xE2\x80\x8B\xD8\x9C");
  w->log.terminal = true;
  log_info(&w->log, "%s", "a\xE2\x80\xAE\xE2\x80\xA8");
  assert_string_equal(w->text, "level=info msg=\"a\\u202eb\\u2066\\u2028\\u200b\\u061c\"\n"
                               "\r\033[Ka\\u202e\\u2028\n");
}

static void events_below_the_lowest_level_are_dropped(void **state) {
  Written *w = *state;
  w->log.lowest = LOG_WARN;
  log_debug(&w->log, "a");
  log_info(&w->log, "b");
  fflush(w->stream);
  assert_int_equal(w->size, 0);
  log_warn(&w->log, "c");
  assert_true(w->size > 0);
}

static void an_endless_message_is_cut_and_says_so(void **state) {
  Written *w = *state;
  char message[20000];
  memset(message, 'x', sizeof(message));
  message[sizeof(message) - 1] = '\0';
  log_info(&w->log, "%s", message);
  assert_in_range(w->size, 4000, 8192);
  assert_string_equal(w->text + w->size - 6, "x...\"\n");
  /* Escapes make it longer: then the line is full before the message is. */
  memset(message, '\001', sizeof(message) - 1);
  size_t before = w->size;
  log_info(&w->log, "%s", message);
  assert_in_range(w->size - before, 8000, 8192);
  assert_string_equal(w->text + w->size - 9, "\\x01...\"\n");
  assert_ptr_equal(strchr(w->text + before, '\n'), w->text + w->size - 1);
}

static void a_terminal_gets_the_short_form_in_korean_time(void **state) {
  Written *w = *state;
  w->log.terminal = true;
  log_info(&w->log, "2025-04-10 is complete");
  log_warn(&w->log, "\"late\"\n");
  assert_string_equal(w->text, "\r\033[K09:00:07 KST  2025-04-10 is complete\n"
                               "\r\033[K09:00:07 KST  warning: \"late\"\\n\n");
}

static void colours_mark_what_is_wrong(void **state) {
  Written *w = *state;
  w->log.terminal = w->log.colour = true;
  w->log.clock = NULL;
  log_info(&w->log, "a");
  log_warn(&w->log, "b");
  log_error(&w->log, "c");
  assert_string_equal(w->text, "\r\033[Ka\n\r\033[K\033[33mwarning: \033[0mb\n\r\033[K\033[1;31merror: \033[0mc\n");
}

static void a_file_is_no_terminal(void **state) {
  (void)state;
  FILE *file = tmpfile();
  assert_non_null(file);
  Log log = log_open(file, LOG_INFO, "x", NULL, NULL);
  assert_false(log.terminal);
  assert_false(log.colour);
  fclose(file);
}

static void a_log_that_goes_nowhere_or_cannot_be_written_stops_nothing(void **state) {
  (void)state;
  Log silent = log_open(NULL, LOG_DEBUG, "x", NULL, NULL);
  errno = EDOM;
  log_error(&silent, "x");
  log_error((const Log *)NULL, "x");
  FILE *full = fopen("/dev/full", "w");
  assert_non_null(full);
  Log log = log_open(full, LOG_DEBUG, "x", NULL, NULL);
  errno = EDOM;
  for (int i = 0; i < 3; i++) log_error(&log, "lost");
  assert_int_equal(errno, EDOM);
  fclose(full);
}

/* ---- facts ---- */

static Day day_of(const char *text) {
  Day day;
  assert_true(day_parse(text, &day));
  return day;
}

static void facts_stand_beside_the_sentence(void **state) {
  Written *w = *state;
  log_with(&w->log, LOG_INFO,
           LOG_FACTS(log_day("session", day_of("2025-04-10")), log_number("rows", -3), log_size("documents", 42),
                     log_text("run", "2025-04-11T00:00:07Z_daily_update_h_1")),
           "%s is complete", "2025-04-10");
  assert_string_equal(w->text,
                      "ts=2025-04-11T00:00:07Z level=info job=daily_update session=2025-04-10 rows=-3 "
                      "documents=42 run=2025-04-11T00:00:07Z_daily_update_h_1 msg=\"2025-04-10 is complete\"\n");
}

static void a_fact_that_is_not_there_is_not_said(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  log_with(&w->log, LOG_WARN,
           LOG_FACTS(log_day("session", DAY_NONE), log_text("reason", ""), log_count("rows", -1), log_count("calls", 2),
                     log_number("exit", 0)),
           "x");
  assert_string_equal(w->text, "level=warn job=daily_update calls=2 exit=0 msg=\"x\"\n");
}

static void a_fact_cannot_be_forged_into_another(void **state) {
  Written *w = *state;
  w->log.clock = NULL;
  w->log.program = NULL;
  log_with(&w->log, LOG_INFO,
           LOG_FACTS(log_text("host", "h level=error"), log_text("reason", "a\" b=\\\n\xE2\x80\xAE"),
                     log_text("name", "삼성")),
           "x");
  assert_string_equal(w->text, "level=info host=\"h level=error\" reason=\"a\\\" b=\\\\\\\\n\\\\u202e\" name=\"삼성\" "
                               "msg=\"x\"\n");
}

static void long_facts_are_cut_and_the_message_stays_whole(void **state) {
  Written *w = *state;
  char text[3000];
  memset(text, '"', sizeof(text));
  text[sizeof(text) - 1] = '\0';
  LogFact facts[LOG_FACTS_MAX];
  for (size_t i = 0; i < LOG_FACTS_MAX; i++) facts[i] = log_text("key", text);
  log_with(&w->log, LOG_INFO, (LogFacts){.items = facts, .count = LOG_FACTS_MAX}, "whole");
  assert_string_equal(w->text + w->size - 13, " msg=\"whole\"\n");
  assert_non_null(strstr(w->text, "...\" key="));
}

static void a_terminal_shows_the_sentence_alone(void **state) {
  Written *w = *state;
  assert_int_equal(log_level_of_record(&w->log), LOG_INFO);
  w->log.terminal = true;
  w->log.clock = NULL;
  assert_int_equal(log_level_of_record(&w->log), LOG_DEBUG);
  log_with(&w->log, LOG_INFO, LOG_FACTS(log_number("rows", 3)), "3 rows");
  assert_string_equal(w->text, "\r\033[K3 rows\n");
}

int main(void) {
#define WRITTEN(test) cmocka_unit_test_setup_teardown(test, open_written, close_written)
  const struct CMUnitTest tests[] = {
      WRITTEN(an_event_is_one_line_of_logfmt),
      WRITTEN(every_level_has_its_name),
      WRITTEN(a_log_without_clock_and_program_says_level_and_message),
      WRITTEN(a_message_cannot_break_out_of_its_quotes_or_its_line),
      WRITTEN(letters_of_every_script_stay_and_broken_bytes_are_shown),
      WRITTEN(what_turns_or_hides_letters_is_seen_in_both_forms),
      WRITTEN(events_below_the_lowest_level_are_dropped),
      WRITTEN(an_endless_message_is_cut_and_says_so),
      WRITTEN(a_terminal_gets_the_short_form_in_korean_time),
      WRITTEN(colours_mark_what_is_wrong),
      WRITTEN(facts_stand_beside_the_sentence),
      WRITTEN(a_fact_that_is_not_there_is_not_said),
      WRITTEN(a_fact_cannot_be_forged_into_another),
      WRITTEN(long_facts_are_cut_and_the_message_stays_whole),
      WRITTEN(a_terminal_shows_the_sentence_alone),
      cmocka_unit_test(a_file_is_no_terminal),
      cmocka_unit_test(a_log_that_goes_nowhere_or_cannot_be_written_stops_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
