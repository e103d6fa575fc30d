#include "market_rows.h"

#include <closebell/plan/refused.h>

/* Twenty stocks that all traded, the closes counted up from that number. */
static Session rows_from(const char *date, int64_t close) {
  Session session = {.date = day_of(date), .markets = 1};
  Error err = {{0}};
  for (int i = 0; i < 20; i++) {
    char ticker[TICKER_SIZE];
    snprintf(ticker, sizeof ticker, "%06d", i * 10);
    StockRow row = row_of(ticker, close + i);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  return session;
}

static void refuse(Refused *refused, const char *date, int64_t close, RefusedWhy why) {
  Session session = rows_from(date, close);
  refused_keep(refused, &session, why);
  assert_int_equal(session.count, 0);
  assert_null(session.rows);
}

static Day latest(const Refused *refused, const char *before, const char *date, RefusedWhy why) {
  const Session *session = refused_latest(refused, before ? day_of(before) : DAY_NONE, day_of(date), why);
  return session ? session->date : DAY_NONE;
}

static void the_latest_between_two_days_is_found_by_its_reason(void **state) {
  (void)state;
  Refused refused = {0};
  refuse(&refused, "2025-04-08", 100, REFUSED_BROKEN);
  refuse(&refused, "2025-04-09", 200, REFUSED_MISPLACED);
  refuse(&refused, "2025-04-07", 300, REFUSED_BROKEN);
  assert_int_equal(latest(&refused, NULL, "2025-04-10", REFUSED_BROKEN), day_of("2025-04-08"));
  assert_int_equal(latest(&refused, NULL, "2025-04-08", REFUSED_BROKEN), day_of("2025-04-07"));
  assert_int_equal(latest(&refused, NULL, "2025-04-10", REFUSED_MISPLACED), day_of("2025-04-09"));
  assert_int_equal(latest(&refused, "2025-04-08", "2025-04-10", REFUSED_BROKEN), DAY_NONE);
  assert_int_equal(latest(&refused, NULL, "2025-04-07", REFUSED_BROKEN), DAY_NONE);
  refused_free(&refused);
}

static void a_day_that_is_refused_again_is_kept_once(void **state) {
  (void)state;
  Refused refused = {0};
  refuse(&refused, "2025-04-08", 100, REFUSED_BROKEN);
  refuse(&refused, "2025-04-08", 100, REFUSED_MISPLACED);
  assert_int_equal(latest(&refused, NULL, "2025-04-10", REFUSED_BROKEN), DAY_NONE);
  assert_int_equal(latest(&refused, NULL, "2025-04-10", REFUSED_MISPLACED), day_of("2025-04-08"));
  refused_free(&refused);
}

static void the_oldest_gives_way_when_there_are_too_many(void **state) {
  (void)state;
  Refused refused = {0};
  Day first = day_of("2025-04-01");
  for (int i = 0; i <= REFUSED_SESSIONS; i++) refuse(&refused, day_text(first + i).text, 100 * (i + 1), REFUSED_BROKEN);
  assert_null(refused_latest(&refused, first - 1, first + 1, REFUSED_BROKEN));
  assert_int_equal(refused_latest(&refused, first, first + 2, REFUSED_BROKEN)->date, first + 1);
  assert_int_equal(refused_latest(&refused, DAY_NONE, first + 99, REFUSED_BROKEN)->date, first + REFUSED_SESSIONS);
  refused_free(&refused);
}

static void rows_that_were_refused_for_a_day_before_are_not_believed_for_this_one(void **state) {
  (void)state;
  Refused refused = {0};
  refuse(&refused, "2025-04-08", 100, REFUSED_BROKEN);
  Session same = rows_from("2025-04-09", 100), other = rows_from("2025-04-09", 500);
  Verdict verdict = {.kind = VERDICT_GOOD, .unproven = true};
  refused_compare(&refused, DAY_NONE, &other, &verdict);
  assert_int_equal(verdict.kind, VERDICT_GOOD);
  refused_compare(&refused, day_of("2025-04-08"), &same, &verdict); /* a day that is archived by now */
  assert_int_equal(verdict.kind, VERDICT_GOOD);
  refused_compare(&refused, DAY_NONE, &same, &verdict);
  assert_int_equal(verdict.kind, VERDICT_BROKEN);
  assert_true(verdict.misplaced);
  session_free(&same);
  session_free(&other);
  refused_free(&refused);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_latest_between_two_days_is_found_by_its_reason),
      cmocka_unit_test(a_day_that_is_refused_again_is_kept_once),
      cmocka_unit_test(the_oldest_gives_way_when_there_are_too_many),
      cmocka_unit_test(rows_that_were_refused_for_a_day_before_are_not_believed_for_this_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
