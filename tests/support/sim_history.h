/* sim_history.h: a history of rounds in a simulated world: daily_update and hourly_analysis, hour after hour. */
#ifndef CLOSEBELL_TESTS_SIM_HISTORY_H
#define CLOSEBELL_TESTS_SIM_HISTORY_H

#include "sim_weather.h"

/* Zero-initialise but for world, weather and every_ms. */
typedef struct {
  SimWorld *world;
  SimWeather *weather; /* null: nothing goes wrong */
  int64_t every_ms;    /* between rounds */
  /* A program that had nothing to do is not started again, but for one time in forty, before something is written or
   * becomes due: that it would do nothing again is what most hours of a year are about, and costs most of the time. One
   * that could do nothing is started again one time in four. */
  bool skips_idle;
  Instant next_day; /* when the weather is drawn again */
  Day idle_since[SIM_PROGRAMS];
  uint64_t idle[SIM_PROGRAMS]; /* 0: to be started; else one time in so many */
  long rounds, runs, crashes, failures;
} SimHistory;

/* Rounds until `until`, the faults over at `calm`; the invariant is checked after every run that wrote something.
 * False: *why says what is wrong, and when. */
bool sim_history_run(SimHistory *history, Instant calm, Instant until, Error *why);

#endif
