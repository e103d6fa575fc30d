#include <closebell/feed/definition.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed_faults.h"

static void a_key_that_there_is_not_names_the_nearest(void **state) {
  (void)state;
  assert_wrong("titel = x", "", "", ":6: [feed] titel: there is no such key; did you mean title?");
  assert_wrong("frobnicate = x", "", "", ":6: [feed] frobnicate: there is no such key; there are title, url, schedule");
  assert_wrong("items mom = x", "", "", "did you mean items mon?");
  assert_wrong("", "", "[cheks]\nmin_rows = 1", ":10: [cheks]: there is no such section; did you mean checks?");
  assert_wrong("", "", "[query monday]\na = 1", ":10: [query monday]: there is no such section");
  assert_wrong("", "", "[query mo]\na = 1", "did you mean query mon?");
  assert_wrong("", "", "[headers mon]\na = 1", "there is no such section");
  assert_wrong("", "", "[checks]\nuniqe = a", ":11: [checks] uniqe: there is no such key; did you mean unique?");
  assert_wrong("", "", "[paging]\nkind = link\nnext = /n\nmaxpages = 3", "did you mean max_pages?");
  assert_wrong("", "", "[answer]\nerrors_if = /a", "did you mean error_if?");
}

static void a_line_that_is_none_is_told(void **state) {
  (void)state;
  assert_wrong("nonsense", "", "", ":6: neither a [section], a key = value, nor a # comment");
  char line[300] = "title = ";
  memset(line + 8, 'x', 183);
  line[191] = '\0';
  assert_wrong(line, "", "", ":6: the line has 191 bytes; allowed are 190");
  line[190] = '\0';
  char text[600];
  snprintf(text, sizeof text, "%s%s\n%s", SMALL_FEED, line, SMALL_FIELDS);
  feed_definition_free(made_definition(text, NULL));
}

static void a_key_is_given_once(void **state) {
  (void)state;
  assert_wrong("rows = /a", "", "", ":6: [feed] rows: is given a second time; the first time in line 4");
  assert_wrong("", "a = int /b", "", ":9: [fields] a: is given a second time; the first time in line 8");
  assert_wrong("", "", "[query]\nx = 1\nx = 2", ":12: [query] x: is given a second time");
  assert_wrong("title = a\n more", "", "", ":6: [feed] title: only a list goes on");
  assert_wrong("", "", "[headers]\nA = b\n c", "only a list goes on");
}

static void what_must_be_there_is_asked_for(void **state) {
  (void)state;
  assert_complaint("[feed]\nschedule = hourly\nrows =\nid = {a}\n" SMALL_FIELDS, NULL,
                   "made.ini: [feed] url: is missing");
  assert_complaint("[feed]\nurl = https://x.example/\nrows =\nid = {a}\n" SMALL_FIELDS, NULL,
                   "[feed] schedule: is missing");
  assert_complaint("[feed]\nurl = https://x.example/\nschedule = hourly\nid = {a}\n" SMALL_FIELDS, NULL,
                   "[feed] rows: is missing");
  assert_complaint("[feed]\nurl = https://x.example/\nschedule = hourly\nrows =\n" SMALL_FIELDS, NULL,
                   "[feed] id: is missing");
}

static void assert_url(const char *url, const char *words) {
  char text[700];
  snprintf(text, sizeof text, "[feed]\nurl = %s\nschedule = hourly\nrows =\nid = {a}\nitems = A\n" SMALL_FIELDS, url);
  assert_complaint(text, NULL, words);
}

static void a_url_names_a_host_and_is_https(void **state) {
  (void)state;
  assert_url("http://x.example/a", ":2: [feed] url: http:// is for this host alone");
  assert_url("ftp://x.example/a", "does not begin with https://");
  assert_url("x.example", "does not begin with https://");
  assert_url("", "a URL was expected");
  assert_url("https://{item}/a", "no placeholder may stand in the host");
  assert_url("https://{item}.example/a", "no placeholder may stand in the host");
  assert_url("https://x.example{item}/a", "no placeholder may stand in the host");
  assert_url("{item}", "does not begin");
  assert_url("https://user:pass@x.example/a", "a user or a password");
  assert_url("https:///a", "host");
  assert_url("https://x.example/a b", "blanks");
  assert_url("https://x.example/a#b", "behind #");
  assert_url("https://x.example/{itme}",
             "{itme} is none of {key}, {item}, {item.2}, {date} and {since}; did you mean item?");
  assert_url("https://x.example/{item", "{ stands alone");
  assert_url("https://x.example/item}", "} stands alone");
  assert_url("https://x.example/{item.0}", "{item.0} is none");
  assert_url("https://x.example/{item.17}", "{item.17} is none");
  assert_url("https://x.example/{date:%H}", "a form of %Y, %m and %d");
  assert_url("https://x.example/{date:}", "a form of %Y, %m and %d");
}

static void a_placeholder_needs_what_it_stands_for(void **state) {
  (void)state;
  assert_complaint("[feed]\nurl = https://x.example/{item}\nschedule = hourly\nrows =\nid = {a}\n" SMALL_FIELDS, NULL,
                   ":2: [feed] url: {item} needs items");
  assert_wrong("", "", "[query]\nk = {key}", ":11: [query] k: {key} needs keys_file");
  assert_wrong("", "", "[query tue]\nk = {since}", ":11: [query tue] k: {since} needs since");
  assert_wrong("", "", "[headers]\nk = {item.2}", ":11: [headers] k: {item} needs items");
  assert_wrong("", "b = string @item", "", ":9: [fields] b: @item needs items");
  assert_wrong("keys_file = a.keys", "", "", ":6: [feed] keys_file: {key} stands nowhere");
  assert_wrong("since = a 0", "", "", ":6: [feed] since: {since} stands nowhere");
  assert_wrong("step_back = 3", "", "", ":6: [feed] step_back: {date} stands nowhere");
  assert_wrong("catch_up = 3", "", "", ":6: [feed] catch_up: {date} stands nowhere");
  assert_wrong("per_run = 3", "", "", ":6: [feed] per_run: goes with items alone");
}

static void assert_schedule(const char *schedule, const char *words) {
  char text[700];
  snprintf(text, sizeof text, "[feed]\nurl = https://x.example/a\nschedule = %s\nrows =\nid = {a}\n" SMALL_FIELDS,
           schedule);
  assert_complaint(text, NULL, words);
}

static void a_schedule_is_one_of_four(void **state) {
  (void)state;
  assert_schedule("", "it begins with hourly");
  assert_schedule("dayly 07:00", ":3: [feed] schedule: it begins with hourly, daily HH:MM, weekly DAY HH:MM or monthly "
                                 "D HH:MM; did you mean daily?");
  assert_schedule("daily", "a time of day");
  assert_schedule("daily 7:00", "a time of day");
  assert_schedule("daily 24:00", "a time of day");
  assert_schedule("daily 07:60", "a time of day");
  assert_schedule("daily 07-00", "a time of day");
  assert_schedule("daily KST", "a time of day");
  assert_schedule("weekly 10:00", "a weekday was expected");
  assert_schedule("weekly saturday 10:00", "a weekday was expected");
  assert_schedule("monthly 0 10:00", "a day of the month");
  assert_schedule("monthly 32 10:00", "a day of the month");
  assert_schedule("monthly sat 10:00", "a day of the month");
  assert_schedule("hourly KST more", "something follows the time zone");
  assert_schedule("hourly ../x", "a time zone such as");
  assert_schedule("daily 07:00 +09:00", "a time zone such as");
}

static void values_of_feed_are_checked(void **state) {
  (void)state;
  assert_wrong("title =", "", "", "a title was expected");
  assert_wrong("single = maybe", "", "", ":6: [feed] single: no or yes was expected");
  assert_wrong("format = xml", "", "", "csv was expected");
  assert_wrong("keep = newest", "", "", "insert or replace was expected");
  assert_wrong("rate = 5", "", "", "N/s, N/min, N/15min or N/h");
  assert_wrong("rate = 0/s", "", "", "N/s, N/min, N/15min or N/h");
  assert_wrong("rate = 5/day", "", "", "N/s, N/min, N/15min or N/h");
  assert_wrong("missing = ,", "", "", "a text is missing before a comma");
  assert_wrong("missing =", "", "", "a list was expected");
  assert_wrong("items = A,,B", "", "", "a text is missing before a comma");
  assert_wrong("items =", "", "", "items were expected");
  assert_wrong("items = A,B,A", "", "", ":6: [feed] items: line 3: A stands there twice");
  assert_wrong("items = A\nper_run = 0", "", "", "a whole number from 1 to");
  assert_wrong("items = A\nper_run = x", "", "", "a whole number from 1 to");
}

static void files_lie_beside_the_definition(void **state) {
  (void)state;
  static const char *const refused[] = {"/etc/passwd", "../x", "a/../x", ".hidden", "a/.b", "a//b", "a/", "a\\b", ""};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    char line[64];
    snprintf(line, sizeof line, "items = @%s", refused[i]);
    assert_wrong(line, "", "", ":6: [feed] items: a file beside the definition was expected");
  }
  assert_wrong("", "b = string? map ../x /c 2", "", ":9: [fields] b: a file beside the definition was expected");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_that_there_is_not_names_the_nearest),
      cmocka_unit_test(a_line_that_is_none_is_told),
      cmocka_unit_test(a_key_is_given_once),
      cmocka_unit_test(what_must_be_there_is_asked_for),
      cmocka_unit_test(a_url_names_a_host_and_is_https),
      cmocka_unit_test(a_placeholder_needs_what_it_stands_for),
      cmocka_unit_test(a_schedule_is_one_of_four),
      cmocka_unit_test(values_of_feed_are_checked),
      cmocka_unit_test(files_lie_beside_the_definition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
