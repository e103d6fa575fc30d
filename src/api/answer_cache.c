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

void answer_cache_close(AnswerCache *cache) {
  for (size_t i = 0; i < CACHE_ENTRIES; i++) drop(cache, &cache->entries[i]);
  pthread_mutex_destroy(&cache->mutex);
}

/* The first of the places that it may have. */
static CachedAnswer *places_of(AnswerCache *cache, const char *target, bool zips) {
  uint32_t hash = 2166136261u + zips;
  for (; *target; target++) hash = (hash ^ (unsigned char)*target) * 16777619u;
  hash ^= hash >> 15;
  return &cache->entries[hash % (CACHE_ENTRIES / CACHE_NEIGHBOURS) * CACHE_NEIGHBOURS];
}

static bool is_it(const CachedAnswer *entry, int64_t snapshot, const char *target, bool zips) {
  return entry->snapshot == snapshot && entry->zips == zips && strcmp(entry->target, target) == 0;
}

static void take(AnswerCache *cache, CachedAnswer *entry, ServiceAnswer *answer) {
  entry->used = ++cache->turn;
  answer->status = 200;
  answer->type = entry->type;
  answer->zipped = entry->zipped;
  memcpy(answer->etag, entry->etag, sizeof answer->etag);
  answer->shared = entry->body;
  atomic_fetch_add(&entry->body->holders, 1);
}

bool answer_cache_find(AnswerCache *cache, int64_t snapshot, const char *target, bool zips, ServiceAnswer *answer) {
  CachedAnswer *places = places_of(cache, target, zips);
  size_t i = 0;
  pthread_mutex_lock(&cache->mutex);
  while (i < CACHE_NEIGHBOURS && !is_it(&places[i], snapshot, target, zips)) i++;
  if (i < CACHE_NEIGHBOURS) take(cache, &places[i], answer);
  pthread_mutex_unlock(&cache->mutex);
  return i < CACHE_NEIGHBOURS;
}

/* Its own place, else an empty one or that of an older state, else that of the one used longest ago. */
static CachedAnswer *choose_place(CachedAnswer *places, int64_t snapshot, const char *target, bool zips) {
  CachedAnswer *best = &places[0];
  for (size_t i = 0; i < CACHE_NEIGHBOURS; i++) {
    if (is_it(&places[i], snapshot, target, zips)) return &places[i];
    if (places[i].snapshot != snapshot) places[i].used = 0; /* empty, or of another state */
    if (places[i].used < best->used) best = &places[i];
  }
  return best;
}

/* Whoever is dropped is made again when it is asked for. */
static void make_room(AnswerCache *cache, size_t bytes) {
  for (size_t i = 0; i < CACHE_ENTRIES && cache->bytes + bytes > CACHE_BYTES; i++)
    drop(cache, &cache->entries[cache->hand++ % CACHE_ENTRIES]);
}

void answer_cache_keep(AnswerCache *cache, int64_t snapshot, const char *target, bool zips, ServiceAnswer *answer) {
  if (answer->status != 200 || answer->header_count > 0 || answer_length(answer) > CACHE_ENTRY_BYTES) return;
  char *copy = strdup(target);
  if (!copy || !answer_share(answer, &cache->held)) {
    free(copy);
    return;
  }
  pthread_mutex_lock(&cache->mutex);
  CachedAnswer *entry = choose_place(places_of(cache, target, zips), snapshot, target, zips);
  drop(cache, entry);
  make_room(cache, answer->shared->length);
  *entry = (CachedAnswer){.snapshot = snapshot,
                          .target = copy,
                          .zips = zips,
                          .zipped = answer->zipped,
                          .type = answer->type,
                          .body = answer->shared,
                          .used = ++cache->turn};
  memcpy(entry->etag, answer->etag, sizeof entry->etag);
  atomic_fetch_add(&answer->shared->holders, 1);
  cache->bytes += answer->shared->length;
  pthread_mutex_unlock(&cache->mutex);
}
