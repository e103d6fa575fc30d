/* The web server of ours is held against what is known of each provider: the shape of its answers, what it refuses, its
 * limits, and each fault that can be asked of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "web_replay_run.h"

static const char NOW[] = "2026-11-02T07:00:00Z";
static const char FRED[] = "/fred/series/observations?series_id=GDP&api_key=key-one&file_type=json";
static const char NEWS[] = "/query?function=NEWS_SENTIMENT&tickers=AAPL&limit=10&apikey=key-one";
static const char MARKETS[] = "/api/v3/coins/markets?vs_currency=krw&per_page=250&page=1";
static const char POSTS[] = "/2/users/42/tweets?max_results=100";
static const char TOKEN[] = "Authorization: Bearer token-one";
static const char BANK[] = "/v2/country/KR/indicator/NY.GDP.MKTP.CD?format=json&per_page=20000";
static const char ETFS[] = "/1160100/GetSecuritiesProductInfoService_V2/getETFPriceInfo_V2?serviceKey=k&resultType=json"
                           "&numOfRows=10&pageNo=%d&basDt=%s";

static int start(void **state) {
  static ReplayRun run;
  assert_true(web_run_start(&run, WEB_REPLAY, NOW));
  *state = &run;
  return 0;
}

static int stop(void **state) {
  assert_true(replay_run_stop(*state));
  return 0;
}

static int each(void **state) {
  web_run_reset(*state, NOW);
  web_run_control(*state, "limits?provider=alpha&per_day=25&per_window=0");
  web_run_control(*state, "limits?provider=x&per_day=0&per_window=900&window_s=900");
  web_run_control(*state, "limits?provider=coingecko&per_day=0&per_window=0");
  return 0;
}

/* A whole answer of JSON. */
static json_t *ask_json(void **state, const char *path, const char *header) {
  ReplayReply reply = web_run_ask(*state, path, header);
  json_error_t error;
  if (reply.status != 200) fail_msg("%s: HTTP %d", path, reply.status);
  json_t *json = json_loadb(reply.body, reply.length, JSON_REJECT_DUPLICATES, &error);
  if (json == NULL) fail_msg("%s: %s: %.300s", path, error.text, reply.body);
  replay_reply_free(&reply);
  return json;
}

/* "data/0/id"; null: there is none. */
static json_t *at(json_t *json, const char *path) {
  char copy[128], *rest = copy, *part;
  snprintf(copy, sizeof copy, "%s", path);
  while (json != NULL && (part = strsep(&rest, "/")) != NULL)
    json = json_is_array(json) ? json_array_get(json, strtoul(part, NULL, 10)) : json_object_get(json, part);
  return json;
}

static const char *text_at(json_t *json, const char *path) {
  const char *text = json_string_value(at(json, path));
  if (text == NULL) fail_msg("no text at %s", path);
  return text;
}

static void assert_answers(void **state, const char *path, const char *header, int status, const char *holds) {
  ReplayReply reply = web_run_ask(*state, path, header);
  if (reply.status != status) fail_msg("%s: HTTP %d, not %d", path, reply.status, status);
  if (holds != NULL && strstr(reply.head, holds) == NULL) fail_msg("%s: no %s in %.600s", path, holds, reply.head);
  replay_reply_free(&reply);
}

static void fault(void **state, const char *what) {
  if (!replay_run_fault(*state, what)) fail_msg("%s", what);
}

/* ---- shapes ---- */

static void fred_has_a_value_a_day_and_a_dot_at_weekends(void **state) {
  json_t *json =
      ask_json(state, "/fred/series/observations?series_id=GDP&api_key=k&observation_start=2026-10-30", NULL);
  assert_int_equal(json_array_size(at(json, "observations")), 3);
  assert_int_equal(json_integer_value(at(json, "count")), 3);
  assert_string_equal(text_at(json, "observations/0/date"), "2026-10-30");
  assert_true(strtod(text_at(json, "observations/0/value"), NULL) > 0);
  assert_string_equal(text_at(json, "observations/1/value"), ".");
  assert_string_equal(text_at(json, "observations/2/date"), "2026-11-01");
  json_decref(json);
}

static void the_same_question_has_the_same_answer_and_another_item_another(void **state) {
  json_t *one = ask_json(state, FRED, NULL), *again = ask_json(state, FRED, NULL);
  json_t *other = ask_json(state, "/fred/series/observations?series_id=CPI&api_key=key-one", NULL);
  assert_true(json_equal(one, again));
  assert_false(json_equal(at(one, "observations"), at(other, "observations")));
  json_decref(one), json_decref(again), json_decref(other);
}

static void a_date_stands_among_the_coins_of_bithumb(void **state) {
  json_t *json = ask_json(state, "/public/ticker/ALL_KRW", NULL);
  assert_string_equal(text_at(json, "status"), "0000");
  assert_int_equal(json_object_size(at(json, "data")), 386);
  assert_string_equal(text_at(json, "data/date"), "1793602800000");
  assert_true(strtol(text_at(json, "data/BTC/closing_price"), NULL, 10) > 0);
  json_decref(json);
}

static void every_code_of_bithumb_has_its_coin(void **state) {
  json_t *codes = ask_json(state, "/v1/market/all?isDetails=true", NULL);
  json_t *coins = ask_json(state, "/api/v3/coins/list", NULL);
  size_t found = 0;
  assert_int_equal(json_array_size(codes), 385);
  assert_int_equal(json_array_size(coins), 385 + 129);
  for (size_t i = 0; i < 385; i++)
    for (size_t j = 0; j < json_array_size(coins); j++) {
      const char *market = json_string_value(json_object_get(json_array_get(codes, i), "market"));
      const char *symbol = json_string_value(json_object_get(json_array_get(coins, j), "symbol"));
      if (strcasecmp(market + strlen("KRW-"), symbol) != 0) continue;
      found++;
      break;
    }
  assert_int_equal(found, 385);
  json_decref(codes), json_decref(coins);
}

static void pages_of_coins_end_with_a_short_one(void **state) {
  json_t *first = ask_json(state, MARKETS, NULL);
  json_t *second = ask_json(state, "/api/v3/coins/markets?vs_currency=krw&per_page=250&page=2", NULL);
  json_t *third = ask_json(state, "/api/v3/coins/markets?vs_currency=krw&per_page=250&page=3", NULL);
  assert_int_equal(json_array_size(first), 250);
  assert_int_equal(json_array_size(second), 135);
  assert_int_equal(json_array_size(third), 0);
  assert_string_equal(text_at(first, "0/id"), "bitcoin");
  assert_string_equal(text_at(second, "0/id"), "coin-251");
  assert_true(json_is_null(at(first, "39/current_price")));
  json_decref(first), json_decref(second), json_decref(third);
}

static void news_come_newest_first_and_from_where_they_are_asked(void **state) {
  json_t *all = ask_json(state, NEWS, NULL);
  json_t *few = ask_json(state, "/query?function=NEWS_SENTIMENT&tickers=AAPL&time_from=20261101T0700&apikey=k", NULL);
  assert_int_equal(json_array_size(at(all, "feed")), 10);
  assert_string_equal(text_at(all, "feed/0/time_published"), "20261102T060000");
  assert_int_equal(json_array_size(at(few, "feed")), 4);
  assert_string_equal(text_at(few, "items"), "4");
  assert_string_equal(text_at(few, "feed/3/time_published"), "20261101T120000");
  assert_true(json_is_real(at(all, "feed/0/overall_sentiment_score")));
  json_decref(all), json_decref(few);
}

static void an_unknown_symbol_is_answered_by_nothing_at_all(void **state) {
  json_t *known = ask_json(state, "/query?function=OVERVIEW&symbol=IBM&apikey=k", NULL);
  json_t *unknown = ask_json(state, "/query?function=OVERVIEW&symbol=ZZTOP&apikey=k", NULL);
  assert_string_equal(text_at(known, "Symbol"), "IBM");
  assert_int_equal(json_object_size(unknown), 0);
  json_decref(known), json_decref(unknown);
}

static void the_calendar_of_earnings_is_csv(void **state) {
  assert_answers(
      state, "/query?function=EARNINGS_CALENDAR&horizon=3month&apikey=k", NULL, 200,
      "\r\n\r\nsymbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\r\nC00,\"Company 0, Inc\",");
}

/* Ids are 64-bit integers beyond what a double holds, as texts. */
static void posts_go_on_behind_their_cursor_and_end_without_one(void **state) {
  char path[256];
  size_t pages = 0, posts = 0;
  snprintf(path, sizeof path, "%s", POSTS);
  for (bool has_more = true; has_more; pages++) {
    json_t *json = ask_json(state, path, TOKEN);
    posts += json_array_size(at(json, "data"));
    assert_int_equal(json_integer_value(at(json, "meta/result_count")), json_array_size(at(json, "data")));
    has_more = at(json, "meta/next_token") != NULL;
    if (has_more) snprintf(path, sizeof path, "%s&pagination_token=%s", POSTS, text_at(json, "meta/next_token"));
    json_decref(json);
  }
  assert_int_equal(posts, 240);
  assert_int_equal(pages, 3);
}

static void posts_since_the_newest_are_none_until_an_hour_has_passed(void **state) {
  char path[256];
  json_t *json = ask_json(state, POSTS, TOKEN);
  snprintf(path, sizeof path, "%s&since_id=%s", POSTS, text_at(json, "meta/newest_id"));
  json_decref(json);
  json = ask_json(state, path, TOKEN);
  assert_null(at(json, "data"));
  assert_int_equal(json_integer_value(at(json, "meta/result_count")), 0);
  json_decref(json);
  web_run_at(*state, "2026-11-02T17:00:00+09:00");
  json = ask_json(state, path, TOKEN);
  assert_int_equal(json_array_size(at(json, "data")), 1);
  json_decref(json);
}

static void the_world_bank_says_no_rows_and_errors_with_200(void **state) {
  json_t *json = ask_json(state, BANK, NULL);
  assert_int_equal(json_array_size(at(json, "1")), 66);
  assert_int_equal(json_integer_value(at(json, "0/total")), 66);
  assert_true(json_is_null(at(json, "1/0/value")));
  assert_string_equal(text_at(json, "1/0/date"), "2025");
  json_decref(json);
  json = ask_json(state, "/v2/country/KR/indicator/NONE?format=json", NULL);
  assert_true(json_is_null(at(json, "1")));
  json_decref(json);
  json = ask_json(state, "/v2/country/KR/indicator/WRONG?format=json", NULL);
  assert_string_equal(text_at(json, "0/message/0/id"), "120");
  json_decref(json);
}

static size_t rows_of_day(void **state, int page, const char *day) {
  char path[256];
  snprintf(path, sizeof path, ETFS, page, day);
  json_t *json = ask_json(state, path, NULL);
  size_t rows = json_array_size(at(json, "response/body/items/item"));
  if (rows == 0) assert_string_equal(text_at(json, "response/body/items"), "");
  json_decref(json);
  return rows;
}

static void funds_of_a_day_come_after_one_in_the_afternoon_of_the_next(void **state) {
  assert_int_equal(rows_of_day(state, 1, "20261030"), 10);
  assert_int_equal(rows_of_day(state, 3, "20261030"), 3);
  assert_int_equal(rows_of_day(state, 1, "20261031"), 0);
  assert_int_equal(rows_of_day(state, 1, "20261102"), 0);
  web_run_at(*state, "2026-11-02T03:59:00Z");
  assert_int_equal(rows_of_day(state, 1, "20261030"), 0);
}

static void a_page_names_the_url_of_the_next(void **state) {
  char path[128] = "/linked";
  size_t pages = 0, rows = 0;
  for (bool has_more = true; has_more; pages++) {
    json_t *json = ask_json(state, path, NULL);
    rows += json_array_size(at(json, "rows"));
    has_more = json_is_string(at(json, "next"));
    if (has_more) snprintf(path, sizeof path, "%s", strstr(text_at(json, "next"), "/linked"));
    json_decref(json);
  }
  assert_int_equal(rows, 25);
  assert_int_equal(pages, 3);
}

/* ---- keys and limits ---- */

static void a_key_is_answered_so_often_a_day_and_then_named_in_a_200(void **state) {
  web_run_control(*state, "limits?provider=alpha&per_day=2");
  assert_answers(state, NEWS, NULL, 200, "\"feed\"");
  assert_answers(state, NEWS, NULL, 200, "\"feed\"");
  assert_answers(state, NEWS, NULL, 200, "{\"Information\":\"We have detected your API key as key-one and");
  assert_answers(state, "/query?function=OVERVIEW&symbol=IBM&apikey=key-two", NULL, 200, "\"Symbol\"");
  web_run_at(*state, "2026-11-02T23:59:59Z");
  assert_answers(state, NEWS, NULL, 200, "\"Information\"");
  web_run_at(*state, "2026-11-03T00:00:00Z");
  assert_answers(state, NEWS, NULL, 200, "\"feed\"");
}

static void a_key_may_have_an_allowance_of_its_own_or_be_spent(void **state) {
  web_run_control(*state, "key?provider=alpha&key=key-one&per_day=1");
  assert_answers(state, NEWS, NULL, 200, "\"feed\"");
  assert_answers(state, NEWS, NULL, 200, "\"Information\"");
  web_run_control(*state, "key?provider=alpha&key=key-two&spent=1");
  assert_answers(state, "/query?function=OVERVIEW&symbol=IBM&apikey=key-two", NULL, 200, "\"Information\"");
  web_run_at(*state, "2026-11-03T00:00:00Z");
  assert_answers(state, "/query?function=OVERVIEW&symbol=IBM&apikey=key-two", NULL, 200, "\"Symbol\"");
}

static void a_window_of_fifteen_minutes_says_when_it_ends(void **state) {
  web_run_control(*state, "limits?provider=x&per_window=1&window_s=900");
  assert_answers(state, POSTS, TOKEN, 200, "\"data\"");
  web_run_at(*state, "2026-11-02T07:14:59Z");
  assert_answers(state, POSTS, TOKEN, 429, "x-rate-limit-reset: 1793603700\r\n");
  assert_answers(state, POSTS, "Authorization: Bearer token-two", 200, "\"data\"");
  web_run_at(*state, "2026-11-02T07:15:00Z");
  assert_answers(state, POSTS, TOKEN, 200, "\"data\"");
}

static void too_many_calls_of_coingecko_are_told_to_wait_a_minute(void **state) {
  web_run_control(*state, "limits?provider=coingecko&per_window=1&window_s=60");
  assert_answers(state, MARKETS, "x-cg-demo-api-key: k", 200, "\"bitcoin\"");
  assert_answers(state, MARKETS, "x-cg-demo-api-key: k", 429, "Retry-After: 60\r\n");
}

static void a_call_without_a_key_or_with_a_refused_one_is_refused_as_each_provider_does(void **state) {
  assert_answers(state, "/fred/series/observations?series_id=GDP", NULL, 400, "api_key is not registered");
  assert_answers(state, "/query?function=OVERVIEW&symbol=IBM", NULL, 200, "{\"Error Message\":\"the parameter apikey");
  assert_answers(state, POSTS, NULL, 401, "\"Unauthorized\"");
  assert_answers(state, MARKETS, NULL, 200, "\"bitcoin\"");
  web_run_control(*state, "key?provider=x&key=token-one&refused=1");
  assert_answers(state, POSTS, TOKEN, 401, "\"Unauthorized\"");
  web_run_control(*state, "key?provider=x&key=token-one&refused=0");
  assert_answers(state, POSTS, TOKEN, 200, "\"data\"");
}

/* ---- faults ---- */

static void every_fault_is_answered_as_it_is_described(void **state) {
  static const struct {
    const char *what;
    int status; /* 0: nothing whole comes */
    const char *holds;
  } cases[] = {{"kind=status&value=403", 403, "<!DOCTYPE html>"},
               {"kind=status&value=401", 401, "{\"error\""},
               {"kind=status&value=503", 503, "<!DOCTYPE html>"},
               {"kind=status&value=429&retry_after=7", 429, "Retry-After: 7\r\n"},
               {"kind=rate-reset&value=600", 429, "x-rate-limit-reset: 1793603400\r\n"},
               {"kind=limit", 200, "as key-one and"},
               {"kind=key-refused", 200, "\"Error Message\""},
               {"kind=error", 200, "Invalid API call"},
               {"kind=html", 200, "<!DOCTYPE html>"},
               {"kind=no-body", 200, "Content-Length: 0\r\n"},
               {"kind=shape", 200, "{\"other\""},
               {"kind=redirect", 302, "Location: /moved\r\n"},
               {"kind=empty", 200, "\"feed\":[]"},
               {"kind=not-a-number&message=lots", 200, "\"overall_sentiment_score\":\"lots\""},
               {"kind=wrong-total", 200, "\"items\":\"11\""},
               {"kind=truncated", 0, NULL},
               {"kind=reset", 0, NULL},
               {"kind=slow&value=1", 200, "\"feed\""},
               {"kind=drip&value=20", 200, "\"feed\""},
               {"kind=huge&value=100000", 200, "          "}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char what[128];
    snprintf(what, sizeof what, "service=news&times=1&%s", cases[i].what);
    web_run_reset(*state, NOW);
    fault(state, what);
    assert_answers(state, NEWS, NULL, cases[i].status, cases[i].holds);
    assert_answers(state, NEWS, NULL, 200, "\"feed\":[{");
    assert_int_equal(replay_run_calls(*state, "faults_left"), 0);
  }
}

static size_t articles(void **state, const char *what) {
  web_run_reset(*state, NOW);
  fault(state, what);
  json_t *json = ask_json(state, NEWS, NULL);
  size_t count = json_array_size(at(json, "feed"));
  json_decref(json);
  return count;
}

static void rows_are_left_out_or_come_twice(void **state) {
  assert_int_equal(articles(state, "service=news&kind=half"), 5);
  assert_int_equal(articles(state, "service=news&kind=duplicate"), 11);
  web_run_reset(*state, NOW);
  fault(state, "service=news&kind=lacks");
  json_t *json = ask_json(state, NEWS, NULL);
  assert_null(at(json, "feed/0/overall_sentiment_score"));
  assert_non_null(at(json, "feed/1/overall_sentiment_score"));
  json_decref(json);
}

static void half_of_the_json_is_a_whole_answer(void **state) {
  fault(state, "service=news&kind=cut-json");
  ReplayReply reply = web_run_ask(*state, NEWS, NULL);
  assert_int_equal(reply.status, 200);
  json_t *json = json_loadb(reply.body, reply.length, 0, NULL);
  assert_null(json);
  replay_reply_free(&reply);
}

static void a_cursor_may_lead_nowhere_and_a_link_elsewhere(void **state) {
  char path[256];
  fault(state, "service=posts&kind=same-cursor");
  json_t *first = ask_json(state, POSTS, TOKEN);
  snprintf(path, sizeof path, "%s&pagination_token=%s", POSTS, text_at(first, "meta/next_token"));
  json_t *second = ask_json(state, path, TOKEN);
  assert_string_equal(text_at(second, "meta/next_token"), text_at(first, "meta/next_token"));
  json_decref(first), json_decref(second);
  fault(state, "service=linked&kind=other-host");
  assert_answers(state, "/linked", NULL, 200, "\"next\":\"http://elsewhere.example/linked?");
}

static void a_fault_may_be_meant_for_one_item(void **state) {
  fault(state, "service=fred/CPI&kind=html");
  assert_answers(state, FRED, NULL, 200, "\"observations\"");
  assert_answers(state, "/fred/series/observations?series_id=CPI&api_key=k", NULL, 200, "<!DOCTYPE html>");
}

static void whoever_follows_a_redirect_is_counted(void **state) {
  assert_int_equal(replay_run_calls(*state, "moved"), 0);
  assert_answers(state, "/moved", NULL, 200, "[]");
  assert_int_equal(replay_run_calls(*state, "moved"), 1);
}

/* ---- the log ---- */

static void the_log_tells_who_asked_what_and_when(void **state) {
  web_run_control(*state, "limits?provider=alpha&per_day=1");
  assert_answers(state, NEWS, NULL, 200, NULL);
  web_run_at(*state, "2026-11-02T07:01:00Z");
  assert_answers(state, NEWS, NULL, 200, NULL);
  assert_answers(state, "/fred/series/observations?series_id=GDP&api_key=k2&observation_start=2026-10-30&offset=2",
                 NULL, 200, NULL);
  WebLog log = web_run_log(*state);
  assert_int_equal(log.count, 3);
  assert_int_equal(log.calls[0].at_s, 1793602800);
  assert_string_equal(log.calls[0].service, "news");
  assert_string_equal(log.calls[0].said, "rows");
  assert_int_equal(log.calls[0].rows, 10);
  assert_string_equal(log.calls[0].key, "key-one");
  assert_string_equal(log.calls[0].item, "AAPL");
  assert_string_equal(log.calls[1].said, "limited");
  assert_int_equal(log.calls[1].at_s, 1793602860);
  assert_string_equal(log.calls[2].page, "2");
  assert_string_equal(log.calls[2].since, "2026-10-30");
  assert_int_equal(replay_run_calls(*state, "limited"), 1);
  web_log_clear(&log);
}

static void calls_in_a_window_and_repeats_are_counted(void **state) {
  static const char *const instants[] = {"2026-11-02T07:00:00Z", "2026-11-02T07:10:00Z", "2026-11-02T07:20:00Z"};
  for (size_t i = 0; i < 3; i++) {
    web_run_at(*state, instants[i]);
    assert_answers(state, POSTS, TOKEN, 200, NULL);
  }
  assert_answers(state, POSTS, "Authorization: Bearer token-two", 200, NULL);
  WebLog log = web_run_log(*state);
  assert_int_equal(web_log_most(&log, "posts", "token-one", 900), 2);
  assert_int_equal(web_log_most(&log, "posts", "token-one", 1201), 3);
  assert_int_equal(web_log_most(&log, NULL, NULL, 1), 1);
  assert_int_equal(web_log_count(&log, "posts", "rows", NULL, "42"), 4);
  assert_int_equal(web_log_count(&log, "posts", NULL, "token-two", NULL), 1);
  assert_int_equal(web_log_repeats(&log, "posts"), 3);
  assert_int_equal(web_log_repeats(&log, "news"), 0);
  web_log_clear(&log);
}

static void what_is_not_there_is_not_found(void **state) {
  assert_answers(state, "/fred/series", NULL, 404, "<!DOCTYPE html>");
  assert_answers(state, "/2/users//tweets", TOKEN, 404, NULL);
  assert_answers(state, "/query?function=OTHER&apikey=k", NULL, 404, NULL);
  char answer[1024];
  assert_false(replay_run_control(*state, "POST /control/fault?kind=none", answer, sizeof answer));
  assert_false(replay_run_control(*state, "POST /control/limits?provider=nobody&per_day=1", answer, sizeof answer));
}

int main(void) {
#define EACH(test) cmocka_unit_test_setup(test, each)
  const struct CMUnitTest tests[] = {
      EACH(fred_has_a_value_a_day_and_a_dot_at_weekends),
      EACH(the_same_question_has_the_same_answer_and_another_item_another),
      EACH(a_date_stands_among_the_coins_of_bithumb),
      EACH(every_code_of_bithumb_has_its_coin),
      EACH(pages_of_coins_end_with_a_short_one),
      EACH(news_come_newest_first_and_from_where_they_are_asked),
      EACH(an_unknown_symbol_is_answered_by_nothing_at_all),
      EACH(the_calendar_of_earnings_is_csv),
      EACH(posts_go_on_behind_their_cursor_and_end_without_one),
      EACH(posts_since_the_newest_are_none_until_an_hour_has_passed),
      EACH(the_world_bank_says_no_rows_and_errors_with_200),
      EACH(funds_of_a_day_come_after_one_in_the_afternoon_of_the_next),
      EACH(a_page_names_the_url_of_the_next),
      EACH(a_key_is_answered_so_often_a_day_and_then_named_in_a_200),
      EACH(a_key_may_have_an_allowance_of_its_own_or_be_spent),
      EACH(a_window_of_fifteen_minutes_says_when_it_ends),
      EACH(too_many_calls_of_coingecko_are_told_to_wait_a_minute),
      EACH(a_call_without_a_key_or_with_a_refused_one_is_refused_as_each_provider_does),
      EACH(every_fault_is_answered_as_it_is_described),
      EACH(rows_are_left_out_or_come_twice),
      EACH(half_of_the_json_is_a_whole_answer),
      EACH(a_cursor_may_lead_nowhere_and_a_link_elsewhere),
      EACH(a_fault_may_be_meant_for_one_item),
      EACH(whoever_follows_a_redirect_is_counted),
      EACH(the_log_tells_who_asked_what_and_when),
      EACH(calls_in_a_window_and_repeats_are_counted),
      EACH(what_is_not_there_is_not_found),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
