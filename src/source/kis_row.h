/* kis_row.h: the fields of one row of a KIS answer; what is wrong with one breaks the answer. */
#ifndef CLOSEBELL_SOURCE_KIS_ROW_H
#define CLOSEBELL_SOURCE_KIS_ROW_H

#include <closebell/base/day.h>

#include "krx_json.h"

typedef struct {
  Answer *answer;
  size_t number; /* of the row, from 1 */
  const json_t *object;
  const char *label; /* what messages call the row, or "" */
} KisRow;

/* The rows of that name. Null: the answer is empty, or broken, and says why. */
const json_t *kis_list(const json_t *body, const char *name, Answer *answer);

/* label_field: its text is the label. */
KisRow kis_row(const json_t *list, size_t index, const char *label_field, Answer *answer);

/* Makes the answer broken, with the row's number and label, and returns false. */
bool kis_row_fail(const KisRow *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Null, and the answer broken, when the field is absent or no text. */
const char *kis_row_text(const KisRow *row, const char *field);

typedef enum { KIS_NUMBER, KIS_MISSING, KIS_BROKEN } KisFigure;
/* A whole number from low to high. *ret_value is written for KIS_NUMBER only. */
KisFigure kis_row_number(const KisRow *row, const char *field, int64_t low, int64_t high, int64_t *ret_value);
/* "20260916". An empty text is KIS_MISSING. */
KisFigure kis_row_day(const KisRow *row, const char *field, Day *ret_day);

/* One block for so many items. Null: the answer fails. */
void *kis_payload(size_t count, const PayloadType *type, Answer *answer);
/* Sorts the items, gives them to the answer, or frees them where there are none, or one stands twice: name says how
 * that is called. */
typedef struct {
  const PayloadType *type;
  int (*compare)(const void *a, const void *b);
  const char *(*name)(const void *item, char text[DAY_TEXT_SIZE]);
} KisItems;
void kis_take(const KisItems *kind, void *items, size_t count, Answer *answer);

#endif
