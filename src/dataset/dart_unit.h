/* dart_unit.h: what has become so far of one day's work on what companies filed. */
#ifndef CLOSEBELL_DATASET_DART_UNIT_H
#define CLOSEBELL_DATASET_DART_UNIT_H

#include <closebell/store/job_status.h>

typedef struct {
  size_t expected, stored, refused;
  JobMissing missing;
  size_t missing_count;
  bool is_open;               /* not all could be asked */
  bool is_broken;             /* because of an answer that cannot be right */
  char why[JOB_REASON_SIZE];  /* of the first that is missing, or why it is open */
  char note[JOB_REASON_SIZE]; /* what else is on record; empty: nothing */
} UnitResult;

void unit_lacks(UnitResult *result, const char *ticker, const char *why);
__attribute__((format(printf, 3, 4))) void unit_stays_open(UnitResult *result, bool is_broken, const char *format, ...);

#endif
