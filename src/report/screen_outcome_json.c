#include <closebell/report/screen_json.h>

#include "screen_outcome_print.h"

#include <math.h>
#include <stdio.h>

static void put_counts(JsonWriter *to, const OutcomeCounts *counts) {
  const size_t *fates = counts->fates;
  const struct {
    const char *name;
    size_t count;
  } COUNTS[] = {
      {"signals", counts->signals},      {"sessions", counts->sessions},      {"tickers", counts->tickers},
      {"repeated", counts->repeated},    {"pending", fates[OUTCOME_PENDING]}, {"gone", fates[OUTCOME_GONE]},
      {"halted", fates[OUTCOME_HALTED]}, {"locked", fates[OUTCOME_LOCKED]},   {"entered", fates[OUTCOME_ENTERED]}};
  for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
    json_put_whole(to, COUNTS[i].name, (int64_t)COUNTS[i].count);
}

static void put_returns(JsonWriter *to, const OutcomeReturns *returns) {
  const OutcomeExcess *excess = &returns->excess;
  char name[16];
  snprintf(name, sizeof name, "%d", returns->horizon);
  json_begin_object(to, name);
  json_put_whole(to, "n", (int64_t)returns->n);
  json_put_whole(to, "unfinished", (int64_t)returns->unfinished);
  json_put_number(to, "mean", excess->mean);
  json_put_number(to, "median", excess->median);
  json_put_number(to, "q1", excess->lower_quartile);
  json_put_number(to, "q3", excess->upper_quartile);
  json_put_number(to, "hit_rate", excess->hit_rate);
  json_put_number(to, "mean_return", returns->mean_return);
  json_put_number(to, "median_return", returns->median_return);
  json_put_number(to, "market_mean", returns->market_mean);
  json_put_number(to, "standard_error", excess->standard_error);
  json_end_object(to);
}

static void put_path(JsonWriter *to, const OutcomePath *path) {
  json_begin_list(to, "path");
  for (int k = 0; k < OUTCOME_PATH && path->n > 0; k++) {
    json_begin_object(to, NULL);
    json_put_whole(to, "k", k - OUTCOME_PATH_BEFORE);
    json_put_number(to, "excess", path->excess[k]);
    json_end_object(to);
  }
  json_end_list(to);
}

static bool is_wanted(size_t horizon, size_t only) { return only == HORIZONS || only == horizon; }

/* Why figures are absent: of a horizon by its sessions, of the path by its name. */
static void put_absent(JsonWriter *to, const ScreenResult *result, size_t only) {
  char why[SCREEN_WHY_SIZE], name[16];
  json_begin_object(to, "absent");
  for (size_t h = 0; h < HORIZONS; h++) {
    snprintf(name, sizeof name, "%d", HORIZON[h]);
    if (is_wanted(h, only) && screen_outcome_why(result, h, why) != NULL) json_put_text(to, name, why);
  }
  if (screen_outcome_why_no_path(result, why) != NULL) json_put_text(to, "path", why);
  json_end_object(to);
}

void screen_json_outcome(JsonWriter *to, const ScreenResult *result, size_t only) {
  const ScreenMarket *market = result->market;
  const ScreenOutcome *outcome = &result->outcome;
  json_put_day(to, "from", market->dates[0]);
  json_put_day(to, "to", market->dates[market->session_count - 1]);
  put_counts(to, &outcome->counts);
  json_begin_object(to, "horizons");
  for (size_t h = 0; h < HORIZONS; h++)
    if (is_wanted(h, only)) put_returns(to, &outcome->returns[h]);
  json_end_object(to);
  put_path(to, &outcome->path);
  put_absent(to, result, only);
}
