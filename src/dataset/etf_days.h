/* etf_days.h: what the files of etf_days share: the window of sessions, one session's funds, and where they go. */
#ifndef CLOSEBELL_DATASET_ETF_DAYS_H
#define CLOSEBELL_DATASET_ETF_DAYS_H

#include <closebell/plan/etf_proof.h>
#include <closebell/store/etfs.h>

#include "work.h"

/* The sessions that daily prices have, of which those from `begin` on are kept. */
typedef struct {
  Day *sessions; /* owned; ascending */
  size_t count, begin;
  size_t end; /* from there on something may be missing before a session: it waits */
} EtfWindow;

/* The window begins with the oldest session that was ever asked about, or with the newest [etf] days sessions,
 * whichever is earlier. */
Status etf_window(const Ingest *ingest, EtfWindow *ret_window, Error *err);
void etf_window_free(EtfWindow *window);
/* It is proven and stored. */
bool etf_is_completed(const Ingest *ingest, Day date);

/* One session's funds. Zero-initialise. */
typedef struct {
  Day date;
  EtfRow *rows; /* owned; ascending by ticker */
  size_t count;
} EtfSession;
void etf_session_free(EtfSession *session);

/* What is stored of a session, by the list of funds; a document that cannot be read is not there. */
Status etf_session_load(const Job *job, const EtfList *funds, Day date, EtfSession *ret_session, Error *err);

/* Stores proven sessions, ascending, each in the place of what was stored of it: the list of funds first, by which
 * whoever comes after a run that died finds what it wrote. STATUS_LOST: somebody else writes at the same time. */
Status etf_sessions_store(Job *job, EtfList *funds, const EtfSession *sessions, size_t count, Error *err);
/* Makes a fund's entry what its documents say; its name stays. One without documents goes, one without a name is not
 * written. */
Status etf_fund_recount(const Job *job, EtfList *funds, const char *ticker, Error *err);
/* Lists a fund whose entry is gone, by its documents; its name comes with the next answer. Without documents nothing.
 */
Status etf_fund_regain(const Job *job, EtfList *funds, const char *ticker, Error *err);

/* Looks at all that is stored: each session again by the proof that it was taken by, and the list of funds. */
Status etf_days_look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err);
/* The same by the holder of the lease: entries of the list that are not what the documents say are put right. */
Status etf_days_mend(Ingest *ingest, const DatasetStored *stored, EtfList *mend, DatasetFinding *tell, void *context,
                     Error *err);
/* Sessions of funds whose collection is gone, or whose entry is, which are listed; a look at names alone. */
Status etf_days_lost(Ingest *ingest, EtfList *funds, DayList *lost, Error *err);

#endif
