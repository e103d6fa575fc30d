/* The contract between the KIS server of ours and the provider: every feed over real HTTP, at hours of the day that
 * change what is answered, and each thing that goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/kis.h>

#include "krx_replay_run.h"
#include "named.h"

static const char KEY[] = "PSMadeUpZzBbNnMmLlPpOoIiUuYyQxWvZyKq";
static const char SECRET[] = "aMadeUpQxWvZyKqJjHh/+98765432109876==";

typedef struct {
  ReplayRun run;
  Clock clock;
  Source source;
} World;

/* ---- the server ---- */

static void control(const World *world, const char *request) {
  char text[256], answer[2048];
  snprintf(text, sizeof text, "POST /control/%s", request);
  if (!replay_run_control(&world->run, text, answer, sizeof answer)) fail_msg("%s: %s", text, answer);
}

/* Korean time; its clock stands. */
static void at(const World *world, const char *instant) {
  char text[128];
  snprintf(text, sizeof text, "now?instant=%s%%2B09:00&speed=0", instant);
  control(world, text);
}

static long calls(const World *world, const char *name) { return replay_run_calls(&world->run, name); }

static Config config_for(const World *world) {
  Config config = {.kis = {.rate_per_second = 10000, .calls_per_day = 100000}};
  snprintf(config.kis.base_url, sizeof config.kis.base_url, "http://127.0.0.1:%u", (unsigned)world->run.port);
  snprintf(config.kis.app_key, sizeof config.kis.app_key, "%s", KEY);
  snprintf(config.kis.app_secret, sizeof config.kis.app_secret, "%s", SECRET);
  return config;
}

static Answer ask_for_token(World *world) {
  Error err = {{0}};
  Answer answer = {0};
  const Question question = {.feed = world->source.token->feed, .date = DAY_NONE, .answer = &answer};
  assert_int_equal(source_fetch(&world->source, &question, 1, &err), STATUS_OK);
  return answer;
}

static void open_source(World *world, const Config *config) {
  Error err = {{0}};
  if (world->source.self != NULL) source_close(&world->source);
  if (kis_open(&world->source, config, &world->clock, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static void log_in(World *world) {
  const Config config = config_for(world);
  control(world, "forget-token");
  open_source(world, &config);
  Answer answer = ask_for_token(world);
  const Token *token = answer_items(&answer, &PAYLOAD_TOKEN);
  if (token == NULL) fail_msg("%s", answer.detail);
  world->source.token->set(world->source.self, token->text);
  free(answer.payload);
}

/* A source with a token, at 15:45 of a session. */
static void begin(World *world) {
  control(world, "clear");
  control(world, "paper?off=1");
  control(world, "market?drift=1&late=0&rate=0&auction_back=1540");
  at(world, "2025-04-10T15:45:00");
  log_in(world);
  control(world, "forget-calls");
}

static int start(void **state) {
  static World world;
  const char *const arguments[] = {
      "--days", TEST_DATA "/days", "--listing", TEST_DATA "/listing.csv", "--appkey", KEY, "--appsecret", SECRET, NULL};
  world = (World){.clock = clock_system(-1)};
  assert_true(replay_run_start(&world.run, KIS_REPLAY, arguments));
  *state = &world;
  return 0;
}

static int stop(void **state) {
  World *world = *state;
  if (world->source.self != NULL) source_close(&world->source);
  assert_true(replay_run_stop(&world->run));
  return 0;
}

static int each(void **state) {
  begin(*state);
  return 0;
}

/* ---- questions ---- */

static Day day_of(const char *text) {
  Day day;
  assert_true(day_parse(text, &day));
  return day;
}

static Answer ask(World *world, Question question) {
  Error err = {{0}};
  Answer answer = {0};
  question.answer = &answer;
  if (source_fetch(&world->source, &question, 1, &err) != STATUS_OK) fail_msg("%s", err.text);
  assert_false(strstr(answer.detail, "MadeUp") != NULL);
  return answer;
}

static Answer ask_stock(World *world, const Feed *feed, const char *date, int label) {
  Instant now;
  assert_true(instant_parse("2026-01-01T00:00:00Z", &now));
  return ask(world, (Question){.feed = feed, .key = "000660", .date = day_of(date), .label = label, .asked_at = now});
}

static void assert_kind(Answer *answer, AnswerKind kind) {
  if (answer->kind != kind) fail_msg("%s: %s", answer_kind_name(answer->kind), answer->detail);
}

static Quote quote_of(World *world, const char *code) {
  Answer answer = ask(world, (Question){.feed = &KIS_QUOTES, .date = DAY_NONE, .key = code});
  assert_kind(&answer, ANSWER_ROWS);
  assert_int_equal(answer.count, 1);
  Quote quote = *(const Quote *)answer_items(&answer, &PAYLOAD_QUOTES);
  free(answer.payload);
  return quote;
}

/* ---- quotes ---- */

/* 000660 of 2025-04-10: 189700, 189900, 180000, 183200, 7836984. */
static void quotes_are_the_day_until_the_after_market_moves_them(void **state) {
  World *world = *state;
  Quote quote = quote_of(world, "000660");
  assert_int_equal(quote.close, 183200);
  assert_int_equal(quote.open, 189700);
  assert_int_equal(quote.high, 189900);
  assert_int_equal(quote.low, 180000);
  assert_int_equal(quote.volume, 7836984);
  at(world, "2025-04-10T15:59:59");
  assert_int_equal(quote_of(world, "000660").close, 183200);
  at(world, "2025-04-10T16:00:00");
  assert_int_not_equal(quote_of(world, "000660").close, 183200);
  at(world, "2025-04-10T19:00:00");
  quote = quote_of(world, "000660");
  assert_int_not_equal(quote.close, 183200);
  assert_true(quote.volume > 7836984);
}

static void while_it_trades_a_quote_moves(void **state) {
  World *world = *state;
  at(world, "2025-04-10T11:00:00");
  Quote before = quote_of(world, "000660");
  at(world, "2025-04-10T14:00:00");
  assert_true(quote_of(world, "000660").volume > before.volume);
  assert_true(before.volume < 7836984);
}

static void a_holiday_shows_the_session_before_without_saying_so(void **state) {
  World *world = *state;
  at(world, "2025-04-12T15:45:00"); /* a Saturday */
  log_in(world);
  assert_int_equal(quote_of(world, "000660").open, 177800);
}

static void quotes_come_in_another_order_and_unknown_codes_are_left_out(void **state) {
  World *world = *state;
  Answer answer =
      ask(world, (Question){.feed = &KIS_QUOTES, .date = DAY_NONE, .key = "005930,999999,000660,035420,035720"});
  assert_kind(&answer, ANSWER_ROWS);
  const Quote *quotes = answer_items(&answer, &PAYLOAD_QUOTES);
  assert_int_equal(answer.count, 4);
  assert_string_equal(quotes[0].ticker, "000660");
  assert_string_equal(quotes[1].ticker, "005930");
  free(answer.payload);
}

static void more_than_thirty_codes_are_not_asked_for(void **state) {
  World *world = *state;
  char codes[31 * 7 + 1] = "";
  for (int i = 0; i < 31; i++) snprintf(codes + strlen(codes), 8, "%s%06d", i == 0 ? "" : ",", i);
  Answer answer = {0};
  Error err = {{0}};
  const Question question = {.feed = &KIS_QUOTES, .date = DAY_NONE, .key = codes, .answer = &answer};
  assert_int_not_equal(source_fetch(&world->source, &question, 1, &err), STATUS_OK);
  assert_int_equal(calls(world, "calls"), 0);
}

/* ---- flows ---- */

static FlowRow newest_flow(World *world, const Feed *feed, const char *date) {
  Answer answer = ask_stock(world, feed, date, 0);
  assert_kind(&answer, ANSWER_ROWS);
  FlowRow row = ((const FlowRow *)answer_items(&answer, &PAYLOAD_FLOW_ROWS))[answer.count - 1];
  free(answer.payload);
  return row;
}

static void flows_are_missing_then_provisional_then_final(void **state) {
  World *world = *state;
  FlowRow early = newest_flow(world, &KIS_INVESTORS, "2025-04-10");
  at(world, "2025-04-10T16:05:00");
  FlowRow provisional = newest_flow(world, &KIS_INVESTORS, "2025-04-10");
  at(world, "2025-04-10T20:05:00");
  FlowRow final = newest_flow(world, &KIS_INVESTORS, "2025-04-10");
  at(world, "2025-04-11T08:00:00");
  FlowRow morning = newest_flow(world, &KIS_INVESTORS, "2025-04-10");
  assert_int_equal(early.date, day_of("2025-04-10"));
  assert_memory_not_equal(&early, &provisional, sizeof early);
  assert_memory_not_equal(&provisional, &final, sizeof final);
  assert_memory_equal(&final, &morning, sizeof final);
}

static void older_flows_have_a_time_limit_of_today_alone(void **state) {
  World *world = *state;
  at(world, "2025-04-10T15:40:59");
  Answer answer = ask_stock(world, &KIS_INVESTORS_DATED, "2025-04-10", 0);
  assert_kind(&answer, ANSWER_EMPTY);
  assert_named(answer.detail, "TIME LIMIT");
  assert_int_equal(newest_flow(world, &KIS_INVESTORS_DATED, "2025-03-04").date, day_of("2025-03-04"));
  at(world, "2025-04-10T15:41:00");
  assert_int_equal(newest_flow(world, &KIS_INVESTORS_DATED, "2025-04-10").date, day_of("2025-04-10"));
}

static void programs_have_the_same_days(void **state) {
  World *world = *state;
  at(world, "2025-04-10T20:05:00");
  assert_int_equal(newest_flow(world, &KIS_PROGRAMS, "2025-04-10").date, day_of("2025-04-10"));
}

/* ---- minutes ---- */

static MinutePage page_of(Answer answer) {
  assert_kind(&answer, ANSWER_ROWS);
  MinutePage page = *(const MinutePage *)answer_items(&answer, &PAYLOAD_MINUTE_PAGE);
  free(answer.payload);
  return page;
}

/* The whole day by pages, as whoever stores it asks. */
static MinuteDay whole_day(World *world, const Feed *feed, int *ret_calls) {
  MinuteDay day = {.date = day_of("2025-04-10")};
  int32_t label = 1530;
  for (*ret_calls = 1; *ret_calls < 30; ++*ret_calls) {
    MinutePage page = page_of(ask_stock(world, feed, "2025-04-10", label));
    minute_day_add(&day, page.bars, page.count);
    if (!minute_page_next(&page, &label)) break;
  }
  return day;
}

static void minutes_of_a_day_are_the_same_by_both_services(void **state) {
  World *world = *state;
  int today_calls, dated_calls;
  at(world, "2025-04-10T16:05:00");
  static MinuteDay today, dated;
  today = whole_day(world, &KIS_MINUTES_TODAY, &today_calls);
  dated = whole_day(world, &KIS_MINUTES, &dated_calls);
  assert_true(minute_day_equal(&today, &dated));
  assert_true(today_calls <= 14 && dated_calls <= 4);
  assert_int_equal(today.bars[today.count - 1].time, 1530);
  assert_int_equal(today.bars[today.count - 1].close, 183200);
  assert_int_equal(today.bars[0].open, 189700);
}

static void the_closing_auction_shows_vanishes_and_comes_back(void **state) {
  World *world = *state;
  static const char *const hours[] = {"2025-04-10T15:30:30", "2025-04-10T15:31:30", "2025-04-10T15:40:30"};
  static const bool there[] = {true, false, true};
  for (int i = 0; i < 3; i++) {
    at(world, hours[i]);
    Answer answer = ask_stock(world, &KIS_MINUTES, "2025-04-10", 1530);
    MinutePage page = page_of(answer);
    assert_int_equal(page.bars[page.count - 1].time == 1530, there[i]);
  }
}

/* ---- the calendar ---- */

static void only_opnd_yn_says_that_the_exchange_is_open(void **state) {
  World *world = *state;
  Answer answer = ask(world, (Question){.feed = &KIS_CALENDAR, .date = day_of("2024-12-28")});
  assert_kind(&answer, ANSWER_ROWS);
  const OpenDay *days = answer_items(&answer, &PAYLOAD_OPEN_DAYS);
  assert_int_equal(answer.count, 24);
  assert_true(days[2].is_open);
  assert_false(days[3].is_open); /* 31 December: a day for everybody else */
  free(answer.payload);
}

/* ---- indices ---- */

/* The newest two rows, the newest first; paper trading has them, too. */
static void newest_rows(World *world, MarketIndex which, IndexRow ret_rows[2]) {
  Answer answer =
      ask(world, (Question){.feed = &KIS_INDEX, .date = day_of("2025-04-10"), .key = kis_index_code(which)});
  assert_kind(&answer, ANSWER_ROWS);
  const DatedIndexRow *rows = answer_items(&answer, &PAYLOAD_INDEX_ROWS);
  assert_in_range(answer.count, 18, 23);
  assert_int_equal(rows[answer.count - 1].date, day_of("2025-04-10"));
  assert_int_equal(rows[answer.count - 2].date, day_of("2025-04-09"));
  for (size_t i = 0; i < 2; i++) ret_rows[i] = rows[answer.count - 1 - i].row;
  free(answer.payload);
}

static void an_index_shows_a_placeholder_before_the_open(void **state) {
  World *world = *state;
  IndexRow early[2], late[2];
  control(world, "paper");
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    at(world, "2025-04-10T08:30:00");
    newest_rows(world, which, early);
    at(world, "2025-04-10T15:42:00");
    newest_rows(world, which, late);
    assert_true(early[0].high == early[0].low && early[0].close == early[1].close && early[0].volume == 0);
    assert_true(index_row_equal(&early[1], &late[1]));
    assert_true(late[0].high > late[0].low && late[0].close != late[1].close);
    assert_true(late[0].volume > 0 && late[0].volume % 1000 == 0 && late[0].value % 1000000 == 0);
  }
}

/* ---- what is refused ---- */

static void answers_with_a_code_are_judged_by_it_under_either_status(void **state) {
  World *world = *state;
  static const struct {
    const char *code;
    AnswerKind kind;
    AnswerRefused refused;
  } cases[] = {{"EGW00201", ANSWER_THROTTLED, REFUSED_KEY},       {"EGW00121", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
               {"EGW00123", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},  {"EGW00002", ANSWER_FAILING, REFUSED_KEY},
               {"EGW00304", ANSWER_UNAUTHORIZED, REFUSED_KEY},    {"EGW00206", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
               {"OPSQ0002", ANSWER_UNAUTHORIZED, REFUSED_SERVICE}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (int status = 200; status <= 500; status += 300) {
      char request[160];
      snprintf(request, sizeof request, "fault?service=investor&kind=code&times=1&code=%s&value=%d", cases[i].code,
               status);
      control(world, request);
      Answer answer = ask_stock(world, &KIS_INVESTORS, "2025-04-10", 0);
      assert_kind(&answer, cases[i].kind);
      assert_int_equal(answer.refused, cases[i].refused);
      assert_named(answer.detail, cases[i].code);
    }
}

static void a_killed_token_is_told_from_a_wrong_key(void **state) {
  World *world = *state;
  control(world, "kill-token");
  for (int i = 0; i < 2; i++) { /* as HTTP 500, and as 200 */
    Answer answer = ask_stock(world, &KIS_INVESTORS, "2025-04-10", 0);
    assert_kind(&answer, ANSWER_UNAUTHORIZED);
    assert_int_equal(answer.refused, REFUSED_TOKEN);
  }
}

static void a_token_is_the_same_for_six_hours_and_given_once_a_minute(void **state) {
  World *world = *state;
  char first[TOKEN_SIZE];
  Answer answer = ask_for_token(world);
  assert_kind(&answer, ANSWER_THROTTLED);
  assert_named(answer.detail, "EGW00133");
  assert_true(answer.retry_after_ms > 0);
  at(world, "2025-04-10T15:46:01");
  answer = ask_for_token(world);
  assert_kind(&answer, ANSWER_ROWS);
  snprintf(first, sizeof first, "%s", ((const Token *)answer.payload)->text);
  free(answer.payload);
  at(world, "2025-04-10T21:44:00");
  answer = ask_for_token(world);
  assert_string_equal(((const Token *)answer.payload)->text, first);
  free(answer.payload);
  at(world, "2025-04-10T21:46:00");
  answer = ask_for_token(world);
  assert_string_not_equal(((const Token *)answer.payload)->text, first);
  free(answer.payload);
}

static void a_wrong_secret_is_named_and_not_shown(void **state) {
  World *world = *state;
  Config config = config_for(world);
  strcpy(config.kis.app_secret, "anotherMadeUpQxQx");
  open_source(world, &config);
  Answer answer = ask_for_token(world);
  assert_kind(&answer, ANSWER_UNAUTHORIZED);
  assert_int_equal(answer.refused, REFUSED_KEY);
  assert_named(answer.detail, "EGW00105|secret");
  assert_null(strstr(answer.detail, "MadeUp"));
}

static void paper_trading_lacks_services(void **state) {
  World *world = *state;
  const Feed *const lacking[] = {&KIS_PROGRAMS, &KIS_MINUTES};
  control(world, "paper");
  for (size_t i = 0; i < 2; i++) {
    Answer answer = ask_stock(world, lacking[i], "2025-04-09", 1530);
    assert_kind(&answer, ANSWER_UNAUTHORIZED);
    assert_int_equal(answer.refused, REFUSED_SERVICE);
  }
  Answer answer = ask_stock(world, &KIS_INVESTORS, "2025-04-09", 0);
  assert_kind(&answer, ANSWER_ROWS);
  free(answer.payload);
}

static void too_many_a_second_is_a_sign_to_slow_down(void **state) {
  World *world = *state;
  enum { QUESTIONS = 12 };
  Answer answers[QUESTIONS] = {0};
  Question questions[QUESTIONS];
  Error err = {{0}};
  control(world, "market?rate=5");
  for (int i = 0; i < QUESTIONS; i++)
    questions[i] = (Question){.feed = &KIS_INVESTORS, .key = "000660", .date = DAY_NONE, .answer = &answers[i]};
  assert_int_equal(source_fetch(&world->source, questions, QUESTIONS, &err), STATUS_OK);
  int throttled = 0;
  for (int i = 0; i < QUESTIONS; i++) {
    throttled += answers[i].kind == ANSWER_THROTTLED;
    free(answers[i].payload);
  }
  assert_true(throttled > 0);
}

static void faults_of_the_line_are_what_they_are_elsewhere(void **state) {
  World *world = *state;
  static const struct {
    const char *fault;
    AnswerKind kind;
  } cases[] = {{"kind=html", ANSWER_BLOCKED},
               {"kind=status&value=403", ANSWER_BLOCKED},
               {"kind=status&value=500", ANSWER_FAILING},
               {"kind=status&value=429", ANSWER_THROTTLED},
               {"kind=cut-json", ANSWER_FAILING},
               {"kind=truncated", ANSWER_FAILING},
               {"kind=reset", ANSWER_FAILING},
               {"kind=huge&value=5000000", ANSWER_BROKEN},
               {"kind=shape", ANSWER_BROKEN},
               {"kind=negative", ANSWER_BROKEN},
               {"kind=overflow", ANSWER_BROKEN},
               {"kind=duplicate", ANSWER_BROKEN},
               {"kind=bad-code", ANSWER_BROKEN},
               {"kind=bad-utf8", ANSWER_BROKEN},
               {"kind=empty", ANSWER_EMPTY}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char request[160];
    snprintf(request, sizeof request, "fault?service=quotes&times=1&%s", cases[i].fault);
    control(world, request);
    Answer answer = ask(world, (Question){.feed = &KIS_QUOTES, .date = DAY_NONE, .key = "000660,005930"});
    if (answer.kind != cases[i].kind)
      fail_msg("%s: %s: %s", cases[i].fault, answer_kind_name(answer.kind), answer.detail);
    assert_null(strstr(answer.detail, "max_answer_bytes")); /* a setting of the exchange's */
    free(answer.payload);
  }
}

/* ---- settings ---- */

static void settings_that_cannot_be_meant_are_refused_without_a_word_of_the_secret(void **state) {
  World *world = *state;
  Error err = {{0}};
  Source source;
  Config config = config_for(world);
  strcpy(config.kis.app_secret, "MadeUp with blank");
  assert_int_equal(kis_open(&source, &config, &world->clock, &err), STATUS_CONFIG);
  assert_named(err.text, "app_secret");
  assert_null(strstr(err.text, "MadeUp"));
  config = config_for(world);
  config.kis.app_key[0] = '\0';
  assert_int_equal(kis_open(&source, &config, &world->clock, &err), STATUS_CONFIG);
  assert_named(err.text, "app_key");
}

static void paper_trading_is_asked_once_a_second(void **state) {
  (void)state;
  Config config = {.kis = {.rate_per_second = 15}};
  strcpy(config.kis.base_url, "https://openapivts.example:29443");
  assert_true(KIS_PROVIDER.terms(&config).rate_per_second == 1);
  strcpy(config.kis.base_url, "https://openapi.example:9443");
  assert_true(KIS_PROVIDER.terms(&config).rate_per_second == 15);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup(name, each)
  const struct CMUnitTest tests[] = {
      TEST(quotes_are_the_day_until_the_after_market_moves_them),
      TEST(while_it_trades_a_quote_moves),
      TEST(a_holiday_shows_the_session_before_without_saying_so),
      TEST(quotes_come_in_another_order_and_unknown_codes_are_left_out),
      TEST(more_than_thirty_codes_are_not_asked_for),
      TEST(flows_are_missing_then_provisional_then_final),
      TEST(older_flows_have_a_time_limit_of_today_alone),
      TEST(programs_have_the_same_days),
      TEST(minutes_of_a_day_are_the_same_by_both_services),
      TEST(the_closing_auction_shows_vanishes_and_comes_back),
      TEST(only_opnd_yn_says_that_the_exchange_is_open),
      TEST(an_index_shows_a_placeholder_before_the_open),
      TEST(answers_with_a_code_are_judged_by_it_under_either_status),
      TEST(a_killed_token_is_told_from_a_wrong_key),
      TEST(a_token_is_the_same_for_six_hours_and_given_once_a_minute),
      TEST(a_wrong_secret_is_named_and_not_shown),
      TEST(paper_trading_lacks_services),
      TEST(too_many_a_second_is_a_sign_to_slow_down),
      TEST(faults_of_the_line_are_what_they_are_elsewhere),
      TEST(settings_that_cannot_be_meant_are_refused_without_a_word_of_the_secret),
      TEST(paper_trading_is_asked_once_a_second),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
