/* analysis_work.h: which tickers need analysis, how much of each, and how a session's analysis stands. */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_WORK_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_WORK_H

#include <closebell/ingest/ingest.h>
#include <closebell/plan/order.h>
#include <closebell/plan/work.h>
#include <closebell/store/restatements.h>

typedef struct {
  int64_t quota; /* tickers, 0: no limit */
  int64_t budget_ms;
  const char *ticker;       /* null: all */
  bool force;               /* redo what is up to date */
  int64_t workers;          /* processes that share the tickers by slots; 0 or 1: this one alone */
  int slot;                 /* only its tickers; 0: all of them. Set by the run itself */
  const char *state_folder; /* for decisions that the database does not take; null: the archivist's own choice */
} AnalyzeOptions;

/* Why a ticker is work. */
typedef struct {
  bool whole;   /* everything is to be written anew: another version, or --force */
  Day restated; /* the earliest session restated for it, DAY_NONE */
  bool empty;   /* it was analysed, and there is nothing to show: no session with trades */
} AnalysisNeed;

/* The state of the database as one run of hourly_analysis sees it. */
typedef struct {
  Job *job;
  const AnalyzeOptions *options;
  Ingest ingest; /* states of days, targets */
  DayState *states;
  size_t state_count;
  Gate gate;
  Restatements restatements;
  size_t restatements_taken;   /* the first so many: the others wait for a session that is being completed */
  int64_t highest_restatement; /* of those; read before the panel; stamped on what is analysed */
  OrderItem *items;            /* in the order they are to be done */
  AnalysisNeed *needs;         /* by target index */
  size_t item_count;
  const Session *evening;          /* lent: a provisional session, the gate's, on top of the archive; null */
  const IndexDay *evening_indices; /* lent: the indices that came with it; null */
} AnalysisWork;

Status analysis_work_load(AnalysisWork *work, Job *job, const AnalyzeOptions *options, Error *err);
void analysis_work_free(AnalysisWork *work);

/* Up to where the ticker is to be analysed: the gate's session, or the last one that is kept of a ticker that has left.
 */
Day analysis_work_goal(const AnalysisWork *work, const Target *target);

/* Nothing is missing, nothing was restated since, and no older version has written it. */
bool analysis_work_is_current(const AnalysisWork *work, size_t target);

/* Sessions that may be read: completed, not newer than the gate's. */
bool analysis_work_reads(const AnalysisWork *work, Day date);

/* Whether a session may be missing between two that are read, as one that is completed but not in the archive is.
 * earlier DAY_NONE: nothing was read before. */
bool analysis_work_gap(const AnalysisWork *work, Day earlier, Day later);

/* Whether the target was followed in that session, by what is known now. */
bool analysis_work_followed(const Target *target, Day date);

/* How many of them are after the date (DAY_NONE: all) and not after the goal. */
int64_t analysis_work_sessions(const AnalysisWork *work, Day date, Day goal);

typedef struct {
  size_t analyzed, remaining;
  size_t failed;
  char (*failed_tickers)[TICKER_SIZE]; /* owned by the caller (free) */
} AnalysisTally;

/* How a session stands by the stamps in hand. The gate's: of the active targets, and of those that have left and are
 * not analysed to their end; what is restated, or of an older version, remains. An older one: of the targets that were
 * followed in it; what has been analysed up to it counts. */
Status analysis_tally(const AnalysisWork *work, Day date, AnalysisTally *ret_tally, Error *err);

#endif
