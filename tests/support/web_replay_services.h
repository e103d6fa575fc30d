/* web_replay_services.h: what the web server offers: providers, with their keys and limits, and their services. */
#ifndef WEB_REPLAY_SERVICES_H
#define WEB_REPLAY_SERVICES_H

#include "web_replay_ask.h"

/* How often a key is answered. */
typedef struct {
  long per_day;    /* by the UTC day of the server's clock; 0: as often as is asked */
  long per_window; /* in window_s seconds, which begin with the first call in them; 0: as often as is asked */
  long window_s;
} WebLimits;

typedef enum { WEB_KEY_NONE, WEB_KEY_QUERY, WEB_KEY_HEADER, WEB_KEY_BEARER } WebKeyPlace;

/* What a provider says instead of rows. {key} stands for the key of the call. */
typedef struct {
  unsigned status;
  const char *text;
} WebWords;

typedef struct {
  const char *name;
  WebKeyPlace place;
  const char *key_name; /* of the parameter or header */
  bool needs_key;
  WebLimits limits;
  WebWords limited, refused; /* a key that is spent; one that is not known */
  WebWords error;            /* of its own, with HTTP 200 where it does so */
  const char *retry_after;   /* sent with limited; "": not */
  bool tells_reset;          /* x-rate-limit-reset is sent, with limited and otherwise */
} WebProvider;

typedef struct {
  const char *name;     /* what faults, counts and the log call it */
  const char *provider; /* its name */
  const char *path;     /* a * stands for one part of it */
  const char *function; /* the parameter "function" that chooses it; null: the path is enough */
  const char *item;     /* the parameters that name the item, by commas; "": the last * of the path; null: no items */
  const char *page;     /* the parameter that names the page; null: it has none */
  const char *since;    /* the parameter that says from where; null: it has none */
  bool is_csv;
  WebWrite *write;
} WebService;

enum { WEB_PROVIDERS = 8, WEB_SERVICES = 13 };
extern const WebProvider WEB_PROVIDER_TABLE[WEB_PROVIDERS];
extern const WebService WEB_SERVICE_TABLE[WEB_SERVICES];

/* Its place in the table; -1: there is none of this name. */
int web_provider_find(const char *name);
/* The service of this path, by the connection's parameters; fills in what the question is about. -1: there is none. */
int web_service_find(const char *path, WebAsk *ask);

#endif
