#include <closebell/api/limit.h>

#include <string.h>

static uint32_t hash_of(const char *name) {
  uint32_t hash = 2166136261u;
  for (; *name; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
  return hash;
}

/* Its own, else a free one, else the one that was used longest ago among those it may have. */
static LimitBucket *bucket_of(Limit *limit, const char *name, double burst, int64_t now_ms) {
  uint32_t hash = hash_of(name);
  LimitBucket *oldest = NULL;
  for (uint32_t i = 0; i < LIMIT_PROBES; i++) {
    LimitBucket *bucket = &limit->buckets[(hash + i) % LIMIT_BUCKETS];
    if (strncmp(bucket->name, name, LIMIT_NAME_SIZE - 1) == 0) return bucket;
    if (!oldest || (oldest->name[0] != '\0' && (bucket->name[0] == '\0' || bucket->at_ms < oldest->at_ms)))
      oldest = bucket;
  }
  *oldest = (LimitBucket){.left = burst, .at_ms = now_ms};
  strncpy(oldest->name, name, LIMIT_NAME_SIZE - 1);
  return oldest;
}

int limit_take(Limit *limit, double per_second, const char *name, int64_t now_ms) {
  if (per_second <= 0) return 0;
  double burst = per_second < 1 ? 1 : per_second;
  LimitBucket *bucket = bucket_of(limit, *name ? name : "?", burst, now_ms);
  bucket->left += (double)(now_ms - bucket->at_ms) / 1000 * per_second;
  bucket->at_ms = now_ms;
  if (bucket->left > burst) bucket->left = burst;
  if (bucket->left >= 1) {
    bucket->left -= 1;
    return 0;
  }
  double seconds = (1 - bucket->left) / per_second;
  return seconds > 3600 ? 3600 : (int)seconds + 1;
}
