/* archive_cache.h: the archived sessions that were asked for last, so that neighbours are not read again and again. */
#ifndef CLOSEBELL_INGEST_ARCHIVE_CACHE_H
#define CLOSEBELL_INGEST_ARCHIVE_CACHE_H

#include <closebell/market/shared_session.h>
#include <closebell/store/db.h>

enum { ARCHIVE_CACHE_SESSIONS = 4 };

/* Zero-initialise; archive_cache_free at the end. */
typedef struct {
  SharedSession *recent[ARCHIVE_CACHE_SESSIONS];
  size_t next; /* the place that is given up next */
} ArchiveCache;

/* The session, from the cache or the archive. Whoever asks holds it, and releases it (shared_session_release): the
 * cache may have given it up by then. */
Status archive_cache_hold(ArchiveCache *cache, const Db *db, Day date, SharedSession **ret_session, Error *err);

/* Takes the session over, as one that was just asked for; nobody holds it but the cache. STATUS_NO_MEMORY: the session
 * is freed. */
Status archive_cache_keep(ArchiveCache *cache, Session *session);

/* The date is read anew when it is next asked for: its archive document was replaced. */
void archive_cache_forget(ArchiveCache *cache, Day date);

void archive_cache_free(ArchiveCache *cache);

#endif
