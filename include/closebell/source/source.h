/* source.h: the interface to a data source: questions in, answers out. */
#ifndef CLOSEBELL_SOURCE_SOURCE_H
#define CLOSEBELL_SOURCE_SOURCE_H

#include <stddef.h>
#include <string.h>

#include <closebell/plan/pace.h>
#include <closebell/plan/token.h>
#include <closebell/source/feed.h>

/* Of a source that lets nobody in without an access token, which has a life, and is issued so rarely that all processes
 * and hosts share one (ingest/token_desk.h). */
typedef struct {
  const Feed *feed; /* by which one is asked for: a Token, plan/token.h */
  char account[32]; /* whose it is: "kis-token-1a2b3c4d"; another key has others */
  const char *seal; /* a secret: what is stored of a token is sealed with it */
  TokenRules rules;
  void (*set)(void *self, const char *token); /* from now on; of the source */
} TokenTerms;

typedef struct Source {
  void *self;
  const char *name;         /* "krx": the _id in source_state, the `source` of an archive document */
  const Feed *const *feeds; /* what it can be asked for */
  size_t feed_count;
  /* Asks every question once, several at a time under the source's pace. Never retries. What has not been sent when an
   * answer says that the source wants no more of us (blocked, unauthorized, misdirected) is not sent: its answer is
   * ANSWER_NONE. Fails only for reasons of its own (memory, STATUS_INTERRUPTED when asked to stop): what the server did
   * wrong is in the answers. */
  Status (*fetch)(void *self, const Question *questions, size_t count, Error *err);
  long (*calls)(void *self); /* requests sent so far, and those announced */
  /* What will be fetched next if all goes well: http.h says when it begins. As many as the source likes are counted as
   * calls at once. All are of one feed. Null, as are the next two: it answers when asked. */
  void (*announce)(void *self, const Question *questions, size_t count);
  size_t (*announced)(void *self, const Question *questions, size_t count); /* of them counted as calls already */
  void (*turn)(void *self);                       /* a moment for what was announced; never waits */
  void (*set_pace)(void *self, const Pace *pace); /* from now on; null: it has none */
  void (*close)(void *self);
  const TokenTerms *token; /* null: it needs none */
  bool same_again;         /* what is broken is so for good: files, which nobody need ask twice */
} Source;

/* Null: the source does not have it, or the settings do not want it. */
static inline const Feed *source_feed(const Source *source, const char *name) {
  for (size_t i = 0; i < source->feed_count; i++)
    if (strcmp(source->feeds[i]->name, name) == 0) return source->feeds[i];
  return NULL;
}

static inline Status source_fetch(const Source *source, const Question *questions, size_t count, Error *err) {
  return source->fetch(source->self, questions, count, err);
}

static inline void source_announce(const Source *source, const Question *questions, size_t count) {
  if (source->announce != NULL) source->announce(source->self, questions, count);
}

static inline size_t source_announced(const Source *source, const Question *questions, size_t count) {
  return source->announced == NULL ? 0 : source->announced(source->self, questions, count);
}

static inline void source_turn(const Source *source) {
  if (source->turn != NULL) source->turn(source->self);
}

static inline void source_set_pace(const Source *source, const Pace *pace) {
  if (source->set_pace != NULL) source->set_pace(source->self, pace);
}

static inline void source_close(Source *source) {
  if (source->close != NULL && source->self != NULL) source->close(source->self);
  *source = (Source){0};
}

#endif
