/* A day to judge, for the tests of verdicts: three sessions of the made market and the answer for the one between them.
 */
#ifndef TESTS_VERDICT_CASE_H
#define TESTS_VERDICT_CASE_H

#include <closebell/plan/verdict.h>

#include "made_market.h"

/* Monday to Friday of a week: sessions 10 to 14 of the made market. D is Wednesday, due on Thursday at 08:00 KST. */
enum { MONDAY_7_APRIL = 20185, FIRST_INDEX = 10, D = MONDAY_7_APRIL + 2, SEED = 7 };
enum { BOTH = 1 << MARKET_KOSPI | 1 << MARKET_KOSDAQ };

typedef struct {
  MadeMarket market;
  Session before, tuesday, thursday;
  DayAnswer answer;
  VerdictFacts facts;
  Session session;
  Verdict verdict;
} VerdictCase;

/* For cmocka: *state is a VerdictCase. The usual evening: Tuesday is archived, D is due for an hour and answers in
 * full. */
int verdict_case_set_up(void **state);
int verdict_case_tear_down(void **state);

Session verdict_case_session(const VerdictCase *c, Day date);

/* Replaces one market's part of the answer, the answer by that of no rows, by the session of another index. */
void verdict_case_answer_with(VerdictCase *c, Market market, AnswerKind kind, const char *detail);
void verdict_case_answer_empty(VerdictCase *c);
void verdict_case_answer_as(VerdictCase *c, int64_t day_index);

/* Judges, and asserts the verdict, its cause, that its message names the parts (named.h), and that only a good one has
 * taken the rows. */
void verdict_case_expect(VerdictCase *c, VerdictKind kind, AnswerKind cause, const char *parts);

#endif
