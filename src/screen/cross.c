/* Stocks are taken in blocks; every part has a column of the block for each number of sessions ago at which something
 * asks for it. Truths are 1, 0 and NaN for unknown; NaN is an absent number too. A field is a piece of the tail's row,
 * and an index its operand's column: nothing is copied for them. */
#include "cross.h"

#include "demand.h"
#include "ops.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_MOST = 1024, BLOCK_LEAST = 32, ROOM_BYTES = 256 << 10 };

typedef struct {
  const ScreenPlan *plan;
  const ScreenMarket *market;
  ScreenTail *tail;
  double *const *ranks;
  const Demand *demand;
  const double **columns; /* of each part and number of sessions ago, by the demand */
  double *room, *next;    /* for those that are computed */
  size_t first, count;    /* the block */
} Pass;

static const double **slot(const Pass *pass, int part, int ago) {
  return &pass->columns[pass->demand->first[part] + (size_t)(ago - pass->demand->low[part])];
}
static const double *column(const Pass *pass, int part, int ago) { return *slot(pass, part, ago); }

static double *take_room(Pass *pass) {
  double *out = pass->next;
  pass->next += pass->count;
  return out;
}

static bool has_bar(const Pass *pass, size_t s, int ago) { return pass->tail->bars[pass->first + s] >= (uint32_t)ago; }

/* ---- parts that are there ---- */

/* A constant has no history, but the stock has: a window over it needs its sessions. */
static void fill_constant(const Pass *pass, double number, int ago, double *out) {
  for (size_t s = 0; s < pass->count; s++) out[s] = has_bar(pass, s, ago) ? number : NAN;
}

static void fill_ranks(const Pass *pass, int part, int ago, double *out) {
  size_t first = pass->market->first_entry[pass->tail->session] + pass->first;
  for (size_t s = 0; s < pass->count; s++) {
    const ScreenStock *stock = &pass->market->stocks[pass->market->entries[first + s].stock];
    int32_t entry = -1;
    if (has_bar(pass, s, ago))
      entry = stock->rows[stock->bars[pass->tail->bars[pass->first + s] - (uint32_t)ago]].entry;
    out[s] = entry < 0 ? NAN : pass->ranks[part][entry];
  }
}

/* ---- texts: those published in the session asked of, also for sessions before it ---- */

static ScreenString string_of(const Pass *pass, int part, size_t s) {
  const ScreenPart *it = &pass->plan->parts[part];
  if (it->op == SCREEN_TEXT_CONSTANT) return (ScreenString){pass->plan->text + it->at, (size_t)it->length};
  const ScreenEntry *entry = &pass->market->entries[pass->market->first_entry[pass->tail->session] + pass->first + s];
  const ScreenStock *stock = &pass->market->stocks[entry->stock];
  return screen_market_text(it->n, stock, stock->bars[entry->bar]);
}

static bool equal_texts(const Pass *pass, int a, int b, size_t s) {
  ScreenString left = string_of(pass, a, s), right = string_of(pass, b, s);
  return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static void compare_texts(const Pass *pass, const ScreenPart *part, int ago, double *out) {
  int candidates = part->op == SCREEN_IN ? part->n : 1;
  for (size_t s = 0; s < pass->count; s++) {
    bool found = false;
    for (int k = 0; k < candidates; k++) found |= equal_texts(pass, part->operand[0], part->operand[1] + k, s);
    bool holds = found != (part->negated || part->op == SCREEN_NOT_EQUAL);
    out[s] = !has_bar(pass, s, ago) ? NAN : holds ? 1 : 0;
  }
}

/* ---- windows ---- */

static void gather(ScreenOp op, size_t count, const double *x, double *rest) {
  switch (op) { /* one loop an operator, so that the choice is made once a column */
  case SCREEN_HIGHEST:
    for (size_t s = 0; s < count; s++) rest[s] = screen_op_gather(SCREEN_HIGHEST, rest[s], x[s]);
    return;
  case SCREEN_LOWEST:
    for (size_t s = 0; s < count; s++) rest[s] = screen_op_gather(SCREEN_LOWEST, rest[s], x[s]);
    return;
  default:
    for (size_t s = 0; s < count; s++) rest[s] = screen_op_gather(SCREEN_COUNT, rest[s], x[s]);
  }
}

/* The windows that begin in one block of n sessions, at most n of them: each is the end of this block and the beginning
 * of the next, gathered from the border outwards. So each costs three steps whatever n is. What is gathered does not
 * depend on the order: a mean, which does, is not taken here. */
static void fill_windows_of_block(const Pass *pass, const ScreenPart *part, int border, int low, int high,
                                  double *const *out) {
  double rest[BLOCK_MOST];
  size_t bytes = pass->count * sizeof(*rest);
  memcpy(rest, column(pass, part->operand[0], border - 1), bytes);
  for (int ago = border - 1; ago >= low; ago--) {
    if (ago < border - 1) gather(part->op, pass->count, column(pass, part->operand[0], ago), rest);
    if (ago <= high) memcpy(out[ago - low], rest, bytes);
  }
  for (int ago = border - part->n + 1; ago <= high; ago++) {
    const double *next = column(pass, part->operand[0], ago + part->n - 1);
    if (ago + part->n - 1 == border)
      memcpy(rest, next, bytes);
    else
      gather(part->op, pass->count, next, rest);
    if (ago >= low) gather(part->op, pass->count, rest, out[ago - low]);
  }
}

/* The windows that begin low to high sessions ago. */
static void fill_windows(Pass *pass, int i, int low, int high) {
  const ScreenPart *part = &pass->plan->parts[i];
  double *out[SCREEN_MAX_BACK + 1];
  for (int ago = low; ago <= high; ago++) *slot(pass, i, ago) = out[ago - low] = take_room(pass);
  for (int from = low, border; from <= high; from = border) {
    border = (from / part->n + 1) * part->n;
    fill_windows_of_block(pass, part, border, from, border - 1 < high ? border - 1 : high, out + (from - low));
  }
}

/* ---- operators ---- */

static void fill_in(const Pass *pass, const ScreenPart *part, int ago, double *out) {
  const double *x = column(pass, part->operand[0], ago);
  for (size_t s = 0; s < pass->count; s++) {
    bool found = false;
    for (int k = 0; k < part->n; k++) found |= x[s] == pass->plan->parts[part->operand[1] + k].number;
    out[s] = isnan(x[s]) ? NAN : found != part->negated ? 1 : 0;
  }
}

static void fill_operator(const Pass *pass, const ScreenPart *part, int ago, double *out) {
  const double *x[3] = {NULL, NULL, NULL};
  for (int k = 0; k < part->operands; k++) x[k] = column(pass, part->operand[k], ago);
  if (part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW) {
    const double *before_a = column(pass, part->operand[0], ago + 1),
                 *before_b = column(pass, part->operand[1], ago + 1);
    for (size_t s = 0; s < pass->count; s++)
      out[s] = screen_op_crosses(part->op, x[0][s], x[1][s], before_a[s], before_b[s]);
  } else if (part->op == SCREEN_BETWEEN) {
    for (size_t s = 0; s < pass->count; s++) out[s] = screen_op_between(part->negated, x[0][s], x[1][s], x[2][s]);
  } else {
    screen_op_apply(part->op, pass->count, x[0], x[1], out);
  }
}

static bool fill(Pass *pass, int i, int ago) {
  const ScreenPart *part = &pass->plan->parts[i];
  if (part->op == SCREEN_FIELD) {
    const double *row = screen_tail_row(pass->tail, pass->market, part->n, ago);
    if (row != NULL) *slot(pass, i, ago) = row + pass->first;
    return row != NULL;
  }
  if (part->op == SCREEN_INDEX) {
    *slot(pass, i, ago) = column(pass, part->operand[0], ago + part->n);
    return true;
  }
  double *out = take_room(pass);
  *slot(pass, i, ago) = out;
  if (part->op == SCREEN_CONSTANT)
    fill_constant(pass, part->number, ago, out);
  else if (part->op == SCREEN_RANK)
    fill_ranks(pass, i, ago, out);
  else if (pass->plan->parts[part->operand[0]].kind == SCREEN_TEXT)
    compare_texts(pass, part, ago, out);
  else if (part->op == SCREEN_IN)
    fill_in(pass, part, ago, out);
  else
    fill_operator(pass, part, ago, out);
  return true;
}

static bool fill_part(Pass *pass, int i) {
  DemandRun run = {0};
  bool fits = true;
  if (pass->plan->parts[i].kind == SCREEN_TEXT) return true;
  while (fits && demand_next(pass->demand, i, &run)) {
    if (extent_is_window(pass->plan->parts[i].op)) {
      fill_windows(pass, i, run.low, run.high);
      continue;
    }
    for (int ago = run.low; ago <= run.high && fits; ago++) fits = fill(pass, i, ago);
  }
  return fits;
}

/* ---- the whole ---- */

bool cross_takes(const ScreenPlan *plan, int root) {
  for (int i = 0; i <= root; i++)
    if (plan->parts[i].op == SCREEN_MEAN) return false;
  return true;
}

static bool fill_blocks(Pass *pass, int root, double *ret_values) {
  size_t columns = pass->demand->columns, block = ROOM_BYTES / sizeof(double) / columns;
  block = block > BLOCK_MOST ? BLOCK_MOST : block < BLOCK_LEAST ? BLOCK_LEAST : block;
  pass->room = malloc(columns * block * sizeof *pass->room);
  bool fits = pass->room != NULL;
  for (pass->first = 0; pass->first < pass->tail->count && fits; pass->first += block) {
    size_t rest = pass->tail->count - pass->first;
    pass->count = rest < block ? rest : block;
    pass->next = pass->room;
    for (int i = 0; i <= root && fits; i++) fits = fill_part(pass, i);
    if (fits) memcpy(ret_values + pass->first, column(pass, root, 0), pass->count * sizeof *ret_values);
  }
  free(pass->room);
  return fits;
}

bool cross_evaluate(const ScreenPlan *plan, ScreenMarket *market, double *const *ranks, int root, size_t session,
                    double *ret_values) {
  Demand *demand = demand_make(plan, root);
  Pass pass = {.plan = plan, .market = market, .tail = screen_tail(market, session), .ranks = ranks, .demand = demand};
  if (demand != NULL) pass.columns = malloc((demand->columns + 1) * sizeof *pass.columns);
  bool fits = demand != NULL && pass.tail != NULL && pass.columns != NULL && fill_blocks(&pass, root, ret_values);
  free(pass.columns);
  free(demand);
  return fits;
}
