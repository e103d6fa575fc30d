/* declared_ask.h: asking a declared feed: one question at a time, with all its pages, by the key whose turn it is.
 * Every call is counted before it is made: by key (key_desk.h) and at the feed's door (feed:NAME). */
#ifndef CLOSEBELL_DATASET_DECLARED_ASK_H
#define CLOSEBELL_DATASET_DECLARED_ASK_H

#include <closebell/dataset/feeds.h>
#include <closebell/dataset/key_desk.h>
#include <closebell/feed/answer.h>
#include <closebell/feed/keys.h>

enum { DECLARED_REASON_SIZE = 256 };

/* One run's dealings with a feed. Must stay where it is between open and close. */
typedef struct {
  Job *job;
  const DeclaredFeed *feed;
  Source source; /* the web's, under the name of the feed's door */
  ProviderTerms terms;
  Fetch fetch;
  KeyDesk keys;
  Instant at;           /* the business instant, with the waits that were made */
  const char **secrets; /* the keys' texts, ended by a null */
  bool answered;        /* it has answered sensibly in this run */
} Asking;

/* STATUS_CONFIG: nobody is asked. */
Status asking_open(Asking *asking, Job *job, const DeclaredFeed *feed, int64_t deadline_ms, Error *err);
void asking_close(Asking *asking);

/* What a question is about; lent. */
typedef struct {
  const FeedLine *item; /* null: the feed has none */
  Day date;             /* of {date}, @date */
  Weekday weekday;      /* of the unit's DATE */
  const char *since;    /* null: the feed has none */
} DeclaredQuestion;

typedef enum {
  OUTCOME_ROWS,    /* all pages came; there may be no row */
  OUTCOME_NONE,    /* the answer says that there is rightly none */
  OUTCOME_FAILED,  /* this question */
  OUTCOME_STOPPED, /* the feed is not asked any more in this run */
  OUTCOME_WAITING  /* for a key, a window, the next run */
} OutcomeKind;

typedef struct {
  OutcomeKind kind;
  char reason[DECLARED_REASON_SIZE]; /* of all but the first two */
} AskOutcome;

/* Fills rows (zeroed by the caller, who frees them). Fails only when the run has to end. */
Status asking_question(Asking *asking, const DeclaredQuestion *question, FeedRowList *rows, AskOutcome *ret_outcome,
                       Error *err);

#endif
