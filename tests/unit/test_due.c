#include "market_rows.h"

#include <closebell/market/due.h>

static const Publication NEXT_DAY = {PUBLICATION_NEXT_DAY, 8 * 60}, SAME_DAY = {PUBLICATION_SAME_DAY, 18 * 60};

static int load_closures(void **state) {
  static Closures closures;
  Error err = {{0}};
  *state = &closures;
  return closures_builtin(&closures, &err);
}

static int free_closures(void **state) {
  closures_free(*state);
  return 0;
}

static Instant instant_of(const char *text) {
  Instant instant = INSTANT_NONE;
  if (!instant_parse(text, &instant)) fail_msg("%s is no instant", text);
  return instant;
}

static void a_session_is_due_at_eight_of_the_next_trading_day(void **state) {
  const struct {
    const char *day, *due;
  } cases[] = {
      {"2025-04-10", "2025-04-11T08:00:00+09:00"}, {"2025-04-11", "2025-04-14T08:00:00+09:00"},
      {"2025-04-30", "2025-05-02T08:00:00+09:00"}, {"2025-05-01", "2025-05-02T08:00:00+09:00"},
      {"2025-10-02", "2025-10-10T08:00:00+09:00"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assert_true(due_instant(NEXT_DAY, *state, day_of(cases[i].day)) == instant_of(cases[i].due));
}

static void a_same_day_source_is_due_the_evening_of_the_day(void **state) {
  assert_true(due_instant(SAME_DAY, *state, day_of("2025-04-11")) == instant_of("2025-04-11T09:00:00Z"));
  assert_true(due_instant(SAME_DAY, *state, day_of("2025-05-01")) == instant_of("2025-05-01T09:00:00Z"));
}

typedef struct {
  const char *now, *newest;
} NewestCase;

static void check_newest(Publication publication, const Closures *closures, const NewestCase *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    Day newest = due_newest(publication, closures, instant_of(cases[i].now));
    if (newest != day_of(cases[i].newest))
      fail_msg("at %s: %s instead of %s", cases[i].now, day_text(newest).text, cases[i].newest);
  }
}

static void the_newest_due_day_follows_the_next_day_rule(void **state) {
  const NewestCase cases[] = {
      {"2025-04-11T00:00:00Z", "2025-04-10"},      /* Friday 09:00 KST */
      {"2025-04-10T22:59:59.999Z", "2025-04-09"},  /* a millisecond before eight */
      {"2025-04-10T23:00:00Z", "2025-04-10"},      /* eight */
      {"2025-04-12T12:00:00+09:00", "2025-04-10"}, /* Saturday: Friday comes on Monday */
      {"2025-04-13T23:59:00+09:00", "2025-04-10"}, /* Sunday */
      {"2025-04-14T07:59:00+09:00", "2025-04-10"}, /* Monday before eight */
      {"2025-04-14T08:00:00+09:00", "2025-04-11"}, /* Monday at eight */
      {"2025-05-01T12:00:00+09:00", "2025-04-29"}, /* a holiday: the day before it comes after it */
      {"2025-05-02T08:00:00+09:00", "2025-05-01"}, /* the holiday itself is asked as well */
      {"2025-10-09T12:00:00+09:00", "2025-10-01"}, /* within the long Chuseok */
      {"2025-10-10T07:59:00+09:00", "2025-10-01"}, /* the morning after it */
      {"2025-10-10T08:00:00+09:00", "2025-10-09"}, /* and at eight */
      {"2025-01-02T08:30:00+09:00", "2025-01-01"}, /* over the turn of the year */
  };
  check_newest(NEXT_DAY, *state, cases, sizeof cases / sizeof cases[0]);
}

static void the_newest_due_day_follows_the_same_day_rule(void **state) {
  const NewestCase cases[] = {
      {"2025-04-11T17:59:00+09:00", "2025-04-10"}, {"2025-04-11T18:00:00+09:00", "2025-04-11"},
      {"2025-04-12T03:00:00+09:00", "2025-04-11"}, {"2025-04-13T20:00:00+09:00", "2025-04-11"},
      {"2025-04-14T10:00:00+09:00", "2025-04-11"}, {"2025-05-01T18:00:00+09:00", "2025-05-01"},
  };
  check_newest(SAME_DAY, *state, cases, sizeof cases / sizeof cases[0]);
}

static void due_never_goes_back_as_days_go_by(void **state) {
  const Publication rules[] = {NEXT_DAY, SAME_DAY, {PUBLICATION_NEXT_DAY, 0}, {PUBLICATION_SAME_DAY, 1439}};
  for (size_t rule = 0; rule < 4; rule++) {
    Instant before = INSTANT_NONE;
    for (Day day = day_of("2014-12-01"); day < day_of("2028-02-01"); day = day_next_weekday(day)) {
      Instant due = due_instant(rules[rule], *state, day);
      assert_true(due >= before);
      before = due;
    }
  }
}

static void the_newest_due_day_is_due_and_the_next_weekday_is_not(void **state) {
  const Publication rules[] = {NEXT_DAY, SAME_DAY, {PUBLICATION_NEXT_DAY, 0}, {PUBLICATION_SAME_DAY, 0}};
  Instant step = INT64_C(37) * 60 * 1000 * 11; /* meets every hour of the day in time */
  for (size_t rule = 0; rule < 4; rule++) {
    for (Instant now = instant_of("2024-12-01T00:00:00Z"); now < instant_of("2025-12-01T00:00:00Z"); now += step) {
      Day newest = due_newest(rules[rule], *state, now);
      assert_false(day_is_weekend(newest));
      assert_true(due_instant(rules[rule], *state, newest) <= now);
      assert_true(due_instant(rules[rule], *state, day_next_weekday(newest)) > now);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_session_is_due_at_eight_of_the_next_trading_day),
      cmocka_unit_test(a_same_day_source_is_due_the_evening_of_the_day),
      cmocka_unit_test(the_newest_due_day_follows_the_next_day_rule),
      cmocka_unit_test(the_newest_due_day_follows_the_same_day_rule),
      cmocka_unit_test(due_never_goes_back_as_days_go_by),
      cmocka_unit_test(the_newest_due_day_is_due_and_the_next_weekday_is_not),
  };
  return cmocka_run_group_tests(tests, load_closures, free_closures);
}
