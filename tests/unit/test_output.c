/* Lines as they are printed: escaped, then wrapped; and how wide standard output is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <closebell/base/output.h>
#include <closebell/base/width.h>

__attribute__((format(printf, 4, 5))) static void print_after(const Output *out, size_t indent, const char *beginning,
                                                              const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  output_line_after(out, indent, beginning, format, arguments);
  va_end(arguments);
}

static void expect(size_t columns, const char *beginning, const char *text, const char *lines) {
  char *printed = NULL;
  size_t size = 0;
  Output out = {.stream = open_memstream(&printed, &size), .columns = columns};
  assert_non_null(out.stream);
  print_after(&out, 4, beginning, "%s", text);
  assert_int_equal(fclose(out.stream), 0);
  assert_string_equal(printed, lines);
  free(printed);
}

static const char SIXTY[] = "0123456789 123456789 123456789 123456789 123456789 123456789";

static void a_line_that_fits_is_printed_as_it_is(void **state) {
  (void)state;
  char line[80];
  snprintf(line, sizeof line, "%s\n", SIXTY);
  expect(60, "", SIXTY, line);
  expect(0, "", SIXTY, line);
  expect(60, "", "", "\n");
  expect(0, "", "", "\n");
}

static void one_that_does_not_is_wrapped_behind_its_beginning(void **state) {
  (void)state;
  expect(60, "is: ", SIXTY, "is: 0123456789 123456789 123456789 123456789 123456789\n    123456789\n");
  expect(0, "is: ", SIXTY, "is: 0123456789 123456789 123456789 123456789 123456789 123456789\n");
}

static void what_is_escaped_counts_as_it_is_shown(void **state) {
  (void)state;
  /* Each of the ten takes six columns: as bytes they would be three, and fit. */
  expect(60, "",
         "\xE2\x80\xAE \xE2\x80\xAE \xE2\x80\xAE \xE2\x80\xAE \xE2\x80\xAE \xE2\x80\xAE \xE2\x80\xAE \xE2\x80\xAE "
         "\xE2\x80\xAE \xE2\x80\xAE",
         "\\u202e \\u202e \\u202e \\u202e \\u202e \\u202e \\u202e \\u202e\n    \\u202e \\u202e\n");
  expect(60, "a\n", "b\nc\033[2J", "a\\nb\\nc\\x1b[2J\n"); /* no second line but those of the wrapping */
}

static void a_korean_text_takes_two_columns_a_syllable(void **state) {
  (void)state;
  expect(60, "", "삼성전자우삼성전자우 삼성전자우삼성전자우 삼성전자우삼성전자우",
         "삼성전자우삼성전자우 삼성전자우삼성전자우\n    삼성전자우삼성전자우\n");
}

/* Standard output of the test becomes the given descriptor for the question. */
static size_t columns_of(int fd, const char *columns) {
  fflush(stdout);
  int kept = dup(STDOUT_FILENO);
  assert_true(kept >= 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
  Output out = output_standard(columns);
  assert_int_equal(dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
  close(kept);
  assert_ptr_equal(out.stream, stdout);
  return out.columns;
}

static void a_terminal_says_how_wide_it_is_and_a_pipe_does_not(void **state) {
  (void)state;
  int ends[2], terminal = posix_openpt(O_RDWR | O_NOCTTY);
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(columns_of(ends[1], NULL), 0);
  assert_int_equal(columns_of(ends[1], "90"), 90);
  close(ends[0]);
  close(ends[1]);
  assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
  int side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  struct winsize size = {.ws_row = 24, .ws_col = 132};
  assert_true(side >= 0 && ioctl(side, TIOCSWINSZ, &size) == 0);
  assert_int_equal(columns_of(side, NULL), 132);
  assert_int_equal(columns_of(side, "90"), 90);
  size.ws_col = 40;
  assert_int_equal(ioctl(side, TIOCSWINSZ, &size), 0);
  assert_int_equal(columns_of(side, NULL), WIDTH_LEAST);
  close(side);
  close(terminal);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_that_fits_is_printed_as_it_is),
      cmocka_unit_test(one_that_does_not_is_wrapped_behind_its_beginning),
      cmocka_unit_test(what_is_escaped_counts_as_it_is_shown),
      cmocka_unit_test(a_korean_text_takes_two_columns_a_syllable),
      cmocka_unit_test(a_terminal_says_how_wide_it_is_and_a_pipe_does_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
