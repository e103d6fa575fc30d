/* horizon.h: over how many sessions a return is looked at, of screens and of decisions alike. */
#ifndef CLOSEBELL_MARKET_HORIZON_H
#define CLOSEBELL_MARKET_HORIZON_H

enum { HORIZONS = 3 };
extern const int HORIZON[HORIZONS]; /* 5, 20, 60 sessions held, that of the purchase the first */

#endif
