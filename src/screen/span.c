/* Each part is a row of values over the span's bars, and over those before it that something looks back at. Truths are
 * 1, 0 and NaN for unknown; NaN is an absent number too. A field is a piece of its column, and an index a piece of its
 * operand: nothing is copied for them. */
#include "span.h"

#include "ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The bars for which a part's values are made: before the stock's first one they are negative, and absent. */
static ptrdiff_t first_bar(const SpanRoom *room, const Span *span, int part) {
  return (ptrdiff_t)span->first - room->extent->high[part];
}
static size_t length_of(const SpanRoom *room, const Span *span, int part) {
  return span->last - span->first + 1 + (size_t)(room->extent->high[part] - room->extent->low[part]);
}

/* A part's values from that bar on. */
static const double *from_bar(const SpanRoom *room, const Span *span, int part, ptrdiff_t bar) {
  return room->values[part] + (bar - first_bar(room, span, part));
}

/* ---- parts that are there ---- */

static size_t pad(ptrdiff_t first, size_t length, double *out) {
  size_t absent = first < 0 ? (size_t)-first < length ? (size_t)-first : length : 0;
  for (size_t i = 0; i < absent; i++) out[i] = NAN;
  return absent;
}

/* A constant has no history, but the stock has: a window over it needs its sessions. */
static void fill_constant(double number, ptrdiff_t first, size_t length, double *out) {
  for (size_t i = pad(first, length, out); i < length; i++) out[i] = number;
}

static const double *field(const SpanRoom *room, const Span *span, int part, double *out) {
  ptrdiff_t first = first_bar(room, span, part);
  size_t length = length_of(room, span, part), absent = pad(first, length, out);
  const double *column = room->market->columns->values[room->plan->parts[part].n] + span->view->cell;
  if (absent == 0) return column + ((size_t)first - span->view->start);
  memcpy(out + absent, column, (length - absent) * sizeof *out);
  return out;
}

static void fill_ranks(const SpanRoom *room, const Span *span, int part, double *out) {
  ptrdiff_t first = first_bar(room, span, part);
  size_t length = length_of(room, span, part);
  for (size_t i = pad(first, length, out); i < length; i++) {
    int32_t entry = span->stock->rows[span->stock->bars[(size_t)(first + (ptrdiff_t)i)]].entry;
    out[i] = entry < 0 ? NAN : room->ranks[part][entry];
  }
}

/* ---- texts: those published in the session asked of, also for sessions before it ---- */

static ScreenString string_of(const SpanRoom *room, const Span *span, int part) {
  const ScreenPart *it = &room->plan->parts[part];
  if (it->op == SCREEN_TEXT_CONSTANT) return (ScreenString){room->plan->text + it->at, (size_t)it->length};
  return screen_market_text(it->n, span->stock, span->stock->bars[span->first]);
}

static bool equal_texts(const SpanRoom *room, const Span *span, int a, int b) {
  ScreenString left = string_of(room, span, a), right = string_of(room, span, b);
  return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static void compare_texts(const SpanRoom *room, const Span *span, int i, double *out) {
  const ScreenPart *part = &room->plan->parts[i];
  bool found = false;
  for (int k = 0; k < (part->op == SCREEN_IN ? part->n : 1); k++)
    found |= equal_texts(room, span, part->operand[0], part->operand[1] + k);
  bool holds = found != (part->negated || part->op == SCREEN_NOT_EQUAL);
  fill_constant(holds ? 1 : 0, first_bar(room, span, i), length_of(room, span, i), out);
}

/* ---- windows ---- */

static ptrdiff_t floor_to(ptrdiff_t bar, ptrdiff_t n) { return (bar >= 0 ? bar / n : -((n - 1 - bar) / n)) * n; }

/* The windows that end in one block of n bars: each is the end of the block before and the beginning of this one,
 * gathered from the border outwards. So each costs three steps whatever n is, a sum adds only what is in it, and as
 * blocks begin at multiples of n, its value does not depend on which others are asked for. x: the operand's value at
 * the border; first .. last: the windows' last bars, less the border. */
static void fill_block(const ScreenPart *part, const double *x, size_t first, size_t last, double *out) {
  double before[SCREEN_MAX_BACK + 1], here = 0;
  size_t n = (size_t)part->n;
  for (size_t back = 1; back + first < n; back++) {
    before[back] = x[-(ptrdiff_t)back];
    if (back > 1) before[back] = screen_op_gather(part->op, before[back - 1], before[back]);
  }
  for (size_t i = 0; i <= last; i++) {
    here = i == 0 ? x[0] : screen_op_gather(part->op, here, x[i]);
    if (i >= first) out[i - first] = i + 1 < n ? screen_op_gather(part->op, before[n - 1 - i], here) : here;
  }
}

static void fill_windows(const SpanRoom *room, const Span *span, int i, double *out) {
  const ScreenPart *part = &room->plan->parts[i];
  ptrdiff_t first = first_bar(room, span, i), n = part->n;
  ptrdiff_t end = first + (ptrdiff_t)length_of(room, span, i), next;
  for (ptrdiff_t bar = first; bar < end; bar = next) {
    ptrdiff_t border = floor_to(bar, n);
    next = border + n < end ? border + n : end;
    const double *x = from_bar(room, span, part->operand[0], border);
    fill_block(part, x, (size_t)(bar - border), (size_t)(next - 1 - border), out + (bar - first));
  }
  for (ptrdiff_t k = 0; k < end - first && part->op == SCREEN_MEAN; k++) out[k] = screen_op_finite(out[k] / (double)n);
}

/* ---- operators ---- */

static void fill_in(const SpanRoom *room, const ScreenPart *part, size_t length, const double *x, double *out) {
  for (size_t i = 0; i < length; i++) {
    bool found = false;
    for (int k = 0; k < part->n; k++) found |= x[i] == room->plan->parts[part->operand[1] + k].number;
    out[i] = isnan(x[i]) ? NAN : found != part->negated ? 1 : 0;
  }
}

static void fill_operator(const SpanRoom *room, const Span *span, int i, double *out) {
  const ScreenPart *part = &room->plan->parts[i];
  size_t length = length_of(room, span, i);
  const double *x[3] = {NULL, NULL, NULL};
  for (int k = 0; k < part->operands && (part->op != SCREEN_IN || k == 0); k++)
    x[k] = from_bar(room, span, part->operand[k], first_bar(room, span, i));
  if (part->op == SCREEN_IN) {
    fill_in(room, part, length, x[0], out);
  } else if (part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW) {
    for (size_t k = 0; k < length; k++)
      out[k] = screen_op_crosses(part->op, x[0][k], x[1][k], (x[0] - 1)[k], (x[1] - 1)[k]);
  } else if (part->op == SCREEN_BETWEEN) {
    for (size_t k = 0; k < length; k++) out[k] = screen_op_between(part->negated, x[0][k], x[1][k], x[2][k]);
  } else {
    screen_op_apply(part->op, length, x[0], x[1], out);
  }
}

static const double *evaluate_part(const SpanRoom *room, const Span *span, int i, double *out) {
  const ScreenPart *part = &room->plan->parts[i];
  ptrdiff_t first = first_bar(room, span, i);
  bool texts = part->operands > 0 && room->plan->parts[part->operand[0]].kind == SCREEN_TEXT;
  if (part->op == SCREEN_FIELD) return field(room, span, i, out);
  if (part->op == SCREEN_INDEX) return from_bar(room, span, part->operand[0], first - part->n);
  if (part->op == SCREEN_CONSTANT)
    fill_constant(part->number, first, length_of(room, span, i), out);
  else if (part->op == SCREEN_RANK)
    fill_ranks(room, span, i, out);
  else if (texts)
    compare_texts(room, span, i, out);
  else if (extent_is_window(part->op))
    fill_windows(room, span, i, out);
  else
    fill_operator(room, span, i, out);
  return out;
}

static bool make_room(SpanRoom *room, int root, const Span *span) {
  size_t needed = 0;
  for (int i = 0; i <= root; i++)
    if (room->extent->high[i] >= 0) needed += length_of(room, span, i);
  if (needed * sizeof(double) <= room->room_bytes) return true;
  double *larger = realloc(room->room, needed * sizeof *larger);
  if (larger == NULL) return false;
  room->room = larger;
  room->room_bytes = needed * sizeof *larger;
  return true;
}

bool span_evaluate(SpanRoom *room, int root, const Span *span, const double **ret_values) {
  if (!make_room(room, root, span)) return false;
  double *next = room->room;
  for (int i = 0; i <= root; i++) {
    if (room->extent->high[i] < 0 || room->plan->parts[i].kind == SCREEN_TEXT) continue;
    room->values[i] = evaluate_part(room, span, i, next);
    next += length_of(room, span, i);
  }
  *ret_values = room->values[root];
  return true;
}

void span_room_free(SpanRoom *room) {
  free(room->room);
  room->room = NULL;
  room->room_bytes = 0;
}
