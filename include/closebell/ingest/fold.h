/* fold.h: the universe as a fold over archived sessions in date order. */
#ifndef CLOSEBELL_INGEST_FOLD_H
#define CLOSEBELL_INGEST_FOLD_H

#include <closebell/base/day_range.h>
#include <closebell/ingest/ingest.h>

/* The session that was taken in last, and those before it: newest first. */
typedef struct {
  SharedSession **held;     /* whoever keeps one holds it as well */
  const Session **sessions; /* the same */
  size_t count;
} FoldWindow;

/* Called for each session after the universe has taken it in. The window is lent. */
typedef Status FoldVisit(void *context, const Universe *universe, const FoldWindow *window, Error *err);

/* The sessions that one run of a fold has read, for a second one over the same days; empty when they were many.
 * Zero-initialise; fold_sessions_free at the end. */
enum { FOLD_SESSIONS_MAX = 32 };
typedef struct {
  SharedSession *items[FOLD_SESSIONS_MAX]; /* held */
  size_t count;
  bool whole;
} FoldSessions;
/* What a fold goes over, and who looks on. */
typedef struct {
  DayRange dates;
  /* Where these are whole the sessions are taken from here, else from the archive, and left here. Null: from the
   * archive. */
  FoldSessions *sessions;
  FoldVisit *visit; /* null: nobody */
  void *context;
} FoldRun;

/* Continues `universe` over the archived sessions of the dates, each by its own filter (ingest_filter). Sessions before
 * the one the universe began with do not change it, and that one only when its filter is another now; earlier archived
 * sessions fill the window first. universe null: the visit alone, without one. */
Status fold_run(Ingest *ingest, Universe *universe, const FoldRun *run, Error *err);
void fold_sessions_free(FoldSessions *sessions);

/* The universe as it began: the targets added with ingest->universe_from's session; where the filter of that session
 * may have let others in, those of them that pass set-up's. fold_run then takes the session in by the filter it has. */
Status fold_begin(Ingest *ingest, Universe *ret_universe, Error *err);

/* The universe up to `to` (DAY_NONE: the newest archived session) as the entry filter alone makes it from
 * ingest->universe_from's session on: for set-up, and for targets that were lost. */
Status fold_from_filter(Ingest *ingest, Day to, Universe *ret_universe, Error *err);

/* Brings target_tickers to `universe`: collections first, then new targets, then changed master fields. Targets whose
 * activity changed against what is stored need a back-fill. ingest->targets follows. */
Status fold_save(Ingest *ingest, const Universe *universe, Error *err);

/* The same for a universe that was folded from its beginning up to `to`: a target that it does not know, added up to
 * then, never entered, and is forgotten (forget.h). */
Status fold_settle(Ingest *ingest, const Universe *universe, Day to, Error *err);

/* Whether fold_settle would write nothing. */
bool fold_is_settled(const Ingest *ingest, const Universe *universe, Day to);

#endif
