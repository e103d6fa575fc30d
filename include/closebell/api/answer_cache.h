/* answer_cache.h: finished answers of the state that is served, by target: asked again, they cost a look-up.
 *
 * Entries are of one snapshot (by its number); those of another are not found, and make room. */
#ifndef CLOSEBELL_API_ANSWER_CACHE_H
#define CLOSEBELL_API_ANSWER_CACHE_H

#include <pthread.h>

#include <closebell/api/answer.h>

/* An answer has its place among so many neighbours: the answers of all stocks stay side by side. */
enum {
  CACHE_NEIGHBOURS = 8,
  CACHE_ENTRIES = 1024 * CACHE_NEIGHBOURS,
  CACHE_BYTES = 16 << 20,
  CACHE_ENTRY_BYTES = 4 << 20
};

typedef struct {
  int64_t snapshot; /* 0: empty */
  char *target;     /* owned */
  bool zips;
  bool zipped;
  const char *type;
  char etag[ANSWER_ETAG_SIZE];
  SharedBody *body;
  int64_t used; /* the turn in which it was last asked for */
} CachedAnswer;

typedef struct {
  pthread_mutex_t mutex;
  size_t bytes;       /* kept */
  atomic_size_t held; /* of all shared bodies: those that are kept, and those that are on their way to a reader */
  int64_t turn;
  size_t hand; /* where room is made next */
  CachedAnswer entries[CACHE_ENTRIES];
} AnswerCache;

bool answer_cache_open(AnswerCache *cache);
void answer_cache_close(AnswerCache *cache);

/* zips: the client takes gzip. True: the answer is finished, but for 304. */
bool answer_cache_find(AnswerCache *cache, int64_t snapshot, const char *target, bool zips, ServiceAnswer *answer);
/* Keeps a finished 200, whose body is shared from then on. */
void answer_cache_keep(AnswerCache *cache, int64_t snapshot, const char *target, bool zips, ServiceAnswer *answer);

#endif
