/* shadow.h: a stock that was turned down and rose: one document of system_info.shadow_radar. */
#ifndef CLOSEBELL_MARKET_SHADOW_H
#define CLOSEBELL_MARKET_SHADOW_H

#include <stdbool.h>

#include <closebell/base/day.h>
#include <closebell/market/ticker.h>

/* Who turned a stock down: hindsight/radar.h. */
typedef enum {
  SHADOW_ENTRY_FILTER = 0, /* Gate: it is not followed */
  SHADOW_LEADERS,          /* Hunter: followed, and no leader candidate */
  SHADOW_STRATEGY,         /* Hunter: all clauses of a strategy held but one */
  SHADOW_AI,               /* Judge: the model was asked about it */
  SHADOW_STAGES
} ShadowStage;

const char *shadow_stage_name(ShadowStage stage); /* "entry_filter", "leaders", "strategy", "ai" */
bool shadow_stage_parse(const char *text, ShadowStage *ret_stage);

enum { SHADOW_RULE_SIZE = 256, SHADOW_REASON_SIZE = 512, SHADOW_ID_SIZE = DAY_TEXT_SIZE + TICKER_SIZE };

typedef struct {
  Day date; /* the session in which it was turned down */
  char ticker[TICKER_SIZE];
  ShadowStage stage;
  char rule[SHADOW_RULE_SIZE]; /* the same for all that the rule turns down: "market_cap", "turtle_20: close > ..." */
  char reason[SHADOW_REASON_SIZE]; /* the rule with its figure */
  Day trigger_date;                /* the session whose close was so much higher */
  double return_pct;               /* close of date to close of trigger_date, adjusted, in per cent */
} Shadow;

/* "2025-04-10:005930". Returns id. */
char *shadow_id(Day date, const char *ticker, char id[SHADOW_ID_SIZE]);
bool shadow_equal(const Shadow *a, const Shadow *b);

#endif
