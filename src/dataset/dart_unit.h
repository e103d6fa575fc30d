/* dart_unit.h: what has become so far of one day's work on what companies filed. */
#ifndef CLOSEBELL_DATASET_DART_UNIT_H
#define CLOSEBELL_DATASET_DART_UNIT_H

#include "work.h"

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

bool unit_is_proven(const UnitResult *result);
/* OpenDART gives no more for now: what was asked for before is stored, and the day stays open. */
bool unit_is_refusal(Status status);

/* Stamps the day. What an earlier attempt of it has stored counts as well. lacking: "a report", of which the companies
 * that are missing have none. */
Status unit_stamp(DatasetWork *work, Day date, const UnitResult *result, const char *lacking, Instant started,
                  Error *err);

/* Days before a proven one that were never proven themselves. */
typedef struct {
  Day date;        /* the proven one */
  const char *how; /* "is in the sweep of": why it covers them, followed by its date */
  bool but_months; /* the first days of months stay open */
} CoveredDays;

Status unit_stamp_covered(DatasetWork *work, const CoveredDays *covered, Error *err);

#endif
