/* prose_korean_number.c: reading one number in Korean words, Sino-Korean or native. */
#include "prose_korean.h"

/* 1 to 9 and 0. */
static const char digits[] = "일 이 삼 사 오 육 륙 칠 팔 구 영 공";
/* 10, 100, 1000; 10^4, 10^8, 10^12. */
static const char small_magnitudes[] = "십 백 천";
static const char large_magnitudes[] = "만 억 조";
static const char native_ones[] =
    "한 두 세 네 석 넉 서 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 닷 엿 한두 두세 두서너 서너 너댓 네댓 대여섯 "
    "예닐곱 일고여덟 두어 네다섯 여남은 제로 쓰리 파이브 식스 세븐 에이트 나인 텐";
static const char native_tens[] = "열 스물 스무 서른 마흔 쉰 예순 일흔 여든 아흔 수무";

bool korean_is_digit(const Prose *prose, size_t at) { return is_one_of(prose, at, digits); }

bool korean_is_numeral(const Prose *prose, size_t at) {
  return is_one_of(prose, at, digits) || is_one_of(prose, at, small_magnitudes) ||
         is_one_of(prose, at, large_magnitudes);
}

/* 수십, 몇백; 약삼십, 총오억: the number is what follows, and 수사, 약사 have none. */
bool korean_has_prefix(const Prose *prose, size_t at) {
  if (is_one_of(prose, at - 1, "수 몇"))
    return is_one_of(prose, at, small_magnitudes) || is_one_of(prose, at, large_magnitudes);
  if (is_one_of(prose, at - 1, "제"))
    return is_one_of(prose, at, "일 이 삼 사") && is_one_of(prose, prose_next(prose, at + 1), "분기 사분기");
  return is_one_of(prose, at - 1, "약 총") && korean_is_numeral(prose, at) && korean_is_numeral(prose, at + 1);
}

/* 영점오, 삼쩜이: the last digit. 이점이 and 오점이 are "advantage" and "stain". */
bool korean_is_behind_point(const Prose *prose, size_t at) {
  if (at < 2 || !is_one_of(prose, at - 1, "점 쩜") || !is_one_of(prose, at - 2, digits)) return false;
  if (at > 2 && prose_is_hangul(prose->folded[at - 3])) return false;
  return is_one_of(prose, at, digits) && !(is_one_of(prose, at - 2, "이 오") && is_one_of(prose, at, "이 일"));
}

bool korean_begins_word(const Prose *prose, size_t at) {
  if (at == 0) return true;
  uint32_t before = prose->folded[at - 1];
  /* 이 and 일 behind a figure are "is". */
  if (prose_is_place(before)) return !is_one_of(prose, at, "이 일");
  if (!prose_is_hangul(before) || korean_is_behind_point(prose, at)) return true;
  return (at == 1 || !prose_is_hangul(prose->folded[at - 2])) && korean_has_prefix(prose, at);
}

size_t korean_numeral_before(const Prose *prose, size_t at) {
  size_t before = prose_before(prose, at);
  return before < prose->count && korean_is_numeral(prose, before) ? before : prose->count;
}

bool korean_is_well_formed(const Prose *prose, const size_t *at, int count) {
  int small = 4, large = 4;
  bool after_digit = false;
  for (int i = 0; i < count; i++) {
    if (is_one_of(prose, at[i], digits)) {
      if (after_digit && !is_one_of(prose, at[i - 1], "이삼 삼사 사오 오륙 육칠 칠팔 팔구")) return false;
      after_digit = true;
      continue;
    }
    after_digit = false;
    int place = is_one_of(prose, at[i], "십 만") ? 1 : is_one_of(prose, at[i], "백 억") ? 2 : 3;
    if (is_one_of(prose, at[i], small_magnitudes)) {
      if (place >= small) return false;
      small = place;
    } else {
      if (place >= large) return false;
      large = place;
      small = 4;
    }
  }
  return true;
}

static void describe(const Prose *prose, const size_t *at, int count, KoreanNumber *number) {
  number->begin = at[0];
  number->end = at[count - 1] + 1;
  number->syllables = count;
  number->one = count == 1 && is_one_of(prose, at[0], "일");
  bool is_ordinal = at[0] > 0 && is_one_of(prose, at[0] - 1, "제");
  number->only_this = count == 1 && is_one_of(prose, at[0], "이") && !is_ordinal;
  number->magnitude = false;
  for (int i = 0; i < count; i++) number->magnitude = number->magnitude || !is_one_of(prose, at[i], digits);
  number->well_formed = korean_is_well_formed(prose, at, count);
}

/* 십여 년, 오천여 원: where the number ends. 조여 is "tightened". */
static size_t before_about(const Prose *prose, size_t end) {
  size_t about = prose_before(prose, end);
  bool is_about = about < prose->count && about > 0 && is_one_of(prose, about, "여");
  return is_about && is_one_of(prose, about - 1, "십 백 천 만 억") ? about : end;
}

/* The Sino-Korean number that ends before `end`: the longest one that begins a word, in order if there is one. */
bool korean_sino_before(const Prose *prose, size_t end, KoreanNumber *ret_number) {
  size_t at[KOREAN_NUMBER_MAX], from = before_about(prose, end);
  int first = KOREAN_NUMBER_MAX;
  bool found = false;
  while (first > 0 && (from = korean_numeral_before(prose, from)) < prose->count) at[--first] = from;
  for (int i = first; i < KOREAN_NUMBER_MAX; i++) {
    if (!korean_begins_word(prose, at[i])) continue;
    KoreanNumber number = {.joined = at[KOREAN_NUMBER_MAX - 1] + 1 == end};
    describe(prose, at + i, KOREAN_NUMBER_MAX - i, &number);
    if (!found || (number.well_formed && !ret_number->well_formed)) *ret_number = number;
    found = true;
    if (ret_number->well_formed) break;
  }
  return found;
}

/* Where a native number of the list begins that ends at `end` (behind its last syllable). */
static size_t native_ending(const Prose *prose, size_t end, const char *words) {
  for (size_t length = 4; length >= 1; length--)
    if (length <= end && prose_match_any(prose, end - length, words) == length) return end - length;
  return prose->count;
}

bool korean_native_before(const Prose *prose, size_t end, KoreanNumber *ret_number) {
  size_t last = prose_before(prose, end);
  if (last >= prose->count) return false;
  size_t begin = native_ending(prose, last + 1, native_ones), tens = prose->count;
  bool has_ones = begin < prose->count;
  size_t before = has_ones ? begin : last + 1;
  size_t beside = prose_before(prose, before);
  if (beside < prose->count) tens = native_ending(prose, beside + 1, native_tens);
  bool has_tens = tens < prose->count && korean_begins_word(prose, tens);
  if (!has_tens && (!has_ones || !korean_begins_word(prose, begin))) return false;
  *ret_number = (KoreanNumber){.begin = has_tens ? tens : begin, .end = last + 1, .native = true, .well_formed = true};
  ret_number->syllables = (int)(ret_number->end - ret_number->begin);
  ret_number->one =
      !has_tens && (is_one_of(prose, begin, "하나") || (ret_number->syllables == 1 && is_one_of(prose, begin, "한")));
  ret_number->joined = last + 1 == end;
  return true;
}
