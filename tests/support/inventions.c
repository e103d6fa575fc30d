#include "inventions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* xorshift: the same on every machine. */
typedef struct {
  uint64_t state;
} Dice;

static uint64_t roll(Dice *dice, uint64_t below) {
  dice->state ^= dice->state << 13;
  dice->state ^= dice->state >> 7;
  dice->state ^= dice->state << 17;
  return (dice->state >> 11) % below;
}

#define PICK(dice, list) (list)[roll(dice, sizeof(list) / sizeof *(list))]

/* ---- figures ---- */

static void put_digits(char *to, size_t size, unsigned number, const char *const digits[10]) {
  char plain[16];
  *to = '\0';
  snprintf(plain, sizeof plain, "%u", number);
  for (const char *c = plain; *c != '\0'; c++) strncat(to, digits[*c - '0'], size - strlen(to) - 1);
}

/* The digits from a code point on, which follow one another. */
static void put_from(char *to, size_t size, unsigned number, uint32_t zero) {
  char plain[16];
  size_t length = 0;
  snprintf(plain, sizeof plain, "%u", number);
  for (const char *p = plain; *p != '\0' && length + 5 < size; p++) {
    uint32_t c = zero + (uint32_t)(*p - '0');
    if (c < 0x10000) {
      to[length++] = (char)(0xE0 | c >> 12);
      to[length++] = (char)(0x80 | (c >> 6 & 0x3F));
      to[length++] = (char)(0x80 | (c & 0x3F));
    } else {
      to[length++] = (char)(0xF0 | c >> 18);
      to[length++] = (char)(0x80 | (c >> 12 & 0x3F));
      to[length++] = (char)(0x80 | (c >> 6 & 0x3F));
      to[length++] = (char)(0x80 | (c & 0x3F));
    }
  }
  to[length] = '\0';
}

/* "삼백이십오", by the words given for 1 to 9 and for the places. */
static void put_places(char *to, size_t size, unsigned number, const char *const ones[10],
                       const char *const places[5]) {
  char plain[16];
  *to = '\0';
  snprintf(plain, sizeof plain, "%u", number);
  size_t length = strlen(plain);
  for (size_t i = 0; i < length; i++) {
    int digit = plain[i] - '0';
    size_t place = length - 1 - i;
    if (digit == 0) continue;
    if (digit > 1 || place == 0) strncat(to, ones[digit], size - strlen(to) - 1);
    strncat(to, places[place], size - strlen(to) - 1);
  }
}

static void put_english(char *to, size_t size, unsigned number) {
  static const char *const small[] = {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                      "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                     "fifty", "sixty", "seventy", "eighty", "ninety"};
  char rest[64] = "";
  if (number < 20) {
    snprintf(to, size, "%s", small[number]);
  } else if (number < 100) {
    snprintf(to, size, "%s%s%s", tens[number / 10], number % 10 ? "-" : "", number % 10 ? small[number % 10] : "");
  } else {
    if (number % 100 != 0) put_english(rest, sizeof rest, number % 100);
    snprintf(to, size, "%s hundred%s%s", small[number / 100 % 10], *rest ? " and " : "", rest);
  }
}

/* ---- disguises ---- */

static const char *const sino_ones[10] = {"영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"};
static const char *const sino_places[5] = {"", "십", "백", "천", "만"};
static const char *const han_ones[10] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const han_places[5] = {"", "十", "百", "千", "萬"};
static const char *const wide[10] = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
static const char *const raised[10] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
static const char *const lowered[10] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
static const char *const circled[10] = {"⓪", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨"};
static const char *const bracketed[10] = {"⓿", "⑴", "⑵", "⑶", "⑷", "⑸", "⑹", "⑺", "⑻", "⑼"};

static void digits(Dice *dice, char *to, size_t size) {
  switch (roll(dice, 4)) {
  case 0:
    snprintf(to, size, "%u.%u%%", (unsigned)roll(dice, 100), (unsigned)roll(dice, 10));
    break;
  case 1:
    snprintf(to, size, "%u,%03u원", 1 + (unsigned)roll(dice, 900), (unsigned)roll(dice, 1000));
    break;
  case 2:
    snprintf(to, size, "{f1}%u", (unsigned)roll(dice, 100));
    break;
  default:
    snprintf(to, size, "%u", (unsigned)roll(dice, 100000));
    break;
  }
}

static void script(Dice *dice, char *to, size_t size) {
  static const uint32_t zeros[] = {0x966,   0xE50,   0x9E6,   0xBE6,   0x17E0, 0x1040,
                                   0x1D7CE, 0x1D7D8, 0x1D7EC, 0x1FBF0, 0xA8D0};
  put_from(to, size, 1 + (unsigned)roll(dice, 9999), PICK(dice, zeros));
}

static void roman(Dice *dice, char *to, size_t size) {
  static const char *const characters[] = {"Ⅲ", "Ⅳ", "Ⅶ", "ⅸ", "Ⅻ", "Ⅼ", "ⅿ"};
  static const char *const letters[] = {"XII percent", "XLVII", "VII%", "IX배", "XXIV times", "LXXXIV", "XV years"};
  snprintf(to, size, "%s", roll(dice, 2) ? PICK(dice, characters) : PICK(dice, letters));
}

static void fraction(Dice *dice, char *to, size_t size) {
  static const char *const forms[] = {"½",
                                      "¾ of it",
                                      "⅓",
                                      "⅞배",
                                      "two thirds",
                                      "one-third of it",
                                      "half of it",
                                      "삼분의 일",
                                      "십분의 삼",
                                      "절반",
                                      "a quarter of the market",
                                      "three quarters",
                                      "오분의 이",
                                      "↉"};
  snprintf(to, size, "%s", PICK(dice, forms));
}

static void sino(Dice *dice, char *to, size_t size) {
  static const char *const after[] = {" 퍼센트", "퍼센트", " 원",   "만 원",   "원까지",  " 배", "억 원",
                                      " 포인트", " 달러",  " 개월", " 거래일", "조 원을", "프로"};
  char number[128];
  put_places(number, sizeof number, 2 + (unsigned)roll(dice, 900), sino_ones, sino_places);
  snprintf(to, size, "%s%s%s", roll(dice, 4) == 0 ? "약 " : "", number, PICK(dice, after));
}

static void native(Dice *dice, char *to, size_t size) {
  static const char *const numbers[] = {"두", "세",   "네",   "다섯", "여섯", "일곱", "여덟",    "아홉",
                                        "열", "열두", "스무", "서른", "한두", "서너", "스물다섯"};
  static const char *const after[] = {" 배",   "배로",    " 배나",    "배가량",    " 퍼센트",
                                      " 배의", " 거래일", " 배 이상", " 분기 연속"};
  snprintf(to, size, "%s%s", PICK(dice, numbers), PICK(dice, after));
}

static void english(Dice *dice, char *to, size_t size) {
  static const char *const after[] = {" percent",           " won",         " times",        "-fold",   " per cent",
                                      " percentage points", " million won", " basis points", " shares", " years",
                                      " Percent",           "\\npercent"};
  char number[96];
  put_english(number, sizeof number, 2 + (unsigned)roll(dice, 900));
  snprintf(to, size, "%s%s", number, PICK(dice, after));
}

static void escape(Dice *dice, char *to, size_t size) {
  static const char *const forms[] = {"\\u0033\\u0037",
                                      "&#51;&#55;",
                                      "&half;",
                                      "\\uff13",
                                      "{f0}",
                                      "{f00}",
                                      "{f1 }",
                                      "{ f1}",
                                      "{F1}",
                                      "{f1",
                                      "f1}",
                                      "{{f1}}",
                                      "{f999999}",
                                      "{g1}",
                                      "{}",
                                      "{f1}{f1}",
                                      "\\u00bd",
                                      "{f-1}",
                                      "{f01}",
                                      "\\\\u0037",
                                      "{ｆ1}",
                                      "\\u0661\\u0662",
                                      "\\ud835\\udfcf",
                                      "{f1}\\u200b7",
                                      "３\\u20e3",
                                      "🔟",
                                      "{f１}"};
  snprintf(to, size, "%s", PICK(dice, forms));
}

static void disguise(Dice *dice, Disguise as, char *to, size_t size) {
  unsigned number = 1 + (unsigned)roll(dice, 9999);
  switch (as) {
  case DISGUISE_DIGITS:
    digits(dice, to, size);
    break;
  case DISGUISE_WIDE:
    put_digits(to, size, number, wide);
    break;
  case DISGUISE_SCRIPT:
    script(dice, to, size);
    break;
  case DISGUISE_RAISED:
    put_digits(to, size, number, roll(dice, 2) ? raised : lowered);
    break;
  case DISGUISE_CIRCLED:
    put_digits(to, size, number, roll(dice, 2) ? circled : bracketed);
    break;
  case DISGUISE_ROMAN:
    roman(dice, to, size);
    break;
  case DISGUISE_FRACTION:
    fraction(dice, to, size);
    break;
  case DISGUISE_HAN:
    put_places(to, size, number, han_ones, han_places);
    break;
  case DISGUISE_SINO:
    sino(dice, to, size);
    break;
  case DISGUISE_NATIVE:
    native(dice, to, size);
    break;
  case DISGUISE_ENGLISH:
    english(dice, to, size);
    break;
  default:
    escape(dice, to, size);
    break;
  }
}

char *invention(unsigned seed, char text[INVENTION_SIZE]) {
  static const char *const before[] = {"종가는 {f1} 근처이고 상승 폭은 ",
                                       "이번 주 주가는 ",
                                       "It rose by ",
                                       "The close was {f1}, which is ",
                                       "사실 일부 투자자는 ",
                                       "(",
                                       "One of the reasons is ",
                                       "",
                                       "목표는 "};
  static const char *const after[] = {" 수준이다.", "", " in all.", ", as expected.", " 올랐다.", ")", " 정도이다."};
  Dice dice = {.state = UINT64_C(0x9E3779B97F4A7C15) ^ ((uint64_t)seed + 1) * UINT64_C(0xBF58476D1CE4E5B9)};
  char figure[256];
  for (int i = 0; i < 4; i++) roll(&dice, 2);
  disguise(&dice, (Disguise)(seed % DISGUISES), figure, sizeof figure);
  const char *begin = PICK(&dice, before), *end = PICK(&dice, after);
  snprintf(text, INVENTION_SIZE, "%s%s%s", begin, figure, end);
  return text;
}

/* ---- honest ones ---- */

static bool read_line(FILE *file, unsigned number, char *line, int size) {
  rewind(file);
  for (unsigned i = 0; fgets(line, size, file) != NULL; i++) {
    line[strcspn(line, "\n")] = '\0';
    if (i == number) return true;
  }
  return false;
}

static unsigned count_lines(FILE *file) {
  unsigned lines = 0;
  for (int c; (c = fgetc(file)) != EOF;) lines += c == '\n';
  return lines;
}

/* Three sentences, so that each number gives another text. */
bool honest_answer(const char *folder, const char *language, unsigned number, char *text, size_t size) {
  static const unsigned steps[] = {1, 7, 11};
  char path[600], line[1024];
  bool fits = true;
  snprintf(path, sizeof path, "%s/ai/honest_%s.txt", folder, language);
  FILE *file = fopen(path, "r");
  if (file == NULL) return false;
  unsigned lines = count_lines(file);
  *text = '\0';
  for (unsigned i = 0; fits && i < 3; i++) {
    fits = lines > 0 &&
           read_line(file, (number * steps[i] + i * 5 + number / lines * i * 17) % lines, line, sizeof line) &&
           strlen(text) + strlen(line) + 2 < size;
    if (fits) sprintf(text + strlen(text), "%s%s", i > 0 ? " " : "", line);
  }
  fclose(file);
  return fits;
}
