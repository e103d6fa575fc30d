#include <closebell/api/answer_cache.h>

#include <stdlib.h>
#include <string.h>

bool answer_cache_open(AnswerCache *cache) { return pthread_mutex_init(&cache->mutex, NULL) == 0; }

static void drop(AnswerCache *cache, CachedAnswer *entry) {
  if (entry->snapshot == 0) return;
  cache->bytes -= entry->body->length;
  shared_body_release(entry->body);
  free(entry->target);
  *entry = (CachedAnswer){0};
}

static void drop_all(AnswerCache *cache) {
  for (size_t i = 0; i < CACHE_ENTRIES; i++) drop(cache, &cache->entries[i]);
}

void answer_cache_close(AnswerCache *cache) {
  drop_all(cache);
  pthread_mutex_destroy(&cache->mutex);
}

static CachedAnswer *place_of(AnswerCache *cache, const char *target, bool zips) {
  uint32_t hash = 2166136261u + zips;
  for (; *target; target++) hash = (hash ^ (unsigned char)*target) * 16777619u;
  return &cache->entries[hash % CACHE_ENTRIES];
}

bool answer_cache_find(AnswerCache *cache, int64_t snapshot, const char *target, bool zips, Answer *answer) {
  pthread_mutex_lock(&cache->mutex);
  const CachedAnswer *entry = place_of(cache, target, zips);
  bool found = entry->snapshot == snapshot && entry->zips == zips && strcmp(entry->target, target) == 0;
  if (found) {
    answer->status = 200;
    answer->type = entry->type;
    answer->zipped = entry->zipped;
    memcpy(answer->etag, entry->etag, sizeof answer->etag);
    answer->shared = entry->body;
    atomic_fetch_add(&entry->body->holders, 1);
  }
  pthread_mutex_unlock(&cache->mutex);
  return found;
}

void answer_cache_keep(AnswerCache *cache, int64_t snapshot, const char *target, bool zips, Answer *answer) {
  if (answer->status != 200 || answer->header_count > 0 || answer->body.length > CACHE_ENTRY_BYTES) return;
  char *copy = strdup(target);
  if (!copy || !answer_share(answer)) {
    free(copy);
    return;
  }
  pthread_mutex_lock(&cache->mutex);
  CachedAnswer *entry = place_of(cache, target, zips);
  drop(cache, entry);
  if (cache->bytes + answer->shared->length > CACHE_BYTES) drop_all(cache);
  *entry = (CachedAnswer){.snapshot = snapshot,
                          .target = copy,
                          .zips = zips,
                          .zipped = answer->zipped,
                          .type = answer->type,
                          .body = answer->shared};
  memcpy(entry->etag, answer->etag, sizeof entry->etag);
  atomic_fetch_add(&answer->shared->holders, 1);
  cache->bytes += answer->shared->length;
  pthread_mutex_unlock(&cache->mutex);
}
