/* filing_alerts.h: alerts about what was filed: what cannot be believed (refused), and what is given in another way
 * than before (contradicted). Those that are open are kept in memory, so that only they are written to. */
#ifndef CLOSEBELL_DATASET_FILING_ALERTS_H
#define CLOSEBELL_DATASET_FILING_ALERTS_H

#include <closebell/run/job.h>

enum { FILING_SUBJECT_SIZE = 64 };

typedef struct {
  char subject[FILING_SUBJECT_SIZE]; /* "005930 2024-12-31:annual:CFS"; empty: it is closed */
  bool is_refused;                   /* else contradicted */
} FilingAlert;

/* Set the kinds, all else zero; filing_alerts_free at the end. */
typedef struct {
  const char *refused, *contradicted; /* static: the kinds of ops_alerts */
  FilingAlert *items;                 /* owned */
  size_t count, capacity;
} FilingAlerts;

/* Adds those of ops_alerts that are open. */
Status filing_alerts_read(FilingAlerts *alerts, const Db *db, Error *err);
Status filing_alerts_raise(FilingAlerts *alerts, const Job *job, bool is_refused, const char *subject,
                           const char *message, Error *err);
/* Closes that one of them. */
Status filing_alerts_close(const FilingAlerts *alerts, const Job *job, FilingAlert *alert, Error *err);
/* What can be believed has come: closes what was refused of the subject; under a newer receipt number (is_newer) also
 * what was contradicted. */
Status filing_alerts_answer(const FilingAlerts *alerts, const Job *job, const char *subject, bool is_newer, Error *err);
void filing_alerts_free(FilingAlerts *alerts);

#endif
