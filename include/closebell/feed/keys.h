/* keys.h: the keys of a feed, what each may still be asked, and which one is to be used now. Pure: use is a value,
 * which the caller stores before each call. Use belongs to the key, whichever feed asked with it.
 *
 * The first key is used until its allowance is spent, a limit answer comes, it is refused, or its window is full for
 * longer than a minute; then the next. A feed without keys is asked as if it had one, without a name. */
#ifndef CLOSEBELL_FEED_KEYS_H
#define CLOSEBELL_FEED_KEYS_H

#include <closebell/feed/definition.h>

/* A file of keys: a key a line, perhaps its calls a UTC day behind it; blank lines and # comments are passed over. A
 * message never holds a key. STATUS_CONFIG: "line 2: ...". An empty file is no error: keys->are_missing is set. */
Status feed_keys_parse(const char *bytes, size_t length, FeedKeys *keys, Error *err);
void feed_keys_free(FeedKeys *keys);

/* "3/s", "30/min", "1/15min", "100/h". STATUS_CONFIG. */
Status feed_rate_parse(const char *text, FeedRate *ret_rate, Error *err);

/* ---- use ---- */

/* Calls within the newest window, in order of time. Where there are more than fit, those that lie nearest to each other
 * are taken as one, at the later time: it may wait longer than it must, never shorter. */
enum { FEED_CALLS_KEPT = 32 };
typedef struct {
  Instant at;
  int64_t count;
} FeedCalls;

typedef enum { FEED_KEY_FREE, FEED_KEY_SPENT, FEED_KEY_LIMITED, FEED_KEY_REFUSED } FeedKeyRest;

typedef struct {
  char mark[FEED_MARK_SIZE]; /* whose: FeedKey.mark; "" without keys */
  Day day;                   /* in UTC, of: */
  int64_t calls;
  FeedKeyRest rest; /* why it is not used ... */
  Instant until;    /* ... before this */
  Instant newest;   /* of the newest call; INSTANT_NONE: none yet */
  int64_t kept_ms;  /* so long calls are kept in the window: the longest that a feed with this key has; 0: none has */
  FeedCalls window[FEED_CALLS_KEPT];
  size_t window_count;
} FeedKeyUse;

/* Of all keys, those that are no longer in the file too until their rest has ended. Zero-initialised: never used. */
typedef struct {
  FeedKeyUse items[FEED_KEYS_MAX];
  size_t count;
} FeedUse;

typedef enum {
  FEED_TURN_NOW,   /* after wait_ms, which is at most FEED_WAIT_MAX_MS */
  FEED_TURN_LATER, /* at `until`: the run ends as `waiting` */
  FEED_TURN_NEVER  /* there is no key */
} FeedTurnKind;

enum { FEED_WAIT_MAX_MS = 60 * 1000 };

typedef struct {
  FeedTurnKind kind;
  size_t key;       /* an index of keys->items; 0 without keys */
  int64_t wait_ms;  /* for the rate; the caller waits so long, by [retry] scale */
  Instant at;       /* when the call counts: now and the wait */
  Instant until;    /* of FEED_TURN_LATER: when the first key may be used again */
  char reason[160]; /* of LATER and NEVER, for people: "key 2 of 2 has made its 25 calls of 2026-11-29 (UTC)" */
} FeedTurn;

/* Which key is to be asked with, and when. */
FeedTurn feed_keys_turn(const FeedKeys *keys, const FeedRate *rate, const FeedUse *use, Instant now);

/* Before a call: it counts, however it ends. */
void feed_use_call(FeedUse *use, const FeedKeys *keys, const FeedRate *rate, size_t key, Instant at);
/* Not used before `until`: spent after a limit answer, limited after a 429. A longer rest is not made shorter. */
void feed_use_rest(FeedKeyUse *use, FeedKeyRest why, Instant until);
/* After a 401: until the next UTC day, or until the file has another one in its place. */
void feed_use_refused(FeedUse *use, const FeedKeys *keys, size_t key, Instant now);

/* Feeds with other rates have the same key: from now on its calls are kept for this one's window, too. Calls of the day
 * that were not kept so long count as if they had been made as late as they can have been. */
void feed_use_widen(FeedKeyUse *use, const FeedRate *rate);
/* What was counted elsewhere of the same key is added. */
void feed_use_join(FeedKeyUse *use, const FeedKeyUse *other);

/* "key 2 of 3": how a key is named. Without keys: "no key". Returns text. */
enum { FEED_KEY_TEXT_SIZE = 32 };
char *feed_key_text(const FeedKeys *keys, size_t key, char text[FEED_KEY_TEXT_SIZE]);

#endif
