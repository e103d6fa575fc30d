/* cross.h: a plan over the stocks of one session, side by side: for the session that is asked for again and again. */
#ifndef CLOSEBELL_SCREEN_CROSS_H
#define CLOSEBELL_SCREEN_CROSS_H

#include "tail.h"

/* Whether it can be taken so: a mean is not, whose sum goes by each stock's own bars (span.c). */
bool cross_takes(const ScreenPlan *plan, int root);

/* The root's value for each stock considered in the session. ranks: of each part that is a rank, a value an entry.
 * False without memory. */
bool cross_evaluate(const ScreenPlan *plan, ScreenMarket *market, double *const *ranks, int root, size_t session,
                    double *ret_values);

#endif
