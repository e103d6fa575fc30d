/* universe_truth.h: which stocks are followed, worked out from the recorded files by no code of closebell's: for each
 * stock and session anew, looking back, with no state carried along. */
#ifndef CLOSEBELL_TESTS_UNIVERSE_TRUTH_H
#define CLOSEBELL_TESTS_UNIVERSE_TRUTH_H

#include <bson/bson.h>

#include "live_sample.h"

typedef struct {
  const char *name;
  const char *markets; /* "KOSPI,KOSDAQ" */
  int64_t min_cap, exit_cap;
  size_t exit_sessions;
  bool without_preferred;
} TruthRules;

typedef struct {
  const LiveRow *row; /* the newest that lists it */
  size_t added, removed;
  bool active;
  const char *reason; /* why it left */
} TruthStock;

enum { TRUTH_STOCKS = 256 };

typedef struct {
  TruthStock items[TRUTH_STOCKS]; /* by code */
  size_t count, active;
  size_t entered, left; /* after the beginning */
} TruthUniverse;

/* The universe began in the session `begin` and has come to the session `now`. */
void universe_truth(const LiveSample *sample, const TruthRules *rules, size_t begin, size_t now, TruthUniverse *truth);

/* Whether the documents of target_tickers, by _id, say the same in every master field; else why not. */
bool universe_truth_holds(const TruthUniverse *truth, const LiveSample *sample, const bson_t *const *targets,
                          size_t count, char why[256]);

#endif
