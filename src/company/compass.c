#include <closebell/company/compass.h>

#include <math.h>
#include <stdlib.h>

#include "percentile.h"

/* What is ranked; more is better. */
typedef enum {
  ITEM_ROE = 0,
  ITEM_OPERATING_RETURN,
  ITEM_ROA_CHANGE,
  ITEM_Z_SCORE,
  ITEM_EQUITY_TO_ASSETS,
  ITEM_EARNINGS_YIELD,
  ITEM_BOOK_YIELD,
  ITEM_SALES_YIELD,
  ITEM_STRENGTH,
  ITEM_NEARNESS,
  ITEM_MOMENTUM,
  ITEM_CALM, /* -volatility */
  ITEM_DRAWDOWN,
  ITEM_INDEPENDENCE, /* -beta */
  ITEM_COUNT
} Item;

enum { GROUP_OTHERS = 0, GROUP_FINANCIAL, GROUP_COUNT };

typedef struct {
  int weight;
  bool is_apart; /* financial companies are ranked among themselves */
  int item_count[GROUP_COUNT];
  Item items[GROUP_COUNT][4];
} Axis;

static const Axis AXES[AXIS_COUNT] = {
    [AXIS_FINANCIAL] = {30,
                        true,
                        {4, 3},
                        {{ITEM_ROE, ITEM_OPERATING_RETURN, ITEM_ROA_CHANGE, ITEM_Z_SCORE},
                         {ITEM_ROE, ITEM_ROA_CHANGE, ITEM_EQUITY_TO_ASSETS}}},
    [AXIS_VALUATION] = {20,
                        true,
                        {3, 2},
                        {{ITEM_EARNINGS_YIELD, ITEM_BOOK_YIELD, ITEM_SALES_YIELD},
                         {ITEM_EARNINGS_YIELD, ITEM_BOOK_YIELD}}},
    [AXIS_TECHNICAL] = {30,
                        false,
                        {3, 3},
                        {{ITEM_STRENGTH, ITEM_NEARNESS, ITEM_MOMENTUM}, {ITEM_STRENGTH, ITEM_NEARNESS, ITEM_MOMENTUM}}},
    [AXIS_RISK] = {20,
                   false,
                   {3, 3},
                   {{ITEM_CALM, ITEM_DRAWDOWN, ITEM_INDEPENDENCE}, {ITEM_CALM, ITEM_DRAWDOWN, ITEM_INDEPENDENCE}}},
};

enum { WEIGHT_NEEDED = 80, WEIGHT_OF_ALL = 100 };

typedef struct {
  const CompassStock *stocks;
  size_t count;
  double *values; /* count of each item; places afterwards */
  Ranked *items, *spare;
} Ranking;

/* ---- values ---- */

static int group_of(const CompassStock *stock) {
  return stock->fundamentals && stock->fundamentals->is_financial ? GROUP_FINANCIAL : GROUP_OTHERS;
}

static void read_fundamentals(const Fundamentals *fundamentals, double values[ITEM_COUNT]) {
  values[ITEM_ROE] = fundamentals->has_worst_roe ? -INFINITY : fundamentals->roe;
  values[ITEM_OPERATING_RETURN] = fundamentals->operating_return;
  values[ITEM_ROA_CHANGE] = fundamentals->roa_change;
  values[ITEM_Z_SCORE] = fundamentals->z_score;
  values[ITEM_EQUITY_TO_ASSETS] = fundamentals->equity_to_assets;
}

static void read_valuation(const Valuation *valuation, double values[ITEM_COUNT]) {
  values[ITEM_EARNINGS_YIELD] = valuation->earnings_yield;
  values[ITEM_BOOK_YIELD] = valuation->book_yield;
  values[ITEM_SALES_YIELD] = valuation->sales_yield;
}

static void read_prices(const CompassPrices *prices, double values[ITEM_COUNT]) {
  if (prices->has_year) {
    values[ITEM_STRENGTH] = prices->rs_raw;
    values[ITEM_NEARNESS] = prices->nearness;
    values[ITEM_MOMENTUM] = prices->momentum;
  }
  values[ITEM_CALM] = -prices->volatility;
  values[ITEM_DRAWDOWN] = prices->max_drawdown;
  values[ITEM_INDEPENDENCE] = -prices->beta;
}

static void read_values(Ranking *ranking) {
  for (size_t i = 0; i < ranking->count; i++) {
    const CompassStock *stock = &ranking->stocks[i];
    double values[ITEM_COUNT];
    for (int item = 0; item < ITEM_COUNT; item++) values[item] = NAN;
    if (stock->fundamentals) read_fundamentals(stock->fundamentals, values);
    if (stock->valuation) read_valuation(stock->valuation, values);
    read_prices(&stock->prices, values);
    for (int item = 0; item < ITEM_COUNT; item++) ranking->values[(size_t)item * ranking->count + i] = values[item];
  }
}

/* ---- places ---- */

/* Turns the values of one item into places, of everybody or of one group. */
static void rank_item(Ranking *ranking, Item item, bool is_apart, int group) {
  double *values = ranking->values + (size_t)item * ranking->count;
  size_t found = 0;
  for (size_t i = 0; i < ranking->count; i++) {
    if (isnan(values[i]) || (is_apart && group_of(&ranking->stocks[i]) != group)) continue;
    ranking->items[found++] = ranked_of(values[i], i);
    values[i] = NAN;
  }
  percentile_rank(ranking->items, ranking->spare, found, values);
}

static void rank_axis(Ranking *ranking, const Axis *axis) {
  for (int group = 0; group < (axis->is_apart ? GROUP_COUNT : 1); group++)
    for (int k = 0; k < axis->item_count[group]; k++) rank_item(ranking, axis->items[group][k], axis->is_apart, group);
}

/* ---- axes and scores ---- */

/* The mean of the places that are there; absent when they are less than half. */
static double axis_of(const Ranking *ranking, const Axis *axis, size_t stock, int group) {
  double sum = 0;
  int present = 0, count = axis->item_count[group];
  for (int k = 0; k < count; k++) {
    double place = ranking->values[(size_t)axis->items[group][k] * ranking->count + stock];
    if (isnan(place)) continue;
    sum += place;
    present++;
  }
  return 2 * present >= count ? sum / present : NAN;
}

static Compass compass_of(const Ranking *ranking, size_t stock) {
  Compass compass = {.score = NAN, .coverage = NAN};
  double sum = 0;
  int weight = 0, group = group_of(&ranking->stocks[stock]);
  for (int axis = 0; axis < AXIS_COUNT; axis++) {
    double place = compass.axes[axis] = axis_of(ranking, &AXES[axis], stock, group);
    if (isnan(place)) continue;
    sum += AXES[axis].weight * place;
    weight += AXES[axis].weight;
  }
  if (weight > 0) compass.coverage = (double)weight / WEIGHT_OF_ALL;
  if (weight >= WEIGHT_NEEDED) compass.score = sum / weight;
  return compass;
}

/* ---- letters ---- */

static Grade grade_of(double place) {
  static const double CUTS[] = {[GRADE_D] = 20,      [GRADE_C] = 30, [GRADE_C_PLUS] = 40, [GRADE_B] = 50,
                                [GRADE_B_PLUS] = 60, [GRADE_A] = 70, [GRADE_A_PLUS] = 80, [GRADE_S] = 90};
  if (isnan(place)) return GRADE_NONE;
  Grade grade = GRADE_F;
  while (grade < GRADE_S && place >= CUTS[grade + 1]) grade++;
  return grade;
}

/* Ranks the scores, or the financial axes, of all stocks that have one. */
static void rank_scores(Ranking *ranking, const Compass *compasses, bool is_financial, double *ret_places) {
  size_t found = 0;
  for (size_t i = 0; i < ranking->count; i++) {
    double score = is_financial ? compasses[i].axes[AXIS_FINANCIAL] : compasses[i].score;
    ret_places[i] = NAN;
    if (!isnan(score)) ranking->items[found++] = ranked_of(score, i);
  }
  percentile_rank(ranking->items, ranking->spare, found, ret_places);
}

static void fill_grades(Ranking *ranking, Compass *compasses) {
  double *places = ranking->values;
  rank_scores(ranking, compasses, false, places);
  for (size_t i = 0; i < ranking->count; i++) compasses[i].grade = grade_of(places[i]);
  rank_scores(ranking, compasses, true, places);
  for (size_t i = 0; i < ranking->count; i++) compasses[i].financial_grade = grade_of(places[i]);
}

Status compass_rank(const CompassStock *stocks, size_t count, Compass *ret) {
  if (count == 0) return STATUS_OK;
  Ranking ranking = {.stocks = stocks,
                     .count = count,
                     .values = calloc(count, ITEM_COUNT * sizeof *ranking.values),
                     .items = calloc(count, 2 * sizeof *ranking.items)};
  if (ranking.values && ranking.items) {
    ranking.spare = ranking.items + count;
    read_values(&ranking);
    for (int axis = 0; axis < AXIS_COUNT; axis++) rank_axis(&ranking, &AXES[axis]);
    for (size_t i = 0; i < count; i++) ret[i] = compass_of(&ranking, i);
    fill_grades(&ranking, ret);
  }
  Status status = ranking.values && ranking.items ? STATUS_OK : STATUS_NO_MEMORY;
  free(ranking.items);
  free(ranking.values);
  return status;
}
