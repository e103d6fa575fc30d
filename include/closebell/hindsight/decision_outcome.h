/* decision_outcome.h: what became of a decision about some stocks, as screen/outcome.h finds it of signals.
 *
 * Each stock is bought at the open of the session after that of the decision, all in equal parts; those that cannot be
 * (halted, gone, locked at the upper limit) are left out, and counted. Returns are means over those bought, over
 * sessions of the market. No I/O. */
#ifndef CLOSEBELL_HINDSIGHT_DECISION_OUTCOME_H
#define CLOSEBELL_HINDSIGHT_DECISION_OUTCOME_H

#include <closebell/market/decision.h>
#include <closebell/screen/outcome.h>

/* tickers: of the decision, each once. session: index in the market's dates, one of those of `market`. False: the next
 * session is not archived, or the market does not know the session: there is no outcome yet. */
bool decision_outcome(const OutcomeMarket *market, size_t session, const char (*tickers)[TICKER_SIZE], size_t count,
                      DecisionOutcome *ret_outcome);

/* To the last bit. */
bool decision_outcome_equal(const DecisionOutcome *a, const DecisionOutcome *b);

#endif
