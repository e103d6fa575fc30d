#include "krx_replay_door.h"

void replay_door_note(ReplayDoor *door, long under_way, int64_t now_ms) {
  if (door->shut_ms == 0 || replay_door_is_shut(door, now_ms)) return;
  if (door->is_crowd) door->crowd_ms += now_ms - door->since_ms;
  if (!door->is_crowd && now_ms - door->calm_ms >= door->after_ms) door->crowd_ms = 0;
  bool is_crowd = under_way > door->at_once;
  if (door->is_crowd && !is_crowd) door->calm_ms = now_ms;
  door->is_crowd = is_crowd;
  door->since_ms = now_ms;
  if (door->crowd_ms < door->after_ms) return;
  door->shut_until_ms = now_ms + door->shut_ms;
  door->crowd_ms = 0;
  door->is_crowd = false;
}

bool replay_door_is_shut(const ReplayDoor *door, int64_t now_ms) { return now_ms < door->shut_until_ms; }
