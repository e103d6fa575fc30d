/* dataset.h: one dataset beside daily prices: what is asked about a session, how an answer is proven, where it goes. A
 * dataset is a file with one of these, its line in src/dataset/table.c, and its row in base/job_rows.h, from which its
 * lease, statuses, alert, metrics and --explain follow. The engine (dataset/engine.h) does the rest: what is missing,
 * when it is asked again, stamps, healing, --verify, --dry-run. */
#ifndef CLOSEBELL_DATASET_DATASET_H
#define CLOSEBELL_DATASET_DATASET_H

#include <closebell/ingest/ingest.h>

enum { DATASET_DAYS_MAX = FETCH_MAX_DAYS }; /* that are worked on at once */

/* What the proof makes of an answer. */
typedef struct {
  /* JOB_COMPLETED: proven; JOB_FAILED: it cannot be; JOB_WAITING: the provider has it not yet, or, where it is stored,
   * nothing proves it yet (dataset_awaits_proof) */
  JobState state;
  bool stores;           /* it is stored: all that is proven, what awaits its proof, and what shows why it cannot be */
  int64_t expected_rows; /* what the settings want of a session */
  int64_t stored_rows;
  char reason[JOB_REASON_SIZE]; /* by what it is proven; or why not, with both figures, or what its proof waits for */
} DatasetVerdict;

/* One session of a dataset, while it is worked on. */
typedef struct {
  Day date;
  Day before, after; /* the sessions beside it, where nothing can be missing between; DAY_NONE */
  bool is_stored;    /* it awaits its proof and is not asked about: what is stored of it is judged, and stays */
  DayAnswer answer;
  DatasetVerdict verdict;
} DatasetDay;

/* A session whose stored documents are not what they should be. date is DAY_NONE where it is about none. */
typedef Status DatasetFinding(void *context, Day date, const char *what, Error *err);

/* How much of what is stored is looked at. */
typedef enum {
  LOOK_TURNS,  /* what the documents say by themselves: of the newest session, and of the stocks whose turn it is */
  LOOK_STORED, /* the same of all: a person named the dataset */
  LOOK_ARCHIVE /* and against the archived sessions: --verify */
} DatasetLook;

/* Completed sessions of a dataset, ascending: what should be stored. */
typedef struct {
  const Day *dates;
  size_t count;
  DatasetLook look;
  const struct Dataset *dataset;
} DatasetStored;

struct DeclaredFeed;
struct Dataset;
struct DatasetWish;
struct DatasetPlan;
struct DatasetWork;

/* A dataset whose units are no sessions of the market that the provider of daily prices is asked about: weeks, stocks
 * of a day, what a file declares. The engine takes the lease, shares the time, tells and raises alerts; what is due and
 * the work of it are the dataset's own. */
typedef struct {
  const char *unit;  /* "weeks": in what its progress is counted, for people */
  bool oldest_first; /* the oldest of what is missing is asked for first */
  /* What is due and missing, newest first, each unit by its date; what rests is counted. With a wish, all of its units.
   * plan->questions: so many source calls, as far as they are known. */
  Status (*plan)(Ingest *ingest, const struct Dataset *dataset, const struct DatasetWish *wish,
                 struct DatasetPlan *ret_plan, Error *err);
  /* Asks, proves, stores and stamps (dataset_stamp) the units of the plan; work->left: those it did not come to. */
  Status (*work)(struct DatasetWork *work, struct DatasetPlan *plan, Error *err);
  /* Whether its provider is to be asked at all now. Null: the door of `feed` decides. */
  Status (*is_shut)(Ingest *ingest, const struct Dataset *dataset, bool *ret_shut, Error *err);
} DatasetUnits;

typedef struct Dataset {
  const char *name;  /* of its row in the table of jobs */
  const char *feed;  /* what is asked; null: nothing */
  const char *proof; /* by what a completed session is proven, for people */
  /* Null: its units are sessions, and the engine does all but what stands below. Else only expected_rows (0: it has
   * nothing to do), and look where it is verified, are asked for. */
  const DatasetUnits *units;
  /* The markets that are asked about, and the rows of a session that the settings want; 0: it has nothing to do. */
  MarketSet (*markets)(const Job *job);
  int64_t (*expected_rows)(const Job *job);
  /* A session is proven by those beside it: with one that failed, they are asked for again, and one that awaits its
   * proof is judged again when one beside it is proven. */
  bool links;
  /* Makes what is to be stored into; what exists stays. Null: set-up does. */
  Status (*create)(const Job *job, Error *err);
  /* Fills in the verdicts of days that were answered. Days are ascending. */
  Status (*prove)(Ingest *ingest, DatasetDay *days, size_t count, Error *err);
  /* Stores the days whose verdict says so. */
  Status (*store)(Ingest *ingest, const DatasetDay *days, size_t count, Error *err);
  /* Tells of each of these sessions whose documents are gone, cannot be read or do not hold, and of documents of other
   * dates, which belong to no session. */
  Status (*look)(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err);
  const struct DeclaredFeed *declared; /* of a feed that a file declares (feeds.h); null: it is one of the product */
} Dataset;

typedef struct DatasetTable {
  const Dataset *const *items;
  size_t count;
} DatasetTable;

/* The datasets of the product; or those that job->tables.datasets names instead. */
const DatasetTable *dataset_table(const Job *job);
const DatasetTable *dataset_table_of_product(void);
/* Null: the job's table has none of that name. */
const Dataset *dataset_find(const Job *job, const char *name);
/* The settings want it, and it has something to do. */
bool dataset_is_wanted(const Job *job, const Dataset *dataset);
/* The same of a row of the table of jobs; a program's: the settings want it. */
bool dataset_row_is_wanted(const Job *job, const JobRow *row);

#endif
