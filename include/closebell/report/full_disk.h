/* full_disk.h: that the disk under the database was full, remembered on this host until a run can write it down.
 *
 * While it is full nothing can be written into the database, so no alert can be opened either. A run that meets it
 * leaves an empty file in a folder of this host; the next run that can write opens the alert and removes the file, and
 * the one after that, which finds no file, ends the alert. */
#ifndef CLOSEBELL_REPORT_FULL_DISK_H
#define CLOSEBELL_REPORT_FULL_DISK_H

#include <closebell/report/alert_report.h>
#include <closebell/run/job.h>

/* After the run. state_folder: where the file goes, as systemd's STATE_DIRECTORY says; null: /var/tmp/closebell-UID,
 * which is made when it is needed and used only if it is ours alone. What cannot be done is logged. */
void full_disk_report(const Job *job, const char *state_folder, AlertReport *alerts);

#endif
