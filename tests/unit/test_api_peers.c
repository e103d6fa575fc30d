/* Connections: who is waited for longest ends first, and answers that take their time are left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "../../src/api/peers.h"

enum { MOST = 4, PATIENCE_MS = 1000 };

static int64_t now_ms;
static int64_t uptime(void *self) {
  (void)self;
  return now_ms;
}
static const Clock CLOCK = {.uptime_ms = uptime};

typedef struct {
  Peer *peer;
  int ends[2]; /* the server's, and the client's */
} Connection;

static Connection open_one(Peers *peers) {
  Connection made;
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, made.ends), 0);
  made.peer = peers_add(peers, made.ends[0], NULL);
  assert_non_null(made.peer);
  now_ms += 10;
  return made;
}

static bool is_open(const Connection *connection) {
  char byte;
  return recv(connection->ends[1], &byte, 1, MSG_DONTWAIT) != 0;
}

static void close_all(Connection *connections, size_t count) {
  for (size_t i = 0; i < count; i++) {
    peers_remove(connections[i].peer);
    close(connections[i].ends[0]);
    close(connections[i].ends[1]);
  }
}

static Peers begin(void) {
  now_ms = 0;
  Peers peers = {.clock = &CLOCK, .most = MOST};
  pthread_mutex_init(&peers.mutex, NULL);
  return peers;
}

static void who_is_waited_for_too_long_ends_and_who_is_answered_does_not(void **state) {
  (void)state;
  Peers peers = begin();
  Connection all[3];
  for (size_t i = 0; i < 3; i++) all[i] = open_one(&peers);
  peer_mark(all[0].peer, true);

  now_ms = 10 + PATIENCE_MS; /* the second has waited so long, the third not yet */
  peers_sweep(&peers, PATIENCE_MS, 4 * PATIENCE_MS);
  assert_true(is_open(&all[0]) && !is_open(&all[1]) && is_open(&all[2]));
  now_ms += 2 * PATIENCE_MS;
  peer_mark(all[0].peer, false); /* answered: waited for from now on */
  peers_sweep(&peers, PATIENCE_MS, 4 * PATIENCE_MS);
  assert_true(is_open(&all[0]) && !is_open(&all[2]));
  now_ms += PATIENCE_MS;
  peers_sweep(&peers, PATIENCE_MS, 4 * PATIENCE_MS);
  assert_false(is_open(&all[0]));
  close_all(all, 3);
  assert_int_equal(peers.count, 0);
  assert_null(peers.newest);
  assert_null(peers.oldest);
}

static void past_the_most_the_one_waited_for_longest_makes_room(void **state) {
  (void)state;
  Peers peers = begin();
  Connection all[MOST + 3];
  for (size_t i = 0; i < MOST; i++) all[i] = open_one(&peers);
  peer_mark(all[0].peer, true);
  peer_mark(all[1].peer, true);
  peer_mark(all[1].peer, false); /* has just been answered */
  for (size_t i = 0; i < MOST; i++) assert_true(is_open(&all[i]));
  all[MOST] = open_one(&peers);
  assert_true(is_open(&all[0]) && is_open(&all[1]) && !is_open(&all[2]) && is_open(&all[3]));
  all[MOST + 1] = open_one(&peers);
  assert_false(is_open(&all[3]));
  all[MOST + 2] = open_one(&peers);
  assert_true(is_open(&all[0]) && !is_open(&all[1]) && is_open(&all[MOST + 2]));
  close_all(all, MOST + 3);
}

static void when_all_are_being_answered_nobody_is_ended(void **state) {
  (void)state;
  Peers peers = begin();
  Connection all[MOST + 1];
  for (size_t i = 0; i < MOST; i++) {
    all[i] = open_one(&peers);
    peer_mark(all[i].peer, true);
  }
  all[MOST] = open_one(&peers);
  for (size_t i = 0; i <= MOST; i++) assert_true(is_open(&all[i]));
  close_all(all, MOST + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_is_waited_for_too_long_ends_and_who_is_answered_does_not),
      cmocka_unit_test(past_the_most_the_one_waited_for_longest_makes_room),
      cmocka_unit_test(when_all_are_being_answered_nobody_is_ended),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
