#include <closebell/feed/definition.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_feed.h"
#include "made_zone.h"

/* ---- what a definition says ---- */

static const char whole[] = "# everything at once\n"
                            "[feed]\n"
                            "title = News by ticker\n"
                            "url = https://api.example.com/v1/{item}/news?format=json\n"
                            "schedule = daily 07:30 America/New_York\n"
                            "items = @symbols.txt\n"
                            "items sat = AAPL,\n"
                            "  MSFT\n"
                            "per_run = 25\n"
                            "keys_file = news.keys\n"
                            "rate = 1/15min\n"
                            "since = at_utc 2025-01-01T00:00:00Z\n"
                            "rows = /feed\n"
                            "step_back = 3\n"
                            "catch_up = 7\n"
                            "expire = at_utc 90d\n"
                            "indexes = -at_utc, source, item\n"
                            "id = {source}:{at_utc}\n"
                            "keep = replace\n"
                            "only = sector\n"
                            "missing = ., None,-\n"
                            "[query]\n"
                            "apikey = {key}\n"
                            "day = {date:%Y%m%d}\n"
                            "[query mon]\n"
                            "topics = technology,\n"
                            "  ipo\n"
                            "[headers]\n"
                            "X-Since = from {since}\n"
                            "[fields]\n"
                            "source = string /source/name\n"
                            "at_utc = instant /time_published %Y%m%dT%H%M%S\n"
                            "score = double? /overall score\n"
                            "count = int ^/items\n"
                            "day = date @date\n"
                            "name = string? @item.2\n"
                            "sector = string? map sectors.tsv /code 2\n"
                            "topics = strings? /topics/*/topic\n"
                            "[paging]\n"
                            "kind = page\n"
                            "param = page\n"
                            "first = 0\n"
                            "size = 50\n"
                            "max_pages = 4\n"
                            "total = /total\n"
                            "[answer]\n"
                            "limit_if = /Note, /Information\n"
                            "error_if = /Error Message\n"
                            "ok_if = !/error\n"
                            "empty_if = /items = 0\n"
                            "[checks]\n"
                            "min_rows = 0\n"
                            "unique = source, at_utc\n"
                            "range = score -1..1, count 0.., day ..2030-01-01\n"
                            "not_older_than = at_utc 36h\n";

static const MadeFile files[] = {{"symbols.txt", "# symbols\nAAPL\tApple\nNVDA\tNvidia\n\nA.B-C\n"},
                                 {"news.keys", "first-key 25\nsecond-key\n"},
                                 {"sectors.tsv", "AAPL\tIT\n"},
                                 {NULL, NULL}};

static void assert_part(const FeedTemplate *one, size_t index, FeedPartKind kind, const char *text) {
  assert_true(index < one->count);
  assert_int_equal(one->parts[index].kind, kind);
  if (text == NULL)
    assert_null(one->parts[index].text);
  else
    assert_string_equal(one->parts[index].text, text);
}

static void assert_asks(const FeedDefinition *d) {
  assert_string_equal(d->name, "made");
  assert_string_equal(d->title, "News by ticker");
  assert_int_equal(d->ask.url.count, 3);
  assert_part(&d->ask.url, 0, FEED_PART_TEXT, "https://api.example.com/v1/");
  assert_part(&d->ask.url, 1, FEED_PART_ITEM, NULL);
  assert_int_equal(d->ask.url.parts[1].index, 1);
  assert_int_equal(d->ask.query.count, 2);
  assert_string_equal(d->ask.query.items[0].name, "apikey");
  assert_part(&d->ask.query.items[0].value, 0, FEED_PART_KEY, NULL);
  assert_part(&d->ask.query.items[1].value, 0, FEED_PART_DATE, "%Y%m%d");
  assert_int_equal(d->ask.query_of[MONDAY].count, 1);
  assert_part(&d->ask.query_of[MONDAY].items[0].value, 0, FEED_PART_TEXT, "technology,ipo");
  assert_int_equal(d->ask.headers.count, 1);
  assert_part(&d->ask.headers.items[0].value, 1, FEED_PART_SINCE, NULL);
  assert_true(d->ask.uses_key && d->ask.uses_item && d->ask.uses_date && d->ask.uses_since);
  assert_int_equal(d->rate.calls, 1);
  assert_int_equal(d->rate.window_ms, 15 * 60 * 1000);
}

static void assert_units(const FeedDefinition *d) {
  assert_int_equal(d->schedule.period, FEED_DAILY);
  assert_int_equal(d->schedule.minute, 7 * 60 + 30);
  assert_string_equal(d->schedule.zone_name, "America/New_York");
  assert_true(d->schedule.zone.count > 200);
  assert_int_equal(d->units.per_run, 25);
  assert_int_equal(d->units.step_back, 3);
  assert_int_equal(d->units.catch_up, 7);
  assert_string_equal(d->rows.fields[d->units.since_field].name, "at_utc");
  assert_string_equal(d->units.since_start, "2025-01-01T00:00:00Z");
  assert_int_equal(feed_items_of(d, FRIDAY)->count, 3);
  assert_string_equal(feed_line_column(&feed_items_of(d, FRIDAY)->lines[1], 2), "Nvidia");
  assert_int_equal(feed_items_of(d, SATURDAY)->count, 2);
  assert_string_equal(feed_items_of(d, SATURDAY)->lines[1].columns[0], "MSFT");
  assert_int_equal(d->keys.count, 2);
  assert_string_equal(d->keys.items[1].text, "second-key");
  assert_int_equal(d->keys.items[0].calls_per_day, 25);
  assert_int_equal(d->keys.items[1].calls_per_day, 0);
  assert_false(d->keys.are_missing);
}

static void assert_field(const FeedDefinition *d, size_t index, const char *name, FeedType type, bool is_optional,
                         FeedOrigin from, const char *pointer) {
  const FeedField *field = &d->rows.fields[index];
  assert_string_equal(field->name, name);
  assert_int_equal(field->type, type);
  assert_int_equal(field->is_optional, is_optional);
  assert_int_equal(field->from, from);
  if (pointer == NULL)
    assert_null(field->pointer);
  else
    assert_string_equal(field->pointer, pointer);
}

static void assert_fields(const FeedDefinition *d) {
  assert_int_equal(d->rows.field_count, 8);
  assert_field(d, 0, "source", FEED_STRING, false, FEED_FROM_ROW, "/source/name");
  assert_field(d, 1, "at_utc", FEED_INSTANT, false, FEED_FROM_ROW, "/time_published");
  assert_string_equal(d->rows.fields[1].format, "%Y%m%dT%H%M%S");
  assert_field(d, 2, "score", FEED_DOUBLE, true, FEED_FROM_ROW, "/overall score");
  assert_null(d->rows.fields[2].format);
  assert_field(d, 3, "count", FEED_INT, false, FEED_FROM_ANSWER, "/items");
  assert_field(d, 4, "day", FEED_DATE, false, FEED_FROM_DATE, NULL);
  assert_field(d, 5, "name", FEED_STRING, true, FEED_FROM_ITEM, NULL);
  assert_int_equal(d->rows.fields[5].column, 2);
  assert_field(d, 6, "sector", FEED_STRING, true, FEED_FROM_MAP, "/code");
  assert_int_equal(d->rows.fields[6].column, 2);
  const FeedFile *map = &d->files.items[d->rows.fields[6].map];
  assert_int_equal(map->kind, FEED_FILE_MAP);
  assert_string_equal(feed_line_column(feed_table_find(&map->table, "AAPL"), 2), "IT");
  assert_null(feed_table_find(&map->table, "MSFT"));
  assert_field(d, 7, "topics", FEED_STRINGS, true, FEED_FROM_ROW, "/topics/*/topic");
}

static void assert_rules(const FeedDefinition *d) {
  assert_string_equal(d->rows.pointer, "/feed");
  assert_int_equal(d->rows.only, 6);
  assert_int_equal(d->rows.missing_count, 3);
  assert_string_equal(d->rows.missing[1], "None");
  assert_int_equal(d->rows.id.count, 3);
  assert_int_equal(d->rows.id.parts[2].index, 1);
  assert_int_equal(d->paging.kind, FEED_PAGING_PAGE);
  assert_int_equal(d->paging.first, 0);
  assert_int_equal(d->paging.size, 50);
  assert_int_equal(d->paging.max_pages, 4);
  assert_string_equal(d->paging.total, "/total");
  assert_int_equal(d->answer.limit_if.count, 2);
  assert_string_equal(d->answer.limit_if.items[1].pointer, "/Information");
  assert_string_equal(d->answer.error_if.items[0].pointer, "/Error Message");
  assert_int_equal(d->answer.ok_if.items[0].test, FEED_IS_ABSENT);
  assert_string_equal(d->answer.ok_if.items[0].pointer, "/error");
  assert_int_equal(d->answer.empty_if.items[0].test, FEED_EQUALS);
  assert_string_equal(d->answer.empty_if.items[0].pointer, "/items");
  assert_string_equal(d->answer.empty_if.items[0].text, "0");
}

static void assert_checks(const FeedDefinition *d) {
  assert_int_equal(d->checks.min_rows, 0);
  assert_int_equal(d->checks.unique_count, 2);
  assert_int_equal(d->checks.unique[1], 1);
  assert_int_equal(d->checks.range_count, 3);
  assert_true(d->checks.ranges[0].low.given && d->checks.ranges[0].high.given);
  assert_true(d->checks.ranges[0].low.real == -1 && d->checks.ranges[0].high.real == 1);
  assert_true(d->checks.ranges[1].low.given && !d->checks.ranges[1].high.given);
  assert_false(d->checks.ranges[2].low.given);
  assert_int_equal(d->checks.ranges[2].high.whole, made_day("2030-01-01"));
  assert_int_equal(d->checks.not_older_than.field, 1);
  assert_int_equal(d->checks.not_older_than.age_ms, 36 * 3600 * 1000);
  assert_int_equal(d->storing.keep, FEED_KEEP_NEWEST);
  assert_string_equal(d->storing.expire_field, "at_utc");
  assert_false(d->storing.expire_is_date);
  assert_int_equal(d->storing.expire_ms, 90 * INT64_C(86400000));
  assert_int_equal(d->storing.index_count, 3);
  assert_true(d->storing.indexes[0].is_descending && !d->storing.indexes[1].is_descending);
  assert_string_equal(d->storing.indexes[2].field, "item");
}

static void every_key_is_read(void **state) {
  (void)state;
  FeedDefinition *d = made_definition(whole, files);
  assert_asks(d);
  assert_units(d);
  assert_fields(d);
  assert_rules(d);
  assert_checks(d);
  feed_definition_free(d);
}

#define SMALL_FEED "[feed]\nurl = https://x.example/a\nschedule = hourly\nrows =\nid = {a}\n"
#define SMALL_FIELDS "[fields]\na = string /a\n"

static void what_is_left_out_has_its_default(void **state) {
  (void)state;
  FeedDefinition *d = made_definition(SMALL_FEED SMALL_FIELDS, NULL);
  assert_string_equal(d->title, "made");
  assert_int_equal(d->schedule.period, FEED_HOURLY);
  assert_string_equal(d->schedule.zone_name, "KST");
  assert_int_equal(d->schedule.zone.first_offset_ms, 9 * 3600 * 1000);
  assert_int_equal(d->rate.calls, 0);
  assert_null(d->keys.file);
  assert_null(feed_items_of(d, MONDAY));
  assert_int_equal(d->units.catch_up, 30);
  assert_int_equal(d->units.per_run, 0);
  assert_int_equal(d->units.step_back, 0);
  assert_true(d->units.since_field == FEED_NO_FIELD && d->rows.only == FEED_NO_FIELD);
  assert_true(d->checks.not_older_than.field == FEED_NO_FIELD);
  assert_int_equal(d->checks.min_rows, 1);
  assert_string_equal(d->rows.pointer, "");
  assert_int_equal(d->rows.format, FEED_JSON);
  assert_int_equal(d->paging.kind, FEED_PAGING_NONE);
  assert_int_equal(d->storing.keep, FEED_KEEP_FIRST);
  assert_null(d->storing.expire_field);
  assert_int_equal(d->files.count, 0);
  feed_definition_free(d);
}

static void csv_has_no_rows_pointer(void **state) {
  (void)state;
  FeedDefinition *d = made_definition("[feed]\nurl = https://x.example/a\nschedule = hourly\nformat = csv\nid = {a}\n"
                                      "[fields]\na = string /report Date\n",
                                      NULL);
  assert_int_equal(d->rows.format, FEED_CSV);
  assert_string_equal(d->rows.fields[0].pointer, "/report Date");
  feed_definition_free(d);
}

static void http_is_for_this_host_alone(void **state) {
  (void)state;
  static const char *const taken[] = {"http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x",
                                      "https://a.b"};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
    char text[400];
    snprintf(text, sizeof text, "[feed]\nurl = %s\nschedule = hourly\nrows =\nid = {a}\n" SMALL_FIELDS, taken[i]);
    feed_definition_free(made_definition(text, NULL));
  }
}

static void keys_that_are_not_there_are_no_error(void **state) {
  (void)state;
  static const char text[] =
      "[feed]\nurl = https://x.example/{key}\nschedule = hourly\nkeys_file = a.keys\nrows =\nid = {a}\n" SMALL_FIELDS;
  FeedDefinition *d = made_definition(text, NULL);
  assert_true(d->keys.are_missing);
  assert_string_equal(d->keys.trouble, "No such file or directory");
  feed_definition_free(d);
  const MadeFile empty[] = {{"a.keys", "# none yet\n\n"}, {NULL, NULL}};
  d = made_definition(text, empty);
  assert_true(d->keys.are_missing);
  assert_int_equal(d->keys.count, 0);
  assert_null(d->keys.trouble);
  feed_definition_free(d);
}

static void a_weekday_without_a_list_has_no_items(void **state) {
  (void)state;
  FeedDefinition *d = made_definition(
      "[feed]\nurl = https://x.example/{item}\nschedule = hourly\nitems mon = A\nrows =\nid = {a}\n" SMALL_FIELDS,
      NULL);
  assert_int_equal(feed_items_of(d, MONDAY)->count, 1);
  assert_int_equal(feed_items_of(d, TUESDAY)->count, 0);
  feed_definition_free(d);
}

/* The list of every day is not asked on Mondays: it need not have the column that Mondays' question wants. */
static void a_question_of_a_weekday_looks_at_the_items_of_that_weekday_alone(void **state) {
  (void)state;
  const MadeFile lists[] = {{"every.tsv", "A\nB\n"}, {"mondays.tsv", "A\tx\nB\ty\n"}, {NULL, NULL}};
  FeedDefinition *d =
      made_definition("[feed]\nurl = https://x.example/{item}\nschedule = hourly\nitems = @every.tsv\n"
                      "items mon = @mondays.tsv\nrows =\nid = {a}\n[query mon]\nk = {item.2}\n" SMALL_FIELDS,
                      lists);
  assert_int_equal(feed_items_of(d, MONDAY)->lines[1].count, 2);
  assert_int_equal(feed_items_of(d, TUESDAY)->lines[1].count, 1);
  feed_definition_free(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_key_is_read),
      cmocka_unit_test(what_is_left_out_has_its_default),
      cmocka_unit_test(csv_has_no_rows_pointer),
      cmocka_unit_test(http_is_for_this_host_alone),
      cmocka_unit_test(keys_that_are_not_there_are_no_error),
      cmocka_unit_test(a_weekday_without_a_list_has_no_items),
      cmocka_unit_test(a_question_of_a_weekday_looks_at_the_items_of_that_weekday_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
