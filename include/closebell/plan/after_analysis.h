/* after_analysis.h: [ai] after_analysis: which prompts are asked by themselves once a session's analysis is complete.
 * Pure.
 *
 * "PROMPT STRATEGY N", several separated by commas: the first N matches of the strategy are asked about, each stock by
 * itself. */
#ifndef CLOSEBELL_PLAN_AFTER_ANALYSIS_H
#define CLOSEBELL_PLAN_AFTER_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/status.h>

enum { AFTER_ANALYSIS_MAX = 16, AFTER_ANALYSIS_NAME_SIZE = 65, AFTER_ANALYSIS_STOCKS_MAX = 30 };

typedef struct {
  char prompt[AFTER_ANALYSIS_NAME_SIZE], strategy[AFTER_ANALYSIS_NAME_SIZE]; /* letters, digits, _ and - */
  int64_t stocks;                                                            /* 1 to AFTER_ANALYSIS_STOCKS_MAX */
} AfterAnalysis;

typedef struct {
  AfterAnalysis items[AFTER_ANALYSIS_MAX];
  size_t count; /* 0: off */
} AfterAnalysisList;

/* Empty: off. STATUS_CONFIG names what is wrong. The same prompt and strategy twice is wrong. */
Status after_analysis_parse(const char *text, AfterAnalysisList *ret_list, Error *err);

#endif
