/* Which stock is meant by a name: just that one, one that has it in its name, or one that is spelt nearly so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/market/name_search.h>

static Target targets[] = {
    {.ticker = "000660", .name = "SK하이닉스", .market_cap = 130},
    {.ticker = "005930", .name = "삼성전자", .market_cap = 330},
    {.ticker = "005935", .name = "삼성전자우", .market_cap = 40},
    {.ticker = "006400", .name = "삼성SDI", .market_cap = 20},
    {.ticker = "051910", .name = "LG화학", .market_cap = 15},
    {.ticker = "034730", .name = "SK", .market_cap = 9},
    {.ticker = "111111", .name = "같은이름", .market_cap = 1},
    {.ticker = "222222", .name = "같은이름", .market_cap = 2},
};
static const Universe universe = {.items = targets, .count = sizeof targets / sizeof targets[0]};

static void assert_found(const char *wanted, NameMatch kind, const char *tickers) {
  char found[NAME_MATCHES * TICKER_SIZE + 1] = "";
  assert_true(name_is_searchable(wanted));
  NameMatches matches = name_search(&universe, wanted);
  for (size_t i = 0; i < matches.shown; i++) {
    if (i > 0) strcat(found, " ");
    strcat(found, matches.items[i]->ticker);
  }
  if (strcmp(found, tickers) != 0) fail_msg("%s: \"%s\", not \"%s\"", wanted, found, tickers);
  assert_int_equal(matches.kind, kind);
  assert_int_equal(matches.count, matches.shown);
}

static void the_whole_name_comes_before_a_part_of_others(void **state) {
  (void)state;
  assert_found("삼성전자", NAME_EXACT, "005930");
  assert_found("SK", NAME_EXACT, "034730");
  assert_found("삼성전자우", NAME_EXACT, "005935");
}

static void a_part_finds_the_largest_first(void **state) {
  (void)state;
  assert_found("하이닉스", NAME_PART, "000660");
  assert_found("삼성", NAME_PART, "005930 005935 006400");
}

static void case_and_spaces_do_not_count(void **state) {
  (void)state;
  assert_found("sk하이닉스", NAME_EXACT, "000660");
  assert_found("LG 화학", NAME_EXACT, "051910");
  assert_found(" sdi ", NAME_PART, "006400");
}

/* 삼성전자 as macOS types it: every syllable in its letters. */
static void letters_of_a_syllable_are_the_syllable(void **state) {
  (void)state;
  assert_found("\u1109\u1161\u11B7\u1109\u1165\u11BC\u110C\u1165\u11AB\u110C\u1161", NAME_EXACT, "005930");
  assert_found("\u110C\u1165\u11AB\u110C\u1161", NAME_PART, "005930 005935");
}

static void two_of_the_same_name_are_two(void **state) {
  (void)state;
  assert_found("같은이름", NAME_EXACT, "222222 111111");
}

static void what_is_nearly_so_is_told_as_near(void **state) {
  (void)state;
  assert_found("삼성전저", NAME_NEAR, "005930");
  assert_found("SK하이니스", NAME_NEAR, "000660");
  assert_found("LG화하", NAME_NEAR, "051910");
}

static void what_nobody_is_called_finds_nothing(void **state) {
  (void)state;
  assert_found("대한항공", NAME_NONE, "");
  assert_found("가", NAME_NONE, "");
}

static void more_than_are_shown_are_counted(void **state) {
  (void)state;
  static Target many[NAME_MATCHES + 5];
  const Universe crowd = {.items = many, .count = NAME_MATCHES + 5};
  for (size_t i = 0; i < crowd.count; i++) {
    snprintf(many[i].ticker, TICKER_SIZE, "%06u", (unsigned)(i % 1000000));
    snprintf(many[i].name, STOCK_NAME_SIZE, "은행%zu", i);
    many[i].market_cap = (int64_t)i;
  }
  NameMatches matches = name_search(&crowd, "은행");
  assert_int_equal(matches.count, NAME_MATCHES + 5);
  assert_int_equal(matches.shown, NAME_MATCHES);
  for (size_t i = 0; i < matches.shown; i++) assert_ptr_equal(matches.items[i], &many[crowd.count - 1 - i]);
}

static void only_what_can_be_a_name_is_searched_for(void **state) {
  (void)state;
  char longer[NAME_WANTED_SIZE + 1];
  memset(longer, 'a', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  assert_false(name_is_searchable(longer));
  longer[NAME_WANTED_SIZE - 1] = '\0';
  assert_true(name_is_searchable(longer));
  assert_int_equal(name_search(&universe, longer).count, 0);
  assert_false(name_is_searchable(""));
  assert_false(name_is_searchable("   "));
  assert_false(name_is_searchable("5930"));
  assert_false(name_is_searchable("\xEC\x82"));
  assert_false(name_is_searchable("삼성\033[2J"));
  assert_false(name_is_searchable("../etc"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_whole_name_comes_before_a_part_of_others),
      cmocka_unit_test(a_part_finds_the_largest_first),
      cmocka_unit_test(case_and_spaces_do_not_count),
      cmocka_unit_test(letters_of_a_syllable_are_the_syllable),
      cmocka_unit_test(two_of_the_same_name_are_two),
      cmocka_unit_test(what_is_nearly_so_is_told_as_near),
      cmocka_unit_test(what_nobody_is_called_finds_nothing),
      cmocka_unit_test(more_than_are_shown_are_counted),
      cmocka_unit_test(only_what_can_be_a_name_is_searched_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
