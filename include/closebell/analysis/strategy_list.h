/* strategy_list.h: which stocks a condition matches in a session, as system_info.strategy_days holds it. No I/O. */
#ifndef CLOSEBELL_ANALYSIS_STRATEGY_LIST_H
#define CLOSEBELL_ANALYSIS_STRATEGY_LIST_H

#include <closebell/screen/strategy.h>
#include <closebell/store/strategy_days.h>

/* What makes a list. */
typedef struct {
  ScreenPlan where;
  ScreenNames sort;
} StrategyRule;

/* As a stored document has it. STATUS_CONFIG: it is no condition, or names what is no longer known. */
Status strategy_rule_read(const StrategyDay *day, StrategyRule *ret_rule, Error *err);

/* Puts a strategy's title, condition and order into the document. */
void strategy_rule_put(const Strategy *strategy, StrategyDay *day);

/* Whether flows have to be there (flows_load.h). */
bool strategy_rule_wants_flows(const ScreenPlan *where, const ScreenNames *sort);

/* The lists of the sessions, one each; the caller frees their tickers. Errors as of screen_evaluate: then there is no
 * list. */
Status strategy_lists_make(const ScreenPlan *where, const ScreenNames *sort, ScreenMarket *market,
                           ScreenSessions sessions, StrategyMatches *ret_lists, Error *err);

#endif
