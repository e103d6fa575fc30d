/* A plan over the market of a session. Stocks are taken in blocks; every part has a column of the block for each number
 * of sessions ago at which something asks for it. Truths are 1, 0 and NaN for unknown; NaN is an absent number too.
 * What stands inside a rank is a plan of its own, over the whole market of the session that is asked for: its ranks are
 * computed once a session and kept. */
#include "ops.h"
#include "screen_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };

typedef struct {
  const ScreenPlan *plan;
  const ScreenMarket *market;
  double **ranks; /* [part * sessions + session], null until computed */
} Evaluation;

/* One run over a session: which `ago` of each part are needed, and where its columns lie. */
typedef struct {
  size_t session, first, count; /* the block */
  int low[SCREEN_MAX_PARTS], high[SCREEN_MAX_PARTS];
  bool asked[SCREEN_MAX_PARTS][SCREEN_MAX_BACK + 1]; /* of those between low and high */
  double *columns[SCREEN_MAX_PARTS];                 /* of `low` on, BLOCK values each */
  double *room;
} Pass;

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory to evaluate the condition"); }

static double *column(const Pass *pass, int part, int ago) {
  return pass->columns[part] + (size_t)(ago - pass->low[part]) * BLOCK;
}

static void need(Pass *pass, int part, int low, int high) {
  if (pass->high[part] < 0 || low < pass->low[part]) pass->low[part] = low;
  if (high > pass->high[part]) pass->high[part] = high;
  for (int ago = low; ago <= high; ago++) pass->asked[part][ago] = true;
}

static void need_operands(Pass *pass, const ScreenPart *part, int low, int high) {
  if (part->op == SCREEN_RANK) return;
  if (part->op == SCREEN_INDEX) low += part->n, high += part->n;
  if (part->op >= SCREEN_HIGHEST && part->op <= SCREEN_COUNT) high += part->n - 1;
  if (part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW) high += 1;
  int operands = part->op == SCREEN_IN ? 1 : part->operands;
  for (int k = 0; k < operands; k++) need(pass, part->operand[k], low, high);
  for (int k = 0; part->op == SCREEN_IN && k < part->n; k++) need(pass, part->operand[1] + k, low, high);
}

static bool pass_begin(Pass *pass, const ScreenPlan *plan, int root) {
  for (int i = 0; i < SCREEN_MAX_PARTS; i++) pass->high[i] = -1;
  need(pass, root, 0, 0);
  size_t columns = 0;
  for (int i = root; i >= 0; i--) {
    if (pass->high[i] < 0) continue;
    for (int ago = pass->low[i]; ago <= pass->high[i]; ago++) {
      if (pass->asked[i][ago]) need_operands(pass, &plan->parts[i], ago, ago);
    }
    columns += (size_t)(pass->high[i] - pass->low[i] + 1);
  }
  pass->room = malloc(columns * BLOCK * sizeof(double));
  if (pass->room == NULL) return false;
  double *next = pass->room;
  for (int i = 0; i <= root; i++) {
    pass->columns[i] = next;
    if (pass->high[i] >= 0) next += (size_t)(pass->high[i] - pass->low[i] + 1) * BLOCK;
  }
  return true;
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

/* ==, != and in over texts. Inside a window texts of a former session would be meant: the market has those of `place`.
 */
static void compare_texts(const Evaluation *evaluation, const Pass *pass, const ScreenPart *part, int ago,
                          double *out) {
  const ScreenMarket *market = evaluation->market;
  int candidates = part->op == SCREEN_IN ? part->n : 1;
  for (size_t s = 0; s < pass->count; s++) {
    ScreenPlace place = {pass->session, pass->first + s};
    out[s] = NAN;
    if (ago > 0 && !market->place(market->self, pass->session, pass->first + s, ago, &place)) continue;
    bool found = false;
    for (int k = 0; k < candidates; k++)
      found |= equal_texts(evaluation, place.session, part->operand[0], part->operand[1] + k, place.stock);
    out[s] = found != (part->negated || part->op == SCREEN_NOT_EQUAL) ? 1 : 0;
  }
}

static Status rank_column(const Evaluation *evaluation, int part, size_t session, const double **ret_ranks, Error *err);

static Status fill_ranks(const Evaluation *evaluation, const Pass *pass, int part, int ago, double *out, Error *err) {
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

static void fill_window(const Pass *pass, const ScreenPart *part, int ago, double *out) {
  memcpy(out, column(pass, part->operand[0], ago), pass->count * sizeof(*out));
  for (int k = 1; k < part->n; k++) {
    const double *x = column(pass, part->operand[0], ago + k);
    screen_op_gather(part->op, pass->count, x, out);
  }
  if (part->op == SCREEN_MEAN) {
    for (size_t s = 0; s < pass->count; s++) out[s] = screen_op_finite(out[s] / part->n);
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

static Status fill(const Evaluation *evaluation, const Pass *pass, int i, int ago, Error *err) {
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
  } else if (part->op >= SCREEN_HIGHEST && part->op <= SCREEN_COUNT) {
    fill_window(pass, part, ago, out);
  } else {
    fill_operator(pass, part, ago, out);
  }
  return STATUS_OK;
}

static Status fill_block(const Evaluation *evaluation, const Pass *pass, int root, Error *err) {
  for (int i = 0; i <= root; i++) {
    for (int ago = pass->low[i]; ago <= pass->high[i]; ago++) {
      Status status = pass->asked[i][ago] ? fill(evaluation, pass, i, ago, err) : STATUS_OK;
      if (status != STATUS_OK) return status;
    }
  }
  return STATUS_OK;
}

/* The root's value for each stock considered in the session. */
static Status run(const Evaluation *evaluation, int root, size_t session, size_t stocks, double *values, Error *err) {
  Pass *pass = calloc(1, sizeof(*pass));
  if (pass == NULL || !pass_begin(pass, evaluation->plan, root)) {
    free(pass);
    return no_memory(err);
  }
  Status status = STATUS_OK;
  pass->session = session;
  for (size_t first = 0; first < stocks && status == STATUS_OK; first += BLOCK) {
    pass->first = first;
    pass->count = stocks - first < BLOCK ? stocks - first : BLOCK;
    status = fill_block(evaluation, pass, root, err);
    if (status == STATUS_OK) memcpy(values + first, column(pass, root, 0), pass->count * sizeof(*values));
  }
  free(pass->room);
  free(pass);
  return status;
}

static Status rank_column(const Evaluation *evaluation, int part, size_t session, const double **ret_ranks,
                          Error *err) {
  const ScreenMarket *market = evaluation->market;
  double **kept = &evaluation->ranks[(size_t)part * market->sessions + session];
  if (*kept == NULL) {
    size_t stocks = market->considered(market->self, session);
    double *values = malloc((stocks + 1) * sizeof(*values));
    double *sorted = malloc((stocks + 1) * sizeof(*sorted));
    Status status = values == NULL || sorted == NULL ? no_memory(err) : STATUS_OK;
    if (status == STATUS_OK)
      status = run(evaluation, evaluation->plan->parts[part].operand[0], session, stocks, values, err);
    if (status == STATUS_OK) screen_op_rank(values, sorted, stocks);
    free(sorted);
    if (status != STATUS_OK) return free(values), status;
    *kept = values;
  }
  *ret_ranks = *kept;
  return STATUS_OK;
}

Status screen_evaluate(const ScreenPlan *plan, const ScreenMarket *market, size_t session, uint8_t *ret_answers,
                       Error *err) {
  size_t stocks = market->considered(market->self, session), kept = (size_t)plan->count * market->sessions;
  Evaluation evaluation = {plan, market, calloc(kept, sizeof(double *))};
  double *values = malloc((stocks + 1) * sizeof(*values));
  Status status = evaluation.ranks == NULL || values == NULL ? no_memory(err) : STATUS_OK;
  if (status == STATUS_OK) status = run(&evaluation, plan->count - 1, session, stocks, values, err);
  for (size_t s = 0; s < stocks && status == STATUS_OK; s++) {
    ret_answers[s] = isnan(values[s]) ? SCREEN_UNKNOWN : values[s] != 0 ? SCREEN_MATCH : SCREEN_FALSE;
  }
  for (size_t i = 0; i < kept && evaluation.ranks != NULL; i++) free(evaluation.ranks[i]);
  free(evaluation.ranks);
  free(values);
  return status;
}
