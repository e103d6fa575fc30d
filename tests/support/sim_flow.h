/* sim_flow.h: who bought and who sold in a simulated market, and its minutes: the truth, which follows from the rows.
 */
#ifndef CLOSEBELL_TESTS_SIM_FLOW_H
#define CLOSEBELL_TESTS_SIM_FLOW_H

#include <closebell/market/flow.h>
#include <closebell/market/minute.h>

#include "sim_market.h"

/* Chance that is the same each time it is asked for. */
uint64_t sim_hash(const char *ticker, Day date, uint64_t salt);

/* What all four groups did, as it is shown at 16:00, and as it is after 20:00. Close and volume beside it are the
 * after-market's. */
FlowRow sim_flow_row(const StockRow *row, Day date, bool is_final);

/* One session in forty is an exam day: it begins and ends an hour later. */
SessionHours sim_hours(Day date);

/* Of a stock that traded. Few bars; they make up the row. Some stocks have no closing auction. */
void sim_minutes(const StockRow *row, Day date, MinuteDay *ret_day);

#endif
