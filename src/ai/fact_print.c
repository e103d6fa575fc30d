/* fact_print.c: facts as readers see them. */
#include <closebell/ai/fact.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PLAIN_SIZE = 340 }; /* the largest double has 309 digits before its point */

static const struct {
  const char *before, *after;
} FORMS[][2] = {
    [UNIT_NONE] = {{"", ""}, {"", ""}},
    [UNIT_WON] = {{"KRW ", ""}, {"", "원"}},
    [UNIT_SHARES] = {{"", " shares"}, {"", "주"}},
    [UNIT_PERCENT] = {{"", "%"}, {"", "%"}},
    [UNIT_TIMES] = {{"", " times"}, {"", "배"}},
    [UNIT_SESSIONS] = {{"", " sessions"}, {"", "거래일"}},
};

static size_t append_grouped(char *to, const char *digits, size_t count) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && (count - i) % 3 == 0) to[length++] = ',';
    to[length++] = digits[i];
  }
  return length;
}

/* printf rounds the exact value of the double, so the digits are right to the last one printed. */
static void print_real(double value, char *text) {
  char plain[PLAIN_SIZE];
  double size = fabs(value);
  snprintf(plain, sizeof plain, "%.*f", size < 1 ? 4 : 2, size);
  size_t whole = strspn(plain, "0123456789"), end = strlen(plain), length = 0;
  while (end > whole && plain[end - 1] == '0') end--;
  if (end == whole + 1) end = whole; /* nothing is left behind the point */
  if (value < 0 && strspn(plain, "0.,") < end) text[length++] = '-';
  length += append_grouped(text + length, plain, whole);
  if (end > whole) {
    text[length++] = '.'; /* whatever the host's language has there */
    memcpy(text + length, plain + whole + 1, end - whole - 1);
    length += end - whole - 1;
  }
  text[length] = '\0';
}

char *fact_print_bare(const Fact *fact, char text[FACT_PRINTED_SIZE]) {
  if (fact->value.kind == FACT_WHOLE) return text_group_int64(fact->value.whole, text);
  if (fact->value.kind == FACT_REAL)
    print_real(fact->value.real, text);
  else
    snprintf(text, FACT_PRINTED_SIZE, "%s", fact->value.text);
  return text;
}

char *fact_print(const Fact *fact, Language language, char text[FACT_PRINTED_SIZE]) {
  char bare[FACT_PRINTED_SIZE];
  const char *before = FORMS[fact->unit][language].before, *after = FORMS[fact->unit][language].after;
  fact_print_bare(fact, bare);
  snprintf(text, FACT_PRINTED_SIZE, "%s%.*s%s", before, FACT_PRINTED_SIZE - 32, bare, after);
  return text;
}
