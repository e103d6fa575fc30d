/* slots.pml: the slots of one job, for spin: two workers of two slots, and a process that works alone. Each looks at
 * all leases of the job, takes its own, and looks again (look_at_slots, try_acquire and look_again in src/run/run.c).
 * A worker takes the lease of the bare job besides, for as long as it stamps the session (src/job/analyze_share.c).
 * tests/model/README.md says what is asserted and what the model leaves out.
 *
 * -DPLANTED=N    a mistake that the check has to find: see README.md */

#ifndef PLANTED
#define PLANTED 0
#endif

#define BARE 0
#define PROCESSES 4 /* two that work alone, and two workers */
#define SLOTS 3     /* the bare job's, 1of2, 2of2 */
#define NOBODY 9

/* A lease a slot: who holds it, as how many workers, and the fence of the newest. */
byte holder[SLOTS] = NOBODY;
byte workers[SLOTS];
byte fence[SLOTS];
bool dead[PROCESSES];
byte deaths;

/* Who writes: rows of its slot's tickers (alone: of all of them), or the session's stamp. */
bool rows_of[PROCESSES], stamps[PROCESSES];
byte stamp_fence;

#define MAY_DIE if :: deaths < 2 -> deaths++; goto died :: true fi
#define IS_LIVE(slot) (holder[slot] != NOBODY && !dead[holder[slot]])

/* slot_excludes (src/plan/slot.c): alone, nobody else may live; of two workers, only those of the same number. */
#if PLANTED == 2
#define IS_OTHER(slot, mine) (mine == 1)
#else
#define IS_OTHER(slot, mine) (mine == 1 || workers[slot] != mine)
#endif
#define EXCLUDES(slot, mine) (IS_LIVE(slot) && holder[slot] != me && IS_OTHER(slot, mine))

inline look(slot, mine) {
  excluded = (slot != BARE && EXCLUDES(BARE, mine)) || (slot != 1 && EXCLUDES(1, mine)) ||
             (slot != 2 && EXCLUDES(2, mine))
}

/* One lease is read with all others in one call; a unique _id decides who wins its number. */
inline acquire(slot, mine) {
  atomic {
    MAY_DIE;
    look(slot, mine);
    held = false;
    if
    :: excluded || (IS_LIVE(slot) && holder[slot] != me) -> refused = true
    :: else -> refused = false; next = fence[slot] + 1
    fi
  }
  if
  :: refused -> skip
  :: else ->
    atomic {
      MAY_DIE;
      if
      :: fence[slot] < next ->
         fence[slot] = next; holder[slot] = me; workers[slot] = mine; held = true
      :: else -> refused = true
      fi
    }
#if PLANTED != 1
    if
    :: held ->
       atomic {
         MAY_DIE;
         look(slot, mine);
         if :: excluded -> holder[slot] = NOBODY; held = false; refused = true :: else fi
       }
    :: else
    fi
#endif
  fi
}

inline release(slot) {
  atomic {
    MAY_DIE;
    if :: holder[slot] == me && fence[slot] == next -> holder[slot] = NOBODY :: else fi
  }
}

/* Who works alone has all tickers; a worker has those of its slot. */
#define ALONE_WORKS ((rows_of[0] && !dead[0]) || (rows_of[1] && !dead[1]))
#define ONE_ALONE (!(rows_of[0] && !dead[0] && rows_of[1] && !dead[1]))
#define WORKER_WORKS ((rows_of[2] && !dead[2]) || (rows_of[3] && !dead[3]))
inline check() {
  assert(!(ALONE_WORKS && WORKER_WORKS));
  assert(ONE_ALONE)
}

proctype Alone(byte me) {
  bool excluded, refused, held;
  byte next;
  acquire(BARE, 1);
  if :: !held -> goto done :: else fi;
  atomic { MAY_DIE; rows_of[me] = true; check() }
  atomic { MAY_DIE; rows_of[me] = false }
  atomic { MAY_DIE; assert(stamp_fence <= next); stamp_fence = next }
  release(BARE);
  goto done;
died:
  dead[me] = true;
done:
  skip
}


/* A stamp under the fence of the bare job (begin and finish in src/job/analyze_share.c). */
inline stamp_session() {
  acquire(BARE, 2);
  if
  :: held ->
     atomic { MAY_DIE; assert(stamp_fence <= next); stamp_fence = next };
     release(BARE)
  :: else -> goto done
  fi
}

proctype Worker(byte me, slot) {
  bool excluded, refused, held;
  byte next;
  stamp_session();
  acquire(slot, 2);
  if :: !held -> goto done :: else fi;
  atomic { MAY_DIE; rows_of[me] = true; check() }
  atomic { MAY_DIE; rows_of[me] = false }
#if PLANTED == 3
  atomic { MAY_DIE; assert(stamp_fence <= next); stamp_fence = next } /* under the fence of its own slot */
#endif
  release(slot);
  stamp_session();
  goto done;
died:
  dead[me] = true;
done:
  skip
}

init {
  atomic { run Alone(0); run Alone(1); run Worker(2, 1); run Worker(3, 2) }
}
