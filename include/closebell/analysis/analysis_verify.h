/* analysis_verify.h: are stock_analyzed and latest_analysis what the archive gives? */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_VERIFY_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_VERIFY_H

#include <closebell/analysis/analysis.h>

typedef struct {
  size_t tickers, documents; /* compared, and found as they should be */
  size_t waiting;            /* tickers that hourly_analysis has still to do: not compared */
  size_t strangers;          /* documents of latest_analysis whose _id is no ticker */
} AnalysisVerified;

typedef struct {
  const char *ticker;
  bool followed;         /* it is an active target */
  AnalyzedDamage series; /* of stock_analyzed */
  LatestState latest;
} AnalysisFinding;

typedef void AnalysisFound(void *context, const AnalysisFinding *finding);

/* Computes the series of every ticker whose stamps say that it is analysed, in batches, and compares it with what is
 * stored, its newest document with the one in latest_analysis; `found` is called for each that differs, and for those
 * in latest_analysis that nobody follows. Every archive document must be readable. Reads only. */
Status analysis_verify(Job *job, AnalysisFound *found, void *context, AnalysisVerified *ret_verified, Error *err);

/* ---- by hourly_analysis itself ---- */

typedef struct {
  size_t looked, damaged;
} AnalysisHeal;

/* Whether it is the ticker's turn to be looked at. What is written anew anyway needs no look. */
bool analysis_heal_has_turn(const AnalysisWork *work, size_t target);

/* A ticker in hand whose turn it is (once in twenty sessions): what stands in the database up to its stamp is compared
 * with what has just been computed. *ret_damaged: all of it is to be written again; it is logged, and an alert. A run
 * that is killed before it has stamped the ticker leaves it its turn: the next one looks again. */
Status analysis_heal_look(const AnalysisWork *work, const Analysis *analysis, size_t target, AnalysisHeal *heal,
                          bool *ret_damaged, Error *err);
/* The alert ends with a run that has looked and found nothing. */
Status analysis_heal_conclude(Job *job, const AnalysisHeal *heal, Error *err);

/* For messages: "1 documents missing, 2 different, 0 that do not belong, from 2025-02-20 on". Returns text. */
enum { ANALYZED_DAMAGE_SIZE = 128 };
char *analyzed_damage_format(const AnalyzedDamage *damage, char text[ANALYZED_DAMAGE_SIZE]);

#endif
