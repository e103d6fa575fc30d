/* explained.h: which filing says why a base price was moved: a bonus issue or a reduction whose ratio gives the
 * action's factor within 1 %, and one of whose dates is within EXPLAINED_SESSIONS of the action. Preferred stock has
 * none. Pure. */
#ifndef CLOSEBELL_COMPANY_EXPLAINED_H
#define CLOSEBELL_COMPANY_EXPLAINED_H

#include <closebell/company/event.h>
#include <closebell/market/action.h>

enum { EXPLAINED_SESSIONS = 30 };

/* The archived sessions, ascending; lent. */
typedef struct {
  const Day *days;
  size_t count;
} SessionDays;

/* Those after the earlier and up to the later of the two days; weekdays count before the first and behind the last
 * session. */
int64_t sessions_apart(const SessionDays *sessions, Day a, Day b);

/* The factor that an event makes; 0: it says none. */
double event_factor(const CompanyEvent *event);

/* The event that explains the action: of those that are the newest of their company, kind and first day and are not
 * withdrawn, that of the highest receipt number. Null: none does. */
const CompanyEvent *explained_by(const Events *events, const SessionDays *sessions, const CorporateAction *action);

#endif
