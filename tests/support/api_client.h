/* api_client.h: closebell_api as a process on a free port, and requests to it byte by byte. */
#ifndef CLOSEBELL_TESTS_API_CLIENT_H
#define CLOSEBELL_TESTS_API_CLIENT_H

#include "live_db.h"

typedef struct {
  LiveProcess process;
  int port;
} Api;

typedef struct {
  int status; /* 0: no answer */
  char *text; /* the whole answer; owned */
  size_t length;
  const char *body; /* behind the headers */
  size_t body_length;
} Reply;

/* Waits until /readyz says 200, or with ready false until /healthz does. */
Api api_start(LiveWorld *world, const char *arguments, bool ready);
/* The same on another address of this host. */
Api api_start_on(LiveWorld *world, const char *host, const char *arguments, bool ready);
/* SIGTERM; it must end by itself with 0. */
void api_stop(LiveWorld *world, Api *api);

/* A connection, the caller's to close; -1: none was made. */
int api_connect(const Api *api);

/* What is sent is sent as it stands; the answer is read to the end of the connection. */
Reply api_send(const Api *api, const char *request);
/* headers: lines with their ends, or "". */
Reply api_ask(const Api *api, const char *method, const char *target, const char *headers);
Reply api_get(const Api *api, const char *target);
void reply_free(Reply *reply);
/* The value of a header, cut at `size`; empty: it was not sent. */
char *reply_header(const Reply *reply, const char *name, char *value, size_t size);

/* GET, which must have that status; the answer's body, the caller's to free. */
char *api_expect(const Api *api, const char *target, int status);
/* Asks until the status is so, as long as patience lasts. */
void api_await(const Api *api, const char *target, int status);

#endif
