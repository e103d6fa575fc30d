/* analyzed_text.c: the fields of stock_analyzed that are texts, and the numbers as which they are computed. */
#include <closebell/store/stock_analyzed.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/day.h>
#include <closebell/base/text.h>
#include <closebell/company/compass.h>

enum { DIGITS = 14 };

const char *analyzed_text(FieldKind kind, double value, char text[ANALYZED_TEXT_SIZE]) {
  if (kind == FIELD_DAY)
    text_copy(text, ANALYZED_TEXT_SIZE, day_text((Day)value).text);
  else if (kind == FIELD_DIGITS)
    snprintf(text, ANALYZED_TEXT_SIZE, "%0*.0f", DIGITS, value);
  else
    text_copy(text, ANALYZED_TEXT_SIZE, grade_name((Grade)value));
  return text;
}

bool analyzed_text_parse(const char *text, double *ret_value) {
  Day day;
  Grade grade;
  if (day_parse(text, &day))
    *ret_value = day;
  else if (strlen(text) == DIGITS && strspn(text, "0123456789") == DIGITS)
    *ret_value = strtod(text, NULL);
  else if (grade_find(text, &grade))
    *ret_value = grade;
  else
    return false;
  return true;
}
