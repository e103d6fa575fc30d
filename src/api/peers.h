/* peers.h: the open connections, and since when each has been waited for: slow ones end, and stop nobody. */
#ifndef CLOSEBELL_API_PEERS_H
#define CLOSEBELL_API_PEERS_H

#include <pthread.h>
#include <stdbool.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <closebell/base/clock.h>

struct Peers;

/* One connection. */
typedef struct Peer {
  struct Peers *peers;
  struct Peer *before, *after;
  int fd;
  int64_t since_ms; /* when it began, or its last request was over */
  bool busy;        /* its request is whole: it is the answer that takes time */
  char address[INET6_ADDRSTRLEN];
} Peer;

typedef struct Peers {
  const Clock *clock;
  pthread_mutex_t mutex; /* over what follows */
  Peer *newest, *oldest;
  size_t count, most; /* past `most` the one that was waited for longest makes room */
} Peers;

/* address may be null. Null: no memory. */
Peer *peers_add(Peers *peers, int fd, const struct sockaddr *address);
void peers_remove(Peer *peer);
/* Busy: its request is whole; not: it is waited for from now on. peer may be null. */
void peer_mark(Peer *peer, bool busy);
/* Ends its connection: the thread that serves it removes it then. peer may be null. */
void peer_end(Peer *peer);
/* Ends connections on which no request has become whole in send_ms, and those whose answer is not taken in take_ms,
 * which is the longer one. */
void peers_sweep(Peers *peers, int64_t send_ms, int64_t take_ms);

#endif
