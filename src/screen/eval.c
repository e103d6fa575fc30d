/* A plan over sessions of the market, a span of bars of one stock after another. What stands inside a rank is a plan of
 * its own over all stocks of each session that is asked for, in the prices of that session: its ranks are computed once
 * a session and kept. */
#include <closebell/screen/clauses.h>

#include "cross.h"
#include "rank.h"
#include "span.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANK_COLUMNS = 20 }; /* what it costs to rank a session, in columns */

typedef struct {
  const ScreenPlan *plan;
  ScreenMarket *market;
  double *ranks[SCREEN_MAX_PARTS]; /* of each part that is a rank, of each entry; null until asked for */
  bool *ranked[SCREEN_MAX_PARTS];  /* in which sessions */
  size_t columns, most_columns;    /* computed for ranks */
} Evaluation;

typedef struct {
  Evaluation *evaluation;
  int root;
  size_t first, last; /* sessions */
  const Extent *extent;
} Run;

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory to evaluate the condition"); }

/* ---- spans ---- */

typedef Status SpanVisit(void *context, const Span *span, Error *err);

static bool same_texts(const ScreenStock *stock, size_t a, size_t b) {
  if (stock->rows[a].market != stock->rows[b].market) return false;
  for (size_t i = 0; i < stock->name_count; i++)
    if (stock->names[i].row > a && stock->names[i].row <= b) return false;
  return true;
}

/* Bars first .. last in pieces of bounded length, and of one name and market where texts matter. */
static Status cut(const Run *run, const ScreenView *view, size_t first, size_t last, SpanVisit *visit, void *context,
                  Error *err) {
  Span span = {.view = view, .stock = &run->evaluation->market->stocks[view->stock], .first = first};
  const uint32_t *bars = span.stock->bars;
  Status status = STATUS_OK;
  for (size_t bar = first; bar <= last && status == STATUS_OK; bar++) {
    bool ends = bar == last || bar + 1 - span.first == SPAN_BARS ||
                (run->extent->has_texts && !same_texts(span.stock, bars[bar], bars[bar + 1]));
    if (!ends) continue;
    span.last = bar;
    status = visit(context, &span, err);
    span.first = bar + 1;
  }
  return status;
}

/* The first of the view's own bars that lies in that session or behind it. */
static size_t bar_from(const ScreenStock *stock, const ScreenView *view, size_t session) {
  size_t low = view->own, high = view->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if ((size_t)stock->rows[stock->bars[middle]].session < session)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static Status each_span(const Run *run, SpanVisit *visit, void *context, Error *err) {
  const ScreenMarket *market = run->evaluation->market;
  const ScreenColumns *columns = market->columns;
  Status status = STATUS_OK;
  if (run->first == run->last) {
    for (size_t e = market->first_entry[run->first]; e < market->first_entry[run->first + 1] && status == STATUS_OK;
         e++)
      status = cut(run, &columns->views[columns->view_of[e]], market->entries[e].bar, market->entries[e].bar, visit,
                   context, err);
    return status;
  }
  for (size_t v = 0; v < columns->view_count && status == STATUS_OK; v++) {
    const ScreenView *view = &columns->views[v];
    const ScreenStock *stock = &market->stocks[view->stock];
    size_t first = bar_from(stock, view, run->first), end = bar_from(stock, view, run->last + 1);
    if (first < end) status = cut(run, view, first, end - 1, visit, context, err);
  }
  return status;
}

/* ---- a plan over sessions ---- */

typedef struct {
  const Run *run;
  SpanRoom room;
  double *values; /* from the run's first entry on */
} Filling;

static Status fill_span(void *context, const Span *span, Error *err) {
  Filling *filling = context;
  const double *values = NULL;
  size_t first = filling->room.market->first_entry[filling->run->first];
  if (!span_evaluate(&filling->room, filling->run->root, span, &values)) return no_memory(err);
  for (size_t bar = span->first; bar <= span->last; bar++) {
    int32_t entry = span->stock->rows[span->stock->bars[bar]].entry;
    if (entry >= 0) filling->values[(size_t)entry - first] = values[bar - span->first];
  }
  return STATUS_OK;
}

static Status make_ranks(const Run *run, Error *err);

/* The root's value for each entry of the sessions. */
static Status run_over(Evaluation *evaluation, int root, size_t first, size_t last, double *values, Error *err) {
  Extent extent;
  extent_find(evaluation->plan, root, &extent);
  Run run = {.evaluation = evaluation, .root = root, .first = first, .last = last, .extent = &extent};
  Status status = make_ranks(&run, err);
  if (status != STATUS_OK) return status;
  if (first == last && cross_takes(evaluation->plan, root)) {
    bool fits = cross_evaluate(evaluation->plan, evaluation->market, evaluation->ranks, root, first, values);
    return fits ? STATUS_OK : no_memory(err);
  }
  Filling filling = {
      .run = &run,
      .room = {.plan = evaluation->plan, .market = evaluation->market, .extent = &extent, .ranks = evaluation->ranks},
      .values = values};
  status = each_span(&run, fill_span, &filling, err);
  span_room_free(&filling.room);
  return status;
}

/* ---- ranks ---- */

/* Which sessions a rank is asked for. */
typedef struct {
  const Run *run;
  int part;
  bool *asked;
} Asking;

static Status note_sessions(void *context, const Span *span, Error *err) {
  (void)err;
  const Asking *asking = context;
  size_t low = (size_t)asking->run->extent->low[asking->part], high = (size_t)asking->run->extent->high[asking->part];
  if (span->last < low) return STATUS_OK;
  size_t bar = span->first > high ? span->first - high : 0;
  for (; bar <= span->last - low; bar++) asking->asked[span->stock->rows[span->stock->bars[bar]].session] = true;
  return STATUS_OK;
}

/* Nothing ordinary comes near this limit; ranks of ranks over long windows do. */
static Status spend(Evaluation *evaluation, int part, size_t sessions, Error *err) {
  Extent extent;
  size_t columns = sessions * RANK_COLUMNS;
  extent_find(evaluation->plan, part, &extent);
  for (int i = 0; i <= part; i++)
    if (extent.high[i] >= 0) columns += sessions + (size_t)(extent.high[i] - extent.low[i]);
  evaluation->columns += columns;
  if (evaluation->columns <= evaluation->most_columns) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "the condition asks for the ranks of too many sessions");
}

static Status rank_sessions(Evaluation *evaluation, int part, size_t first, size_t last, RankItem *items, Error *err) {
  const ScreenMarket *market = evaluation->market;
  int operand = evaluation->plan->parts[part].operand[0];
  double *values = evaluation->ranks[part] + market->first_entry[first];
  Status status = spend(evaluation, operand, last - first + 1, err);
  if (status == STATUS_OK) status = run_over(evaluation, operand, first, last, values, err);
  for (size_t s = first; s <= last && status == STATUS_OK; s++) {
    screen_rank(evaluation->ranks[part] + market->first_entry[s], screen_market_considered(market, s, s), items);
    evaluation->ranked[part][s] = true;
  }
  return status;
}

static size_t most_considered(const ScreenMarket *market) {
  size_t most = 0;
  for (size_t s = 0; s < market->session_count; s++) {
    size_t here = screen_market_considered(market, s, s);
    if (here > most) most = here;
  }
  return most;
}

/* Sessions that follow one another are taken at once. */
static Status rank_asked(Evaluation *evaluation, int part, const bool *asked, Error *err) {
  const ScreenMarket *market = evaluation->market;
  const bool *ranked = evaluation->ranked[part];
  RankItem *items = malloc((2 * most_considered(market) + 1) * sizeof *items);
  Status status = items == NULL ? no_memory(err) : STATUS_OK;
  for (size_t s = 0, end; s < market->session_count && status == STATUS_OK; s = end + 1) {
    end = s;
    if (!asked[s] || ranked[s]) continue;
    while (end + 1 < market->session_count && asked[end + 1] && !ranked[end + 1]) end++;
    status = rank_sessions(evaluation, part, s, end, items, err);
  }
  free(items);
  return status;
}

static Status make_rank(const Run *run, int part, Error *err) {
  Evaluation *evaluation = run->evaluation;
  const ScreenMarket *market = evaluation->market;
  bool *asked = calloc(market->session_count + 1, sizeof *asked);
  Asking asking = {.run = run, .part = part, .asked = asked};
  if (evaluation->ranks[part] == NULL) {
    evaluation->ranks[part] = malloc((market->entry_count + 1) * sizeof(double));
    evaluation->ranked[part] = calloc(market->session_count + 1, sizeof(bool));
  }
  bool fits = asked != NULL && evaluation->ranks[part] != NULL && evaluation->ranked[part] != NULL;
  bool own_alone = run->first == run->last && run->extent->high[part] == 0;
  if (fits && own_alone) asked[run->first] = true;
  Status status = !fits ? no_memory(err) : own_alone ? STATUS_OK : each_span(run, note_sessions, &asking, err);
  if (status == STATUS_OK) status = rank_asked(evaluation, part, asked, err);
  free(asked);
  return status;
}

static Status make_ranks(const Run *run, Error *err) {
  Status status = STATUS_OK;
  for (int i = 0; i <= run->root && status == STATUS_OK; i++) {
    bool is_rank = run->evaluation->plan->parts[i].op == SCREEN_RANK && run->extent->high[i] >= 0;
    if (is_rank) status = make_rank(run, i, err);
  }
  return status;
}

/* ---- the whole ---- */

/* The root's value for each entry of the sessions. */
static Status values_of(const ScreenPlan *plan, int root, ScreenMarket *market, ScreenSessions sessions,
                        double *ret_values, Error *err) {
  const size_t first = sessions.first, last = sessions.last;
  Evaluation evaluation = {
      .plan = plan, .market = market, .most_columns = SCREEN_MAX_COLUMNS * (1 + (last - first) / 8)};
  Status status = screen_market_prepare(market, plan, first, err);
  if (status == STATUS_OK) status = run_over(&evaluation, root, first, last, ret_values, err);
  for (int i = 0; i < plan->count; i++) {
    free(evaluation.ranks[i]);
    free(evaluation.ranked[i]);
  }
  return status;
}

Status screen_part_values(const ScreenPlan *plan, int part, ScreenMarket *market, size_t session, double *ret_values,
                          Error *err) {
  return values_of(plan, part, market, (ScreenSessions){session, session}, ret_values, err);
}

Status screen_evaluate(const ScreenPlan *plan, ScreenMarket *market, size_t first, size_t last, uint8_t *ret_answers,
                       Error *err) {
  size_t count = screen_market_considered(market, first, last);
  double *values = malloc((count + 1) * sizeof *values);
  Status status = values == NULL ? no_memory(err)
                                 : values_of(plan, plan->count - 1, market, (ScreenSessions){first, last}, values, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    ret_answers[i] = isnan(values[i]) ? SCREEN_UNKNOWN : values[i] != 0 ? SCREEN_MATCH : SCREEN_FALSE;
  free(values);
  return status;
}
