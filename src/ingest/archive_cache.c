#include <closebell/ingest/archive_cache.h>

#include <closebell/store/market_days.h>

static SharedSession *find(const ArchiveCache *cache, Day date) {
  for (size_t i = 0; i < ARCHIVE_CACHE_SESSIONS; i++)
    if (cache->recent[i] && cache->recent[i]->session.date == date) return cache->recent[i];
  return NULL;
}

Status archive_cache_keep(ArchiveCache *cache, Session *session) {
  SharedSession *shared = shared_session_make(session);
  if (!shared) {
    session_free(session);
    return STATUS_NO_MEMORY;
  }
  shared_session_release(cache->recent[cache->next]);
  cache->recent[cache->next] = shared;
  cache->next = (cache->next + 1) % ARCHIVE_CACHE_SESSIONS;
  return STATUS_OK;
}

Status archive_cache_hold(ArchiveCache *cache, const Db *db, Day date, SharedSession **ret_session, Error *err) {
  SharedSession *shared = find(cache, date);
  if (!shared) {
    Session session = {0};
    Status status = market_days_find(db, date, &session, err);
    if (status == STATUS_OK && archive_cache_keep(cache, &session) != STATUS_OK)
      status = error_set(err, STATUS_NO_MEMORY, "no memory for the session");
    if (status != STATUS_OK) return error_prefix(err, status, "archive of %s", day_text(date).text);
    shared = find(cache, date);
  }
  *ret_session = shared_session_hold(shared);
  return STATUS_OK;
}

void archive_cache_forget(ArchiveCache *cache, Day date) {
  for (size_t i = 0; i < ARCHIVE_CACHE_SESSIONS; i++) {
    if (!cache->recent[i] || cache->recent[i]->session.date != date) continue;
    shared_session_release(cache->recent[i]);
    cache->recent[i] = NULL;
  }
}

void archive_cache_free(ArchiveCache *cache) {
  for (size_t i = 0; i < ARCHIVE_CACHE_SESSIONS; i++) shared_session_release(cache->recent[i]);
  *cache = (ArchiveCache){0};
}
