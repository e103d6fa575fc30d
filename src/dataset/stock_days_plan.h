/* stock_days_plan.h: which sessions a dataset of chosen stocks lacks, those of today before they are archived too. */
#ifndef CLOSEBELL_DATASET_STOCK_DAYS_PLAN_H
#define CLOSEBELL_DATASET_STOCK_DAYS_PLAN_H

#include "stock_days.h"

ChosenSet stock_days_chosen(const StockKind *kind, const Job *job);
/* Daily prices have the session, and it is kept. */
bool stock_days_is_completed(const Ingest *ingest, Day date);
/* A session before it is kept. */
bool stock_days_has_older(const Ingest *ingest, Day date);
/* The newest session that daily prices have; DAY_NONE. */
Day stock_days_newest(const Ingest *ingest);
/* It is 20:05 of the day, or later: what brokers tell of it changes no more. */
bool stock_days_day_is_over(const Job *job, Day date);
/* Nothing is missing, and nothing has become known since: whoever works on it all the same was asked to. */
bool stock_days_is_settled(const StockKind *kind, const Ingest *ingest, Day date);
/* How many stocks the newest session with a status had. */
int64_t stock_days_newest_expected(const StockKind *kind, const Ingest *ingest);

#endif
