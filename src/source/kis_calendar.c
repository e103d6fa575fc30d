/* Whether the exchange is open: chk-holiday. */
#include <closebell/source/kis_parse.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "answer_row.h"

const PayloadType PAYLOAD_OPEN_DAYS = {"open days", sizeof(OpenDay)};

static int compare(const void *a, const void *b) {
  Day left = ((const OpenDay *)a)->date, right = ((const OpenDay *)b)->date;
  return (left > right) - (left < right);
}

static const char *name_of(const void *item, char text[DAY_TEXT_SIZE]) {
  return day_format(((const OpenDay *)item)->date, text);
}

static const AnswerItems DAYS = {.type = &PAYLOAD_OPEN_DAYS, .compare = compare, .name = name_of};

/* Business day, trading day and settlement day are something else. */
static bool read_day(const AnswerRow *row, OpenDay *ret_day, bool *ret_kept) {
  OpenDay day = {0};
  FieldFound date = answer_row_day(row, "bass_dt", &day.date);
  *ret_kept = date == FIELD_NUMBER;
  if (date != FIELD_NUMBER) return date == FIELD_MISSING;
  const char *open = answer_row_text(row, "opnd_yn");
  if (open == NULL) return false;
  day.is_open = strcmp(open, "Y") == 0;
  if (!day.is_open && strcmp(open, "N") != 0)
    return answer_row_fail(row, "opnd_yn \"%s\" is neither Y nor N", answer_quote(open).text);
  *ret_day = day;
  return true;
}

void kis_parse_calendar(const json_t *body, Answer *answer) {
  const json_t *list = answer_rows(body, "output", answer);
  size_t rows = json_array_size(list), count = 0;
  OpenDay *days = rows == 0 ? NULL : answer_payload(rows, &PAYLOAD_OPEN_DAYS, answer);
  if (days == NULL) return;
  for (size_t i = 0; i < rows; i++) {
    AnswerRow row = answer_row(list, i, "bass_dt", answer);
    bool kept;
    if (!read_day(&row, &days[count], &kept)) {
      free(days);
      return;
    }
    count += kept;
  }
  answer_take(&DAYS, days, count, answer);
}
