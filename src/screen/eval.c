/* A plan over the market of a session. Stocks are taken in blocks; every part has a column of the block for each number
 * of sessions ago at which something asks for it. Truths are 1, 0 and NaN for unknown; NaN is an absent number too.
 * What stands inside a rank is a plan of its own, over the whole market of the session that is asked for: its ranks are
 * computed once a session and kept. */
#include "demand.h"
#include "ops.h"
#include "rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANK_COLUMNS = 20 }; /* what it costs to rank a session, in columns */

typedef struct {
  const ScreenPlan *plan;
  const ScreenMarket *market;
  double **ranks;                    /* [part * sessions + session], null until computed */
  Demand *demands[SCREEN_MAX_PARTS]; /* of the root, and of what stands inside a rank; null until asked for */
  size_t columns;                    /* computed so far, over the whole market */
} Evaluation;

/* One run over a session. */
typedef struct {
  const Demand *demand;
  size_t session, first, count; /* the block */
  double *room;
} Pass;

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory to evaluate the condition"); }

static double *column(const Pass *pass, int part, int ago) {
  const Demand *demand = pass->demand;
  return pass->room + (demand->first[part] + (size_t)(ago - demand->low[part])) * DEMAND_BLOCK;
}

static ScreenString string_of(const Evaluation *evaluation, size_t session, int part, size_t stock) {
  const ScreenPart *it = &evaluation->plan->parts[part];
  if (it->op == SCREEN_TEXT_CONSTANT) {
    return (ScreenString){evaluation->plan->text + it->at, (size_t)it->length};
  }
  return evaluation->market->text(evaluation->market->self, session, it->n, stock);
}

static bool equal_texts(const Evaluation *evaluation, size_t session, int a, int b, size_t stock) {
  ScreenString left = string_of(evaluation, session, a, stock), right = string_of(evaluation, session, b, stock);
  return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

/* ==, != and in over texts: those published in the session itself, also in a window. What lies before the stock's first
 * session is unknown. */
static void compare_texts(const Evaluation *evaluation, const Pass *pass, const ScreenPart *part, int ago,
                          double *out) {
  const ScreenMarket *market = evaluation->market;
  int candidates = part->op == SCREEN_IN ? part->n : 1;
  for (size_t s = 0; s < pass->count; s++) {
    size_t stock = pass->first + s;
    ScreenPlace place;
    out[s] = NAN;
    if (ago > 0 && !market->place(market->self, pass->session, stock, ago, &place)) continue;
    bool found = false;
    for (int k = 0; k < candidates; k++)
      found |= equal_texts(evaluation, pass->session, part->operand[0], part->operand[1] + k, stock);
    out[s] = found != (part->negated || part->op == SCREEN_NOT_EQUAL) ? 1 : 0;
  }
}

static Status rank_column(Evaluation *evaluation, int part, size_t session, const double **ret_ranks, Error *err);

static Status fill_ranks(Evaluation *evaluation, const Pass *pass, int part, int ago, double *out, Error *err) {
  const ScreenMarket *market = evaluation->market;
  for (size_t s = 0; s < pass->count; s++) {
    ScreenPlace place;
    const double *ranks = NULL;
    out[s] = NAN;
    if (!market->place(market->self, pass->session, pass->first + s, ago, &place)) continue;
    Status status = rank_column(evaluation, part, place.session, &ranks, err);
    if (status != STATUS_OK) return status;
    out[s] = ranks[place.stock];
  }
  return STATUS_OK;
}

static void fill_in(const Evaluation *evaluation, const Pass *pass, const ScreenPart *part, int ago, double *out) {
  const double *values = column(pass, part->operand[0], ago);
  for (size_t s = 0; s < pass->count; s++) {
    bool found = false;
    for (int k = 0; k < part->n; k++) found |= values[s] == evaluation->plan->parts[part->operand[1] + k].number;
    out[s] = isnan(values[s]) ? NAN : found != part->negated ? 1 : 0;
  }
}

/* The windows that begin in one block of n sessions, at most n of them: each is the end of this block and the beginning
 * of the next, gathered from the border outwards. So each costs three steps whatever n is, a sum adds only what is in
 * it, and its value does not depend on which others are asked for. */
static void fill_windows_of_block(const Pass *pass, const ScreenPart *part, int border, int low, int high,
                                  double *const *out) {
  double rest[DEMAND_BLOCK];
  size_t bytes = pass->count * sizeof(*rest);
  memcpy(rest, column(pass, part->operand[0], border - 1), bytes);
  for (int ago = border - 1; ago >= low; ago--) {
    if (ago < border - 1) screen_op_gather(part->op, pass->count, column(pass, part->operand[0], ago), rest);
    if (ago <= high) memcpy(out[ago - low], rest, bytes);
  }
  for (int ago = border - part->n + 1; ago <= high; ago++) {
    const double *next = column(pass, part->operand[0], ago + part->n - 1);
    if (ago + part->n - 1 == border)
      memcpy(rest, next, bytes);
    else
      screen_op_gather(part->op, pass->count, next, rest);
    if (ago >= low) screen_op_gather(part->op, pass->count, rest, out[ago - low]);
  }
}

/* The windows that begin low to high sessions ago. */
static void fill_windows(const Pass *pass, int i, const ScreenPart *part, int low, int high) {
  double *out[SCREEN_MAX_BACK + 1];
  for (int ago = low; ago <= high; ago++) out[ago - low] = column(pass, i, ago);
  for (int from = low, border; from <= high; from = border) {
    border = (from / part->n + 1) * part->n;
    fill_windows_of_block(pass, part, border, from, border - 1 < high ? border - 1 : high, out + (from - low));
  }
  for (int ago = low; ago <= high && part->op == SCREEN_MEAN; ago++) {
    for (size_t s = 0; s < pass->count; s++) out[ago - low][s] = screen_op_finite(out[ago - low][s] / part->n);
  }
}

static void fill_operator(const Pass *pass, const ScreenPart *part, int ago, double *out) {
  const double *x[3] = {NULL, NULL, NULL};
  for (int k = 0; k < part->operands; k++) x[k] = column(pass, part->operand[k], ago);
  bool crosses = part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW;
  if (crosses) {
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

/* A constant has no history, but the stock has: a window over it needs its sessions. */
static void fill_constant(const ScreenMarket *market, const Pass *pass, double number, int ago, double *out) {
  for (size_t s = 0; s < pass->count; s++) {
    ScreenPlace place;
    bool there = ago == 0 || market->place(market->self, pass->session, pass->first + s, ago, &place);
    out[s] = there ? number : NAN;
  }
}

static Status fill(Evaluation *evaluation, const Pass *pass, int i, int ago, Error *err) {
  const ScreenPart *part = &evaluation->plan->parts[i];
  const ScreenMarket *market = evaluation->market;
  double *out = column(pass, i, ago);
  bool texts = part->operands > 0 && evaluation->plan->parts[part->operand[0]].kind == SCREEN_TEXT;
  if (part->kind == SCREEN_TEXT) return STATUS_OK;
  if (part->op == SCREEN_RANK) return fill_ranks(evaluation, pass, i, ago, out, err);
  if (part->op == SCREEN_CONSTANT) {
    fill_constant(market, pass, part->number, ago, out);
  } else if (part->op == SCREEN_FIELD) {
    market->numbers(market->self, pass->session, part->n, ago, pass->first, pass->count, out);
  } else if (texts) {
    compare_texts(evaluation, pass, part, ago, out);
  } else if (part->op == SCREEN_IN) {
    fill_in(evaluation, pass, part, ago, out);
  } else if (part->op == SCREEN_INDEX) {
    memcpy(out, column(pass, part->operand[0], ago + part->n), pass->count * sizeof(*out));
  } else {
    fill_operator(pass, part, ago, out);
  }
  return STATUS_OK;
}

static Status fill_part(Evaluation *evaluation, const Pass *pass, int i, Error *err) {
  const ScreenPart *part = &evaluation->plan->parts[i];
  DemandRun run = {0};
  Status status = STATUS_OK;
  while (status == STATUS_OK && demand_next(pass->demand, i, &run)) {
    if (demand_is_window(part->op)) {
      fill_windows(pass, i, part, run.low, run.high);
      continue;
    }
    for (int ago = run.low; ago <= run.high && status == STATUS_OK; ago++) status = fill(evaluation, pass, i, ago, err);
  }
  return status;
}

/* Nothing without ranks comes near this limit; ranks of ranks over long windows do. */
static Status spend(Evaluation *evaluation, size_t columns, Error *err) {
  evaluation->columns += columns;
  if (evaluation->columns <= SCREEN_MAX_COLUMNS) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "the condition asks for the ranks of too many sessions");
}

static Status demand_of(Evaluation *evaluation, int root, const Demand **ret_demand, Error *err) {
  Demand **kept = &evaluation->demands[root];
  if (*kept == NULL) *kept = demand_make(evaluation->plan, root);
  *ret_demand = *kept;
  return *kept == NULL ? no_memory(err) : STATUS_OK;
}

/* The root's value for each stock considered in the session. */
static Status run(Evaluation *evaluation, int root, size_t session, size_t stocks, double *values, Error *err) {
  Pass pass = {.session = session};
  Status status = demand_of(evaluation, root, &pass.demand, err);
  if (status == STATUS_OK) status = spend(evaluation, pass.demand->columns, err);
  if (status != STATUS_OK) return status;
  pass.room = malloc(pass.demand->columns * DEMAND_BLOCK * sizeof(double));
  if (pass.room == NULL) return no_memory(err);
  for (size_t first = 0; first < stocks && status == STATUS_OK; first += DEMAND_BLOCK) {
    pass.first = first;
    pass.count = stocks - first < DEMAND_BLOCK ? stocks - first : DEMAND_BLOCK;
    for (int i = 0; i <= root && status == STATUS_OK; i++) status = fill_part(evaluation, &pass, i, err);
    if (status == STATUS_OK) memcpy(values + first, column(&pass, root, 0), pass.count * sizeof(*values));
  }
  free(pass.room);
  return status;
}

static Status rank_column(Evaluation *evaluation, int part, size_t session, const double **ret_ranks, Error *err) {
  const ScreenMarket *market = evaluation->market;
  double **kept = &evaluation->ranks[(size_t)part * market->sessions + session];
  if (*kept == NULL) {
    size_t stocks = market->considered(market->self, session);
    double *values = malloc((stocks + 1) * sizeof(*values));
    RankItem *items = malloc((2 * stocks + 1) * sizeof(*items));
    Status status = values == NULL || items == NULL ? no_memory(err) : spend(evaluation, RANK_COLUMNS, err);
    if (status == STATUS_OK)
      status = run(evaluation, evaluation->plan->parts[part].operand[0], session, stocks, values, err);
    if (status == STATUS_OK) screen_rank(values, stocks, items);
    free(items);
    if (status != STATUS_OK) return free(values), status;
    *kept = values;
  }
  *ret_ranks = *kept;
  return STATUS_OK;
}

Status screen_evaluate(const ScreenPlan *plan, const ScreenMarket *market, size_t session, uint8_t *ret_answers,
                       Error *err) {
  size_t stocks = market->considered(market->self, session), kept = (size_t)plan->count * market->sessions;
  Evaluation evaluation = {.plan = plan, .market = market, .ranks = calloc(kept, sizeof(double *))};
  double *values = malloc((stocks + 1) * sizeof(*values));
  Status status = evaluation.ranks == NULL || values == NULL ? no_memory(err) : STATUS_OK;
  if (status == STATUS_OK) status = run(&evaluation, plan->count - 1, session, stocks, values, err);
  for (size_t s = 0; s < stocks && status == STATUS_OK; s++) {
    ret_answers[s] = isnan(values[s]) ? SCREEN_UNKNOWN : values[s] != 0 ? SCREEN_MATCH : SCREEN_FALSE;
  }
  for (size_t i = 0; i < kept && evaluation.ranks != NULL; i++) free(evaluation.ranks[i]);
  for (int i = 0; i < plan->count; i++) free(evaluation.demands[i]);
  free(evaluation.ranks);
  free(values);
  return status;
}
