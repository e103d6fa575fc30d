#include <closebell/feed/keys.h>
#include <closebell/feed/template.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_feed.h"
#include "made_zone.h"

static const MadeFile files[] = {
    {"k.txt", "se/cret+key 25\nother\n"}, {"i.txt", "A&B\tx y\t\xED\x95\x9C\nC/D\ttwo\tthree\n"}, {NULL, NULL}};

#define FEED                                                                                                           \
  "[feed]\nschedule = hourly\nkeys_file = k.txt\nitems = @i.txt\nsince = a 0\nrows =\nid = {a}\n[fields]\na = string " \
  "/a\n"

static FeedValues make_values(const FeedDefinition *d) {
  return (FeedValues){.key = d->keys.items[0].text,
                      .item = &feed_items_of(d, MONDAY)->lines[0],
                      .date = made_day("2026-03-04"),
                      .weekday = MONDAY,
                      .since = "2025-01-01T00:00:00Z"};
}

static FeedDefinition *make(const char *sections) {
  char text[2000];
  snprintf(text, sizeof text, "%s%s", sections, FEED);
  return made_definition(text, files);
}

static void assert_url(const char *sections, Weekday weekday, const FeedSetParameter *set, const char *url,
                       const char *shown) {
  FeedDefinition *d = make(sections);
  FeedValues values = make_values(d);
  FeedQuestionText text = {0};
  Error err = {""};
  values.weekday = weekday;
  Status status = feed_question_write(d, &values, set, &text, &err);
  if (status != STATUS_OK) fail_msg("%s", err.text);
  assert_string_equal(text.url, url);
  if (shown != NULL) assert_string_equal(text.shown, shown);
  assert_null(strstr(text.shown, "cret"));
  feed_question_free(&text);
  feed_definition_free(d);
}

#define ASKED "[feed]\nurl = https://x.example/"

static void values_in_a_url_are_percent_encoded(void **state) {
  (void)state;
  assert_url(ASKED "{item}/{item.2}/{item.3}?k={key}&s={since}\n", MONDAY, NULL,
             "https://x.example/A%26B/x%20y/%ED%95%9C?k=se%2Fcret%2Bkey&s=2025-01-01T00%3A00%3A00Z",
             "https://x.example/A%26B/x%20y/%ED%95%9C?k=(key)&s=2025-01-01T00%3A00%3A00Z");
}

static void parameters_follow_in_their_order(void **state) {
  (void)state;
  assert_url(
      ASKED "a\n[query]\nfunction = NEWS\napikey = {key}\nfields = a,b&c d=\xED\x95\x9C%\nx[] = {since}-{item}\n",
      MONDAY, NULL,
      "https://x.example/a?function=NEWS&apikey=se%2Fcret%2Bkey&fields=a,b%26c%20d%3D%ED%95%9C%25&x%5B%5D=2025-01-"
      "01T00%3A00%3A00Z-A%26B",
      NULL);
  assert_url(ASKED "a?b=1\n[query]\nk = {key}\ns = {since}\n", MONDAY, NULL,
             "https://x.example/a?b=1&k=se%2Fcret%2Bkey&s=2025-01-01T00%3A00%3A00Z",
             "https://x.example/a?b=1&k=(key)&s=2025-01-01T00%3A00%3A00Z");
}

#define WEEK "a/{key}/{since}\n[query]\ntopics = all\nlimit = 5\n[query tue]\ntopics = ipo\nextra = {item}\n"
#define URL_WEEK "https://x.example/a/se%2Fcret%2Bkey/2025-01-01T00%3A00%3A00Z?"

static void a_weekdays_section_is_added_and_wins(void **state) {
  (void)state;
  assert_url(ASKED WEEK, MONDAY, NULL, URL_WEEK "topics=all&limit=5", NULL);
  assert_url(ASKED WEEK, TUESDAY, NULL, URL_WEEK "limit=5&topics=ipo&extra=A%26B", NULL);
}

static void the_parameter_of_paging_stands_instead_of_another(void **state) {
  (void)state;
  const FeedSetParameter limit = {"limit", "a=b"}, page = {"page", "2"}, topics = {"topics", "x"}, none = {NULL, NULL};
  assert_url(ASKED WEEK, MONDAY, &limit, URL_WEEK "topics=all&limit=a%3Db", NULL);
  assert_url(ASKED WEEK, MONDAY, &page, URL_WEEK "topics=all&limit=5&page=2", NULL);
  assert_url(ASKED WEEK, TUESDAY, &topics, URL_WEEK "limit=5&extra=A%26B&topics=x", NULL);
  assert_url(ASKED WEEK, MONDAY, &none, URL_WEEK "topics=all&limit=5", NULL);
  assert_url(ASKED "a/{key}/{since}\n", MONDAY, &page, URL_WEEK "page=2", NULL);
}

static void a_date_has_the_form_that_is_asked_for(void **state) {
  (void)state;
  assert_url(ASKED "{key}{since}/{date}/{date:%Y%m%d}/{date:%d.%m}\n", MONDAY, NULL,
             "https://x.example/se%2Fcret%2Bkey2025-01-01T00%3A00%3A00Z/2026-03-04/20260304/04.03", NULL);
}

static void a_header_has_values_as_they_are(void **state) {
  (void)state;
  FeedDefinition *d = make(ASKED "a?{since}\n[headers]\nAuthorization = Bearer {key}\nX-Item = {item}, {item.2}\n");
  FeedValues values = make_values(d);
  FeedQuestionText text = {0};
  assert_int_equal(feed_question_write(d, &values, NULL, &text, NULL), STATUS_OK);
  assert_string_equal(text.headers[0], "Authorization: Bearer se/cret+key");
  assert_string_equal(text.headers[1], "X-Item: A&B, x y");
  assert_null(text.headers[2]);
  feed_question_free(&text);
  feed_definition_free(d);
}

static void assert_refused(const FeedDefinition *d, const FeedValues *values, const char *words) {
  FeedQuestionText text = {.shown = NULL};
  Error err = {""};
  assert_int_equal(feed_question_write(d, values, NULL, &text, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, words));
  assert_null(text.url);
  assert_null(strstr(err.text, "cret"));
}

static void what_cannot_be_sent_is_refused(void **state) {
  (void)state;
  FeedDefinition *d = make(ASKED "{key}\n[headers]\nX = {since}\n");
  FeedValues values = make_values(d);
  values.since = "a\r\nHost: b";
  assert_refused(d, &values, "[headers] X: a control character");
  values.since = NULL;
  assert_refused(d, &values, "{since}");
  char long_text[5000];
  memset(long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = '\0';
  values.since = long_text;
  assert_refused(d, &values, "the header has");
  feed_definition_free(d);
  d = make(ASKED "{key}?{since}{since}\n");
  values = make_values(d);
  values.since = long_text;
  assert_refused(d, &values, "the URL has");
  values = make_values(d);
  values.key = NULL;
  assert_refused(d, &values, "{key}");
  feed_definition_free(d);
}

/* ---- keys out of texts ---- */

static void assert_hidden(const FeedKeys *keys, const char *text, const char *expected) {
  TextBuffer to = {0};
  feed_keys_hide(keys, text, &to);
  assert_string_equal(to.data, expected);
  text_buffer_free(&to);
}

static void keys_are_taken_out_of_texts(void **state) {
  (void)state;
  FeedKeys keys = {.file = "k"};
  static const char bytes[] = "ab/c\nab/cd\nxyz\nab\n";
  assert_int_equal(feed_keys_parse(bytes, strlen(bytes), &keys, NULL), STATUS_OK);
  assert_hidden(&keys, "your API key as ab/c. and xyz", "your API key as (key 1 of 4). and (key 3 of 4)");
  assert_hidden(&keys, "ab/cd", "(key 2 of 4)");
  assert_hidden(&keys, "?k=ab%2Fc&l=ab%2fcd", "?k=(key 1 of 4)&l=(key 2 of 4)");
  assert_hidden(&keys, "XYZ a c", "XYZ a c");
  assert_hidden(&keys, "xyzxyz", "(key 3 of 4)(key 3 of 4)");
  feed_keys_free(&keys);
}

/* As services repeat what they were asked: some leave a / as it is, some encode letters. */
static void a_key_of_which_a_part_is_encoded_is_taken_out_too(void **state) {
  (void)state;
  FeedKeys keys = {.file = "k"};
  static const char bytes[] = "a/b+c=\n%25ab\n";
  assert_int_equal(feed_keys_parse(bytes, strlen(bytes), &keys, NULL), STATUS_OK);
  assert_hidden(&keys, "?k=a/b%2Bc%3D&", "?k=(key 1 of 2)&");
  assert_hidden(&keys, "?k=a%2fb+c=", "?k=(key 1 of 2)");
  assert_hidden(&keys, "%61%2Fb%2bc%3d", "(key 1 of 2)");
  assert_hidden(&keys, "%25ab %2525ab", "(key 2 of 2) (key 2 of 2)");
  assert_hidden(&keys, "a/b%2", "a/b%2");
  assert_hidden(&keys, "a/b%", "a/b%");
  assert_hidden(&keys, "a/b%2Cc=", "a/b%2Cc=");
  feed_keys_free(&keys);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_in_a_url_are_percent_encoded),
      cmocka_unit_test(parameters_follow_in_their_order),
      cmocka_unit_test(a_weekdays_section_is_added_and_wins),
      cmocka_unit_test(the_parameter_of_paging_stands_instead_of_another),
      cmocka_unit_test(a_date_has_the_form_that_is_asked_for),
      cmocka_unit_test(a_header_has_values_as_they_are),
      cmocka_unit_test(what_cannot_be_sent_is_refused),
      cmocka_unit_test(keys_are_taken_out_of_texts),
      cmocka_unit_test(a_key_of_which_a_part_is_encoded_is_taken_out_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
