/* When quotes are the day's session: real sessions as a broker would quote them, and all that may be wrong with them.
 */
#include "market_rows.h"

#include <closebell/plan/evening.h>

#include "named.h"

enum { QUOTES_MAX = 128 };

/* A real day, quoted at 15:42 and again a minute later. */
typedef struct {
  Session archived, day; /* owned */
  Quote read[QUOTES_MAX], again[QUOTES_MAX];
  EveningFacts facts;
} Evening;

static size_t quote_all(const Session *session, const Session *codes, Quote *quotes) {
  size_t count = 0;
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    if (session_find(codes, row->ticker) == NULL) continue;
    Quote *quote = &quotes[count++];
    *quote = (Quote){.open = row->open,
                     .high = row->high,
                     .low = row->low,
                     .close = row->close,
                     .base_price = row_base_price(row),
                     .volume = row->volume,
                     .value = row->value};
    text_copy(quote->ticker, sizeof quote->ticker, row->ticker);
    if (row->volume == 0) quote->open = quote->high = quote->low = 0;
  }
  return count;
}

/* The n-th recorded day (from 1), with the one before it archived. */
static void prepare(Evening *evening, size_t n) {
  *evening = (Evening){.archived = session_from_raw(RAW_DATES[n - 1]), .day = session_from_raw(RAW_DATES[n])};
  evening->facts = (EveningFacts){.date = evening->day.date, .archived = &evening->archived, .window = {941, 958}};
  evening->facts.begun = instant_from_kst(evening->day.date, 942);
  evening->facts.ended = instant_from_kst(evening->day.date, 944);
  size_t count = quote_all(&evening->day, &evening->archived, evening->read);
  memcpy(evening->again, evening->read, sizeof evening->read);
  evening->facts.read = (Quotes){evening->read, count};
  evening->facts.again = (Quotes){evening->again, count < EVENING_STILL_CODES ? count : EVENING_STILL_CODES};
}

static void end(Evening *evening) {
  session_free(&evening->archived);
  session_free(&evening->day);
}

static EveningVerdict judge(const Evening *evening, Session *ret_session) {
  EveningVerdict verdict = {0};
  Error err = {{0}};
  *ret_session = (Session){0};
  assert_int_equal(evening_judge(&evening->facts, ret_session, &verdict, &err), STATUS_OK);
  assert_int_equal(verdict.kind == EVENING_GOOD, ret_session->count > 0);
  return verdict;
}

static void assert_refused(const Evening *evening, EveningKind kind, const char *says) {
  Session session;
  EveningVerdict verdict = judge(evening, &session);
  assert_named(verdict.message, says);
  assert_int_equal(verdict.kind, kind);
  session_free(&session);
}

/* New listings come with the final session; what is there is equal to the last won and share. */
static void every_real_day_is_its_evening(void **state) {
  (void)state;
  for (size_t n = 1; n < RAW_DATE_COUNT; n++) {
    Evening evening;
    Session session;
    prepare(&evening, n);
    EveningVerdict verdict = judge(&evening, &session);
    assert_named(verdict.message, RAW_DATES[n - 1]);
    assert_int_equal(verdict.kind, EVENING_GOOD);
    assert_int_equal(session.date, evening.day.date);
    assert_int_equal(session.markets, evening.archived.markets);
    for (size_t i = 0; i < session.count; i++) {
      const StockRow *row = &session.rows[i], *final = session_find(&evening.day, row->ticker);
      assert_non_null(final);
      assert_null(row_fault(row));
      if (final->volume == 0) continue;
      assert_int_equal(row->open, final->open);
      assert_int_equal(row->close, final->close);
      assert_int_equal(row->change, final->change);
      assert_int_equal(row->volume, final->volume);
      assert_int_equal(row->value, final->value);
    }
    session_free(&session);
    end(&evening);
  }
}

static void on_a_holiday_nothing_is_believed(void **state) {
  (void)state;
  Evening evening;
  prepare(&evening, 3);
  evening.facts.calendar = OPEN_NO;
  assert_refused(&evening, EVENING_HOLIDAY, "closed");
  evening.facts.calendar = OPEN_YES;
  Session session;
  assert_int_equal(judge(&evening, &session).kind, EVENING_GOOD);
  session_free(&session);
  end(&evening);
}

/* Yesterday's quotes shown as today's: as they were, or as the after-market has left them. */
static void quotes_of_the_session_before_are_found_out(void **state) {
  (void)state;
  Evening evening;
  prepare(&evening, 3);
  evening.facts.read.count = evening.facts.again.count = quote_all(&evening.archived, &evening.archived, evening.read);
  memcpy(evening.again, evening.read, sizeof evening.read);
  assert_refused(&evening, EVENING_REPEATED, RAW_DATES[2]);
  for (size_t i = 0; i < evening.facts.read.count; i++) {
    Quote *quote = &evening.read[i];
    if (quote->open == 0) continue;
    quote->close = quote->high += 5;
    quote->volume += 100;
  }
  memcpy(evening.again, evening.read, sizeof evening.read);
  assert_refused(&evening, EVENING_REPEATED, RAW_DATES[2]);
  end(&evening);
}

static void a_session_that_does_not_continue_the_archived_one_is_not_believed(void **state) {
  (void)state;
  Evening evening;
  prepare(&evening, 3);
  Session older = session_from_raw(RAW_DATES[0]); /* two sessions are missing between */
  evening.facts.archived = &older;
  assert_refused(&evening, EVENING_UNLINKED, RAW_DATES[0]);
  session_free(&older);
  end(&evening);
}

static void quotes_of_an_earlier_session_are_found_out(void **state) {
  (void)state;
  Evening evening;
  Session session;
  prepare(&evening, 5);
  EveningVerdict verdict = judge(&evening, &session);
  for (size_t n = 0; n < RAW_DATE_COUNT; n++) {
    if (n == 5) continue;
    Session other = session_from_raw(RAW_DATES[n]);
    evening_compare(&session, &other, &verdict);
    assert_int_equal(verdict.kind, EVENING_GOOD);
    session_free(&other);
  }
  evening_compare(&session, &evening.day, &verdict);
  assert_int_equal(verdict.kind, EVENING_REPEATED);
  assert_named(verdict.message, RAW_DATES[5]);
  session_free(&session);
  end(&evening);
}

static void half_the_codes_are_no_session(void **state) {
  (void)state;
  Evening evening;
  prepare(&evening, 3);
  size_t count = evening.facts.read.count;
  evening.facts.read.count = evening.facts.again.count = count / 2;
  assert_refused(&evening, EVENING_INCOMPLETE, "codes");
  evening.facts.read.count = 0;
  assert_refused(&evening, EVENING_INCOMPLETE, "no stock");
  evening.facts.read.count = count;
  evening.facts.again.count = count / 3; /* of the second reading */
  assert_refused(&evening, EVENING_INCOMPLETE, "a minute later");
  evening.facts.again.count = count;
  for (size_t i = 0; i < count; i++) evening.read[i].open = evening.read[i].high = evening.read[i].low = 0;
  assert_refused(&evening, EVENING_INCOMPLETE, "without a trade");
  end(&evening);
}

/* How a halted stock is quoted is not known: perhaps not at all. */
static void stocks_that_rest_may_be_missing(void **state) {
  (void)state;
  Evening evening;
  Session session;
  prepare(&evening, 3);
  size_t kept = 0;
  for (size_t i = 0; i < evening.facts.read.count; i++) {
    const StockRow *row = session_find(&evening.archived, evening.read[i].ticker);
    if (row_has_trades(row)) evening.read[kept++] = evening.read[i];
  }
  assert_true(kept < evening.facts.read.count);
  evening.facts.read.count = kept;
  assert_int_equal(judge(&evening, &session).kind, EVENING_GOOD);
  assert_int_equal(session.count, kept);
  session_free(&session);
  end(&evening);
}

/* Exam days close at 16:30. */
static void a_price_that_moves_within_a_minute_means_that_the_market_trades(void **state) {
  (void)state;
  Evening evening;
  Session session;
  prepare(&evening, 3);
  for (size_t i = 0; i < evening.facts.again.count; i++) evening.again[i].volume += 10;
  assert_int_equal(judge(&evening, &session).kind, EVENING_GOOD); /* closing-price trades go on until 16:00 */
  session_free(&session);
  evening.again[7].close++;
  assert_refused(&evening, EVENING_TRADING, evening.again[7].ticker);
  evening.again[7].close--;
  evening.again[9].high++;
  assert_refused(&evening, EVENING_TRADING, evening.again[9].ticker);
  end(&evening);
}

static void a_call_outside_the_window_spoils_the_reading(void **state) {
  (void)state;
  Evening evening;
  Session session;
  prepare(&evening, 3);
  evening.facts.ended = instant_from_kst(evening.day.date, 958);
  assert_int_equal(judge(&evening, &session).kind, EVENING_GOOD);
  session_free(&session);
  evening.facts.ended++; /* it crosses the end */
  assert_refused(&evening, EVENING_OUTSIDE, "15:58");
  evening.facts.ended--;
  evening.facts.begun = instant_from_kst(evening.day.date, 941) - 1;
  assert_refused(&evening, EVENING_OUTSIDE, "15:41");
  evening.facts.begun = evening.facts.ended = instant_from_kst(evening.day.date + 1, 942);
  assert_refused(&evening, EVENING_OUTSIDE, "15:58");
  end(&evening);
}

static void a_window_is_two_times_of_the_day(void **state) {
  (void)state;
  EveningWindow window = {1, 2};
  static const char *const refused[] = {"",
                                        "15:41",
                                        "15:41-15:41",
                                        "15:58-15:41",
                                        "15:41-15:60",
                                        "24:00-24:01",
                                        "15:41 -15:58",
                                        "15:41-15:58 ",
                                        "1541-15:581",
                                        "5:41-15:58",
                                        "15:41-15:5x",
                                        "-5:41-15:58"};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
    if (evening_window_parse(refused[i], &window)) fail_msg("\"%s\" was taken", refused[i]);
  assert_int_equal(window.from, 1);
  assert_true(evening_window_parse("15:41-15:58", &window));
  assert_int_equal(window.from, 941);
  assert_int_equal(window.to, 958);
  Day date = day_of("2026-09-16");
  assert_int_equal(evening_time(&window, date, instant_from_kst(date, 941) - 1, 0), EVENING_TOO_EARLY);
  assert_int_equal(evening_time(&window, date, instant_from_kst(date, 941), 60000), EVENING_IN_TIME);
  assert_int_equal(evening_time(&window, date, instant_from_kst(date, 957), 60000), EVENING_IN_TIME);
  assert_int_equal(evening_time(&window, date, instant_from_kst(date, 957), 60001), EVENING_TOO_LATE);
}

static void codes_are_asked_for_thirty_at_a_time(void **state) {
  (void)state;
  Session session = session_from_raw(RAW_DATES[0]);
  char text[256];
  size_t calls = evening_calls(&session, 30), codes = 0;
  assert_int_equal(calls, (session.count + 29) / 30);
  for (size_t call = 0; call < calls; call++) {
    assert_true(evening_codes(&session, call, 30, text, sizeof text));
    for (char *at = text, *code; (code = strsep(&at, ",")) != NULL; codes++)
      assert_string_equal(code, session.rows[codes].ticker);
  }
  assert_int_equal(codes, session.count);
  assert_false(evening_codes(&session, calls, 30, text, sizeof text));
  assert_false(evening_codes(&session, 0, 30, text, 100));
  session_free(&session);
}

static void differences_are_stocks_whose_prices_differ(void **state) {
  (void)state;
  Session evening = session_from_raw(RAW_DATES[0]), final = session_from_raw(RAW_DATES[0]);
  assert_int_equal(evening_differences(&evening, &final), 0);
  evening.rows[3].volume++;
  evening.rows[3].market_cap++;
  assert_int_equal(evening_differences(&evening, &final), 0);
  evening.rows[3].low++;
  evening.rows[5].close++;
  assert_int_equal(evening_differences(&evening, &final), 2);
  final.count--; /* one that is not listed any more */
  assert_int_equal(evening_differences(&evening, &final), 3);
  final.count++;
  evening.count -= 2; /* and two that were not quoted */
  assert_int_equal(evening_differences(&evening, &final), 2);
  evening.count += 2;
  session_free(&evening);
  session_free(&final);
  assert_false(evening_is_expired(day_of("2025-04-01"), day_of("2025-05-01")));
  assert_true(evening_is_expired(day_of("2025-03-31"), day_of("2025-05-01")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_real_day_is_its_evening),
      cmocka_unit_test(on_a_holiday_nothing_is_believed),
      cmocka_unit_test(quotes_of_the_session_before_are_found_out),
      cmocka_unit_test(a_session_that_does_not_continue_the_archived_one_is_not_believed),
      cmocka_unit_test(quotes_of_an_earlier_session_are_found_out),
      cmocka_unit_test(half_the_codes_are_no_session),
      cmocka_unit_test(stocks_that_rest_may_be_missing),
      cmocka_unit_test(a_price_that_moves_within_a_minute_means_that_the_market_trades),
      cmocka_unit_test(a_call_outside_the_window_spoils_the_reading),
      cmocka_unit_test(a_window_is_two_times_of_the_day),
      cmocka_unit_test(codes_are_asked_for_thirty_at_a_time),
      cmocka_unit_test(differences_are_stocks_whose_prices_differ),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
