/* source.h: the interface to a data source: dates and markets in, answers out. */
#ifndef CLOSEBELL_SOURCE_SOURCE_H
#define CLOSEBELL_SOURCE_SOURCE_H

#include <stddef.h>

#include <closebell/plan/answer.h>

typedef struct {
  size_t answer; /* index into the caller's answers */
  Market market;
  bool base_info; /* not the day's rows but what kind of paper each stock is; only where the source has it */
} SourceRequest;

typedef struct Source {
  void *self;
  bool has_base_info;
  const char *name; /* "krx": the _id in source_state, the `source` of an archive document */
  /* Asks once for each request, several at a time under the source's rate limit, and fills
   * answers[request.answer].markets[request.market] (what stood there is freed; .date is set by the caller). Never
   * retries. Fails only for reasons of its own (memory, STATUS_INTERRUPTED when asked to stop): what the server did
   * wrong is in the answers. */
  Status (*fetch)(void *self, const SourceRequest *requests, size_t count, DayAnswer *answers, Error *err);
  long (*calls)(void *self); /* requests sent so far, and those announced */
  /* What will be fetched next if all goes well, so that it is on its way while the caller works: before a fetch of
   * other requests. The source takes as many of them as it likes, and counts them as calls at once; they begin, under
   * its rate limit, when nothing is left to begin of that fetch and while it brings sessions and nothing that is out of
   * order; after an answer that is neither rows nor empty no further one begins (and it is no call any more). Their
   * answers wait for the fetch that asks for them. Null, as are the next two: it answers when asked. */
  void (*announce)(void *self, const SourceRequest *requests, size_t count, const DayAnswer *answers);
  size_t (*announced)(void *self, const SourceRequest *requests, size_t count,
                      const DayAnswer *answers); /* how many of them are counted as calls already */
  void (*turn)(void *self);                      /* a moment for what was announced; never waits */
  bool same_again;                               /* what is broken is so for good: files, which nobody need ask twice */
} Source;

static inline Status source_fetch(const Source *source, const SourceRequest *requests, size_t count, DayAnswer *answers,
                                  Error *err) {
  return source->fetch(source->self, requests, count, answers, err);
}

static inline void source_announce(const Source *source, const SourceRequest *requests, size_t count,
                                   const DayAnswer *answers) {
  if (source->announce != NULL) source->announce(source->self, requests, count, answers);
}

static inline size_t source_announced(const Source *source, const SourceRequest *requests, size_t count,
                                      const DayAnswer *answers) {
  return source->announced == NULL ? 0 : source->announced(source->self, requests, count, answers);
}

static inline void source_turn(const Source *source) {
  if (source->turn != NULL) source->turn(source->self);
}

#endif
