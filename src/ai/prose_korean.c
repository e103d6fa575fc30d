/* prose_korean.c: numbers in Korean words.
 *
 * Many syllables of Korean numbers begin or end other words (사실, 일부, 구조 조정, 이번 주, 만약, 천천히), so a number
 * is one only where it begins a word and stands in front of a unit, which ends there or goes on with a particle. The
 * table says for each unit which numbers count, and which pairs are words of their own. Without a unit, refused are
 * numbers that no word begins with: 칠십, 이십오, 삼백오십, 서른, 사흘, 영점오. */
#include "prose_korean.h"

#include <string.h>

/* ---- units ---- */

enum {
  SINO = 1,       /* counts Sino-Korean numbers */
  NATIVE = 2,     /* counts native ones */
  STRONG = 4,     /* numbers out of order count too: 칠오 퍼센트 */
  ONE_IS_A = 8,   /* "한 달", "일 년": an article */
  THIS_IS_A = 16, /* "이 주": this week */
  DAY = 32        /* only where a span of days is meant */
};

typedef struct {
  const char *name;
  int flags;
  const char *words;     /* single syllables that make another word with it when they touch: 구원, 만년 */
  const char *follow_up; /* how the word may go on; null: as FOLLOW_UP */
} Unit;

static const char FOLLOW_UP[] = "이 가 은 는 을 를 의 에 로 으 도 만 과 와 나 까 부 씩 쯤 정도 대 여 안 가량 수준 선 "
                                "째 간 동안 연속 미만 초과 이상 이하 "
                                "증가 감소 상승 하락 였 인 다 라 짜 어 넘 남짓 차 뿐 보다 마다 밖 께";
static const char ANYTHING[] = "";

static const Unit units[] = {
    {"퍼센트", SINO | NATIVE | STRONG, "", ANYTHING},
    {"프로", SINO | NATIVE | STRONG, "", NULL},
    {"원", SINO | NATIVE | STRONG | THIS_IS_A, "구 사 이 조 일 영 공",
     "이 은 는 을 를 의 에 으 도 만 과 와 까 부 씩 쯤 정도 대 가량 수준 선 짜 어 넘 남짓 이상 이하 미만 초과 로 보다 "
     "밖"},
    {"배", SINO | NATIVE | STRONG, "",
     "가 는 를 의 에 로 도 만 와 나 까 씩 쯤 정도 이 가량 수준 넘 남짓 다 였 인 라 차 보다 증가 상승 감소 하락 밖"},
    {"갑절", SINO | NATIVE, "", NULL},
    {"달러", SINO | NATIVE | STRONG, "", NULL},
    {"유로", SINO | NATIVE | STRONG, "이 사 자", NULL},
    {"위안", SINO | NATIVE | STRONG, "", NULL},
    {"엔", SINO | NATIVE, "일 이 삼 사 오 육 칠 팔 구 만 조 억 천 백 십", NULL},
    {"포인트", SINO | NATIVE | ONE_IS_A | THIS_IS_A, "", ANYTHING},
    {"베이시스포인트", SINO | NATIVE, "", ANYTHING},
    {"주", SINO | NATIVE | ONE_IS_A | THIS_IS_A, "사 구 이 만 일 오 천 백 공 영 조",
     "간 째 동 만 연 에 를 와 씩 전 후 내 이"},
    {"주일", SINO | NATIVE | ONE_IS_A, "", NULL},
    {"년", SINO | ONE_IS_A, "천 만 백", "간 째 치 래 대 물 전 후 이 만 동 연 에 을 의 과 으 내 넘 차"},
    {"개년", SINO | NATIVE, "", ANYTHING},
    {"주년", SINO, "", ANYTHING},
    {"개월", SINO | NATIVE | ONE_IS_A, "", ANYTHING},
    {"달", NATIVE | ONE_IS_A, "", "간 째 이 만 동 연 에 을 의 전 후 씩 내 여"},
    {"해", NATIVE | ONE_IS_A, "", "간 째 동 만 연 에 를 의 전 씩"},
    {"월", SINO | THIS_IS_A, "이 만", "이 은 을 의 에 말 초 중 까 부"},
    {"만전자", SINO, "", ANYTHING},
    {"거래일", SINO | NATIVE | ONE_IS_A, "", ANYTHING},
    {"영업일", SINO | NATIVE | ONE_IS_A, "", ANYTHING},
    {"분기", SINO | NATIVE | ONE_IS_A | THIS_IS_A, "", ANYTHING},
    {"시간", SINO | NATIVE | ONE_IS_A | THIS_IS_A, "", NULL},
    {"개", NATIVE | ONE_IS_A, "", "의 가 를 는 로 도 씩 이상 이하 뿐 나 만 분기"},
    {"할", SINO | THIS_IS_A, "구 사 이 일 만 공 조 영",
     "이 가 은 는 을 를 의 에 대 로 으 도 이상 정도 삼 사 오 육 칠 팔 구"},
    {"푼", SINO, "", NULL},
    {"점", SINO | THIS_IS_A, "이 오 만 영 일 사 구 천 백 공", "이 은 을 의 에 으 만 과 까 대 이상 이하"},
    {"위", SINO | THIS_IS_A, "이 사 오 구 천 만 백 공 영", "이 가 는 를 의 에 로 까 권"},
    {"일", SINO | DAY, "이 만 일 오 사 구 천 백 공 영 조", "간 째 동 연 만 선 이동 내"},
    {"자릿수", SINO | NATIVE, "", ANYTHING},
    {"자리수", SINO | NATIVE, "", ANYTHING},
};
enum { UNITS = sizeof units / sizeof units[0] };

static bool ends_or_goes_on(const Prose *prose, size_t at, const char *follow_up) {
  if (!prose_is_hangul(prose_at(prose, at)) || follow_up == ANYTHING) return true;
  return is_one_of(prose, at, follow_up == NULL ? FOLLOW_UP : follow_up);
}

/* 동안, 연속, 째, 만에: behind the unit, in this word or the next. */
static bool is_span(const Prose *prose, size_t at) {
  size_t next = prose_next(prose, at);
  return next < prose->count && is_one_of(prose, next, "동안 연속 째 만에 간 선 이동평균 평균 내리 이내");
}

/* "이 주 연속", "이 분기 만에": two, not this. */
static bool is_count(const Prose *prose, size_t at) {
  size_t next = prose_next(prose, at);
  return next < prose->count && is_one_of(prose, next, "연속 째 만에 내리");
}

/* 수조원, which is no water tank. */
static bool has_prefix_before(const Prose *prose, size_t at) {
  return at > 0 && is_one_of(prose, at - 1, "수 몇") && korean_has_prefix(prose, at);
}

/* 십이 개월 and 열두 달, 오십이 주: what a field is of. */
static bool is_term(const Prose *prose, const KoreanNumber *number, const Unit *unit) {
  if (strcmp(unit->name, "개월") == 0 || strcmp(unit->name, "달") == 0)
    return (number->syllables == 2 &&
            (is_one_of(prose, number->begin, "십이") || is_one_of(prose, number->begin, "열두")));
  return strcmp(unit->name, "주") == 0 && number->syllables == 3 && is_one_of(prose, number->begin, "오십이");
}

static bool counts(const Prose *prose, const KoreanNumber *number, const Unit *unit, size_t behind) {
  bool blank = !number->joined;
  if (!number->well_formed && (unit->flags & STRONG) == 0) return false;
  if (is_term(prose, number, unit)) return false;
  if ((unit->flags & ONE_IS_A) != 0 && number->one) return strcmp(unit->name, "분기") == 0 && !number->native;
  if ((unit->flags & THIS_IS_A) != 0 && number->only_this && blank) return is_count(prose, behind);
  if (!blank && !number->native && number->syllables == 1 && !has_prefix_before(prose, number->begin) &&
      is_one_of(prose, number->begin, unit->words))
    return false;
  if ((unit->flags & DAY) == 0) return true;
  return !number->only_this && is_span(prose, behind);
}

/* "백만 주가 거래되었다"; "사조 주가" is a price. */
static bool is_shares_of_many(const Prose *prose, size_t at) {
  KoreanNumber number;
  return prose_match(prose, at, "주가") > 0 && korean_sino_before(prose, at, &number) && number.well_formed &&
         number.magnitude && (number.syllables > 2 || is_one_of(prose, number.begin, "십만 백만 천만"));
}

static bool is_unit_counted(const Prose *prose, size_t at, const Unit *unit) {
  KoreanNumber number;
  size_t length = prose_match(prose, at, unit->name);
  if (length == 0 || !ends_or_goes_on(prose, at + length, unit->follow_up)) return false;
  if ((unit->flags & SINO) != 0 && korean_sino_before(prose, at, &number) && counts(prose, &number, unit, at + length))
    return true;
  return (unit->flags & NATIVE) != 0 && korean_native_before(prose, at, &number) &&
         counts(prose, &number, unit, at + length);
}

/* An English word as the unit: "세 percent". */
static bool is_english_counted(const Prose *prose, size_t at) {
  KoreanNumber number;
  ProseWord word;
  bool is_unit = prose_word(prose, at, &word) && word.begin == at &&
                 prose_word_is(&word, "percent won krw times fold x pct p bp bps usd");
  return is_unit && (korean_sino_before(prose, at, &number) || korean_native_before(prose, at, &number)) &&
         !number.only_this && (number.well_formed || !prose_word_is(&word, "won"));
}

/* 삼분의 일, 이분의 일. */
static bool is_fraction(const Prose *prose, size_t at) {
  KoreanNumber number;
  if (prose_match(prose, at, "분의") == 0 || !korean_sino_before(prose, at, &number)) return false;
  size_t next = prose_next(prose, at + 2);
  return number.well_formed && next < prose->count && korean_is_numeral(prose, next);
}

/* ---- without a unit ---- */

/* Numbers that are no beginning of another word. */
static const char always[] =
    "절반 반토막 갑절 곱절 서른 마흔 예순 일흔 여든 아흔 스물 스무살 스무개 이틀 사흘 나흘 닷새 "
    "엿새 여드레 아흐레 열흘 반값 반으로 텐배거";
/* The same, where the word ends or goes on with a particle. */
static const char whole[] = "유월 시월 오일선";
static const char never[] =
    "오십보 오십견 십중팔구 백발백중 천만다행 천만에 억만장자 백만장자 팔만대장경 구사일생 삼삼오오 사천만에";

static bool ends_word(const Prose *prose, size_t at) { return ends_or_goes_on(prose, at, NULL); }

/* The digits and magnitudes that one word begins with. The last 이 or 일 may be "is": it is left out. */
static int numerals_of_word(const Prose *prose, size_t begin, size_t at[KOREAN_NUMBER_MAX], size_t *ret_end) {
  int count = 0;
  while (count < KOREAN_NUMBER_MAX && korean_is_numeral(prose, begin + (size_t)count)) {
    at[count] = begin + (size_t)count;
    count++;
  }
  *ret_end = begin + (size_t)count;
  if (count > 1 && is_one_of(prose, at[count - 1], "이 일")) count--;
  return count;
}

static int count_magnitudes(const Prose *prose, const size_t *at, int count) {
  int magnitudes = 0;
  for (int i = 0; i < count; i++) magnitudes += !korean_is_digit(prose, at[i]);
  return magnitudes;
}

/* Two syllables: 칠십, 삼백, 오억, 십오; not 구조, 사천, 오만, which are words. */
static bool is_pair(const Prose *prose, const size_t *at) {
  if (is_one_of(prose, at[0], "삼만 육만 칠만 삼조 육조 칠조 팔조 육천 칠천 팔천")) return true;
  if (korean_is_digit(prose, at[0])) return is_one_of(prose, at[1], "십 백 억") && !is_one_of(prose, at[0], "영 공 수");
  if (is_one_of(prose, at[0], "십")) return is_one_of(prose, at[1], "삼 사 오 육 칠 팔 구 만 억");
  return is_one_of(prose, at[0], "백만 백억 천억");
}

static bool is_bare_number(const Prose *prose, size_t begin) {
  size_t at[KOREAN_NUMBER_MAX], end;
  if (!korean_begins_word(prose, begin) || is_one_of(prose, begin, never)) return false;
  int count = numerals_of_word(prose, begin, at, &end);
  if (count < 2 || !ends_word(prose, end) || !korean_is_well_formed(prose, at, count)) return false;
  if (count == 2) return is_pair(prose, at);
  int magnitudes = count_magnitudes(prose, at, count);
  return magnitudes > 1 || (magnitudes == 1 && is_pair(prose, at));
}

/* 반 토막; 몇 배, 여러 퍼센트. */
static bool is_in_two_words(const Prose *prose, size_t at) {
  size_t length = prose_match_any(prose, at, "반 텐 몇 여러"), next = prose_next(prose, at + length);
  if (length == 0 || prose_at(prose, at + length) != ' ' || next >= prose->count) return false;
  if (is_one_of(prose, at, "반")) return is_one_of(prose, next, "토막");
  if (is_one_of(prose, at, "텐")) return is_one_of(prose, next, "배거");
  return is_one_of(prose, next, "퍼센트 갑절") ||
         (is_one_of(prose, next, "배") && ends_or_goes_on(prose, next + 1, "가 를 의 로 나 에 이"));
}

/* 영점오, 일점오. */
static bool is_decimal(const Prose *prose, size_t at) {
  if (!korean_is_behind_point(prose, at)) return false;
  if (korean_is_digit(prose, at + 1)) return ends_word(prose, at + 2);
  return !is_one_of(prose, at, "이 일") && ends_word(prose, at + 1);
}

/* "오 대 일", but not "일 대 일". */
static bool is_ratio(const Prose *prose, size_t at) {
  KoreanNumber number;
  if (!is_one_of(prose, at, "대") || prose_at(prose, at + 1) != ' ' || !korean_sino_before(prose, at, &number))
    return false;
  size_t next = prose_next(prose, at + 1);
  return number.well_formed && next < prose->count && korean_is_numeral(prose, next) &&
         !(number.one && is_one_of(prose, next, "일")) && ends_or_goes_on(prose, next + 1, "로 의");
}

/* "칠 십": a digit and a magnitude, words of their own. */
static bool is_apart_number(const Prose *prose, size_t at) {
  if (!is_one_of(prose, at, "십 백 천 억") || prose_is_hangul(prose_at(prose, at + 1)) || at == 0 ||
      prose->folded[at - 1] != ' ')
    return false;
  size_t before = korean_numeral_before(prose, at);
  return before < prose->count && before + 2 == at && korean_begins_word(prose, before) &&
         !is_one_of(prose, before, "이 공 영");
}

/* Five syllables and more, a blank behind each. */
static bool is_apart(const Prose *prose, size_t at) {
  int syllables = 0;
  while (prose_is_hangul(prose_at(prose, at)) && !prose_is_hangul(prose_at(prose, at + 1)) && ++syllables < 5) {
    at = prose_next(prose, at + 1);
    if (at >= prose->count) return false;
  }
  return syllables >= 5;
}

static ProseFault fault_at(const Prose *prose, size_t at) {
  bool begins = korean_begins_word(prose, at);
  for (size_t i = 0; i < UNITS; i++)
    if (is_unit_counted(prose, at, &units[i])) return PROSE_NUMBER_WORD;
  if (is_shares_of_many(prose, at)) return PROSE_NUMBER_WORD;
  if (is_fraction(prose, at) || is_apart_number(prose, at) || is_decimal(prose, at) || is_ratio(prose, at))
    return PROSE_NUMBER_WORD;
  if (begins && (is_one_of(prose, at, always) || is_bare_number(prose, at) || is_in_two_words(prose, at)))
    return PROSE_NUMBER_WORD;
  size_t length = prose_match_any(prose, at, whole);
  if (begins && length > 0 && ends_or_goes_on(prose, at + length, "에 말 초 은 이 을 의 위 까 부"))
    return PROSE_NUMBER_WORD;
  return begins && is_apart(prose, at) ? PROSE_APART : PROSE_FINE;
}

/* A numeral that touches the placeholder behind it, or would read as one figure with it: "삼{f1}", "삼 {f1}". */
static bool touches(const Prose *prose, size_t at) {
  KoreanNumber number;
  if (!prose_is_place(prose->folded[at]) || at == 0 || !korean_sino_before(prose, at, &number)) return false;
  if (number.joined) return true;
  return prose->folded[at - 1] == ' ' && number.end == at - 1 && number.well_formed &&
         (number.syllables > 2 || is_one_of(prose, number.begin, "삼 육 칠 팔 십 백"));
}

ProseFault prose_korean_numbers(const Prose *prose) {
  ProseFault fault = PROSE_FINE;
  for (size_t at = 0; fault == PROSE_FINE && at < prose->count; at++) {
    if (touches(prose, at)) return PROSE_TOUCHING;
    if (prose_is_hangul(prose->folded[at]))
      fault = fault_at(prose, at);
    else if (is_english_counted(prose, at))
      fault = PROSE_NUMBER_WORD;
  }
  return fault;
}
