/* krx_row.h: the fields of one row of an answer of the KRX Open API; what is wrong with one breaks the answer. */
#ifndef CLOSEBELL_SOURCE_KRX_ROW_H
#define CLOSEBELL_SOURCE_KRX_ROW_H

#include <closebell/base/day.h>

#include "krx_json.h"

/* A row's fields in the order in which they stand there. They are asked for in much that order, so the next one is
 * nearly always where the last one was: a comparison instead of a hash for each of 40,000 fields a session. */
enum { KRX_MEMBERS_MAX = 32 };

typedef struct {
  const char *names[KRX_MEMBERS_MAX], *texts[KRX_MEMBERS_MAX]; /* null: not a string */
  size_t count, next;
} KrxMembers;

typedef struct {
  MarketAnswer *answer;
  size_t number; /* of the row, from 1 */
  const json_t *object;
  KrxMembers *members;
  const char *label; /* what messages call the row, or "" */
  Day date;          /* that was asked for, and of which market; set by krx_parse alone */
  Market market;
} KrxRow;

/* Takes the members of an object; the label is what stands in the field, or "". */
KrxRow krx_row(MarketAnswer *answer, size_t number, const json_t *object, KrxMembers *members, const char *label_field);

/* Makes the answer broken, with the row's number and label, and returns false. */
bool krx_row_fail(const KrxRow *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Null when the field is absent or not a string. */
const char *krx_row_member(const KrxRow *row, const char *field);
/* The same, and the answer broken. */
const char *krx_row_text(const KrxRow *row, const char *field);

typedef enum { KRX_MAY_BE_MISSING, KRX_MUST_BE_THERE } KrxPresence;

/* Whole numbers, thousands commas allowed. A missing number ("-" or "") is 0: the exchange writes "-" for what a
 * session without trades does not have. */
bool krx_row_number(const KrxRow *row, const char *field, KrxPresence presence, int64_t low, int64_t *ret_value);
/* "2,587.02" in hundredths: 258702. At most two decimals. */
bool krx_row_hundredths(const KrxRow *row, const char *field, KrxPresence presence, int64_t low, int64_t *ret_value);

bool krx_row_is_of_date(const KrxRow *row, Day date);

#endif
