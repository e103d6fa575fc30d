/* lease.pml: lease, fence, stamp and announcement of one job, for spin. Three processes want the same work: the rows of
 * one key, which are deleted and inserted anew, read back, and stamped `completed`. Any of them may stop between any
 * two steps for as long as it likes, die at any step, or lose a reply; the clocks of their hosts may go slower than the
 * server's. tests/model/README.md says what is asserted, which line of the source a step stands for, and what the model
 * leaves out. tests/model/check runs it.
 *
 * -DSLOW=N       a host's clock may fall behind by N while it holds a lease (default: the skew)
 * -DPROCESSES=N  3 (default) or 2
 * -DDEATHS=N     so many processes may die (default: 1)
 * -DPLANTED=N    a mistake that the check has to find: see README.md */

#ifndef SLOW
#define SLOW 1
#endif
#ifndef PLANTED
#define PLANTED 0
#endif
#ifndef DEATHS
#define DEATHS 1
#endif

#ifndef PROCESSES
#define PROCESSES 3
#endif
#define LENGTH 3 /* of a lease, in ticks of the server's clock */
#define SKEW 1
#define OLDEST (LENGTH + SKEW + 1) /* older than this is all the same */
#define IN_TIME (SLOW <= SKEW)

/* ---- the database ---- */

/* job_locks: only the newest lease counts. */
byte newest; /* its fence; 0: none */
byte holder; /* who has inserted it */
bool released;

/* What the rows are made of, and the newest number in `restatements`. */
byte truth, announced;
/* The rows: gone, or made of some truth. */
#define GONE 9
byte rows = GONE;
/* The stamp: its state, its fence, and the newest announcement that was known when its work began. */
mtype = { none, running, completed };
mtype stamp = none;
byte stamp_fence, stamp_number;

/* ---- the processes ---- */

bool dead[PROCESSES];
/* Ticks of the server's clock since the process read it for its lease. */
byte age[PROCESSES];
bool aging[PROCESSES];
byte started;
/* The process has sent a write behind its lease and has not yet looked: it will announce that. */
bool owes[PROCESSES];
/* One died after a late write and before it could announce it: a later look at the stored rows finds that
 * (src/analysis/analysis_verify.c), within twenty sessions. */
bool orphaned;
byte deaths;

/* Something has changed that no announcement tells of yet. */
bool changing;

/* A process may die before any of its writes; dying before a read of its own is the same as dying before the next
 * write. */
#define MAY_DIE if :: deaths < DEATHS -> deaths++; goto died :: true fi

/* lease_safe_until_ms (src/plan/lease.c), by the host's own clock, which may have fallen behind by up to SLOW. */
#if PLANTED == 1
#define MARGIN (-SKEW - SLOW - 1) /* a holder that goes on until others may take the lease */
#else
#define MARGIN SKEW
#endif
#define LEASE_IS_SAFE(lag) (age[me] < LENGTH - MARGIN + lag)

/* job_status_write (src/store/job_status.c): an update where fence <= mine. */
#if PLANTED == 2
#define FENCE_ALLOWS(f) true
#else
#define FENCE_ALLOWS(f) (stamp_fence <= f)
#endif

/* Whether a stamp says that nothing is to be done. */
#define IS_CURRENT (stamp == completed && stamp_number >= announced)

/* What must never be: rows that are not those of the truth, and nobody is told. */
#define IS_WRONG (IS_CURRENT && rows != truth && !changing)
#define SOMEBODY_OWES (owes[0] || owes[1] || owes[PROCESSES - 1])

#if PLANTED == 7
#define IS_EXCUSED SOMEBODY_OWES /* also when it dies before it can tell */
#else
#define IS_EXCUSED (SOMEBODY_OWES || orphaned)
#endif
inline check_rows() {
  assert(!IS_WRONG || IS_EXCUSED)
}

/* The gate (src/store/db_gate.c) and run_look (src/run/run.c): a look before each write. Whoever may write is the
 * newest holder, as long as clocks keep within the skew. Behind the look anything may happen before the write arrives:
 * a process that stands still in between writes late. */
inline look() {
  if
  :: LEASE_IS_SAFE(0) || LEASE_IS_SAFE(SLOW) -> allowed = true
  :: !LEASE_IS_SAFE(0) -> allowed = false
  fi;
  assert(!allowed || !IN_TIME || newest == fence)
}

/* A write that arrives when another has taken the lease. The process will find that at its next look. */
inline note_late_write() {
  owes[me] = owes[me] || newest != fence
}

proctype Job(byte me) {
  byte fence, number, version;
  bool allowed;

  /* All processes are alike: they are named in the order in which they look. */
  /* try_acquire (src/run/run.c): the newest lease is read, and judged by the server's clock (lease_decide) ... */
  atomic {
    started == me -> started++;
    if
    :: newest > 0 && !released && !dead[holder] && age[holder] <= LENGTH + SKEW -> goto done
    :: else -> fence = newest + 1
    fi
  }
  /* ... the clock is read again, for the new lease ... */
  atomic { age[me] = 0; aging[me] = true }
  /* ... which is inserted: a unique _id decides who wins (insert_lease). */
  atomic {
    MAY_DIE;
#if PLANTED == 3
    newest = fence; /* written over instead of inserted */
#else
    if :: newest >= fence -> goto done :: else -> newest = fence fi;
#endif
    holder = me;
    released = false
  }

  /* analysis_work_load (src/analysis/analysis_work.c): the highest restatement is read before what it restates. */
#if PLANTED == 4
  atomic { version = truth }
  atomic { number = announced }
#else
  atomic { number = announced }
  atomic { version = truth }
#endif
  if :: IS_CURRENT -> goto release :: else fi;

  /* stamp `running` under the fence (begin_stamps, src/ingest/project.c; unstamp_current, src/job/analyzer.c) */
  atomic { look(); if :: allowed :: else -> goto done fi }
#if PLANTED != 5
  atomic {
    MAY_DIE;
    if
    :: FENCE_ALLOWS(fence) -> stamp = running; stamp_fence = fence
    :: else -> goto done /* read back: another's stands there */
    fi;
    check_rows()
  }
#endif

  /* the rows go (series_cut, src/store/series.c) */
  atomic { look(); if :: allowed :: else -> goto lost fi }
  atomic {
    MAY_DIE;
    note_late_write();
    rows = GONE;
    check_rows()
  }

  /* the rows come (series_append): what is there already is left, compared, and written over when it differs */
  atomic { look(); if :: allowed :: else -> goto lost fi }
  atomic {
    MAY_DIE;
    note_late_write();
    rows = version;
    check_rows()
  }

  /* read back, then `completed`, last and guarded (stamp_batch, src/ingest/project.c; job_status_write) */
  atomic {
    if :: rows != version -> goto lost :: else fi;
    look();
    if :: allowed :: else -> goto lost fi
  }
stamping:
  atomic {
    MAY_DIE;
    if
    :: FENCE_ALLOWS(fence) -> stamp = completed; stamp_fence = fence; stamp_number = number
    :: else -> goto lost
    fi;
    check_rows()
  }
  /* a reply that is lost: the store repeats the write (src/store/db_mongo_retry.c) */
  if :: goto stamping :: true fi;

release:
  /* run_release, and the end of a run: whoever finds its lease lost announces (note_loss, announce_loss) */
  atomic { look(); if :: allowed && newest == fence :: else -> goto lost fi }
  atomic { MAY_DIE; if :: newest == fence -> released = true :: else fi; goto done }

lost:
  /* restatements_insert past the lease (announce_loss, src/job/analyzer.c; project_days, src/ingest/project.c) */
  atomic {
    MAY_DIE;
#if PLANTED != 6
    announced++;
#endif
    owes[me] = false;
    check_rows();
    goto done
  }

died:
  atomic {
    dead[me] = true;
    orphaned = orphaned || owes[me];
    owes[me] = false;
  }
done:
  /* What nobody looks at any more is all the same. */
  atomic {
    fence = 0; number = 0; version = 0; allowed = false;
    if :: holder != me || newest == 0 -> age[me] = 0; aging[me] = false :: else fi
  }
}

/* Another job archives an older session: first the session, then its announcement (flush, src/ingest/project.c). */
proctype Archive() {
  atomic { truth = 1; changing = true }
  atomic { announced++; changing = false; check_rows() }
}

/* A tick makes every lease in hand older. */
proctype Clock() {
  byte i;
  do
  :: d_step {
       for (i : 0 .. PROCESSES - 1) {
         if :: aging[i] && age[i] < OLDEST -> age[i]++ :: else fi
       }
       i = 0
     }
  od
}

init {
  atomic {
    run Clock();
    run Archive();
    run Job(0);
#if PROCESSES == 3
    run Job(2);
#endif
    run Job(1)
  }
}
