/* sim_model.h: a language model in memory, linked in place of model_call (--wrap): it sums up the facts that it is
 * told, and says no number of its own. One world at a time asks it. */
#ifndef CLOSEBELL_TESTS_SIM_MODEL_H
#define CLOSEBELL_TESTS_SIM_MODEL_H

#include <closebell/source/model.h>

/* From now on each call ends like that; MODEL_ANSWERED: well. *calls counts them; lent. */
void sim_model_is(ModelReplyKind ends, long *calls);

#endif
