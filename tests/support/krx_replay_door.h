/* krx_replay_door.h: a door that shuts, for a while, behind whoever has had too many requests under way for too long.
 */
#ifndef KRX_REPLAY_DOOR_H
#define KRX_REPLAY_DOOR_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise: it never shuts. The server's lock is held at each call. */
typedef struct {
  long at_once;               /* as many are never too many */
  int64_t after_ms, shut_ms;  /* how long more than that are borne; how long it stays shut; 0: it never shuts */
  int64_t since_ms, crowd_ms; /* of the crowd: when it was last looked at, and how long it has lasted in all */
  int64_t calm_ms;            /* since when it is none; a calm shorter than after_ms counts for nothing */
  int64_t shut_until_ms;
  bool is_crowd;
} ReplayDoor;

/* So many requests are under way from now on. */
void replay_door_note(ReplayDoor *door, long under_way, int64_t now_ms);
bool replay_door_is_shut(const ReplayDoor *door, int64_t now_ms);

#endif
