/* sim_luck.h: what goes wrong in a whole world, drawn by a seed: one provider at a time is in trouble, for hours or for
 * weeks; runs die, stand still, lose replies; clocks jump; nobody starts anything for days; people ask for days again.
 */
#ifndef CLOSEBELL_TESTS_SIM_LUCK_H
#define CLOSEBELL_TESTS_SIM_LUCK_H

#include "sim_current.h"

/* Zero-initialise but for whole, by sim_luck_begin; it must stay where it is. */
typedef struct {
  SimWhole *whole; /* lent */
  uint64_t seed, random_state;
  Random random;
  SimHealth health;
  Instant calm; /* nothing goes wrong from then on */
  SimWho who;   /* is in trouble, or was */
  Instant ends; /* of the trouble; INSTANT_NONE: nobody is in trouble */
  Instant next; /* trouble */
  Instant dark; /* nobody starts anything before */
  SimHost hosts[2];
  long troubles;
} SimLuck;

void sim_luck_begin(SimLuck *luck, SimWhole *whole, uint64_t seed);

/* Before each round: troubles end and begin. False: nobody starts anything now. */
bool sim_luck_turn(SimLuck *luck);

/* A run of that program, in the morning, at the close or in the evening of the day. The last one of the day, and all
 * from the calm on, are undisturbed. */
typedef enum { SIM_MORNING, SIM_CLOSE, SIM_NIGHT } SimHour;
SimRun sim_luck_run(SimLuck *luck, SimProgram program, SimHour hour);

/* Whether the run of the close is started once more, on the same machine: an evening cannot be read later. */
bool sim_luck_is_disturbed(const SimRun *run);

#endif
