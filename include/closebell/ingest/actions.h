/* actions.h: the corporate actions of a session, as its archived base prices tell of them, of the whole market. */
#ifndef CLOSEBELL_INGEST_ACTIONS_H
#define CLOSEBELL_INGEST_ACTIONS_H

#include <closebell/ingest/fold.h>
#include <closebell/market/action.h>

/* Those of the window's newest session, by ticker, after those that *actions holds already. A stock whose close before
 * is not known, because a day may be missing between, has none. explained_by is empty. */
Status actions_of_session(const Ledger *ledger, const FoldWindow *window, Actions *actions, Error *err);

#endif
