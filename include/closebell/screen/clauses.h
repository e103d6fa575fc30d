/* clauses.h: what a condition demands: the conditions that `and` joins at its top level, brackets around the whole or
 * around some of them aside. Pure. */
#ifndef CLOSEBELL_SCREEN_CLAUSES_H
#define CLOSEBELL_SCREEN_CLAUSES_H

#include <closebell/screen/screen.h>

/* A plan each, in the order written; owned. Zero-initialise; screen_clauses_free at the end. */
typedef struct {
  ScreenPlan *items;
  size_t count;
} ScreenClauses;

/* One of them, the whole, where nothing is joined by `and` alone. STATUS_NO_MEMORY. */
Status screen_clauses(const ScreenPlan *plan, ScreenClauses *ret_clauses, Error *err);
void screen_clauses_free(ScreenClauses *clauses);

/* The two sides of a comparison, as parts of the plan; false: the condition is none. */
bool screen_clause_sides(const ScreenPlan *clause, int *ret_left, int *ret_right);

/* The value of a part for each stock considered in the session, in the order of the market's entries; NaN: absent.
 * Errors as of screen_evaluate. */
Status screen_part_values(const ScreenPlan *plan, int part, ScreenMarket *market, size_t session, double *ret_values,
                          Error *err);

#endif
