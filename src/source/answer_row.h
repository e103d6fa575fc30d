/* answer_row.h: rows of an answer in JSON, and their fields, which are texts; what is wrong with one breaks the answer.
 */
#ifndef CLOSEBELL_SOURCE_ANSWER_ROW_H
#define CLOSEBELL_SOURCE_ANSWER_ROW_H

#include <closebell/base/day.h>

#include "answer_words.h"

typedef struct json_t json_t;

typedef struct {
  Answer *answer;
  size_t number; /* of the row, from 1 */
  const json_t *object;
  const char *label; /* what messages call the row, or "" */
} AnswerRow;

/* The rows of that name. Null: the answer is empty, or broken, and says why. */
const json_t *answer_rows(const json_t *body, const char *name, Answer *answer);

/* label_field: its text is the label. */
AnswerRow answer_row(const json_t *list, size_t index, const char *label_field, Answer *answer);

/* Makes the answer broken, with the row's number and label, and returns false. */
bool answer_row_fail(const AnswerRow *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Null, and the answer broken, when the field is absent or no text. */
const char *answer_row_text(const AnswerRow *row, const char *field);

typedef enum { FIELD_NUMBER, FIELD_MISSING, FIELD_BROKEN } FieldFound;
/* A whole number from low to high. *ret_value is written for FIELD_NUMBER only. */
FieldFound answer_row_number(const AnswerRow *row, const char *field, int64_t low, int64_t high, int64_t *ret_value);
/* "2610.81" in hundredths: 261081. Bounds are in hundredths, too. */
FieldFound answer_row_hundredths(const AnswerRow *row, const char *field, int64_t low, int64_t high,
                                 int64_t *ret_value);
/* "20260916". An empty text is FIELD_MISSING. */
FieldFound answer_row_day(const AnswerRow *row, const char *field, Day *ret_day);

/* One block for so many items. Null: the answer fails. */
void *answer_payload(size_t count, const PayloadType *type, Answer *answer);
/* Sorts the items, gives them to the answer, or frees them where there are none, or one stands twice: name says how
 * that is called. */
typedef struct {
  const PayloadType *type;
  int (*compare)(const void *a, const void *b);
  const char *(*name)(const void *item, char text[DAY_TEXT_SIZE]);
} AnswerItems;
void answer_take(const AnswerItems *kind, void *items, size_t count, Answer *answer);

#endif
