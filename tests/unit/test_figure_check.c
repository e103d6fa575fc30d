#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/ai/figure_check.h>
#include <closebell/base/json_writer.h>

#include "ai_sample.h"

static FactTable facts;
static Prompt one_text, debate;
static CheckedAnswer answer;

static int set_up(void **state) {
  Error err;
  (void)state;
  return sample_facts(&facts, &err) == STATUS_OK && sample_prompt(SAMPLE_PROMPT, &one_text) != NULL &&
                 sample_prompt(SAMPLE_DEBATE, &debate) != NULL
             ? 0
             : 1;
}

static int tear_down(void **state) {
  (void)state;
  checked_answer_free(&answer);
  fact_table_free(&facts);
  return 0;
}

static bool check(const Prompt *prompt, Language language, const char *json, size_t length) {
  Error err;
  checked_answer_free(&answer);
  const PromptQuestion question = {.prompt = prompt, .facts = &facts, .language = language};
  assert_int_equal(figure_check(&question, json, length, &answer, &err), STATUS_OK);
  if (!answer.accepted) {
    assert_true(*answer.reason != '\0');
    assert_null(answer.json);
    assert_null(answer.debate_log);
    assert_int_equal(answer.figure_count, 0);
    assert_string_equal(answer.final_decision, "NO_DECISION");
  }
  return answer.accepted;
}

/* The text as a member of an answer, escaped as JSON wants it. */
static bool takes_as(Language language, const char *text) {
  TextBuffer json = {0};
  JsonWriter to = json_writer(&json);
  json_begin_object(&to, NULL);
  json_put_text(&to, "text", text);
  json_end_object(&to);
  bool accepted = check(&one_text, language, json.data, json.length);
  text_buffer_free(&json);
  return accepted;
}

static bool takes(const char *text) { return takes_as(LANGUAGE_EN, text); }

static void refuses_each(const char *const *texts, const char *reason) {
  for (; *texts != NULL; texts++) {
    if (takes(*texts)) fail_msg("accepted: %s", *texts);
    if (strstr(answer.reason, reason) == NULL) fail_msg("%s: refused for: %s", *texts, answer.reason);
  }
}

static void accepts_each(const char *const *texts) {
  for (; *texts != NULL; texts++)
    if (!takes(*texts)) fail_msg("refused: %s (%s)", *texts, answer.reason);
}

#define REFUSES(reason, ...) refuses_each((const char *const[]){__VA_ARGS__, NULL}, reason)
#define ACCEPTS(...) accepts_each((const char *const[]){__VA_ARGS__, NULL})

/* ---- what is shown ---- */

static void shows(Language language, const char *text, const char *json) {
  if (!takes_as(language, text)) fail_msg("refused: %s (%s)", text, answer.reason);
  assert_string_equal(answer.json, json);
}

static void placeholders_become_figures_with_their_units(void **state) {
  (void)state;
  shows(LANGUAGE_EN, "It closed at {f9}.", "{\"text\":\"It closed at KRW 56,400.\"}");
  shows(LANGUAGE_KO, "종가는 {f9}이다.", "{\"text\":\"종가는 56,400원이다.\"}");
  shows(LANGUAGE_EN, "{f10}, {f13}, {f15}, {f12}, {f17}",
        "{\"text\":\"29,518,261 shares, -6.05%, 11.28 times, 46.12, B+\"}");
  shows(LANGUAGE_KO, "{f10} {f13} {f15} {f14} {f3}", "{\"text\":\"29,518,261주 -6.05% 11.28배 37 삼성전자\"}");
}

static void a_unit_that_the_model_writes_stands_once(void **state) {
  (void)state;
  shows(LANGUAGE_KO, "{f9}원, {f13}%, {f15}배, {f10}주", "{\"text\":\"56,400원, -6.05%, 11.28배, 29,518,261주\"}");
  shows(LANGUAGE_EN, "KRW {f9}, ₩{f9}, {f9} won", "{\"text\":\"KRW 56,400, ₩56,400, 56,400 won\"}");
  shows(LANGUAGE_EN, "{f13} percent, {f15} times, {f15}x, {f10} shares",
        "{\"text\":\"-6.05 percent, 11.28 times, 11.28x, 29,518,261 shares\"}");
}

static void each_figure_says_where_it_stands_and_which_fact_it_is(void **state) {
  (void)state;
  assert_true(takes_as(LANGUAGE_KO, "종가 {f9}, 그리고 {f13}"));
  assert_int_equal(answer.figure_count, 2);
  assert_string_equal(answer.figures[0].member, "text");
  assert_int_equal(answer.figures[0].item, -1);
  assert_int_equal(answer.figures[0].position, 3);
  assert_int_equal(answer.figures[0].length, 7);
  assert_string_equal(answer.figures[0].fact, "f9");
  assert_int_equal(answer.figures[1].position, 16);
  assert_int_equal(answer.figures[1].length, 6);
  assert_string_equal(answer.figures[1].fact, "f13");
  TextBuffer json = {0};
  figures_json(&answer, &json);
  assert_string_equal(json.data, "[{\"member\":\"text\",\"position\":3,\"length\":7,\"fact\":\"f9\"},"
                                 "{\"member\":\"text\",\"position\":16,\"length\":6,\"fact\":\"f13\"}]");
  text_buffer_free(&json);
}

/* ---- characters ---- */

static void every_number_character_is_refused(void **state) {
  (void)state;
  REFUSES("digit", "5", "a7b", "５", "٣", "०", "𝟓", "²", "₂", "½", "Ⅳ", "ⅷ", "①", "⑴", "❶", "㊈", "〇", "㉑", "፩", "𐄇",
          "㍢", "㏡", "㎡", "㋀", "㆓", "{f9} 3", "3{f9}", "{f9}3");
}

static void chinese_numerals_are_refused_and_ideographs_are_not(void **state) {
  (void)state;
  REFUSES("Chinese", "一", "三十", "百", "萬", "壹", "貳拾", "億", "兩", "⼀");
  ACCEPTS("美 증시", "對中 수출", "前 회장");
}

static void what_is_not_seen_is_refused(void **state) {
  (void)state;
  REFUSES("invisible", "a\u200bb", "a\u202eb", "a\u2066b", "\u00ad", "\ufeff", "a\tb", "a\rb", "\u2028", "\ue000",
          "\u115f", "\u3164", "\u034f", "\x7f", "\U000e0031", "\u061c");
  ACCEPTS("first line\nsecond line", "⚠\ufe0f risk", "nbsp\u00a0here", "전각\u3000공백");
}

static void letters_of_other_scripts_are_refused(void **state) {
  (void)state;
  REFUSES("neither English nor Korean", "тридцать", "РER", "さん", "サン", "ثلاثة", "ᴛʜɪʀᴛʏ percent", "thırty percent");
  ACCEPTS("β and α", "Nestlé", "µ", "™", "㈜카카오", "naïve");
}

static void symbols_that_show_numbers_are_refused(void **state) {
  (void)state;
  REFUSES("symbol", "💯", "🔟", "⚂", "⠼⠁", "🀙", "🅣🅗", "🇰🇷", "a\u20e3", "🕒");
  ACCEPTS("📈 up", "→", "▲", "★", "℃");
}

/* ---- placeholders ---- */

static void a_misspelt_or_unknown_placeholder_is_refused(void **state) {
  (void)state;
  REFUSES("placeholder", "{f0}", "{f18}", "{f012}", "{F1}", "{ f1 }", "{f1 }", "{{f1}}", "{f1", "f1}", "{}", "{f}",
          "{1}", "{f1}}", "{f-1}", "{f1.0}", "｛f｝", "{ｆ1}", "{f\u200b1}", "{f9", "}");
}

static void placeholders_that_touch_are_refused(void **state) {
  (void)state;
  REFUSES("touches", "{f9}{f12}", "{f12}.{f14}", "{f12},{f14}", "{f12}_{f14}", "{f12}'{f14}", "삼{f9}", "{f9}억",
          "{f9}천", "{f12}만원", "{f12}\u0336");
  ACCEPTS("{f12} {f14}", "{f8}~{f7}", "{f8}-{f7}", "{f12}/{f14}", "{f12}, {f14}", "({f12})", "{f12}조차",
          "{f12}만 보면", "{f12}이며 {f14}일");
}

static void a_sign_before_a_placeholder_is_refused(void **state) {
  (void)state;
  REFUSES("plus or minus", "-{f13}", "by -{f13}", "(+{f13})", "\u2212{f13}", "±{f13}", "\u2013{f13}");
  ACCEPTS("- {f13}", "high\u2013{f7}", "{f8} - {f7}");
}

static void a_unit_that_is_not_the_facts_is_refused(void **state) {
  (void)state;
  REFUSES("unit", "{f9}%", "{f9} percent", "{f13} won", "{f13}배", "{f12}%", "{f12}원", "{f15}원", "{f15} shares",
          "${f9}", "$ {f9}", "{f9} dollars", "{f9}bn", "{f9}k", "KRW {f13}", "KRW {f9} won", "{f12}퍼센트",
          "{f12} 퍼센트", "USD {f9}", "{f9}‰", "{f17}%");
  ACCEPTS("{f3} shares rose", "{f3} won a contract", "{f12}점", "{f9} on the day");
}

static void a_unit_s_sign_alone_is_refused(void **state) {
  (void)state;
  REFUSES("unit", "%", "in %", "a few ％", "₩", "$", "a lot of €", "x ‰", "삼 %", "V%");
}

static void markup_and_links_are_refused(void **state) {
  (void)state;
  REFUSES("markup", "<b>", "a < b", "a > b", "＜b＞", "&lt;", "&amp;", "&#x;", "\\u");
  REFUSES("link", "http://x", "https:x", "see www.naver.com", "naver.com", "a@b", "[here](there)", "javascript:alert",
          "ftp://x", "dart.fss.or.kr", "ＷＷＷ．naver．com", "mailto:x");
  ACCEPTS("e.g. this", "U.S. stocks", "profit & loss", "Note: this", "end.Next", "R&D, and", "A@");
}

/* ---- numbers in words ---- */

static void english_numbers_before_a_unit_are_refused(void **state) {
  (void)state;
  REFUSES("in words", "five percent", "FIVE PERCENT", "five per cent", "**five** percent", "five-percent", "five won",
          "three times", "three-fold", "threefold", "two shares", "seven sessions", "seven straight sessions",
          "three years", "two quarters", "five basis points", "five points", "nine dollars", "KRW nine", "zero percent",
          "one percent", "one won", "three more percentage points", "five 퍼센트", "three 배", "fíve percent",
          "ten\npercent", "fivepercent", "six digits");
}

static void english_numbers_from_eleven_on_are_refused_anywhere(void **state) {
  (void)state;
  REFUSES("in words", "eleven", "about thirty", "thirty-five", "twenty five", "one hundred", "a hundred",
          "two thousand", "a million", "half a billion", "twentyfive", "thir-ty", "a dozen", "ninetieth",
          "one point five", "five six", "twenty-first", "hundreds of won", "millions of shares", "fifty-two", "twelve");
}

static void english_fractions_and_multiples_are_refused(void **state) {
  (void)state;
  REFUSES("in words", "half of it", "by half", "halved", "doubled", "doubling", "tripled", "twice as much",
          "double the price", "two thirds", "one-third", "a third of it", "a quarter of it", "three quarters",
          "tenfold", "double-digit growth", "third quartile");
}

static void roman_numerals_in_letters_are_refused_before_a_unit(void **state) {
  (void)state;
  REFUSES("in words", "XII percent", "IV times", "X배", "XLVII", "LXXII in all", "IIII times", "DX times",
          "약XII 퍼센트", "MMXXV", "CM percent", "xv years");
  ACCEPTS("IV is volatile", "a mix of", "a CD", "I think", "Basel III rules", "CCC grade", "LX and DL", "LX shares",
          "DXVX", "DXVX 주가", "DL shares fell", "조광ILI shares fell", "포스코DX shares", "삼일 won the contract");
}

static void letters_apart_are_refused(void **state) {
  (void)state;
  REFUSES("apart", "t h i r t y percent", "f-i-v-e", "삼 십 퍼 센 트", "ㅅㅏㅁ 퍼센트");
}

static void letters_that_look_english_are_refused(void **state) {
  (void)state;
  REFUSES("neither English nor Korean", "\u0399\u0399\u0399 times", "\u03a7 times", "t\u03b5n percent",
          "f\u03b9ve percent", "\u03bdine percent", "\u03b5leven");
}

static void english_words_that_are_no_numbers_are_accepted(void **state) {
  (void)state;
  ACCEPTS("one of the reasons", "at once", "someone", "no one won", "none", "the first half", "second best",
          "third, the trend", "one day", "at one point", "one-time gain", "think twice", "a double-edged sword",
          "double top", "two companies", "these two shares", "three reasons", "often", "tens of reasons",
          "the last twelve months", "a fifty-two-week high", "attention", "height", "stone", "weight", "half-year",
          "better half", "a quarter without news", "near zero", "below zero", "hundreds of companies", "tenant",
          "won over", "each one points down", "the one that points", "a few points", "several times", "few won",
          "only few won", "a single day", "two in one", "one to one", "the stronger of the two", "the second quarter",
          "β", "σ is missing", "above zero", "on the plus side", "the pluses", "μm");
}

static void english_ratios_and_values_are_refused(void **state) {
  (void)state;
  REFUSES("in words", "one in five", "one stock in ten", "nine out of ten", "two to one split", "five-for-one",
          "Q three", "beta above one", "P/B under two", "a P/E of ten.", "rank of five", "in the seventies",
          "low teens", "nought point two", "single-digit growth", "a few percent", "a couple of percent",
          "several percent", "EUR six", "IV quarter", "December third");
}

static void korean_numbers_before_a_unit_are_refused(void **state) {
  (void)state;
  REFUSES("in words", "삼 퍼센트", "삼십 퍼센트", "삼십퍼센트", "약 삼 퍼센트", "약삼십 퍼센트", "칠오 퍼센트",
          "이 퍼센트", "오 원", "만 원", "칠만 천오백 원", "오천원", "수백억 원", "조 원", "두 배", "세배", "두세 배",
          "열두 배", "삼 배로", "백배", "다섯 배가량", "두 주 연속", "삼 주 만에", "오십 주를", "삼 년", "오 개월",
          "석 달", "일곱 거래일", "이분기", "사 분기", "두 분기", "네 개", "두 개의", "오 할", "삼 포인트", "오 달러",
          "삼 위", "오 일 연속", "두 자릿수", "세 percent", "영 퍼센트", "한 퍼센트", "**삼** 퍼센트", "삼\u00a0퍼센트",
          "{f9} 만 원", "십여 년", "오천여 원", "만여 주", "수조원", "수천주", "백만 주가 거래되었다",
          "천만 주가 팔렸다", "이 주 연속", "이 분기 만에", "제삼분기", "제이 분기", "삼사 년", "오륙 개월", "두어 배",
          "네다섯 배", "제로 퍼센트", "쓰리 배", "나인 배", "몇 배로", "여러 퍼센트", "사팔 프로", "삼월 결산",
          "십이월에", "두 해 연속", "칠만전자", "삼할오푼", "영점오 퍼센트", "일점이 배", "일곱 원", "열 원을",
          "다섯 달러", "세 유로", "열두 위안", "스무 엔", "다섯 프로");
}

static void korean_fractions_and_bare_numbers_are_refused(void **state) {
  (void)state;
  REFUSES("in words", "삼분의 일", "이분의 일", "절반", "반토막", "갑절", "칠십을 넘어", "이십오", "칠 십", "삼백오십",
          "이만오천", "서른", "십오", "오억", "삼천이백", "백억", "이십일 선", "반 토막", "반값에", "반으로 줄었다",
          "사흘 만에", "이틀 연속", "열흘 동안", "유월 말", "시월 초", "텐 배거", "텐배거", "칠만", "삼조", "백만",
          "영점오", "삼쩜오", "삼점일사", "오 대 일", "십 대 일로", "오일선 위");
}

static void korean_words_that_are_no_numbers_are_accepted(void **state) {
  (void)state;
  ACCEPTS("사실", "일부", "구조 조정", "이번 주", "이 회사", "한국", "만약", "조금", "주가", "천천히", "백화점", "억제",
          "구조", "육성", "칠레", "오전", "이 주 동안", "이 주가", "한 주", "이달", "이 달", "한 달", "일 년", "한 해",
          "일주일", "두 회사", "세 가지", "한 번", "두 번째", "하나", "첫째", "만일", "이사회", "조사", "경영",
          "일원으로", "구원", "영원", "사원", "공원", "만년", "오점", "이점", "만점", "오일", "이유로", "사유로",
          "한 배당주", "이 원인", "한 원인", "두 원칙", "세 원가", "그래서 원금", "두 프로젝트", "세 프로그램",
          "두 엔진", "세 유로존 국가", "이 배경", "두 배우", "세 주요 지표", "구조이다", "구조이며", "오만", "사천",
          "이천", "천만다행", "이만하면", "이 분기", "이 점", "이 포인트", "한 푼도", "삼일절", "일일 변동", "사 주는",
          "십이 개월", "열두 달", "또한 배로", "추세 배", "하지만 원", "상반기", "배로 올랐다", "수배", "사이", "오이",
          "조이고", "백조", "구이", "사조산업", "단일 분기", "이 일 년의 흐름", "{f15}이 배 단위", "백조이다", "약사",
          "수사", "총이", "수주", "이점이 배가된다", "오점이", "장점이 이익", "고삐를 조여 주가",
          "규제를 조여 원만하게", "구월동", "이월 상품", "오월동주", "제조 원가", "제일 분명한", "제삼자", "두 해석",
          "두 해외 법인", "여러 배수", "몇 배당", "몇 주 동안", "일 대 일 비교", "이 대 조선사", "삼 대 조선사",
          "사조 주가", "오일선물", "세븐브로이 주가", "나인테크", "기반으로", "천만에", "삼천당제약", "이수페타시스",
          "삼천리", "육일씨엔에쓰", "일진전기", "구영테크", "DL 주가는", "ICD 주가는", "LX 배당", "MCM 원가");
}

static void a_number_word_or_sign_word_beside_a_placeholder_is_refused(void **state) {
  (void)state;
  REFUSES("plus or minus", "minus {f16}", "plus {f16}", "마이너스 {f16}", "플러스 {f16}");
  REFUSES("touches", "five {f12}", "{f12} five", "삼 {f12}",
          "팔 {f12}"
          "{f12}육",
          "{f12}\u30fb{f14}", "{f12}\u318d{f14}", "{f12}\u2027{f14}", "{f12}\u22c5{f14}");
  REFUSES("a unit", "up \u066a", "up \u0609");
  ACCEPTS("이 {f9}", "구 {f3}", "두 {f4} 종목", "{f12}만 보면", "{f13}이나", "at {f9} one may wait", "{f7}-{f8}",
          "{f9}/{f11}");
}

/* ---- the shape ---- */

static bool takes_json(const char *json) { return check(&one_text, LANGUAGE_EN, json, strlen(json)); }

static void refuses_json(const char *json, const char *reason) {
  if (takes_json(json)) fail_msg("accepted: %s", json);
  if (strstr(answer.reason, reason) == NULL) fail_msg("%s: refused for: %s", json, answer.reason);
}

static void an_answer_is_one_json_object_and_nothing_else(void **state) {
  (void)state;
  assert_true(takes_json(" {\"text\": \"fine\"}\n"));
  refuses_json("", "JSON");
  refuses_json("fine", "not one JSON object");
  refuses_json("Here: {\"text\": \"fine\"}", "not one JSON object");
  refuses_json("{\"text\": \"fine\"} done", "behind the JSON");
  refuses_json("{\"text\": \"fine\"}{}", "behind the JSON");
  refuses_json("```json\n{\"text\": \"fine\"}\n```", "not one JSON object");
  refuses_json("[{\"text\": \"fine\"}]", "not one JSON object");
  refuses_json("\"fine\"", "not one JSON object");
  refuses_json("{\"text\": \"fi", "JSON");
  refuses_json("{\"text\": \"fine\"", "ends before");
  refuses_json("{\"text\": \"fi\xff\"}", "not one JSON object");
  refuses_json("{\"text\": \"\\ud800\"}", "not one JSON object");
  refuses_json("{\"text\": \"\\u0000\"}", "invisible");
}

static void members_are_those_of_the_schema_each_once(void **state) {
  (void)state;
  refuses_json("{\"text\": \"a\", \"text\": \"b\"}", "twice");
  refuses_json("{\"text\": \"a\", \"more\": \"b\"}", "schema lacks");
  refuses_json("{}", "text: this member is missing");
  refuses_json("{\"Text\": \"a\"}", "missing");
  refuses_json("{\"text\": 5}", "a text was expected");
  refuses_json("{\"text\": null}", "a text was expected");
  refuses_json("{\"text\": [\"a\"]}", "a text was expected");
  refuses_json("{\"tool_calls\": [], \"text\": \"a\"}", "schema lacks");
}

static void escapes_hide_nothing(void **state) {
  (void)state;
  refuses_json("{\"text\": \"\\u0037\"}", "digit");
  refuses_json("{\"text\": \"\\u007bf1\\u007d\\u007bf2\\u007d\"}", "touches");
  refuses_json("{\"text\": \"\\u003cb\\u003e\"}", "markup");
  refuses_json("{\"text\": \"\\uc0bc \\ud37c\\uc13c\\ud2b8\"}", "in words");
  assert_true(takes_json("{\"text\": \"\\u007bf9}\"}"));
  assert_string_equal(answer.json, "{\"text\":\"KRW 56,400\"}");
}

static void a_text_has_no_more_characters_than_the_schema_says(void **state) {
  (void)state;
  char text[2 * 3 * 2000];
  for (int more = 0; more < 2; more++) {
    *text = '\0';
    for (int i = 0; i < 2000 + more; i++) strcpy(text + strlen(text), "가");
    assert_int_equal(takes(text), more == 0);
  }
  assert_non_null(strstr(answer.reason, "more than 2000 characters"));
}

static void an_answer_over_a_megabyte_is_refused(void **state) {
  (void)state;
  size_t length = ANSWER_MAX_BYTES + 1;
  char *json = malloc(length);
  memset(json, ' ', length);
  memcpy(json, "{\"text\": \"a\"}", 13);
  assert_false(check(&one_text, LANGUAGE_EN, json, length));
  assert_non_null(strstr(answer.reason, "bytes"));
  assert_true(check(&one_text, LANGUAGE_EN, json, length - 1));
  free(json);
}

static const char good_debate[] =
    "{\"final_decision\": \"HOLD\", \"dominant_keywords\": [\"저평가\", \"trend {f13}\"], \"debate_log\": ["
    "{\"side\": \"bull\", \"text\": \"{f15} is low\"}, {\"text\": \"{f13} is weak\", \"side\": \"bear\"}]}";

static void a_debate_has_its_parts_beside_the_whole(void **state) {
  (void)state;
  assert_true(check(&debate, LANGUAGE_EN, good_debate, strlen(good_debate)));
  assert_string_equal(answer.final_decision, "HOLD");
  assert_string_equal(answer.debate_log, "[{\"side\":\"bull\",\"text\":\"11.28 times is low\"},"
                                         "{\"side\":\"bear\",\"text\":\"-6.05% is weak\"}]");
  assert_string_equal(answer.dominant_keywords, "[\"저평가\",\"trend -6.05%\"]");
  assert_int_equal(answer.figure_count, 3);
  assert_string_equal(answer.figures[1].member, "debate_log");
  assert_int_equal(answer.figures[1].item, 1);
  assert_string_equal(answer.figures[2].member, "dominant_keywords");
  assert_int_equal(answer.figures[2].item, 1);
}

static void refuses_debate(const char *from, const char *to, const char *reason) {
  char json[1024];
  const char *at = strstr(good_debate, from);
  assert_non_null(at);
  snprintf(json, sizeof json, "%.*s%s%s", (int)(at - good_debate), good_debate, to, at + strlen(from));
  if (check(&debate, LANGUAGE_EN, json, strlen(json))) fail_msg("accepted: %s", json);
  if (strstr(answer.reason, reason) == NULL) fail_msg("%s: refused for: %s", json, answer.reason);
}

static void every_part_of_a_debate_keeps_to_the_schema(void **state) {
  (void)state;
  refuses_debate("HOLD", "WAIT", "final_decision: one of the words");
  refuses_debate("\"HOLD\"", "7", "final_decision: one of the words");
  refuses_debate("HOLD", "hold", "one of the words");
  refuses_debate("bull", "referee", "debate_log: one of the words");
  refuses_debate("\"side\": \"bull\",", "", "side and text");
  refuses_debate("\"side\": \"bull\",", "\"side\": \"bull\", \"note\": \"a\",", "side and text");
  refuses_debate("\"side\": \"bull\",", "\"side\": \"bull\", \"side\": \"bear\",", "twice");
  refuses_debate("{f15} is", "five percent is", "debate_log: a number");
  refuses_debate("trend {f13}", "trend 7", "dominant_keywords: a digit");
  refuses_debate("\"저평가\"", "\"a\", \"b\", \"c\"", "more than 3 items");
  refuses_debate("[\"저평가\", \"trend {f13}\"]", "\"저평가\"", "a list was expected");
  refuses_debate("{\"side\": \"bull\", \"text\": \"{f15} is low\"}", "\"bull\"", "objects with side and text");
}

static void a_reason_quotes_nothing_of_the_answer(void **state) {
  (void)state;
  assert_false(takes("The secret is 98765 zebra."));
  assert_null(strstr(answer.reason, "98765"));
  assert_null(strstr(answer.reason, "zebra"));
  refuses_json("{\"text\": \"a\", \"zebra\": \"b\"}", "schema");
  assert_null(strstr(answer.reason, "zebra"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(placeholders_become_figures_with_their_units),
      cmocka_unit_test(a_unit_that_the_model_writes_stands_once),
      cmocka_unit_test(each_figure_says_where_it_stands_and_which_fact_it_is),
      cmocka_unit_test(every_number_character_is_refused),
      cmocka_unit_test(chinese_numerals_are_refused_and_ideographs_are_not),
      cmocka_unit_test(what_is_not_seen_is_refused),
      cmocka_unit_test(letters_of_other_scripts_are_refused),
      cmocka_unit_test(symbols_that_show_numbers_are_refused),
      cmocka_unit_test(a_misspelt_or_unknown_placeholder_is_refused),
      cmocka_unit_test(placeholders_that_touch_are_refused),
      cmocka_unit_test(a_sign_before_a_placeholder_is_refused),
      cmocka_unit_test(a_unit_that_is_not_the_facts_is_refused),
      cmocka_unit_test(a_unit_s_sign_alone_is_refused),
      cmocka_unit_test(markup_and_links_are_refused),
      cmocka_unit_test(english_numbers_before_a_unit_are_refused),
      cmocka_unit_test(english_numbers_from_eleven_on_are_refused_anywhere),
      cmocka_unit_test(english_fractions_and_multiples_are_refused),
      cmocka_unit_test(roman_numerals_in_letters_are_refused_before_a_unit),
      cmocka_unit_test(letters_apart_are_refused),
      cmocka_unit_test(letters_that_look_english_are_refused),
      cmocka_unit_test(english_words_that_are_no_numbers_are_accepted),
      cmocka_unit_test(english_ratios_and_values_are_refused),
      cmocka_unit_test(korean_numbers_before_a_unit_are_refused),
      cmocka_unit_test(korean_fractions_and_bare_numbers_are_refused),
      cmocka_unit_test(korean_words_that_are_no_numbers_are_accepted),
      cmocka_unit_test(a_number_word_or_sign_word_beside_a_placeholder_is_refused),
      cmocka_unit_test(an_answer_is_one_json_object_and_nothing_else),
      cmocka_unit_test(members_are_those_of_the_schema_each_once),
      cmocka_unit_test(escapes_hide_nothing),
      cmocka_unit_test(a_text_has_no_more_characters_than_the_schema_says),
      cmocka_unit_test(an_answer_over_a_megabyte_is_refused),
      cmocka_unit_test(a_debate_has_its_parts_beside_the_whole),
      cmocka_unit_test(every_part_of_a_debate_keeps_to_the_schema),
      cmocka_unit_test(a_reason_quotes_nothing_of_the_answer),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
