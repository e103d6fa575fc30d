/* web_replay_keys.h: which keys the web server has met, how often each was answered, and which it refuses. */
#ifndef WEB_REPLAY_KEYS_H
#define WEB_REPLAY_KEYS_H

#include "web_replay_services.h"

enum { WEB_KEYS = 64, WEB_KEY_SIZE = 96 };

typedef struct {
  int provider;
  char text[WEB_KEY_SIZE]; /* "": a call without one */
  bool is_refused;
  bool is_spent;        /* until the next UTC day, whatever its allowance */
  bool has_allowance;   /* of its own, for a day */
  long per_day;         /* that */
  long day, today;      /* answered calls of that UTC day */
  int64_t window_begun; /* seconds since the epoch */
  long in_window;       /* answered calls since */
} WebKey;

typedef struct {
  WebKey keys[WEB_KEYS];
  size_t count;
  WebLimits limits[WEB_PROVIDERS];
} WebKeys;

typedef enum { WEB_LET_IN, WEB_LIMITED, WEB_REFUSED } WebDoor;

void web_keys_init(WebKeys *keys); /* each provider's limits are those of its table */
/* The key of this text; made when it is new. Null when there are too many. */
WebKey *web_keys_find(WebKeys *keys, int provider, const char *text);
/* Whether a call at this instant is answered; if so it is counted. *ret_reset_s is when the key's window ends. */
WebDoor web_keys_take(WebKeys *keys, WebKey *key, int64_t now_s, int64_t *ret_reset_s);

#endif
