/* sim_choices.h: which stocks a simulated operator wants flows and minutes of: lists and settings that change, and
 * whether what is recorded of a session is what was wanted at some time since. */
#ifndef CLOSEBELL_TESTS_SIM_CHOICES_H
#define CLOSEBELL_TESTS_SIM_CHOICES_H

#include <closebell/market/ticker_list.h>
#include <closebell/plan/chosen.h>

#include "sim_world.h"

enum { SIM_LIST_STOCKS = 6, SIM_CHOICES_MAX = 512 };

typedef struct {
  Instant since;
  ChosenSet flow, minutes;
  char listed[SIM_LIST_STOCKS][TICKER_SIZE];
  size_t count;
} SimChoice;

/* Zero-initialise. */
typedef struct {
  SimChoice items[SIM_CHOICES_MAX]; /* ascending */
  size_t count;
} SimChoices;

/* From now on another list, and perhaps other settings; no list at all one time in eight. */
void sim_choices_change(SimChoices *choices, SimWorld *world, const Random *random);

/* The list recorded for that session is that of a choice since the session's end: those of its stocks that traded, and
 * no others. False: *why says that it is not. */
bool sim_choices_explain(const SimChoices *choices, const SimWorld *world, const char *dataset, Day date,
                         const TickerList *recorded, Error *why);

#endif
