/* import.h: manual_setup --import: sessions from files into the archive, without the network. */
#ifndef CLOSEBELL_FILES_IMPORT_H
#define CLOSEBELL_FILES_IMPORT_H

#include <closebell/run/job.h>
#include <closebell/source/csv_folder.h>

/* Every file is read and checked before anything is stored; then what is not archived yet is taken like a source's
 * answer, links between neighbours included, and projected. Into an empty database this is the set-up; a session
 * earlier than those kept extends the history; one that was missing heals. job->source is csv_folder_source(folder). */
void import_run(Job *job, const CsvFolder *folder, Outcome *ret_outcome);

#endif
