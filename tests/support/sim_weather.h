/* sim_weather.h: what goes wrong in a simulated world, drawn by chance: day by day, and run by run. */
#ifndef CLOSEBELL_TESTS_SIM_WEATHER_H
#define CLOSEBELL_TESTS_SIM_WEATHER_H

#include "sim_run.h"

enum { SIM_HOSTS = 2 };

/* Runs that happen while another one is stopped. */
typedef struct {
  SimRun runs[2];
  size_t count;
} SimMeanwhileRuns;

/* Made by sim_weather_start; it must stay where it is. */
typedef struct {
  uint64_t random_state;
  Random random;
  SimHost hosts[SIM_HOSTS];
  char boot_ids[SIM_HOSTS][32];
  long boots;
  SimMeanwhileRuns meanwhile; /* of the latest run drawn */
} SimWeather;

void sim_weather_start(SimWeather *weather, uint64_t seed);

/* The faults that begin on the day that now begins; all are over at `calm`. */
void sim_weather_draw_day(SimWeather *weather, SimWorld *world, Instant calm);

/* A run of the program: which host does it, and what befalls it. The runs that happen meanwhile are drawn, too; they
 * are kept until the next draw. */
SimRun sim_weather_draw_run(SimWeather *weather, SimProgram program);

#endif
