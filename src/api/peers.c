#include "peers.h"

#include <arpa/inet.h>
#include <stdlib.h>

static void note_address(Peer *peer, const struct sockaddr *address) {
  if (address && address->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, peer->address,
              sizeof peer->address);
  else if (address && address->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, peer->address,
              sizeof peer->address);
}

/* ---- the list: in the order in which they have been waited for. Under the mutex. ---- */

static void take_out(Peers *peers, Peer *peer) {
  if (peer->before)
    peer->before->after = peer->after;
  else
    peers->newest = peer->after;
  if (peer->after)
    peer->after->before = peer->before;
  else
    peers->oldest = peer->before;
}

static void put_first(Peers *peers, Peer *peer) {
  peer->before = NULL;
  peer->after = peers->newest;
  if (peer->after)
    peer->after->before = peer;
  else
    peers->oldest = peer;
  peers->newest = peer;
}

/* The thread that serves it then sees its end, and removes it. */
static void end(Peer *peer) {
  if (peer->fd >= 0) shutdown(peer->fd, SHUT_RDWR);
  peer->fd = -1;
}

static void make_room(Peers *peers) {
  for (Peer *peer = peers->oldest; peer; peer = peer->before) {
    if (peer->busy || peer->fd < 0) continue;
    end(peer);
    return;
  }
}

/* ---- life ---- */

Peer *peers_add(Peers *peers, int fd, const struct sockaddr *address) {
  Peer *peer = calloc(1, sizeof *peer);
  if (!peer) return NULL;
  *peer = (Peer){.peers = peers, .fd = fd, .since_ms = clock_uptime_ms(peers->clock)};
  note_address(peer, address);
  pthread_mutex_lock(&peers->mutex);
  if (++peers->count > peers->most) make_room(peers);
  put_first(peers, peer);
  pthread_mutex_unlock(&peers->mutex);
  return peer;
}

void peers_remove(Peer *peer) {
  Peers *peers = peer->peers;
  pthread_mutex_lock(&peers->mutex);
  take_out(peers, peer);
  peers->count--;
  pthread_mutex_unlock(&peers->mutex);
  free(peer);
}

void peer_mark(Peer *peer, bool busy) {
  if (!peer) return;
  Peers *peers = peer->peers;
  pthread_mutex_lock(&peers->mutex);
  peer->busy = busy;
  peer->since_ms = clock_uptime_ms(peers->clock);
  take_out(peers, peer);
  put_first(peers, peer);
  pthread_mutex_unlock(&peers->mutex);
}

void peer_end(Peer *peer) {
  if (!peer) return;
  pthread_mutex_lock(&peer->peers->mutex);
  end(peer);
  pthread_mutex_unlock(&peer->peers->mutex);
}

void peers_sweep(Peers *peers, int64_t send_ms, int64_t take_ms) {
  int64_t now = clock_uptime_ms(peers->clock);
  pthread_mutex_lock(&peers->mutex);
  for (Peer *peer = peers->oldest; peer && now - peer->since_ms >= send_ms; peer = peer->before)
    if (!peer->busy || now - peer->since_ms >= take_ms) end(peer);
  pthread_mutex_unlock(&peers->mutex);
}
