/* evening.h: the collections of a session that is not final yet: evening_days, evening_analysis, evening_leaders,
 * evening_strategy_days. They hold what their final counterparts hold, marked provisional, and no final collection ever
 * holds anything of theirs. All are made by collections_create_section("kis"). */
#ifndef CLOSEBELL_STORE_EVENING_H
#define CLOSEBELL_STORE_EVENING_H

#include <closebell/market/index_day.h>
#include <closebell/market/leader.h>
#include <closebell/market/session.h>
#include <closebell/store/db.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/stock_analyzed.h>
#include <closebell/store/strategy_days.h>

/* ---- evening_days: the sessions, encoded as those of market_days ---- */

/* In place of what was read of that evening before. indices: those that were had of the session, all but their
 * market_cap; they stand in the same document. */
Status evening_days_write(const Db *db, const Session *session, const IndexDay *indices, Instant fetched_at_utc,
                          Error *err);
/* STATUS_NOT_FOUND, STATUS_BAD_DATA (damaged). */
Status evening_days_find(const Db *db, Day date, Session *ret_session, Error *err);
/* Its indices; none: ret_indices->has is 0. Fails as evening_days_find does. */
Status evening_days_find_indices(const Db *db, Day date, IndexDay *ret_indices, Error *err);
/* Removes those that are no longer kept (plan/evening.h). */
Status evening_days_expire(const Db *db, Day today, Error *err);

/* ---- evening_analysis: what latest_analysis will be if the final session equals the evening's ---- */

/* As latest_analysis_replace does. */
Status evening_analysis_replace(const Db *db, const AnalyzedSeries *const *series, const Target *const *targets,
                                size_t count, Day as_of, Error *err);
/* The tickers whose document is as of that session, sorted; owned by the caller (free). */
Status evening_analysis_tickers(const Db *db, Day as_of, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count,
                                Error *err);

/* ---- lists ---- */

Status evening_leaders_write(const Db *db, const LeaderDay *day, Error *err);
/* leader_numbers_read of evening_analysis. */
Status evening_leader_numbers_read(const Db *db, Day date, const LeaderRules *rules, LeaderNumbersVisit *visit,
                                   void *context, Error *err);
Status evening_leaders_are_there(const Db *db, Day date, bool *ret_there, Error *err);
Status evening_strategy_days_write(const Db *db, const StrategyDay *const *days, size_t count, Error *err);

/* Removes analysis, leaders and strategies: the final session is there, or the evening was read again. The sessions
 * stay. */
Status evening_clear(const Db *db, Error *err);

#endif
