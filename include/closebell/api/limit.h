/* limit.h: requests a second, of each key or address: a bucket each, of one second's requests. Pure. */
#ifndef CLOSEBELL_API_LIMIT_H
#define CLOSEBELL_API_LIMIT_H

#include <stdint.h>

enum { LIMIT_BUCKETS = 1024, LIMIT_NAME_SIZE = 72, LIMIT_PROBES = 8 };

typedef struct {
  char name[LIMIT_NAME_SIZE];
  double left;
  int64_t at_ms;
} LimitBucket;

/* Zero-initialise. Whoever is forgotten (too many others came) begins anew. */
typedef struct {
  LimitBucket buckets[LIMIT_BUCKETS];
} Limit;

/* 0: the request may pass. Else the seconds to wait, at least 1. per_second 0: no limit. */
int limit_take(Limit *limit, double per_second, const char *name, int64_t now_ms);

#endif
