/* A field is computed for one view after another, over all bars that the view sees, so that its warm-up is that of
 * stock_analyzed; what nothing can look back at is not kept. */
#include "columns.h"

#include "companies.h"
#include "extent.h"
#include "flows.h"
#include "published.h"
#include "tail.h"

#include <closebell/base/vector.h>
#include <closebell/indicator/indicator.h>
#include <closebell/screen/names.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the market's columns"); }

/* ---- views ---- */

static bool add_view(ScreenColumns *columns, size_t stock, size_t own, size_t count) {
  ScreenView *views =
      vector_reserve(columns->views, &columns->view_capacity, columns->view_count + 1, sizeof *columns->views);
  if (views == NULL) return false;
  columns->views = views;
  size_t start = own > SCREEN_MAX_BACK ? own - SCREEN_MAX_BACK : 0;
  views[columns->view_count++] =
      (ScreenView){.stock = stock, .start = start, .own = own, .count = count, .cell = columns->cells};
  columns->cells += count - start;
  return true;
}

/* Between two actions lies one view. */
static bool add_views(ScreenColumns *columns, const ScreenMarket *market, size_t index) {
  const ScreenStock *stock = &market->stocks[index];
  size_t own = 0;
  for (size_t a = 0; a <= stock->action_count; a++) {
    size_t end = own, border = a < stock->action_count ? stock->actions[a].row : stock->row_count;
    while (end < stock->bar_count && stock->bars[end] < border) end++;
    if (end > own && !add_view(columns, index, own, end)) return false;
    own = end;
  }
  return true;
}

static void note_entries(ScreenColumns *columns, const ScreenMarket *market) {
  for (size_t v = 0; v < columns->view_count; v++) {
    const ScreenStock *stock = &market->stocks[columns->views[v].stock];
    for (size_t bar = columns->views[v].own; bar < columns->views[v].count; bar++) {
      int32_t entry = stock->rows[stock->bars[bar]].entry;
      if (entry >= 0) columns->view_of[entry] = (uint32_t)v;
    }
  }
}

static ScreenColumns *make_columns(const ScreenMarket *market) {
  ScreenColumns *columns = calloc(1, sizeof *columns);
  if (columns == NULL) return NULL;
  columns->values = calloc(screen_name_count(), sizeof *columns->values);
  columns->used = calloc(screen_name_count(), sizeof *columns->used);
  columns->since = calloc(screen_name_count(), sizeof *columns->since);
  columns->view_of = malloc((market->entry_count + 1) * sizeof *columns->view_of);
  bool fits = columns->values != NULL && columns->used != NULL && columns->since != NULL && columns->view_of != NULL;
  for (size_t i = 0; i < market->stock_count && fits; i++) fits = add_views(columns, market, i);
  if (!fits) return screen_columns_free(columns), NULL;
  note_entries(columns, market);
  return columns;
}

void screen_columns_free(ScreenColumns *columns) {
  if (columns == NULL) return;
  screen_tail_free(columns->tail);
  for (size_t i = 0; i < screen_name_count() && columns->values != NULL; i++) free(columns->values[i]);
  free(columns->values);
  free(columns->used);
  free(columns->since);
  free(columns->view_of);
  free(columns->views);
  free(columns);
}

/* ---- one view ---- */

/* open, high, low, close, volume; chained close; indices */
enum { PRICES = NAME_volume + 1, INPUTS = PRICES + 1 + MARKET_INDICES };
_Static_assert(NAME_open == 0 && NAME_close == 3 && PRICES == 5, "the prices are the first names");

/* What is computed in one turn over the views. */
typedef struct {
  const ScreenMarket *market;
  ScreenColumns *columns;
  const bool *names; /* of those to compute */
  size_t since;      /* the first session for which fields of companies are asked */
  bool *rows;        /* of the table of indicators: what is wanted */
  size_t room;       /* bars of the longest view */
  double *inputs;    /* INPUTS arrays of `room` */
  double **outputs;  /* an array of `room` for each output of a wanted row */
  size_t *starts;    /* the first bar that has it */
  uint8_t *ratings, *markets;
  double *index_closes;  /* MARKET_INDICES arrays of a value a session of the market; null: none are known */
  CompanyRows companies; /* of the fields that are wanted */
  double *of_company[COMPANY_FIELD_COUNT]; /* of these: an array of `room` */
} Turn;

/* The prices of the view's bars, seen from its end: as panel_adjust has them. */
static void adjust(const Turn *turn, const ScreenStock *stock, size_t count) {
  double *const in = turn->inputs, factor = 1;
  const size_t room = turn->room;
  size_t action = stock->action_count, last = stock->bars[count - 1];
  while (action > 0 && stock->actions[action - 1].row > last) action--;
  for (size_t bar = count; bar-- > 0;) {
    const ScreenRow *row = &stock->rows[stock->bars[bar]];
    for (; action > 0 && stock->actions[action - 1].row > stock->bars[bar]; action--)
      factor *= stock->actions[action - 1].factor;
    in[bar] = (double)row->open * factor;
    in[room + bar] = (double)row->high * factor;
    in[2 * room + bar] = (double)row->low * factor;
    in[3 * room + bar] = (double)row->close * factor;
    in[4 * room + bar] = (double)row->volume / factor;
    in[5 * room + bar] = (double)row->close / row->factors;
    turn->ratings[bar] = row->rating;
    turn->markets[bar] = row->market;
    for (size_t k = 0; k < MARKET_INDICES && turn->index_closes != NULL; k++)
      in[(6 + k) * room + bar] = turn->index_closes[k * turn->market->session_count + (size_t)row->session];
  }
}

/* Published of a session, and never adjusted. */
static double change_rate(const ScreenRow *row) {
  int64_t base = row->close - row->change;
  return base > 0 ? 100 * (double)row->change / (double)base : NAN;
}
static double value(const ScreenRow *row) { return (double)row->value; }
static double market_cap(const ScreenRow *row) { return (double)row->market_cap; }
static double listed_shares(const ScreenRow *row) { return (double)row->listed_shares; }

#define NO_FUNCTION(name, help) NULL,
#define FUNCTION(name, help) name,
#define GROUP(name, group, help) group,
static double (*const of_row[])(const ScreenRow *row) = {PUBLISHED_NUMBERS(NO_FUNCTION, FUNCTION)};
static const FlowGroup group_of[] = {FLOW_NUMBERS(GROUP)};

static void keep_flows(const Turn *turn, const ScreenView *view, FlowGroup group, double *to) {
  for (size_t bar = view->start; bar < view->count; bar++)
    to[bar - view->start] = screen_flow_value(turn->market, view->stock, bar, group);
}

static void keep_column(const Turn *turn, const ScreenView *view, size_t i) {
  const ScreenStock *stock = &turn->market->stocks[view->stock];
  double *to = turn->columns->values[i] + view->cell;
  size_t count = view->count - view->start;
  if (i >= TABLE_FROM)
    memcpy(to, turn->outputs[i - TABLE_FROM] + view->start, count * sizeof *to);
  else if (i >= PUBLISHED)
    keep_flows(turn, view, group_of[i - PUBLISHED], to);
  else if (i < PRICES)
    memcpy(to, turn->inputs + i * turn->room + view->start, count * sizeof *to);
  else
    for (size_t b = 0; b < count; b++) to[b] = of_row[i](&stock->rows[stock->bars[view->start + b]]);
}

static void compute_view(const Turn *turn, const ScreenView *view) {
  adjust(turn, &turn->market->stocks[view->stock], view->count);
  const double *in = turn->inputs;
  Bars bars = {.count = view->count,
               .open = in,
               .high = in + turn->room,
               .low = in + 2 * turn->room,
               .close = in + 3 * turn->room,
               .volume = in + 4 * turn->room,
               .chained_close = in + 5 * turn->room,
               .rating = turn->ratings};
  if (turn->index_closes != NULL) bars.market = turn->markets;
  for (size_t k = 0; k < MARKET_INDICES && turn->index_closes != NULL; k++)
    bars.index_close[k] = in + (6 + k) * turn->room;
  if (turn->companies.first_row != NULL) {
    company_rows_pick(&turn->companies, turn->market, view->stock, view->count, turn->of_company);
    bars.company = (const double *const *)turn->of_company;
  }
  for (size_t k = 0; k < indicator_total_outputs(); k++)
    for (size_t bar = 0; turn->outputs[k] != NULL && bar < view->count && bar < turn->starts[k]; bar++)
      turn->outputs[k][bar] = NAN;
  indicator_compute(&bars, turn->rows, turn->outputs);
  for (size_t i = 0; i < screen_name_count(); i++)
    if (turn->names[i]) keep_column(turn, view, i);
}

/* ---- a turn ---- */

static size_t kept_bytes(const ScreenColumns *columns) {
  size_t kept = 0;
  for (size_t i = 0; i < screen_name_count(); i++) kept += columns->values[i] != NULL;
  return kept * columns->cells * sizeof(double);
}

static bool pick_indices(Turn *turn) {
  const ScreenMarket *market = turn->market;
  if (!market->indices.known) return true;
  turn->index_closes = malloc((MARKET_INDICES * market->session_count + 1) * sizeof *turn->index_closes);
  if (turn->index_closes == NULL) return false;
  for (size_t k = 0; k < MARKET_INDICES; k++)
    index_closes_pick(&market->indices.of[k], market->dates, market->session_count,
                      turn->index_closes + k * market->session_count);
  return true;
}

static bool make_companies(Turn *turn) {
  bool wanted[COMPANY_FIELD_COUNT] = {false}, any = false;
  Error err = {{0}};
  for (size_t i = 0; i < screen_name_count(); i++) {
    int field = turn->names[i] ? company_field_of((int)i) : -1;
    if (field < 0) continue;
    any = wanted[field] = true;
    turn->of_company[field] = malloc((turn->room + 1) * sizeof **turn->of_company);
    if (turn->of_company[field] == NULL) return false;
  }
  return !any || company_rows_make(turn->market, wanted, turn->since, &turn->companies, &err) == STATUS_OK;
}

static bool make_turn(Turn *turn) {
  size_t rows, outputs = indicator_total_outputs();
  const Indicator *table = indicator_table(&rows);
  for (size_t v = 0; v < turn->columns->view_count; v++)
    if (turn->columns->views[v].count > turn->room) turn->room = turn->columns->views[v].count;
  turn->rows = calloc(rows, sizeof *turn->rows);
  turn->inputs = malloc((INPUTS * turn->room + 1) * sizeof *turn->inputs);
  turn->outputs = calloc(outputs, sizeof *turn->outputs);
  turn->starts = calloc(outputs, sizeof *turn->starts);
  turn->ratings = malloc(turn->room + 1);
  turn->markets = malloc(turn->room + 1);
  bool fits = turn->rows && turn->inputs && turn->outputs && turn->starts && turn->ratings && turn->markets;
  if (!fits || !pick_indices(turn) || !make_companies(turn)) return false;
  for (size_t i = 0; i < screen_name_count(); i++) {
    int output = screen_name_at(i).output;
    if (turn->names[i] && output >= 0) indicator_want(turn->rows, (size_t)output);
  }
  for (size_t r = 0, output = 0; r < rows; r++) {
    for (size_t k = 0; k < indicator_output_count(&table[r]); k++, output++) {
      if (!turn->rows[r]) continue;
      turn->outputs[output] = malloc((turn->room + 1) * sizeof **turn->outputs);
      if (turn->outputs[output] == NULL) return false;
      turn->starts[output] = indicator_start(&table[r], k);
    }
  }
  return true;
}

static void free_turn(Turn *turn) {
  for (size_t i = 0; turn->outputs != NULL && i < indicator_total_outputs(); i++) free(turn->outputs[i]);
  free(turn->outputs);
  free(turn->starts);
  free(turn->rows);
  free(turn->inputs);
  free(turn->ratings);
  free(turn->markets);
  free(turn->index_closes);
  company_rows_free(&turn->companies);
  for (size_t i = 0; i < COMPANY_FIELD_COUNT; i++) free(turn->of_company[i]);
}

/* Those that nothing asked for the longest time go first. */
static bool drop_one(ScreenColumns *columns) {
  size_t oldest = screen_name_count();
  for (size_t i = 0; i < screen_name_count(); i++) {
    if (columns->values[i] == NULL || columns->used[i] == columns->turn) continue;
    if (oldest == screen_name_count() || columns->used[i] < columns->used[oldest]) oldest = i;
  }
  if (oldest == screen_name_count()) return false;
  free(columns->values[oldest]);
  columns->values[oldest] = NULL;
  return true;
}

/* What is not needed now goes before anything is taken, so that both are never there at once. */
static void make_way(ScreenMarket *market, size_t missing) {
  ScreenColumns *columns = market->columns;
  size_t needed = missing * columns->cells * sizeof(double);
  while (market->memory.columns > 0 && kept_bytes(columns) + needed > market->memory.columns && drop_one(columns))
    continue;
}

void screen_columns_trim(ScreenColumns *columns, size_t most) {
  if (columns == NULL || most == 0) return;
  columns->turn++; /* none is needed any more */
  while (kept_bytes(columns) > most && drop_one(columns)) continue;
}

/* Makes the columns that are missing, and marks them in `missing`. */
static bool make_room(ScreenMarket *market, const bool *names, size_t since, bool *missing, bool *ret_any) {
  ScreenColumns *columns = market->columns;
  size_t count = 0;
  columns->turn++;
  for (size_t i = 0; i < screen_name_count(); i++) {
    if (!names[i]) continue;
    columns->used[i] = columns->turn;
    missing[i] = columns->values[i] == NULL || columns->since[i] > since;
    count += columns->values[i] == NULL;
    *ret_any |= missing[i];
  }
  make_way(market, count);
  for (size_t i = 0; i < screen_name_count(); i++) {
    if (!missing[i]) continue;
    columns->since[i] = screen_name_is_of_companies((int)i) ? since : 0;
    if (columns->values[i] == NULL && (columns->values[i] = malloc((columns->cells + 1) * sizeof(double))) == NULL)
      return false;
  }
  return true;
}

static void forget(ScreenColumns *columns, const bool *missing) {
  for (size_t i = 0; i < screen_name_count(); i++) {
    if (!missing[i]) continue;
    free(columns->values[i]);
    columns->values[i] = NULL;
  }
}

/* Without reports the fields of companies are absent, and nothing need be computed for that. True: others are left. */
static bool fill_unknown(ScreenColumns *columns, bool *missing) {
  bool left = false;
  for (size_t i = 0; i < screen_name_count(); i++) {
    bool is_unknown = missing[i] && screen_name_is_of_companies((int)i);
    for (size_t cell = 0; is_unknown && cell < columns->cells; cell++) columns->values[i][cell] = NAN;
    missing[i] = missing[i] && !is_unknown;
    left |= missing[i];
  }
  return left;
}

Status screen_columns_prepare(ScreenMarket *market, const bool *names, size_t since, Error *err) {
  if (market->columns == NULL && (market->columns = make_columns(market)) == NULL) return no_memory(err);
  bool *missing = calloc(screen_name_count(), sizeof *missing), any = false;
  if (missing == NULL) return no_memory(err);
  Turn turn = {.market = market, .columns = market->columns, .names = missing, .since = since};
  bool fits = make_room(market, names, since, missing, &any);
  if (fits && any && !screen_market_knows_companies(market)) any = fill_unknown(market->columns, missing);
  if (fits && any) {
    fits = make_turn(&turn);
    for (size_t v = 0; v < turn.columns->view_count && fits; v++) compute_view(&turn, &turn.columns->views[v]);
    free_turn(&turn);
  }
  if (!fits) forget(market->columns, missing);
  free(missing);
  return fits ? STATUS_OK : no_memory(err);
}

/* A field of companies is looked at in sessions before the condition's own. */
static bool looks_back_at_companies(const ScreenPlan *plan) {
  int backs[SCREEN_MAX_PARTS];
  extent_backs(plan, backs);
  for (int i = 0; i < plan->count; i++) {
    const ScreenPart *part = &plan->parts[i];
    if (part->op == SCREEN_FIELD && screen_name_is_of_companies(part->n) && backs[i] > 0) return true;
  }
  return false;
}

Status screen_market_prepare(ScreenMarket *market, const ScreenPlan *plan, size_t first, Error *err) {
  bool *names = calloc(screen_name_count(), sizeof *names);
  if (names == NULL) return no_memory(err);
  for (int i = 0; i < plan->count; i++)
    if (plan->parts[i].op == SCREEN_FIELD && plan->parts[i].kind != SCREEN_TEXT) names[plan->parts[i].n] = true;
  Status status = screen_columns_prepare(market, names, looks_back_at_companies(plan) ? 0 : first, err);
  free(names);
  return status;
}

double screen_columns_value(const ScreenMarket *market, int name, size_t entry) {
  const ScreenColumns *columns = market->columns;
  const ScreenView *view = &columns->views[columns->view_of[entry]];
  return columns->values[name][view->cell + market->entries[entry].bar - view->start];
}

size_t screen_columns_memory(const ScreenColumns *columns) { return columns == NULL ? 0 : kept_bytes(columns); }
