#include "market_rows.h"

#include <closebell/market/filter.h>

static const EntryFilter FILTER = {.markets = (1u << MARKET_KOSPI) | (1u << MARKET_KOSDAQ),
                                   .min_market_cap = INT64_C(100000000000),
                                   .exit_market_cap = INT64_C(80000000000),
                                   .exit_sessions = 20};

static FilterReason entry(const EntryFilter *filter, const StockRow *row) {
  StockFacts facts = stock_facts(filter, row, NULL, 0);
  return filter_entry(filter, &facts);
}

static void a_stock_enters_at_exactly_the_threshold(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.market_cap = FILTER.min_market_cap;
  assert_int_equal(entry(&FILTER, &row), FILTER_PASSED);
  row.market_cap--;
  assert_int_equal(entry(&FILTER, &row), FILTER_MARKET_CAP);
}

static void an_unwanted_market_is_named_first(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.market = MARKET_KONEX;
  row.market_cap = 0;
  assert_int_equal(entry(&FILTER, &row), FILTER_MARKET);
  row.market_cap = INT64_MAX;
  assert_int_equal(entry(&FILTER, &row), FILTER_MARKET);
}

static void a_stock_that_is_not_traded_may_enter(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.market = MARKET_KOSDAQ;
  row.market_cap = FILTER.min_market_cap;
  row.open = 0;
  assert_int_equal(entry(&FILTER, &row), FILTER_PASSED);
}

static void kinds_are_told_by_code_and_name(void **state) {
  (void)state;
  const struct {
    const char *ticker, *name;
    Kind kind;
  } cases[] = {
      {"005930", "삼성전자", KIND_COMMON},
      {"005935", "삼성전자우", KIND_PREFERRED},
      {"001067", "JW중외제약2우B", KIND_PREFERRED},
      {"00104K", "CJ4우(전환)", KIND_PREFERRED},
      {"37550L", "DL이앤씨2우(전환)", KIND_PREFERRED},
      {"458650", "성우", KIND_COMMON},
      {"294090", "이오플로우", KIND_COMMON},
      {"0126Z0", "삼성에피스홀딩스", KIND_COMMON},
      {"448740", "삼성스팩8호", KIND_SPAC},
      {"355150", "교보10호스팩", KIND_SPAC},
      {"293940", "신한알파리츠", KIND_REIT},
      {"088260", "이리츠코크렙", KIND_REIT},
      {"138040", "메리츠금융지주", KIND_COMMON},
      {"369370", "블리츠웨이스튜디오", KIND_COMMON},
      {"069500", "KODEX 200", KIND_ETF},
      {"530031", "삼성 레버리지 WTI원유 선물 ETN", KIND_ETN},
      {"57JB12", "한국JB12삼성전자콜", KIND_ELW},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (kind_of(cases[i].ticker, cases[i].name) != cases[i].kind)
      fail_msg("%s %s is said to be %s", cases[i].ticker, cases[i].name,
               kind_name(kind_of(cases[i].ticker, cases[i].name)));
  for (Kind kind = 0; kind < KIND_COUNT; kind++) {
    Kind parsed;
    assert_true(kind_parse(kind_name(kind), &parsed));
    assert_int_equal(parsed, kind);
  }
}

static void an_excluded_kind_does_not_enter_and_a_halted_stock_only_where_that_is_excluded(void **state) {
  (void)state;
  EntryFilter filter = FILTER;
  Error err = {{0}};
  StockRow row = row_of("005935", 1000), halted = row_of("005930", 1000);
  row.market_cap = halted.market_cap = FILTER.min_market_cap;
  halted.open = 0;
  assert_int_equal(filter_parse_excluded("preferred, spac", &filter, &err), STATUS_OK);
  assert_int_equal(entry(&filter, &row), FILTER_PREFERRED);
  assert_int_equal(entry(&filter, &halted), FILTER_PASSED);
  assert_int_equal(filter_parse_excluded("halted", &filter, &err), STATUS_OK);
  assert_int_equal(entry(&filter, &row), FILTER_PASSED);
  assert_int_equal(entry(&filter, &halted), FILTER_HALTED);
  assert_int_equal(filter_parse_excluded("", &filter, &err), STATUS_OK);
  assert_int_equal(entry(&filter, &halted), FILTER_PASSED);
}

static FilterReason entry_in(const EntryFilter *filter, const Session *const *window, size_t count,
                             const char *ticker) {
  const StockRow *row = session_find(window[0], ticker);
  assert_non_null(row);
  StockFacts facts = stock_facts(filter, row, window, count);
  return filter_entry(filter, &facts);
}

/* 005930 by its code a common share, 005935 a preferred one, 448740 a SPAC by its name. */
static Session session_with_kinds(Day date, uint8_t common, uint8_t preferred, uint8_t spac) {
  StockRow rows[] = {row_of("005930", 1000000), row_of("005935", 1000000), row_of("448740", 1000000)};
  strcpy(rows[2].name, "삼성스팩8호");
  rows[0].base_kind = common;
  rows[1].base_kind = preferred;
  rows[2].base_kind = spac;
  return session_of(date, rows, 3);
}

static void what_base_info_says_goes_before_code_and_name(void **state) {
  (void)state;
  EntryFilter filter = FILTER;
  Error err = {{0}};
  Session session = session_with_kinds(10, 1 + KIND_FOREIGN, 1 + KIND_COMMON, 1 + KIND_COMMON);
  const Session *window[] = {&session};
  assert_int_equal(filter_parse_excluded("preferred,spac,foreign", &filter, &err), STATUS_OK);
  assert_int_equal(entry_in(&filter, window, 1, "005930"), FILTER_FOREIGN);
  assert_int_equal(entry_in(&filter, window, 1, "005935"), FILTER_PASSED);
  assert_int_equal(entry_in(&filter, window, 1, "448740"), FILTER_SPAC); /* common shares in base info */
  session_free(&session);
}

static void what_base_info_said_before_holds_until_it_says_something_else(void **state) {
  (void)state;
  EntryFilter filter = FILTER;
  Error err = {{0}};
  Session sessions[] = {session_with_kinds(14, 0, 0, 0), session_with_kinds(13, 0, 0, 0),
                        session_with_kinds(12, 1 + KIND_FUND, 0, 0), session_with_kinds(11, 1 + KIND_DR, 0, 0)};
  const Session *window[] = {&sessions[0], &sessions[1], &sessions[2], &sessions[3]};
  assert_int_equal(filter_parse_excluded("fund,dr", &filter, &err), STATUS_OK);
  assert_int_equal(entry_in(&filter, window, 4, "005930"), FILTER_FUND);
  assert_int_equal(entry_in(&filter, window + 3, 1, "005930"), FILTER_DR);
  assert_int_equal(entry_in(&filter, window, 2, "005930"), FILTER_PASSED); /* not in the window: code and name */
  for (size_t i = 0; i < 4; i++) session_free(&sessions[i]);
}

static void an_administrative_issue_is_kept_out_where_that_is_asked_for(void **state) {
  (void)state;
  EntryFilter filter = FILTER;
  Error err = {{0}};
  StockRow row = row_of("005930", 1000);
  row.market_cap = FILTER.min_market_cap;
  row.administrative = true;
  assert_int_equal(entry(&filter, &row), FILTER_PASSED);
  assert_int_equal(filter_parse_excluded("administrative", &filter, &err), STATUS_OK);
  assert_int_equal(entry(&filter, &row), FILTER_ADMINISTRATIVE);
  row.administrative = false;
  assert_int_equal(entry(&filter, &row), FILTER_PASSED);
}

static void the_filter_with_every_word_has_one_written_form(void **state) {
  (void)state;
  static const char ALL[] = "preferred,spac,reit,etf,etn,elw,fund,foreign,dr,administrative,halted";
  char text[FILTER_TEXT_SIZE], again[FILTER_TEXT_SIZE];
  Error err = {{0}};
  EntryFilter filter = {.markets = 7, .min_market_cap = INT64_C(9000000000000000), .exit_sessions = 250}, parsed = {0};
  filter.exit_market_cap = filter.min_traded_value = filter.min_market_cap;
  filter.min_sessions = 2500;
  assert_int_equal(filter_parse_excluded(ALL, &filter, &err), STATUS_OK);
  assert_non_null(strstr(filter_format(&filter, text), ALL));
  assert_true(filter_parse(text, &parsed));
  assert_string_equal(filter_format(&parsed, again), text);
  assert_true(parsed.exclude_administrative && parsed.exclude_halted);
}

static void what_cannot_be_excluded_is_named(void **state) {
  (void)state;
  const char *const bad[] = {"warrants", "common", "spac,spac",  "halted,halted",
                             "spac,",    ",spac",  "spac,,reit", "preferredpreferredpreferred"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    EntryFilter filter = FILTER;
    Error err = {{0}};
    if (filter_parse_excluded(bad[i], &filter, &err) != STATUS_CONFIG) fail_msg("\"%s\" was taken", bad[i]);
    assert_true(err.text[0] != 0);
    assert_int_equal(filter.excluded, 0);
  }
}

enum { WINDOW = 30 };

/* Thirty sessions, newest first: 005930 in all of them, 000660 in the newest five. Values fall by 10 a session into the
 * past. */
static void make_window(Session sessions[WINDOW], const Session *window[WINDOW]) {
  for (size_t i = 0; i < WINDOW; i++) {
    StockRow rows[] = {row_of("000660", 1000), row_of("005930", 1000)};
    rows[0].value = rows[1].value = 1000 - 10 * (int64_t)i;
    bool both = i < 5;
    sessions[i] = session_of(100 - (Day)i, both ? rows : rows + 1, both ? 2 : 1);
    window[i] = &sessions[i];
  }
}

static void a_new_listing_enters_after_so_many_sessions_or_as_many_as_are_known(void **state) {
  (void)state;
  Session sessions[WINDOW];
  const Session *window[WINDOW];
  make_window(sessions, window);
  EntryFilter filter = {.markets = 7};
  const StockRow *young = session_find(window[0], "000660"), *old = session_find(window[0], "005930");
  for (int wanted = 0; wanted <= 10; wanted++) {
    filter.min_sessions = wanted;
    StockFacts facts = stock_facts(&filter, young, window, WINDOW);
    assert_int_equal(filter_entry(&filter, &facts), wanted <= 5 ? FILTER_PASSED : FILTER_NEW);
    assert_int_equal(filter_exit(&filter, &facts), FILTER_PASSED);
    facts = stock_facts(&filter, old, window, WINDOW);
    assert_int_equal(filter_entry(&filter, &facts), FILTER_PASSED);
  }
  filter.min_sessions = 100;
  StockFacts facts = stock_facts(&filter, old, window, WINDOW);
  assert_int_equal(filter_entry(&filter, &facts), FILTER_PASSED);
  for (size_t i = 0; i < WINDOW; i++) session_free(&sessions[i]);
}

static void the_traded_value_is_the_average_of_twenty_sessions_and_leaving_takes_less(void **state) {
  (void)state;
  Session sessions[WINDOW];
  const Session *window[WINDOW];
  make_window(sessions, window);
  EntryFilter filter = {.markets = 7, .min_traded_value = 1};
  const StockRow *old = session_find(window[0], "005930"), *young = session_find(window[0], "000660");
  StockFacts facts = stock_facts(&filter, old, window, WINDOW);
  int64_t expected = 0;
  for (int64_t i = 0; i < 20; i++) expected += (1000 - 10 * i) / 20;
  assert_int_equal(facts.traded_value, expected);
  facts = stock_facts(&filter, young, window, WINDOW);
  assert_int_equal(facts.traded_value, (1000 / 20) + (990 / 20) + (980 / 20) + (970 / 20) + (960 / 20));
  filter.min_traded_value = facts.traded_value + 1;
  assert_int_equal(filter_entry(&filter, &facts), FILTER_TRADED_VALUE);
  assert_int_equal(filter_exit(&filter, &facts), FILTER_PASSED);
  filter.min_traded_value = facts.traded_value * 2;
  assert_int_equal(filter_exit(&filter, &facts), FILTER_TRADED_VALUE);
  for (size_t i = 0; i < WINDOW; i++) session_free(&sessions[i]);
}

static void a_filter_reads_back_from_its_text_and_nothing_else_does(void **state) {
  (void)state;
  EntryFilter filter = {.markets = 3,
                        .min_market_cap = INT64_C(100000000000),
                        .exit_market_cap = INT64_C(80000000000),
                        .exit_sessions = 20,
                        .excluded = 1u << KIND_SPAC | 1u << KIND_PREFERRED,
                        .exclude_halted = true,
                        .min_sessions = 60,
                        .min_traded_value = 7};
  char text[FILTER_TEXT_SIZE], again[FILTER_TEXT_SIZE];
  EntryFilter back = {0};
  assert_string_equal(filter_format(&filter, text),
                      "markets=KOSPI,KOSDAQ cap=100000000000 exit_cap=80000000000 exit_sessions=20 "
                      "exclude=preferred,spac,halted sessions=60 value=7");
  assert_true(filter_parse(text, &back));
  assert_string_equal(filter_format(&back, again), text);
  assert_true(filter_parse(filter_format(&FILTER, text), &back));
  assert_int_equal(back.excluded, 0);
  const char *const bad[] = {"",
                             "markets=KOSPI",
                             "markets=NYSE cap=1 exit_cap=1 exit_sessions=1 exclude=- sessions=0 value=0",
                             "markets=KOSPI cap=1 exit_cap=1 exit_sessions=1 exclude=x sessions=0 value=0",
                             "markets=KOSPI cap=1 exit_cap=1 exit_sessions=1 exclude=- sessions=0 value=0 more",
                             "markets=KOSPI cap=01 exit_cap=1 exit_sessions=1 exclude=- sessions=0 value=0"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(filter_parse(bad[i], &back));
}

static void every_reason_has_its_name(void **state) {
  (void)state;
  assert_string_equal(filter_reason_name(FILTER_PASSED), "passed");
  assert_string_equal(filter_reason_name(FILTER_MARKET), "market");
  assert_string_equal(filter_reason_name(FILTER_MARKET_CAP), "market_cap");
  assert_non_null(filter_reason_name(FILTER_REASON_COUNT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kinds_are_told_by_code_and_name),
      cmocka_unit_test(an_excluded_kind_does_not_enter_and_a_halted_stock_only_where_that_is_excluded),
      cmocka_unit_test(what_base_info_says_goes_before_code_and_name),
      cmocka_unit_test(what_base_info_said_before_holds_until_it_says_something_else),
      cmocka_unit_test(an_administrative_issue_is_kept_out_where_that_is_asked_for),
      cmocka_unit_test(the_filter_with_every_word_has_one_written_form),
      cmocka_unit_test(what_cannot_be_excluded_is_named),
      cmocka_unit_test(a_new_listing_enters_after_so_many_sessions_or_as_many_as_are_known),
      cmocka_unit_test(the_traded_value_is_the_average_of_twenty_sessions_and_leaving_takes_less),
      cmocka_unit_test(a_filter_reads_back_from_its_text_and_nothing_else_does),
      cmocka_unit_test(a_stock_enters_at_exactly_the_threshold),
      cmocka_unit_test(an_unwanted_market_is_named_first),
      cmocka_unit_test(a_stock_that_is_not_traded_may_enter),
      cmocka_unit_test(every_reason_has_its_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
