/* heal.h: compares what is projected with the archive, and repairs it from there, without the network. */
#ifndef CLOSEBELL_HEAL_HEAL_H
#define CLOSEBELL_HEAL_HEAL_H

#include <closebell/ingest/ingest.h>
#include <closebell/ingest/owed_rows.h>

/* What is done about damage. */
typedef enum {
  HEAL_SHOW,  /* it is printed to job->out; nothing is written */
  HEAL_REPAIR /* it is logged, and made what the archive says */
} HealMode;

typedef struct {
  size_t targets, rows;               /* looked at */
  size_t missing, different, foreign; /* rows of stock_data */
  size_t strangers;                   /* documents of stock_data that no session's row could be; left alone */
  size_t actions;                     /* of corporate_actions: missing, different, or not belonging there */
  size_t collections;                 /* that were not there */
  size_t lost_targets;                /* collections whose target is gone */
  Day first, last;                    /* dates of the damage; DAY_NONE without any */
} HealReport;

/* Rows of the targets in completed sessions of the dates, ticker by ticker. What cannot be read is different from the
 * archive. */
Status heal_rows(Ingest *ingest, const TargetDates *of, HealMode mode, HealReport *report, Error *err);
/* The same of every target. */
Status heal_all_rows(Ingest *ingest, DayRange dates, HealMode mode, HealReport *report, Error *err);

/* Once a session: the newest session in full, unless this run has stored and proven it itself, and a window of the
 * history of a twentieth of the tickers (another each session). `completed` is the number of sessions this run has
 * completed: a catch-up checks as many twentieths. */
Status heal_once_a_session(Ingest *ingest, size_t completed, HealReport *report, Error *err);

bool heal_found_damage(const HealReport *report);

/* Raises an alert about damage that has been repaired; resolves it when the next look finds none. */
Status heal_raise_alert(Ingest *ingest, const HealReport *report, Error *err);

#endif
