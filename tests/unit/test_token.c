/* The pure part of the shared access token: whose turn it is, how long it lives, what is stored of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/token.h>

static const int64_t SECOND = 1000, HOUR = 3600 * 1000;
static const Instant NOW = INT64_C(1744267500000);
static const TokenRules RULES = {90 * 1000, 6 * 3600 * 1000, 24 * 3600 * 1000, 3600 * 1000};

static SharedToken claimed(Instant when) {
  return (SharedToken){.number = 1,
                       .holder = "a",
                       .claimed_utc = when,
                       .issued_utc = INSTANT_NONE,
                       .expires_utc = INSTANT_NONE,
                       .refused_utc = INSTANT_NONE};
}

static SharedToken issued(Instant when) {
  SharedToken token = claimed(when);
  strcpy(token.sealed, "00");
  token.issued_utc = when;
  token.expires_utc = when + 24 * HOUR;
  return token;
}

static TokenStep step(const SharedToken *newest, int64_t *ret_wait_ms) {
  *ret_wait_ms = -1;
  return token_step(newest, &RULES, RULES.apart_ms, NOW, ret_wait_ms);
}

static void who_finds_none_claims_one(void **state) {
  (void)state;
  int64_t wait;
  assert_int_equal(step(NULL, &wait), TOKEN_CLAIM);
}

static void a_good_one_is_used_until_an_hour_before_its_end(void **state) {
  (void)state;
  int64_t wait;
  SharedToken token = issued(NOW - 23 * HOUR + 1);
  assert_int_equal(step(&token, &wait), TOKEN_USE);
  token = issued(NOW - 23 * HOUR);
  assert_int_equal(step(&token, &wait), TOKEN_CLAIM);
}

static void a_claim_of_another_is_waited_for_and_then_passed(void **state) {
  (void)state;
  int64_t wait;
  SharedToken token = claimed(NOW - 89 * SECOND);
  assert_int_equal(step(&token, &wait), TOKEN_WAIT);
  assert_int_equal(wait, SECOND);
  token = claimed(NOW - 90 * SECOND);
  assert_int_equal(step(&token, &wait), TOKEN_CLAIM);
  token = claimed(NOW + HOUR); /* a server's clock that was set back */
  assert_int_equal(step(&token, &wait), TOKEN_WAIT);
  assert_int_equal(wait, RULES.apart_ms);
}

static void a_refused_one_is_replaced_no_sooner_than_a_claim_may_follow(void **state) {
  (void)state;
  int64_t wait;
  SharedToken token = issued(NOW - 10 * SECOND);
  token.refused_utc = NOW;
  assert_int_equal(step(&token, &wait), TOKEN_WAIT);
  assert_int_equal(wait, 80 * SECOND);
  token = issued(NOW - HOUR);
  token.refused_utc = NOW;
  assert_int_equal(step(&token, &wait), TOKEN_CLAIM);
}

static void its_times_are_those_written_where_they_can_be(void **state) {
  (void)state;
  Token token = {.lives_ms = 24 * HOUR, .ends = NOW + 20 * HOUR};
  SharedToken shared = claimed(NOW);
  token_take_times(&shared, &token, &RULES, NOW);
  assert_int_equal(shared.expires_utc, NOW + 20 * HOUR);
  assert_int_equal(shared.issued_utc, NOW - 4 * HOUR); /* it is given again, and says when it ends */
  assert_int_equal(token_same_until(&shared, &RULES), NOW + 2 * HOUR);
  const Instant nonsense[] = {INSTANT_NONE, NOW - HOUR, NOW + 48 * HOUR};
  for (int i = 0; i < 3; i++) {
    token.ends = nonsense[i];
    token_take_times(&shared, &token, &RULES, NOW);
    assert_int_equal(shared.expires_utc, NOW + 24 * HOUR);
    assert_int_equal(shared.issued_utc, NOW);
  }
}

static void only_its_secret_opens_what_is_sealed(void **state) {
  (void)state;
  char sealed[TOKEN_SEALED_SIZE], text[TOKEN_SIZE], long_one[TOKEN_SIZE + 1];
  const char *token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.abcdefghijklmnopqrstuvwxyz";
  const Sha256Text mark = token_mark(token);
  assert_true(token_seal(token, "secret", "nonce", sealed));
  assert_null(strstr(sealed, "eyJ0"));
  assert_true(token_unseal(sealed, "secret", "nonce", &mark, text));
  assert_string_equal(text, token);
  assert_false(token_unseal(sealed, "another", "nonce", &mark, text));
  assert_false(token_unseal(sealed, "secret", "another", &mark, text));
  sealed[5] = sealed[5] == '0' ? '1' : '0';
  assert_false(token_unseal(sealed, "secret", "nonce", &mark, text));
  assert_false(token_unseal("abc", "secret", "nonce", &mark, text));
  assert_false(token_unseal("zz", "secret", "nonce", &mark, text));
  memset(long_one, 'a', TOKEN_SIZE);
  long_one[TOKEN_SIZE] = '\0';
  assert_false(token_seal(long_one, "secret", "nonce", sealed));
}

static void two_seals_of_one_token_have_nothing_in_common(void **state) {
  (void)state;
  char one[TOKEN_SEALED_SIZE], other[TOKEN_SEALED_SIZE];
  token_seal("the same token", "secret", "one", one);
  token_seal("the same token", "secret", "two", other);
  assert_string_not_equal(one, other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_finds_none_claims_one),
      cmocka_unit_test(a_good_one_is_used_until_an_hour_before_its_end),
      cmocka_unit_test(a_claim_of_another_is_waited_for_and_then_passed),
      cmocka_unit_test(a_refused_one_is_replaced_no_sooner_than_a_claim_may_follow),
      cmocka_unit_test(its_times_are_those_written_where_they_can_be),
      cmocka_unit_test(only_its_secret_opens_what_is_sealed),
      cmocka_unit_test(two_seals_of_one_token_have_nothing_in_common),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
