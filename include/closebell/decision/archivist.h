/* archivist.h: brings decisions into the ledger. It never breaks what it records: a decision that the database does not
 * take becomes a warning and a file in the state folder, which the next run that writes brings in.
 *
 * Files are named decision-ULID-DATABASE.json, so that those of another database on this host are left alone; mode
 * 0600, at most ARCHIVIST_FILES of them and ARCHIVIST_BYTES each; beyond that the decision is lost, and the warning
 * says so. Any number of threads may use one archivist. */
#ifndef CLOSEBELL_DECISION_ARCHIVIST_H
#define CLOSEBELL_DECISION_ARCHIVIST_H

#include <pthread.h>

#include <closebell/base/clock.h>
#include <closebell/base/log.h>
#include <closebell/base/random.h>
#include <closebell/base/ulid.h>
#include <closebell/store/decision_ledger.h>

enum { ARCHIVIST_SUFFIX_SIZE = 16, ARCHIVIST_FILES = 1000, ARCHIVIST_BYTES = 4 << 20 };

/* What it works with; all lent. */
typedef struct {
  const Clock *clock;
  const Random *random;
  const Log *log;
  const char *state_folder; /* systemd's STATE_DIRECTORY; null or empty: /var/tmp/closebell-UID */
  const char *database;     /* its URI, of which the names of files have a hash without the password; null: none */
} ArchivistTools;

typedef struct {
  ArchivistTools tools;
  char suffix[ARCHIVIST_SUFFIX_SIZE]; /* of the files of this database: "-1f2e3d4c.json" */
  pthread_mutex_t lock;               /* of ids */
  UlidMaker ids;
} Archivist;

void archivist_init(Archivist *archivist, const ArchivistTools *tools);
void archivist_destroy(Archivist *archivist);

/* The _id of the next decision, greater than all before it of this archivist. Returns text. */
char *archivist_new_id(Archivist *archivist, char text[ULID_SIZE]);

/* Writes the decision by the caller's connection; db null: there is none. Whatever fails is told in the log, and the
 * decision is good all the same. False: it is in a file, or lost. */
bool archivist_write(Archivist *archivist, const Db *db, const Decision *decision);

/* Brings in what earlier runs have left in files, oldest first; a file is removed when its decision is in the ledger.
 * One that can never be brought in (not a decision, another one has its id) gets the name ending .bad; one that cannot
 * be read now stays. Stops where the database is away. Without files it costs one look at the folder. Returns how many.
 */
size_t archivist_bring_in(Archivist *archivist, const Db *db);

#endif
