#include <closebell/feed/definition.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed_faults.h"

static void fields_that_are_named_must_be_there(void **state) {
  (void)state;
  assert_wrong("expire = at 3d", "at_utc = instant /t", "", "there is no field at");
  assert_wrong("only = bb", "b = string? /b", "", ":6: [feed] only: there is no field bb; did you mean b?");
  assert_wrong("only = a", "", "", "a is in every row");
  assert_wrong("expire = a 3d", "", "", "a is a string; a date or an instant was expected");
  assert_wrong("expire = at_utc 3", "at_utc = instant /t", "", "an age was expected, such as 90min, 36h or 7d");
  assert_wrong("expire = at_utc 0d", "at_utc = instant /t", "", "an age was expected");
  assert_wrong("indexes = a, -c", "", "", "there is no field c");
  assert_wrong("indexes = a, -a", "", "", "a has an index already");
  assert_wrong("indexes = item", "", "", "there is no field item");
  assert_wrong("", "", "[checks]\nunique = a, q", ":11: [checks] unique: there is no field q");
  assert_wrong("", "", "[checks]\nrange = q 1..2", "there is no field q");
  assert_wrong("", "", "[checks]\nnot_older_than = q 3h", "there is no field q");
}

static void an_id_is_made_of_fields(void **state) {
  (void)state;
  static const char head[] = "[feed]\nurl = https://x.example/a\nschedule = hourly\nrows =\nid = ";
  static const struct {
    const char *id, *words;
  } rows[] = {{"{b}", ":5: [feed] id: there is no field b; did you mean a?"},
              {"{item}", "there is no field item"},
              {"fixed", "no {FIELD} stands in it"},
              {"{x}", "x cannot be a part of it"},
              {"{}", "the name of a field was expected"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[400];
    snprintf(text, sizeof text, "%s%s\n[fields]\na = string /a\nx = double /b\n", head, rows[i].id);
    assert_complaint(text, NULL, rows[i].words);
  }
}

static void fields_are_checked(void **state) {
  (void)state;
  assert_wrong(
      "", "b = strng /b", "",
      ":9: [fields] b: a type was expected: string, int, double, bool, date, instant or strings; did you mean string?");
  assert_wrong("", "b = string", "", "where it comes from was expected");
  assert_wrong("", "b = string b", "", "a pointer is empty or begins with /");
  assert_wrong("", "b = string ^", "", "where it comes from was expected");
  assert_wrong("", "b = string /a~2", "", "behind ~ stands 0 or 1");
  assert_wrong("", "b = string /a~", "", "behind ~ stands 0 or 1");
  assert_wrong("", "b = string /b %Y", "", "only a date or an instant has a format");
  assert_wrong("", "b = date /b %Q", "", "a directive of the format is not known");
  assert_wrong("", "b = date /b %", "", "does not end with %");
  assert_wrong("", "b = string @keys", "", "@keys is none of @key, @item, @item.2 and @date; did you mean @key?");
  assert_wrong("", "b = string @date x", "", "something follows");
  assert_wrong("", "b = int @date", "", "@date is a date or a string");
  assert_wrong("", "b = strings @date", "", "@date is a date or a string");
  assert_wrong("", "b = strings /a/*/b/*", "", "more than one *");
  assert_wrong("", "b = strings? @key", "", "strings come from a pointer");
  assert_wrong("", "b = string map m.tsv /b", "", "map FILE POINTER N was expected");
  assert_wrong("", "b = string map m.tsv /b 0", "", "map FILE POINTER N was expected");
  assert_wrong("", "at = instant /t", "", "an instant's name ends in _utc");
  assert_wrong("", "at_utc = date /t", "", "only an instant's name ends in _utc");
  assert_wrong("", "_id = string /t", "", "is a name of closebell's own");
  assert_wrong("", "item = string /t", "", "is a name of closebell's own");
  assert_wrong("", "first_seen_utc = instant /t", "", "is a name of closebell's own");
  assert_wrong("", "changed_utc = instant /t", "", "is a name of closebell's own");
  assert_wrong("", "a.b = string /t", "", "a field's name has letters");
  assert_wrong("", "$b = string /t", "", "a field's name has letters");
  assert_wrong("", "_b = string /t", "", "a field's name has letters");
  assert_wrong("", "12 = string /t", "", "a field's name has letters");
  assert_wrong("single = yes", "b = string @key", "", "@key is a member's name");
}

static void csv_goes_with_columns_alone(void **state) {
  (void)state;
  assert_wrong("format = csv", "b = string /b/c", "", "a pointer into CSV is /COLUMN");
  assert_wrong("format = csv", "b = string ^/b", "", "^ goes with JSON alone");
  assert_wrong("format = csv", "b = string @key", "", "@key goes with JSON alone");
  assert_wrong("format = csv", "b = strings /b", "", "strings go with JSON alone");
  assert_wrong("format = csv\nsingle = yes", "", "", "single: goes with JSON alone");
  assert_wrong("format = csv", "", "[paging]\nkind = link\nnext = /n", "kind: goes with JSON alone");
  assert_wrong("format = csv", "", "[paging]\nkind = page\nparam = p\npages = /n", "pages: points into JSON");
  assert_wrong("format = csv", "", "[paging]\nkind = page\nparam = p\nsize = 2\ntotal = /n", "total: points into JSON");
  assert_complaint(
      "[feed]\nurl = https://x.example/a\nschedule = hourly\nrows = /r\nformat = csv\nid = {a}\n" SMALL_FIELDS, NULL,
      ":4: [feed] rows: is empty where the answer is CSV");
}

static void paging_is_of_one_kind(void **state) {
  (void)state;
  assert_wrong("", "", "[paging]\nparam = p", "made.ini: [paging] kind: is missing");
  assert_wrong("", "", "[paging]\nkind = links",
               ":11: [paging] kind: page, cursor or link was expected; did you mean link?");
  assert_wrong("", "", "[paging]\nkind = page\nsize = 2", "kind: needs the key param");
  assert_wrong("", "", "[paging]\nkind = page\nparam = p", "needs the key size or the key pages");
  assert_wrong("", "", "[paging]\nkind = page\nparam = p\nsize = 2\npages = /n",
               ":14: [paging] pages: stands beside size");
  assert_wrong("", "", "[paging]\nkind = cursor\nparam = p", "needs the key cursor");
  assert_wrong("", "", "[paging]\nkind = link", "needs the key next");
  assert_wrong("", "", "[paging]\nkind = link\nnext = /n\nparam = p",
               ":13: [paging] param: does not go with kind = link");
  assert_wrong("", "", "[paging]\nkind = cursor\nparam = p\ncursor = /c\nfirst = 0",
               "first: does not go with kind = cursor");
  assert_wrong("", "", "[paging]\nkind = link\nnext = n", "a pointer is empty or begins with /");
  assert_wrong("", "", "[paging]\nkind = link\nnext =", "a JSON pointer was expected");
  assert_wrong("", "", "[paging]\nkind = page\nparam = p\nsize = 0", "a whole number from 1 to");
  assert_wrong("", "", "[paging]\nkind = link\nnext = /n\nmax_pages = 0", "a whole number from 1 to");
}

static void conditions_are_pointers(void **state) {
  (void)state;
  assert_wrong("", "", "[answer]\nlimit_if = Note", ":11: [answer] limit_if: a pointer is empty or begins with /");
  assert_wrong("", "", "[answer]\nlimit_if = !", "a JSON pointer was expected");
  assert_wrong("", "", "[answer]\nlimit_if = !/a = b", "either !POINTER or POINTER = TEXT");
  assert_wrong("", "", "[answer]\nok_if =", "a list was expected");
}

static void checks_are_checked(void **state) {
  (void)state;
  assert_wrong("", "", "[checks]\nmin_rows = -1", "a whole number from 0 to");
  assert_wrong("", "", "[checks]\nrange = a 1..2", "a has no range");
  assert_wrong("", "n = int /n", "[checks]\nrange = n 1", "FIELD LOW..HIGH was expected");
  assert_wrong("", "n = int /n", "[checks]\nrange = n ..", "LOW or HIGH was expected");
  assert_wrong("", "n = int /n", "[checks]\nrange = n 3..2", "LOW is above HIGH");
  assert_wrong("", "n = double /n", "[checks]\nrange = n 0.3..0.2", "LOW is above HIGH");
  assert_wrong("", "n = int /n", "[checks]\nrange = n 1.5..2", "LOW and HIGH are numbers");
  assert_wrong("", "n = date /n", "[checks]\nrange = n 1..2", "LOW and HIGH are numbers");
  assert_wrong("", "n_utc = instant /n", "[checks]\nrange = n_utc 2025-01-01..x", "LOW and HIGH are numbers");
  assert_wrong("", "", "[checks]\nnot_older_than = a 3h", "a has no age");
  assert_wrong("", "n = date /n", "[checks]\nnot_older_than = n 3", "an age was expected");
}

static void headers_are_headers(void **state) {
  (void)state;
  assert_wrong("", "", "[headers]\nA B = c", ":11: [headers] A B: is no name of a header");
  assert_wrong("", "", "[headers]\nHost = c", "is a header that closebell sets itself");
  assert_wrong("", "", "[headers]\ncontent-length = 3", "is a header that closebell sets itself");
  assert_wrong("", "", "[headers]\na=1\nb=1\nc=1\nd=1\ne=1\nf=1\ng=1\nh=1\ni=1",
               ":19: [headers] i: there are more than 8");
}

static void what_is_wrong_in_a_file_is_told_where_it_is_named(void **state) {
  (void)state;
  static const char text[] = "[feed]\nurl = https://x.example/{item}/{key}/{item.2}\nschedule = hourly\nrows =\nid = "
                             "{a}\nitems = @i.txt\nkeys_file = k.txt\n" SMALL_FIELDS "b = string? map m.tsv /c 2\n";
  static const struct {
    const char *items, *keys, *map, *words;
  } rows[] = {
      {"A\tx\nA\ty\n", "k", "", ":6: [feed] items: i.txt: line 2: A stands there twice, the first time in line 1"},
      {NULL, "k", "", ":6: [feed] items: i.txt: No such file or directory"},
      {"# none\n", "k", "", ":6: [feed] items: i.txt holds no item"},
      {"A\tx\nB\n", "k", "", ":6: [feed] items: an item has no column 2: B (line 2)"},
      {"A\tx\n", "k 0", "", ":7: [feed] keys_file: k.txt: line 1: behind the key its calls a day"},
      {"A\tx\n", "secret\nsecret", "", ":7: [feed] keys_file: k.txt: line 2: this key stood there before"},
      {"A\tx\n", "k", NULL, ":10: [fields] b: m.tsv: No such file or directory"},
      {"A\tx\n", "k", "a\tb\n\tc\n", ":10: [fields] b: m.tsv: line 2: the first column is empty"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    MadeFile named[4] = {{"k.txt", rows[i].keys}};
    size_t count = 1;
    if (rows[i].items != NULL) named[count++] = (MadeFile){"i.txt", rows[i].items};
    if (rows[i].map != NULL) named[count++] = (MadeFile){"m.tsv", rows[i].map};
    named[count] = (MadeFile){NULL, NULL};
    assert_complaint(text, named, rows[i].words);
  }
}

static void a_required_field_of_an_item_needs_its_column(void **state) {
  (void)state;
  static const char text[] =
      "[feed]\nurl = https://x.example/{item}\nschedule = hourly\nrows =\nid = {a}\nitems = @i.txt\n" SMALL_FIELDS;
  const MadeFile named[] = {{"i.txt", "A\tx\nB\n"}, {NULL, NULL}};
  char with[400];
  snprintf(with, sizeof with, "%sn = string? @item.2\n", text);
  feed_definition_free(made_definition(with, named));
  snprintf(with, sizeof with, "%sn = string @item.2\n", text);
  assert_complaint(with, named, ":6: [feed] items: an item has no column 2: B (line 2)");
}

static void a_file_that_nobody_read_is_an_error(void **state) {
  (void)state;
  static const char text[] = "[feed]\nurl = https://x.example/{item}\nschedule = hourly Mars/X\nrows =\nid = "
                             "{a}\nitems = @i.txt\n" SMALL_FIELDS;
  FeedDefinition *d = feed_definition_parse("made", "made.ini", text, strlen(text));
  Complaints complaints = {0};
  assert_int_equal(d->files.count, 2);
  assert_int_equal(feed_definition_settle(d, &complaints), STATUS_CONFIG);
  assert_int_equal(complaints.errors, 2);
  assert_string_equal(complaints.first.text, "made.ini:3: [feed] schedule: Mars/X: it was not read");
  assert_non_null(strstr(complaints.lines.data, "made.ini:6: [feed] items: i.txt: it was not read\n"));
  complaints_free(&complaints);
  feed_definition_free(d);
}

static void one_file_named_twice_is_read_once(void **state) {
  (void)state;
  const MadeFile named[] = {{"m.tsv", "x\t1\t2\n"}, {NULL, NULL}};
  FeedDefinition *d =
      made_definition(SMALL_FEED SMALL_FIELDS "b = string? map m.tsv /c 2\nc = string? map m.tsv /c 3\n", named);
  assert_int_equal(d->files.count, 1);
  assert_int_equal(d->rows.fields[1].map, d->rows.fields[2].map);
  feed_definition_free(d);
}

static void all_that_is_wrong_is_told_in_the_order_of_the_file(void **state) {
  (void)state;
  static const char text[] = "[feed]\nurl = http://x.example/\nschedule = dayly\nitems = @i.txt\nrows = r\nid = {b}\n"
                             "[fields]\na = sting /a\nnonsense\n[chekcs]\nmin_rows = 1\n[answer]\nok_if = x\n";
  static const char *const starts[] = {
      "made.ini:2: [feed] url",  "made.ini:3: [feed] schedule", "made.ini:4: [feed] items: i.txt",
      "made.ini:5: [feed] rows", "made.ini:6: [feed] id",       "made.ini:8: [fields] a",
      "made.ini:9: neither",     "made.ini:10: [chekcs]",       "made.ini:13: [answer] ok_if"};
  Complaints complaints;
  assert_null(made_definition_of(text, NULL, &complaints));
  assert_int_equal(complaints.errors, sizeof starts / sizeof *starts);
  const char *line = complaints.lines.data;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    if (strncmp(line, "error: ", 7) != 0 || strncmp(line + 7, starts[i], strlen(starts[i])) != 0)
      fail_msg("expected %s, got %s", starts[i], line);
    line = strchr(line, '\n') + 1;
  }
  complaints_free(&complaints);
}

static void assert_name(const char *name, const char *words) {
  Complaints complaints = {0};
  FeedDefinition *d = feed_definition_parse(name, "x.ini", SMALL_FEED SMALL_FIELDS, strlen(SMALL_FEED SMALL_FIELDS));
  Status status = feed_definition_settle(d, &complaints);
  assert_int_equal(status, words == NULL ? STATUS_OK : STATUS_CONFIG);
  if (words != NULL) assert_non_null(strstr(complaints.first.text, words));
  complaints_free(&complaints);
  feed_definition_free(d);
}

static void a_name_is_that_of_a_collection_and_no_dataset_has_it(void **state) {
  (void)state;
  assert_name("x", NULL);
  assert_name("a23456789_123456789_123456789_123456789_", NULL);
  assert_name("a23456789_123456789_123456789_123456789_1", "not that of a feed");
  assert_name("", "not that of a feed");
  assert_name("1a", "not that of a feed");
  assert_name("_a", "not that of a feed");
  assert_name("A", "not that of a feed");
  assert_name("a-b", "not that of a feed");
  assert_name("a.b", "not that of a feed");
  assert_name("daily_update", "needs another name");
  assert_name("market_totals", "needs another name");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_that_are_named_must_be_there),
      cmocka_unit_test(an_id_is_made_of_fields),
      cmocka_unit_test(fields_are_checked),
      cmocka_unit_test(csv_goes_with_columns_alone),
      cmocka_unit_test(paging_is_of_one_kind),
      cmocka_unit_test(conditions_are_pointers),
      cmocka_unit_test(checks_are_checked),
      cmocka_unit_test(headers_are_headers),
      cmocka_unit_test(what_is_wrong_in_a_file_is_told_where_it_is_named),
      cmocka_unit_test(a_required_field_of_an_item_needs_its_column),
      cmocka_unit_test(a_file_that_nobody_read_is_an_error),
      cmocka_unit_test(one_file_named_twice_is_read_once),
      cmocka_unit_test(all_that_is_wrong_is_told_in_the_order_of_the_file),
      cmocka_unit_test(a_name_is_that_of_a_collection_and_no_dataset_has_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
