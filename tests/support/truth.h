/* truth.h: whether a database claims anything that it does not have. To be asked at any moment, after any accident. */
#ifndef CLOSEBELL_TESTS_TRUTH_H
#define CLOSEBELL_TESTS_TRUTH_H

#include "db_memory.h"

/* For each session that daily_update calls `completed`: it is archived; the archive is the recorded file of that day
 * under days_folder (YYYY-MM-DD.csv; null: not compared), row for row; each target that expects it (but for history
 * before added_date that is still to be back-filled) has its row, equal to the archive's; and the numbers of the status
 * are those. False: *why names the first that does not hold. */
bool truth_of_sessions(DbMemory *memory, const char *days_folder, Error *why);

/* Each ticker stamped as analysed up to a session has the very documents up to it that `whole`, a database whose
 * analysis is complete, has; and no session's analysis is `completed` while an active target without pending back-fill
 * is stamped with an older one, or without its leader_candidates and the lists of its
 * strategies, as they are in `whole`. */
bool truth_of_analysis(DbMemory *memory, DbMemory *whole, Error *why);

#endif
