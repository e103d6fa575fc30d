/* made_population.h: the stocks of a session for compass_rank, each with numbers of its own, for tests. */
#ifndef TESTS_MADE_POPULATION_H
#define TESTS_MADE_POPULATION_H

#include <math.h>
#include <stdlib.h>

#include <closebell/base/random.h>
#include <closebell/company/compass.h>

enum { POPULATION_MOST = 400 };

typedef struct {
  size_t count;
  Fundamentals fundamentals[POPULATION_MOST];
  Valuation valuations[POPULATION_MOST];
  CompassStock stocks[POPULATION_MOST];
  Compass compasses[POPULATION_MOST]; /* by rank_population */
} Population;

static inline Fundamentals no_fundamentals(void) {
  return (Fundamentals){.ttm_net_income = NAN,
                        .ttm_revenue = NAN,
                        .ttm_operating_profit = NAN,
                        .total_equity = NAN,
                        .roe = NAN,
                        .roa = NAN,
                        .operating_margin = NAN,
                        .debt_ratio = NAN,
                        .current_ratio = NAN,
                        .revenue_growth = NAN,
                        .operating_profit_growth = NAN,
                        .z_score = NAN,
                        .operating_return = NAN,
                        .roa_change = NAN,
                        .equity_to_assets = NAN};
}

/* Nothing is known of any stock: the test says what is. Lent within the population, which must not be copied. */
static inline void start_population(Population *population, size_t count) {
  population->count = count;
  for (size_t i = 0; i < count; i++) {
    population->fundamentals[i] = no_fundamentals();
    population->valuations[i] = (Valuation){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    population->stocks[i] = (CompassStock){
        &population->fundamentals[i],
        &population->valuations[i],
        {.rs_raw = NAN, .nearness = NAN, .momentum = NAN, .volatility = NAN, .max_drawdown = NAN, .beta = NAN}};
  }
}

static inline void rank_population(Population *population) {
  assert_int_equal(compass_rank(population->stocks, population->count, population->compasses), STATUS_OK);
}

#endif
