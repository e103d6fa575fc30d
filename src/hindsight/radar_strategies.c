#include "radar_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/text.h>

enum { CLAUSES_MAX = UINT8_MAX };

/* Of one strategy: of each entry, how many clauses hold and how many are false, and the last of the false ones. */
typedef struct {
  uint8_t held, refused, last;
} Tally;

static Status add_clause(const Radar *radar, size_t strategy, size_t clause, uint8_t *answers, Tally *tallies,
                         Error *err) {
  const ScreenPlan *plan = &radar->clauses[strategy].items[clause];
  Status status = screen_evaluate(plan, radar->view->market, radar->first, radar->session - 1, answers, err);
  for (size_t i = 0; i < radar->count && status == STATUS_OK; i++) {
    tallies[i].held = (uint8_t)(tallies[i].held + (answers[i] == SCREEN_MATCH));
    if (answers[i] != SCREEN_FALSE) continue;
    tallies[i].refused++;
    tallies[i].last = (uint8_t)clause;
  }
  return status;
}

static void settle(Radar *radar, size_t strategy, const Tally *tallies) {
  size_t clauses = radar->clauses[strategy].count;
  for (size_t i = 0; i < radar->count; i++) {
    if (tallies[i].held == clauses) radar->chosen[i] = true;
    if (clauses < 2 || tallies[i].held + 1u != clauses || tallies[i].refused != 1) continue;
    if (clauses <= radar->near[i].clauses) continue;
    radar->near[i] =
        (RadarNear){.strategy = (uint16_t)strategy, .clause = tallies[i].last, .clauses = (uint8_t)clauses};
  }
}

static Status take_strategy(Radar *radar, size_t strategy, Error *err) {
  ScreenClauses *clauses = &radar->clauses[strategy];
  Status status = screen_clauses(radar->view->strategies[strategy].where, clauses, err);
  if (status != STATUS_OK || clauses->count > CLAUSES_MAX) return status;
  uint8_t *answers = malloc(radar->count);
  Tally *tallies = calloc(radar->count, sizeof *tallies);
  if (!answers || !tallies) status = error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  for (size_t i = 0; i < clauses->count && status == STATUS_OK; i++)
    status = add_clause(radar, strategy, i, answers, tallies, err);
  if (status == STATUS_OK) settle(radar, strategy, tallies);
  free(answers);
  free(tallies);
  return status == STATUS_CONFIG ? STATUS_OK : status;
}

Status radar_take_strategies(Radar *radar, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < radar->view->strategy_count && i <= UINT16_MAX && status == STATUS_OK; i++) {
    status = take_strategy(radar, i, err);
    screen_market_trim_columns(radar->view->market);
  }
  return status;
}

/* ---- the figures of a clause ---- */

static Status side_of(const Radar *radar, const ScreenPlan *clause, int part, size_t entry, char text[TEXT_REAL_SIZE],
                      Error *err) {
  ScreenMarket *market = radar->view->market;
  size_t session = (size_t)radar_row(radar, entry)->session, count = screen_market_considered(market, session, session);
  double *values = malloc((count + 1) * sizeof *values);
  Status status = values ? screen_part_values(clause, part, market, session, values, err)
                         : error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  double value = status == STATUS_OK ? values[entry - market->first_entry[session]] : (double)NAN;
  free(values);
  if (isnan(value))
    snprintf(text, TEXT_REAL_SIZE, "none");
  else
    text_group_double(value, text);
  return status;
}

Status radar_tell_strategy(const Radar *radar, size_t entry, Shadow *to, Error *err) {
  const RadarNear *near = &radar->near[entry - radar->base];
  const ScreenPlan *clause = &radar->clauses[near->strategy].items[near->clause];
  char left[TEXT_REAL_SIZE], right[TEXT_REAL_SIZE];
  int sides[2];
  snprintf(to->rule, sizeof to->rule, "%s: %.*s", radar->view->strategies[near->strategy].name, (int)clause->length,
           clause->text);
  if (!screen_clause_sides(clause, &sides[0], &sides[1])) {
    snprintf(to->reason, sizeof to->reason, "%s (it was not)", to->rule);
    return STATUS_OK;
  }
  Status status = side_of(radar, clause, sides[0], entry, left, err);
  if (status == STATUS_OK) status = side_of(radar, clause, sides[1], entry, right, err);
  if (status == STATUS_OK) snprintf(to->reason, sizeof to->reason, "%s (%s against %s)", to->rule, left, right);
  return status;
}
