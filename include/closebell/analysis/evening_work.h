/* evening_work.h: a provisional session on top of the archive: which stocks lack its analysis, its lists, and its end
 * when the final session takes its place. Writes nothing but the evening's collections and its status. */
#ifndef CLOSEBELL_ANALYSIS_EVENING_WORK_H
#define CLOSEBELL_ANALYSIS_EVENING_WORK_H

#include <closebell/analysis/analysis_work.h>

/* Zero-initialise; evening_work_free at the end. */
typedef struct {
  Day date;          /* DAY_NONE: there is nothing to do */
  AnalysisWork work; /* as it will be if the final session equals this one; items: what has no analysis yet */
  Session session;   /* owned */
  IndexDay indices;  /* that came with it */
  size_t targets;    /* that are followed then */
  bool is_first;     /* none of it is analysed: what stands is of another evening */
} EveningWork;

/* An evening whose final session is analysed, or that was passed, and that is not concluded; DAY_NONE: none. */
Day evening_work_open(const AnalysisWork *final);

/* Loads all anew. */
Status evening_work_load(EveningWork *evening, Job *job, const AnalyzeOptions *options, Error *err);
void evening_work_free(EveningWork *evening);

/* Whether the session is still the one that was loaded: another reading may have taken its place. */
Status evening_work_stands(const EveningWork *evening, bool *ret_stands, Error *err);

/* Leaders and lists of strategies, provisional; the leaders last, so that a crash repeats both. */
Status evening_work_write_lists(const EveningWork *evening, Error *err);

/* Removes the evening's analysis and lists, then notes with its status in how many stocks it was wrong. */
Status evening_work_conclude(AnalysisWork *final, Error *err);

#endif
