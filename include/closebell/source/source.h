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
  long (*calls)(void *self); /* requests sent so far */
  bool same_again;           /* what is broken is so for good: files, which nobody need ask twice */
} Source;

static inline Status source_fetch(const Source *source, const SourceRequest *requests, size_t count, DayAnswer *answers,
                                  Error *err) {
  return source->fetch(source->self, requests, count, answers, err);
}

#endif
