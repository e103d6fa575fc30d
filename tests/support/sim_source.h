/* sim_source.h: the source of a simulated world: answers as the exchange would at the world's time, faults included. */
#ifndef CLOSEBELL_TESTS_SIM_SOURCE_H
#define CLOSEBELL_TESTS_SIM_SOURCE_H

#include <closebell/source/source.h>

#include "sim_world.h"

/* One process's view of it. */
typedef struct {
  SimWorld *world;
  const Clock *clock; /* of the process: asked whether it is to stop */
  long calls;
} SimSource;

Source sim_source(SimSource *self);

#endif
