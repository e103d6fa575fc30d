/* compass.h: four places of each stock among all of one session (finances, valuation, price, risk), and one of them
 * together. Not a forecast. How it is made: deploy/FIELDS.md, "How the fields of companies are made". Pure; NaN stands
 * for absent. */
#ifndef CLOSEBELL_COMPANY_COMPASS_H
#define CLOSEBELL_COMPANY_COMPASS_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/status.h>
#include <closebell/company/fundamentals.h>

typedef enum { AXIS_FINANCIAL = 0, AXIS_VALUATION, AXIS_TECHNICAL, AXIS_RISK, AXIS_COUNT } CompassAxis;

/* Letters, by the place among all scores. */
typedef enum {
  GRADE_NONE = 0,
  GRADE_F,
  GRADE_D,
  GRADE_C,
  GRADE_C_PLUS,
  GRADE_B,
  GRADE_B_PLUS,
  GRADE_A,
  GRADE_A_PLUS,
  GRADE_S
} Grade;
const char *grade_name(Grade grade); /* "A+"; null for GRADE_NONE */
bool grade_find(const char *name, Grade *ret_grade);

/* What prices say of a stock that traded in the session; all NaN for one that did not. */
typedef struct {
  double rs_raw;       /* indicator/strength.h */
  double nearness;     /* close / high_52w */
  double momentum;     /* close 21 sessions ago / close 252 sessions ago - 1 */
  double volatility;   /* volatility_252, percent a year */
  double max_drawdown; /* max_drawdown_252, percent, <= 0 */
  double beta;         /* beta_252 */
  bool has_year;       /* it has 253 traded sessions: without them AXIS_TECHNICAL is absent */
} CompassPrices;

/* One stock of the population: every KOSPI and KOSDAQ common stock with a row in the session's archive. */
typedef struct {
  const Fundamentals *fundamentals; /* lent; null: none known */
  const Valuation *valuation;       /* lent; null: none known */
  CompassPrices prices;
} CompassStock;

typedef struct {
  double axes[AXIS_COUNT]; /* 0 to 100 */
  double score, coverage;
  Grade grade, financial_grade;
} Compass;

/* Ranks the population; ret has room for count. The order of the stocks does not matter. */
Status compass_rank(const CompassStock *stocks, size_t count, Compass *ret);

#endif
