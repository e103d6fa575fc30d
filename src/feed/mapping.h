/* mapping.h: the fields of a feed made ready for the answer to one page, and a row by them. */
#ifndef CLOSEBELL_FEED_MAPPING_H
#define CLOSEBELL_FEED_MAPPING_H

#include "value.h"

/* A field made ready. What is the same for all rows of a page is read once. */
typedef struct {
  FeedPointer pointer;
  bool is_same, is_read;
  FeedValue same;
} MappedField;

typedef struct {
  const FeedAsked *asked;
  const FeedRows *rules;
  const FeedJsonText *answer;
  MappedField *fields;
  Keep keep;
  bool may_quote; /* the answer repeats no key */
  char *reason;
  size_t number;        /* of the row at hand, from 1, over all pages */
  const char *row_name; /* @key of it; null: rows are no members */
} Mapping;

/* STATUS_BAD_DATA: a column that is needed is not there. mapping_close follows always. */
Status mapping_open(Mapping *mapping);
void mapping_close(Mapping *mapping);

/* "row 3 (BTC), close: ..." into reason; returns STATUS_BAD_DATA. field null: of the row as a whole. */
Status mapping_fail(const Mapping *mapping, const FeedField *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* *ret_left_out: `only` leaves the row out, and *ret_row is not set. */
Status mapping_read_row(Mapping *mapping, const FeedJson *json, FeedRow *ret_row, bool *ret_left_out);

#endif
