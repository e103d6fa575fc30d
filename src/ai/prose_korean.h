/* prose_korean.h: reading one number in Korean words; which of them count is decided in prose_korean.c. Private to this
 * folder. */
#ifndef CLOSEBELL_AI_PROSE_KOREAN_INTERNAL_H
#define CLOSEBELL_AI_PROSE_KOREAN_INTERNAL_H

#include "prose.h"

enum { KOREAN_NUMBER_MAX = 40 }; /* syllables: no honest number has more */

typedef struct {
  size_t begin, end; /* folded characters */
  int syllables;
  bool native;
  bool one;       /* 한, 하나, 일 */
  bool only_this; /* 이, which is "this" as well */
  bool magnitude; /* 십 ... 조 is in it */
  bool well_formed;
  bool joined; /* it touches what follows */
} KoreanNumber;

static inline bool is_one_of(const Prose *prose, size_t at, const char *words) {
  return prose_match_any(prose, at, words) > 0;
}

/* 1 to 9 and 0. */
bool korean_is_digit(const Prose *prose, size_t at);
/* A digit, or a magnitude from 십 to 조. */
bool korean_is_numeral(const Prose *prose, size_t at);
/* 수십, 몇백, 약삼십, 제삼 분기: what stands before `at` belongs to the number. */
bool korean_has_prefix(const Prose *prose, size_t at);
/* 영점오, 삼쩜이: the last digit. 이점이 and 오점이 are "advantage" and "stain". */
bool korean_is_behind_point(const Prose *prose, size_t at);
/* Nothing of the same word stands before. */
bool korean_begins_word(const Prose *prose, size_t at);
/* The numeral before `at`, only blanks and marks between them; prose->count: none. */
size_t korean_numeral_before(const Prose *prose, size_t at);
/* Digits and magnitudes in the order of a number: 이십오, 삼천만, never 이사 or 조조. */
bool korean_is_well_formed(const Prose *prose, const size_t *at, int count);
/* The number that ends before `end`: of Sino-Korean numerals the longest one that begins a word, in order if there is
 * one; or of native ones. False: there is none. */
bool korean_sino_before(const Prose *prose, size_t end, KoreanNumber *ret_number);
bool korean_native_before(const Prose *prose, size_t end, KoreanNumber *ret_number);

#endif
