/* frame_dataset.h: a dataset of the tests' own, which no line in src knows: a number a session, which a made-up service
 * answers beside the simulated exchange. */
#ifndef CLOSEBELL_TESTS_FRAME_DATASET_H
#define CLOSEBELL_TESTS_FRAME_DATASET_H

#include <closebell/dataset/dataset.h>

#include "sim_run.h"

#define FRAME_NAME "frame_days"

/* The service, and what is wrong with it. Zero: nothing. */
typedef struct {
  SimWorld *world;
  Source exchange;
  const Feed *feeds[2];
  AnswerKind trouble; /* not ANSWER_NONE: an answer of that kind ... */
  Day troubled;       /* ... about this date; DAY_NONE: about all */
  Day lied;           /* its number is another one; DAY_NONE: none */
  long asked;         /* questions */
  Day first_asked;
} FrameService;

FrameService frame_service(SimWorld *world);

const JobTable *frame_jobs(void);         /* the product's programs, and it */
const DatasetTable *frame_datasets(void); /* it alone */
int64_t frame_number(Day date);           /* what the service answers truly */
void frame_want(int64_t rows);            /* of a session, from now on; 1 at first */

/* The same run, with the dataset in it. */
SimRun frame_run(FrameService *service, SimRun run);

#endif
