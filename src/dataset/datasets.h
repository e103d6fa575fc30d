/* datasets.h: the datasets of the product, a file each. */
#ifndef CLOSEBELL_DATASET_DATASETS_H
#define CLOSEBELL_DATASET_DATASETS_H

#include <closebell/dataset/dataset.h>

extern const Dataset EVENING;       /* the day's session from a broker, provisional until the morning */
extern const Dataset MARKET_TOTALS; /* what a session sums to, against what the exchange publishes of it */
extern const Dataset INDEX_DAYS;    /* the published index values */
extern const Dataset ETF_DAYS;      /* the exchange-traded funds */
extern const Dataset MARKET_FLOW;   /* who bought and who sold a stock */
extern const Dataset MINUTE_PRICES; /* a stock's minutes */
extern const Dataset COMPANIES;     /* which company stands behind which stock */
extern const Dataset FINANCIALS;    /* what companies file */
extern const Dataset COMPANY_EVENTS; /* what they decide about their shares */
extern const Dataset DIVIDENDS;     /* what they pay, by their annual reports */

#endif
