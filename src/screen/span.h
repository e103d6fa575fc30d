/* span.h: some bars of one stock, which are evaluated together. */
#ifndef CLOSEBELL_SCREEN_SPAN_H
#define CLOSEBELL_SCREEN_SPAN_H

#include "columns.h"
#include "extent.h"

enum { SPAN_BARS = 1024 }; /* at most */

/* Bars first .. last of a view, all its own and all of sessions that are asked for. */
typedef struct {
  const ScreenView *view;
  const ScreenStock *stock;
  size_t first, last;
} Span;

/* Values of a plan's parts over one span, made by span_evaluate. Zero-initialise; span_room_free at the end. */
typedef struct {
  const ScreenPlan *plan;
  const ScreenMarket *market;
  const Extent *extent;
  double *const *ranks;                   /* of each part that is a rank: a value an entry */
  const double *values[SCREEN_MAX_PARTS]; /* of each part: from `high` sessions before the span's first bar on */
  double *room;
  size_t room_bytes;
} SpanRoom;

/* Every part up to the root; the root's values for the span's bars are then *ret_values. False without memory. */
bool span_evaluate(SpanRoom *room, int root, const Span *span, const double **ret_values);
void span_room_free(SpanRoom *room);

#endif
