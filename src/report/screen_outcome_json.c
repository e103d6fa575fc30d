#include <closebell/report/screen_json.h>

#include "json_write.h"
#include "screen_outcome_print.h"

#include <math.h>
#include <stdio.h>

static void append_counts(TextBuffer *to, const OutcomeCounts *counts) {
  const size_t *fates = counts->fates;
  const struct {
    const char *name;
    size_t count;
  } COUNTS[] = {
      {"signals", counts->signals},      {"sessions", counts->sessions},      {"tickers", counts->tickers},
      {"repeated", counts->repeated},    {"pending", fates[OUTCOME_PENDING]}, {"gone", fates[OUTCOME_GONE]},
      {"halted", fates[OUTCOME_HALTED]}, {"locked", fates[OUTCOME_LOCKED]},   {"entered", fates[OUTCOME_ENTERED]}};
  for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
    json_write_number_of(to, COUNTS[i].name, (double)COUNTS[i].count);
}

static void append_returns(TextBuffer *to, const OutcomeReturns *returns) {
  const OutcomeExcess *excess = &returns->excess;
  char name[16];
  snprintf(name, sizeof name, "%d", returns->horizon);
  json_write_name(to, name);
  text_buffer_printf(to, "{");
  json_write_number_of(to, "n", (double)returns->n);
  json_write_number_of(to, "unfinished", (double)returns->unfinished);
  json_write_number_of(to, "mean", excess->mean);
  json_write_number_of(to, "median", excess->median);
  json_write_number_of(to, "q1", excess->lower_quartile);
  json_write_number_of(to, "q3", excess->upper_quartile);
  json_write_number_of(to, "hit_rate", excess->hit_rate);
  json_write_number_of(to, "mean_return", returns->mean_return);
  json_write_number_of(to, "median_return", returns->median_return);
  json_write_number_of(to, "market_mean", returns->market_mean);
  json_write_number_of(to, "standard_error", excess->standard_error);
  text_buffer_printf(to, "}");
}

static void append_path(TextBuffer *to, const OutcomePath *path) {
  json_write_name(to, "path");
  text_buffer_printf(to, "[");
  for (int k = 0; k < OUTCOME_PATH && path->n > 0; k++) {
    text_buffer_printf(to, "%s{\"k\":%d", k > 0 ? "," : "", k - OUTCOME_PATH_BEFORE);
    json_write_number_of(to, "excess", path->excess[k]);
    text_buffer_printf(to, "}");
  }
  text_buffer_printf(to, "]");
}

static bool is_wanted(size_t horizon, size_t only) { return only == HORIZONS || only == horizon; }

/* Why figures are absent: of a horizon by its sessions, of the path by its name. */
static void append_absent(TextBuffer *to, const ScreenResult *result, size_t only) {
  char why[SCREEN_WHY_SIZE], name[16];
  json_write_name(to, "absent");
  text_buffer_printf(to, "{");
  for (size_t h = 0; h < HORIZONS; h++) {
    snprintf(name, sizeof name, "%d", HORIZON[h]);
    if (is_wanted(h, only) && screen_outcome_why(result, h, why) != NULL) json_write_text_of(to, name, why);
  }
  if (screen_outcome_why_no_path(result, why) != NULL) json_write_text_of(to, "path", why);
  text_buffer_printf(to, "}");
}

void screen_json_outcome(TextBuffer *to, const ScreenResult *result, size_t only) {
  const ScreenMarket *market = result->market;
  const ScreenOutcome *outcome = &result->outcome;
  json_write_day_of(to, "from", market->dates[0]);
  json_write_day_of(to, "to", market->dates[market->session_count - 1]);
  append_counts(to, &outcome->counts);
  json_write_name(to, "horizons");
  text_buffer_printf(to, "{");
  for (size_t h = 0; h < HORIZONS; h++)
    if (is_wanted(h, only)) append_returns(to, &outcome->returns[h]);
  text_buffer_printf(to, "}");
  append_path(to, &outcome->path);
  append_absent(to, result, only);
}
