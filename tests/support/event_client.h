/* event_client.h: a reader of /events, byte by byte: what it was sent, taken apart. */
#ifndef CLOSEBELL_TESTS_EVENT_CLIENT_H
#define CLOSEBELL_TESTS_EVENT_CLIENT_H

#include "api_client.h"

enum { EVENT_TEXT_SIZE = 2048, EVENT_CLIENT_MOST = 4096 };

typedef struct {
  char id[EVENT_TEXT_SIZE], kind[32], data[1024];
} SeenEvent;

typedef struct {
  int fd;
  int status; /* of the answer; 0: there is none yet */
  char *text; /* headers and what follows, as far as it is not taken apart */
  size_t length, capacity, taken;
  size_t comments;
  char last_id[EVENT_TEXT_SIZE]; /* of all blocks, those without an event too */
  SeenEvent *events;
  size_t count;
} EventClient;

/* HTTP/1.0: the answer comes as it is, without chunks. last_id null: none. headers: more lines, or "". */
void event_client_open(EventClient *client, const Api *api, const char *last_id, const char *headers);
/* The same, and it has been told where it begins. */
void event_client_join(EventClient *client, const Api *api, const char *last_id);
/* Reads what is there. False: the connection has ended. */
bool event_client_read(EventClient *client);
/* Until an event of that kind came, whose data have this part: its index. */
size_t event_client_await(EventClient *client, const char *kind, const char *part);
/* Until the connection has ended. */
void event_client_await_end(EventClient *client);
size_t event_client_count(const EventClient *client, const char *kind, const char *part);
void event_client_close(EventClient *client); /* what it has seen stays */
void event_client_free(EventClient *client);

#endif
