/* flow_proof.h: can it be believed who bought and who sold a stock on a day? Facts in, opinion out. */
#ifndef CLOSEBELL_PLAN_FLOW_PROOF_H
#define CLOSEBELL_PLAN_FLOW_PROOF_H

#include <closebell/base/instant.h>
#include <closebell/market/flow.h>
#include <closebell/market/row.h>

/* Minutes of the day in Korea. */
enum { FLOW_PROVISIONAL_FROM = 16 * 60, FLOW_FINAL_FROM = 20 * 60 + 5, FLOW_MESSAGE_SIZE = 160 };

typedef enum { FLOW_NOT_YET, FLOW_PROVISIONAL, FLOW_FINAL } FlowFinality;
/* What a day's flow is worth that was read at that instant. */
FlowFinality flow_finality(Day date, Instant read_at);

typedef enum {
  FLOW_GOOD,
  FLOW_MISSING, /* there is no row of the day, or a group that is wanted is missing in it: later */
  FLOW_WRONG
} FlowState;

typedef struct {
  FlowState state;
  char message[FLOW_MESSAGE_SIZE]; /* why, without ticker and date */
} FlowVerdict;

typedef struct {
  FlowSet wanted;           /* the groups that the provider has */
  const StockRow *archived; /* the stock's row of the day; null: it is not archived yet */
  int64_t volume;           /* of the day, where nothing is archived: the evening's; -1: not known */
} FlowFacts;

/* Good: each group that is told of bought - sold = net, in shares and in won, and none bought or sold more than the
 * whole day's volume, which is the larger of what is archived and what the provider itself tells: its figures may take
 * in the after-market. row null: there is none. */
FlowVerdict flow_judge(const FlowRow *row, const FlowFacts *facts);

/* What is wrong with a day as it is stored; null: nothing. A final one has the archived close once that is there, and a
 * provisional one has none. */
const char *flow_day_fault(const FlowDay *stored, const FlowFacts *facts);

#endif
