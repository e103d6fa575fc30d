/* sim_current.h: how current the datasets of a world are, held against a world in which nothing failed. */
#ifndef CLOSEBELL_TESTS_SIM_CURRENT_H
#define CLOSEBELL_TESTS_SIM_CURRENT_H

#include "sim_whole.h"

/* Since when who was well again, and may be expected to have caught up; whoever is in trouble: INT64_MAX. */
typedef struct {
  Instant well[SIM_WHO_COUNT];
  Instant began; /* sessions before this are not looked at */
} SimHealth;

/* Sessions, days or hours that the world lacks of a dataset whose providers are all well, and the other has. */
typedef struct {
  long compared; /* what the other has, of datasets whose providers are well */
  long held;
  uint64_t seen;   /* which datasets have been compared, a bit each */
  char first[160]; /* of those that are held; "" */
} SimHeld;

/* Adds to *held. */
void sim_current_compare(const SimWhole *world, const SimWhole *undisturbed, const SimHealth *health, SimHeld *held);

/* A dataset that was not compared even once, and the model's questions; null: all were. */
const char *sim_current_unseen(const SimHeld *held);

/* What is missed of the dataset while somebody is in trouble does not come any more, or its sessions are chosen by what
 * people wanted when they came. */
bool sim_current_is_missed(const char *dataset);

#endif
