/* Days and instants of declared feeds: the formats of strptime, RFC 3339, and numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/time_format.h>

typedef struct {
  const char *text, *format, *day, *instant; /* null: refused */
} Case;

static void check(const Case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const Case *c = &cases[i];
    Day day = 12345;
    Instant instant = 54321;
    bool is_day = feed_time_day(c->text, c->format, &day), is_instant = feed_time_instant(c->text, c->format, &instant);
    const char *format = c->format != NULL ? c->format : "-";
    if (is_day != (c->day != NULL) || (is_day && strcmp(day_text(day).text, c->day) != 0))
      fail_msg("%s by %s: day %s", c->text, format, is_day ? day_text(day).text : "none");
    if (is_instant != (c->instant != NULL) || (is_instant && strcmp(instant_text(instant).text, c->instant) != 0))
      fail_msg("%s by %s: instant %s", c->text, format, is_instant ? instant_text(instant).text : "none");
    if (!is_day) assert_int_equal(day, 12345);
    if (!is_instant) assert_int_equal(instant, 54321);
  }
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases)[0])

static void without_a_format_it_is_rfc_3339_a_day_or_a_number(void **state) {
  static const Case cases[] = {
      {"2025-09-15", NULL, "2025-09-15", "2025-09-15T00:00:00Z"},
      {"2025-09-15T01:02:03Z", "", "2025-09-15", "2025-09-15T01:02:03Z"},
      {"2025-09-15T01:02:03.25+09:00", NULL, "2025-09-15", "2025-09-14T16:02:03.250Z"},
      {"2025-09-14T23:30:00-05:00", NULL, "2025-09-14", "2025-09-15T04:30:00Z"},
      {"1779807819", NULL, "2026-05-26", "2026-05-26T15:03:39Z"},
      {"1659866049821", NULL, "2022-08-07", "2022-08-07T09:54:09.821Z"},
      {"1779807819.5", NULL, "2026-05-26", "2026-05-26T15:03:39.500Z"},
      {"1779807819.123987", NULL, "2026-05-26", "2026-05-26T15:03:39.123Z"},
      {"0", NULL, "1970-01-01", "1970-01-01T00:00:00Z"},
      {"-1", NULL, "1969-12-31", "1969-12-31T23:59:59Z"},
      {"-1.5", NULL, "1969-12-31", "1969-12-31T23:59:58.500Z"},
      {"99999999999", NULL, NULL, NULL}, /* seconds, in the year 5138 */
      {"100000000000", NULL, "1973-03-03", "1973-03-03T09:46:40Z"},
      {"-100000000000", NULL, "1966-10-31", "1966-10-31T14:13:20Z"},
      {"20250915", NULL, "1970-08-23", "1970-08-23T09:15:15Z"},
      {"99999999999999999999", NULL, NULL, NULL},
      {"1.7e9", NULL, NULL, NULL},
      {"", NULL, NULL, NULL},
      {"-", NULL, NULL, NULL},
      {"1.", NULL, NULL, NULL},
      {"+5", NULL, NULL, NULL},
      {" 5", NULL, NULL, NULL},
      {"2025-9-15", NULL, NULL, NULL},
      {"2025-02-29", NULL, NULL, NULL},
      {"2025-09-15 01:02:03", NULL, NULL, NULL},
      {"2025-09-15T01:02:03", NULL, NULL, NULL},
      {"yesterday", NULL, NULL, NULL},
  };
  (void)state;
  CHECK(cases);
}

static void a_format_is_read_as_strptime_does(void **state) {
  static const Case cases[] = {
      {"20240417T120000", "%Y%m%dT%H%M%S", "2024-04-17", "2024-04-17T12:00:00Z"},
      {"20240417", "%Y%m%d", "2024-04-17", "2024-04-17T00:00:00Z"},
      {"202607", "%Y%m", "2026-07-01", "2026-07-01T00:00:00Z"},
      {"2025", "%Y", "2025-01-01", "2025-01-01T00:00:00Z"},
      {"2023년 06월 01일", "%Y년 %m월 %d일", "2023-06-01", "2023-06-01T00:00:00Z"},
      {"9/5/2025", "%m/%d/%Y", "2025-09-05", "2025-09-05T00:00:00Z"},
      {"09/05/25 13:07", "%D %R", "2025-09-05", "2025-09-05T13:07:00Z"},
      {"Mon, 15 Sep 2025 01:02:03 +0900", "%a, %d %b %Y %T %z", "2025-09-15", "2025-09-14T16:02:03Z"},
      {"Monday 5 september 1999", "%A %e %B %Y", "1999-09-05", "1999-09-05T00:00:00Z"},
      {"May  5 2025", "%h %e %Y", "2025-05-05", "2025-05-05T00:00:00Z"},
      {"2025-09-15 12:30 AM", "%F %I:%M %p", "2025-09-15", "2025-09-15T00:30:00Z"},
      {"2025-09-15 12:30 pm", "%F %I:%M %p", "2025-09-15", "2025-09-15T12:30:00Z"},
      {"2025-09-15  1:30PM", "%F %l:%M%p", "2025-09-15", "2025-09-15T13:30:00Z"},
      {"2025-09-15  7:05", "%F %k:%M", "2025-09-15", "2025-09-15T07:05:00Z"},
      {"2025 12 13", "%Y %I %H", "2025-01-01", "2025-01-01T13:00:00Z"}, /* the last hour counts */
      {"2025 13 12", "%Y %H %I", "2025-01-01", "2025-01-01T00:00:00Z"},
      {"2024-366", "%Y-%j", "2024-12-31", "2024-12-31T00:00:00Z"},
      {"2025-060", "%Y-%j", "2025-03-01", "2025-03-01T00:00:00Z"},
      {"68-01-01", "%y-%m-%d", "2068-01-01", "2068-01-01T00:00:00Z"},
      {"69-01-01", "%y-%m-%d", "1969-01-01", "1969-01-01T00:00:00Z"},
      {"@1779807819", "@%s", "2026-05-26", "2026-05-26T15:03:39Z"},
      {"100% 2025", "100%% %Y", "2025-01-01", "2025-01-01T00:00:00Z"},
      {"2025   09", "%Y %m", "2025-09-01", "2025-09-01T00:00:00Z"},
      {"202509", "%Y%n%m", "2025-09-01", "2025-09-01T00:00:00Z"},
      {"2025-09-15T01:02:03Z", "%FT%T%z", "2025-09-15", "2025-09-15T01:02:03Z"},
      {"2025-09-15T01:02:03-05:30", "%FT%T%z", "2025-09-15", "2025-09-15T06:32:03Z"},
      {"2025-09-15T01:02:03+09", "%FT%T%z", "2025-09-15", "2025-09-14T16:02:03Z"},
  };
  (void)state;
  CHECK(cases);
}

static void what_does_not_fit_its_format_is_refused(void **state) {
  static const Case cases[] = {
      {"20240417", "%Y-%m-%d", NULL, NULL},
      {"2024-04-17x", "%Y-%m-%d", NULL, NULL},
      {"2024-04-1", "%Y-%m-%d ", "2024-04-01", "2024-04-01T00:00:00Z"},
      {"2024-04", "%Y-%m-%d", NULL, NULL},
      {"2024-13-01", "%Y-%m-%d", NULL, NULL},
      {"2025-02-29", "%Y-%m-%d", NULL, NULL},
      {"2024-00-01", "%Y-%m-%d", NULL, NULL},
      {"2024-04-00", "%Y-%m-%d", NULL, NULL},
      {"1899-12-31", "%Y-%m-%d", NULL, NULL},
      {"9999-12-31", "%Y-%m-%d", NULL, NULL},
      {"2025-366", "%Y-%j", NULL, NULL},
      {"2025-000", "%Y-%j", NULL, NULL},
      {"2025 24:00", "%Y %R", NULL, NULL},
      {"2025 00:60", "%Y %R", NULL, NULL},
      {"2025 00:00:60", "%Y %T", NULL, NULL},
      {"2025 13 PM", "%Y %I %p", NULL, NULL},
      {"2025 1 XM", "%Y %I %p", NULL, NULL},
      {"2025 Foo", "%Y %b", NULL, NULL},
      {"2025 +9", "%Y %z", NULL, NULL},
      {"2025 +24:00", "%Y %z", NULL, NULL},
      {"2025 0900", "%Y %z", NULL, NULL},
      {"2025 +09:6", "%Y %z", NULL, NULL},
      {"99999999999999999", "%s", NULL, NULL},
      {"-1", "%Y", NULL, NULL},
      {"", "%Y", NULL, NULL},
      {"1900-01-01T00:00:00+09:00", "%FT%T%z", "1900-01-01", NULL}, /* in UTC it lies before the years that are read */
      {"2999-12-31T23:59:59-01:00", NULL, "2999-12-31", NULL},
  };
  (void)state;
  CHECK(cases);
}

static void a_format_that_cannot_be_read_is_refused_before(void **state) {
  static const char *const good[] = {"%Y", "%y", "%D", "%F", "%s", "%Y%m%dT%H%M%S", "%%%Y"};
  static const char *const bad[] = {"", "%", "%Y%", "%Q", "%m-%d", "%H:%M", "%Y %f", "%Ey", "%Z %Y", "%%Y", "Y"};
  Day day;
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    if (feed_time_format_fault(good[i]) != NULL) fail_msg("%s", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (feed_time_format_fault(bad[i]) == NULL) fail_msg("%s", bad[i]);
  assert_false(feed_time_day("09-15", "%m-%d", &day));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_format_it_is_rfc_3339_a_day_or_a_number),
      cmocka_unit_test(a_format_is_read_as_strptime_does),
      cmocka_unit_test(what_does_not_fit_its_format_is_refused),
      cmocka_unit_test(a_format_that_cannot_be_read_is_refused_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
