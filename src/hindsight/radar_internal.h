/* radar_internal.h: the parts of the shadow radar. */
#ifndef CLOSEBELL_HINDSIGHT_RADAR_INTERNAL_H
#define CLOSEBELL_HINDSIGHT_RADAR_INTERNAL_H

#include <closebell/hindsight/radar.h>
#include <closebell/screen/clauses.h>
#include <closebell/screen/list.h>

/* The strategy of most clauses that was missed by one. */
typedef struct {
  uint16_t strategy; /* place among the view's */
  uint8_t clause;
  uint8_t clauses; /* how many it has; 0: none was missed by one */
} RadarNear;

/* One look. Arrays have an element for each entry of sessions first .. session - 1, by index - base. */
typedef struct {
  const RadarView *view;
  size_t session, first;   /* D, and the oldest session looked back at */
  size_t base, count;      /* of entries */
  RadarDecision *refusals; /* by ticker: SELL and NO_DECISION, the newest decision of their session */
  size_t refusal_count;
  ScreenClauses *clauses; /* of each strategy */
  RadarNear *near;
  bool *chosen;                 /* matched a strategy, or is a leader candidate */
  bool *followed, *near_leader; /* near: one rule alone kept it from being a candidate */
  ScreenNames leader_names;     /* rs_rating and the fields of the rules: signals, then above */
  int signals[LEADER_FIELDS_MAX], above[LEADER_FIELDS_MAX]; /* known names; -1: none, and never met */
} Radar;

/* The stock's row of the entry; its session is that of the row. */
const ScreenRow *radar_row(const Radar *radar, size_t entry);

/* Fills near and chosen. */
Status radar_take_strategies(Radar *radar, Error *err);
/* Fills followed, and chosen with the leader candidates. */
Status radar_take_leaders(Radar *radar, Error *err);

/* Rule and reason of what turned the entry down. */
Status radar_tell_strategy(const Radar *radar, size_t entry, Shadow *to, Error *err);
Status radar_tell_leaders(const Radar *radar, size_t entry, Shadow *to, Error *err);
/* False: the filter lets it pass. */
bool radar_tell_filter(const Radar *radar, size_t entry, Shadow *to);

#endif
