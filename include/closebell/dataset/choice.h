/* choice.h: which stocks a dataset of chosen stocks is about in a session: what is recorded of it, or else what the
 * settings choose now, which is recorded as soon as it is known who traded. */
#ifndef CLOSEBELL_DATASET_CHOICE_H
#define CLOSEBELL_DATASET_CHOICE_H

#include <closebell/market/universe.h>
#include <closebell/plan/chosen.h>
#include <closebell/store/db.h>

typedef struct {
  const char *dataset; /* by whose name it is recorded */
  ChosenSet set;       /* what the settings choose */
  Day date;
  Day before;        /* the session before it, after which its leaders were chosen; DAY_NONE: there is none */
  Day analyzed_from; /* the first session that was analysed: those before it never get leaders; DAY_NONE: none was */
  const Session *session; /* the final one, or the evening's; null: not known yet, and nothing is recorded */
  bool of_evening;        /* it is the evening's */
  const Universe *universe;
  Instant now;
} ChoiceQuestion;

typedef struct {
  TickerList list;   /* the caller's to free */
  bool waits;        /* the leaders of the session before are not written yet: there is no list */
  size_t unreadable; /* watchlists that are left out for that */
} Choice;

/* Nobody chosen is a list too. Costs nothing when the set is empty. */
Status choice_make(const Db *db, const ChoiceQuestion *question, Choice *ret_choice, Error *err);

#endif
