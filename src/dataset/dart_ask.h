/* dart_ask.h: what companies and financials share: one question at a time to OpenDART. */
#ifndef CLOSEBELL_DATASET_DART_ASK_H
#define CLOSEBELL_DATASET_DART_ASK_H

#include <closebell/company/companies.h>

#include "work.h"

extern const char DART_NAME[]; /* the provider's */

/* The day in Korea that it is, by the business instant. */
Day dart_today(const Job *job);
/* The first year of which anything is asked for. */
int dart_oldest_year(const Job *job);
/* A day, or a week, is there or not: 1. */
int64_t dart_expected_rows(const Job *job);

/* The dealings of one run. STATUS_CONFIG: nobody is asked. */
Status dart_begin(DatasetWork *work, Fetch *ret_fetch, Error *err);
/* key null: of a feed that has none. The answer's payload is the caller's to free. Fails when OpenDART may be asked no
 * more. */
Status dart_ask(Fetch *fetch, const char *feed, const char *key, Answer *ret_answer, Error *err);
/* What an answer that is no good says, for people. Returns text. */
const char *dart_trouble(const Answer *answer);

/* Whether its door is shut. */
Status dart_is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err);

/* The stocks whose companies are followed: the common ones of KOSPI and KOSDAQ in the newest session, by ticker; none
 * when there is no session yet. The caller frees them. */
Status dart_stocks(Ingest *ingest, ListedStock **ret_stocks, size_t *ret_count, Error *err);

#endif
