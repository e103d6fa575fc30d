/* declared_unit.h: the work of a declared feed's units. */
#ifndef CLOSEBELL_DATASET_DECLARED_UNIT_H
#define CLOSEBELL_DATASET_DECLARED_UNIT_H

#include "work.h"

/* Asks, proves, stores and stamps the units of the plan, oldest first. The lease is held. */
Status declared_work(DatasetWork *work, DatasetPlan *plan, Error *err);

#endif
