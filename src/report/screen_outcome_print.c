#include "screen_outcome_print.h"

#include <math.h>
#include <stdio.h>

enum { FIGURE_SIZE = 32, LABEL_COLUMNS = 26, FIGURE_COLUMNS = 11 };

/* ---- why there is no figure ---- */

static const char *why_nobody_was_bought(const OutcomeCounts *counts, char text[SCREEN_WHY_SIZE]) {
  if (counts->signals == 0) return "there are no signals";
  if (counts->fates[OUTCOME_ENTERED] > 0) return NULL;
  snprintf(text, SCREEN_WHY_SIZE, "of the %zu signals none was entered", counts->signals);
  return text;
}

const char *screen_outcome_why(const ScreenResult *result, size_t horizon, char text[SCREEN_WHY_SIZE]) {
  const OutcomeReturns *returns = &result->outcome.returns[horizon];
  const char *why = why_nobody_was_bought(&result->outcome.counts, text);
  if (why != NULL) return why;
  if (returns->n > 0)
    return returns->sessions < 2 ? "all its signals are of one session: there is no standard error" : NULL;
  snprintf(text, SCREEN_WHY_SIZE,
           "history is too short: %zu sessions are kept, and none of the %zu signals entered is %d sessions old",
           result->market->session_count, result->outcome.counts.fates[OUTCOME_ENTERED], returns->horizon);
  return text;
}

const char *screen_outcome_why_no_path(const ScreenResult *result, char text[SCREEN_WHY_SIZE]) {
  const OutcomePath *path = &result->outcome.path;
  const char *why = why_nobody_was_bought(&result->outcome.counts, text);
  if (why != NULL || path->n > 0) return why;
  snprintf(text, SCREEN_WHY_SIZE,
           "history is too short: %zu sessions are kept, and no signal entered has its stock's %d sessions before and "
           "%d sessions after",
           result->market->session_count, OUTCOME_PATH_BEFORE, OUTCOME_PATH_AFTER);
  return text;
}

/* ---- what became of the signals ---- */

static void print_counts(const Output *out, const ScreenResult *result) {
  const ScreenMarket *market = result->market;
  const OutcomeCounts *counts = &result->outcome.counts;
  const size_t *fates = counts->fates;
  output_line(out, OUTPUT_HANGING,
              "outcome over %zu sessions, %s to %s: %zu signals in %zu sessions, of %zu stocks; %zu of them repeated: "
              "the stock matched in its traded session before, too",
              market->session_count, day_text(market->dates[0]).text,
              day_text(market->dates[market->session_count - 1]).text, counts->signals, counts->sessions,
              counts->tickers, counts->repeated);
  output_line(out, OUTPUT_HANGING,
              "entered at the next open: %zu; not entered, and in no figure: %zu pending (of the newest session), %zu "
              "gone (not listed any more), %zu halted, %zu locked at the upper limit",
              fates[OUTCOME_ENTERED], fates[OUTCOME_PENDING], fates[OUTCOME_GONE], fates[OUTCOME_HALTED],
              fates[OUTCOME_LOCKED]);
}

/* ---- figures, a column a horizon ---- */

static void put_percent(char text[FIGURE_SIZE], double fraction) {
  if (isnan(fraction))
    snprintf(text, FIGURE_SIZE, "-");
  else
    snprintf(text, FIGURE_SIZE, "%.2f %%", fabs(fraction) < 0.00005 ? 0.0 : 100 * fraction); /* no -0.00 */
}

static void print_row(const Output *out, const char *label, char texts[HORIZONS][FIGURE_SIZE]) {
  TextBuffer line = {0};
  text_buffer_printf(&line, "%-*s", LABEL_COLUMNS, label);
  for (size_t h = 0; h < HORIZONS; h++) text_buffer_printf(&line, "%*s", FIGURE_COLUMNS, texts[h]);
  output_line(out, LABEL_COLUMNS, "%s", line.failed ? label : line.data);
  text_buffer_free(&line);
}

static void print_count_row(const Output *out, const char *label, const size_t counts[HORIZONS]) {
  char texts[HORIZONS][FIGURE_SIZE];
  for (size_t h = 0; h < HORIZONS; h++) snprintf(texts[h], FIGURE_SIZE, "%zu", counts[h]);
  print_row(out, label, texts);
}

enum { FIGURES = 9 };
static const char *const FIGURE_LABELS[FIGURES] = {"mean excess",    "median excess", "lower quartile",
                                                   "upper quartile", "hit rate",      "standard error",
                                                   "mean return",    "median return", "market's mean return"};

static double figure_of(const OutcomeReturns *returns, size_t figure) {
  const OutcomeExcess *excess = &returns->excess;
  const double figures[FIGURES] = {excess->mean,           excess->median,         excess->lower_quartile,
                                   excess->upper_quartile, excess->hit_rate,       excess->standard_error,
                                   returns->mean_return,   returns->median_return, returns->market_mean};
  return figures[figure];
}

static void print_figures(const Output *out, const ScreenOutcome *outcome) {
  char texts[HORIZONS][FIGURE_SIZE];
  size_t horizons[HORIZONS], with[HORIZONS], unfinished[HORIZONS];
  for (size_t h = 0; h < HORIZONS; h++) {
    horizons[h] = (size_t)HORIZON[h];
    with[h] = outcome->returns[h].n;
    unfinished[h] = outcome->returns[h].unfinished;
  }
  print_count_row(out, "sessions held", horizons);
  print_count_row(out, "n", with);
  print_count_row(out, "unfinished", unfinished);
  for (size_t f = 0; f < FIGURES; f++) {
    for (size_t h = 0; h < HORIZONS; h++) put_percent(texts[h], figure_of(&outcome->returns[h], f));
    print_row(out, FIGURE_LABELS[f], texts);
  }
}

static void print_reasons(const Output *out, const ScreenResult *result) {
  char why[SCREEN_WHY_SIZE];
  if (why_nobody_was_bought(&result->outcome.counts, why) != NULL) {
    output_line(out, OUTPUT_HANGING, "no figures: %s", screen_outcome_why(result, 0, why));
    return;
  }
  for (size_t h = 0; h < HORIZONS; h++)
    if (screen_outcome_why(result, h, why) != NULL)
      output_line(out, OUTPUT_HANGING, "%d sessions: %s", HORIZON[h], screen_outcome_why(result, h, why));
}

/* ---- the mean path ---- */

static void print_path(const Output *out, const ScreenResult *result) {
  static const int SHOWN[] = {-20, -10, -5, -1, 0, 1, 5, 10, 20, 40, 60};
  const OutcomePath *path = &result->outcome.path;
  char why[SCREEN_WHY_SIZE], percent[FIGURE_SIZE];
  TextBuffer text = {0};
  if (screen_outcome_why_no_path(result, why) != NULL) {
    output_line(out, OUTPUT_HANGING, "no mean path: %s", screen_outcome_why_no_path(result, why));
    return;
  }
  for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN[0]; i++) {
    put_percent(percent, path->excess[SHOWN[i] + OUTCOME_PATH_BEFORE]);
    text_buffer_printf(&text, "%s%+d: %s", i > 0 ? ", " : "", SHOWN[i], percent);
  }
  output_line(out, OUTPUT_HANGING, "mean path of %zu signals, less the market, by sessions from the signal: %s",
              path->n, text.failed ? "no memory for it" : text.data);
  text_buffer_free(&text);
}

/* ---- the whole ---- */

void screen_outcome_print(const Output *out, const ScreenResult *result) {
  print_counts(out, result);
  output_empty_line(out);
  print_figures(out, &result->outcome);
  output_empty_line(out);
  print_reasons(out, result);
  if (result->outcome.counts.fates[OUTCOME_ENTERED] > 0) print_path(out, result);
  output_line(
      out, OUTPUT_HANGING,
      "An excess is the return from the open after the signal less that of the equal-weight market, the mean of "
      "all stocks that could be bought then. The hit rate is the share of excesses above 0. Standard errors are "
      "clustered by session; that the horizons of neighbouring sessions overlap is not corrected.");
}
