#include <closebell/report/full_disk.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/state_folder.h>

#define SUBJECT "database"

enum { NAME_SIZE = 160 };

/* ---- the file ---- */

/* A file a database: "database-full-mongodb___127_0_0_1_27017_". */
static void name_file(const Job *job, char name[NAME_SIZE]) {
  char address[NAME_SIZE - 20];
  db_mongo_describe(job->config->mongodb.uri, address, sizeof address);
  snprintf(name, NAME_SIZE, "database-full-%s", address);
  for (char *c = name; *c != '\0'; c++)
    if (!isalnum((unsigned char)*c) && *c != '-') *c = '_';
}

/* An empty file needs no room on most disks. One that is there already keeps the time of the first such run. */
static void remember(const Job *job, const char *state_folder, const char *name) {
  int folder = state_folder_open(state_folder, true);
  int file = folder < 0 ? -1 : openat(folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  int why = errno;
  if (file >= 0) close(file);
  if (folder >= 0) close(folder);
  if (file < 0)
    log_warn(job->log, "it cannot be remembered here that the disk was full, so that no alert will be opened later: %s",
             strerror(why));
}

/* ---- the alert ---- */

static Status raise(const Job *job, Instant since, Error *err) {
  char message[ALERT_MESSAGE_SIZE];
  snprintf(
      message, sizeof message,
      "the disk under the database was full, at first at %s: runs since then could not write. There is room again, "
      "and what they left is made up for; give the disk more room",
      instant_text(since).text);
  log_warn(job->log, "%s", message);
  return ops_alerts_raise(job->db, &(NewAlert){ALERT_CRITICAL, ALERT_DATABASE_FULL, SUBJECT, message},
                          clock_now(job->clock), err);
}

/* The file goes only when the alert is written. */
static Status tell(const Job *job, int folder, const char *name, AlertReport *alerts, Error *err) {
  struct stat is;
  if (folder >= 0 && fstatat(folder, name, &is, AT_SYMLINK_NOFOLLOW) == 0) {
    alerts->read = false;
    Status status = raise(job, (Instant)is.st_mtime * 1000, err);
    if (status == STATUS_OK) unlinkat(folder, name, 0);
    return status;
  }
  if (!alerts->read || !alerts->database_full) return STATUS_OK;
  alerts->read = false;
  return ops_alerts_resolve(job->db, ALERT_DATABASE_FULL, SUBJECT, clock_now(job->clock), err);
}

void full_disk_report(const Job *job, const char *state_folder, AlertReport *alerts) {
  char name[NAME_SIZE];
  Error err = {{0}};
  if (!job_writes(job)) return;
  name_file(job, name);
  if (job_met_full_disk(job)) {
    remember(job, state_folder, name);
    return;
  }
  if (clock_stopping(job->clock)) return;
  int folder = state_folder_open(state_folder, false);
  Status status = tell(job, folder, name, alerts, &err);
  if (folder >= 0) close(folder);
  if (status != STATUS_OK && !job_met_full_disk(job)) log_warn(job->log, "the alert of the full disk: %s", err.text);
}
