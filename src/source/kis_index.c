/* The values of an index, day by day: inquire-daily-indexchartprice. */
#include <closebell/source/kis_parse.h>

#include <stdlib.h>

#include <jansson.h>

#include "answer_row.h"

enum { THOUSAND = 1000, MILLION = 1000000 };

const PayloadType PAYLOAD_INDEX_ROWS = {"index rows", sizeof(DatedIndexRow)};

static int compare(const void *a, const void *b) {
  Day left = ((const DatedIndexRow *)a)->date, right = ((const DatedIndexRow *)b)->date;
  return (left > right) - (left < right);
}

static const char *name_of(const void *item, char text[DAY_TEXT_SIZE]) {
  return day_format(((const DatedIndexRow *)item)->date, text);
}

static const AnswerItems ROWS = {.type = &PAYLOAD_INDEX_ROWS, .compare = compare, .name = name_of};

/* False: broken. *all_there becomes false where the figure is missing. */
static bool read_points(const AnswerRow *row, const char *field, int64_t *to, bool *all_there) {
  FieldFound found = answer_row_hundredths(row, field, 0, INDEX_VALUE_MAX, to);
  *all_there &= found == FIELD_NUMBER;
  return found != FIELD_BROKEN;
}

static bool read_amount(const AnswerRow *row, const char *field, int64_t unit, int64_t *to, bool *all_there) {
  int64_t units = 0;
  FieldFound found = answer_row_number(row, field, 0, INT64_MAX / unit, &units);
  *to = units * unit;
  *all_there &= found == FIELD_NUMBER;
  return found != FIELD_BROKEN;
}

static bool read_values(const AnswerRow *row, IndexRow *index, bool *all_there) {
  return read_points(row, "bstp_nmix_oprc", &index->open, all_there) &&
         read_points(row, "bstp_nmix_hgpr", &index->high, all_there) &&
         read_points(row, "bstp_nmix_lwpr", &index->low, all_there) &&
         read_points(row, "bstp_nmix_prpr", &index->close, all_there) &&
         read_amount(row, "acml_vol", THOUSAND, &index->volume, all_there) &&
         read_amount(row, "acml_tr_pbmn", MILLION, &index->value, all_there);
}

/* False: the answer is broken. *ret_kept: it is a day's. */
static bool read_row(const AnswerRow *row, DatedIndexRow *ret_row, bool *ret_kept) {
  DatedIndexRow dated = {0};
  FieldFound date = answer_row_day(row, "stck_bsop_date", &dated.date);
  bool all_there = date == FIELD_NUMBER;
  *ret_kept = false;
  if (date != FIELD_NUMBER) return date == FIELD_MISSING;
  if (!read_values(row, &dated.row, &all_there)) return false;
  *ret_kept = all_there;
  const char *fault = all_there ? index_row_fault(&dated.row) : NULL;
  if (fault != NULL) return answer_row_fail(row, "%s cannot be right", fault);
  *ret_row = dated;
  return true;
}

void kis_parse_index(const json_t *body, Answer *answer) {
  const json_t *list = answer_rows(body, "output2", answer);
  size_t rows = json_array_size(list), count = 0;
  DatedIndexRow *days = rows == 0 ? NULL : answer_payload(rows, &PAYLOAD_INDEX_ROWS, answer);
  if (days == NULL) return;
  for (size_t i = 0; i < rows; i++) {
    AnswerRow row = answer_row(list, i, "stck_bsop_date", answer);
    bool kept;
    if (!read_row(&row, &days[count], &kept)) {
      free(days);
      return;
    }
    count += kept;
  }
  answer_take(&ROWS, days, count, answer);
}
