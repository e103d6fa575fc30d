/* corporate_actions.h: system_info.corporate_actions: a projection of the archive, never an input; and which filing of
 * its company says why (company/explained.h). */
#ifndef CLOSEBELL_STORE_CORPORATE_ACTIONS_H
#define CLOSEBELL_STORE_CORPORATE_ACTIONS_H

#include <closebell/market/action.h>
#include <closebell/store/db.h>

/* _id "336370:2024-01-08". Overwrites. */
Status corporate_actions_write(const Db *db, const CorporateAction *actions, size_t count, Error *err);
/* Removes those of the date that are not among `keep` (sorted in no way): the date's session was replaced. Those that
 * stay with the same factor get what is stored as explained_by. */
Status corporate_actions_remove_others(const Db *db, Day date, CorporateAction *keep, size_t count, Error *err);
/* Sets explained_by of each to what it is there, or takes it away, where the stored factor is still that one. */
Status corporate_actions_explain(const Db *db, const CorporateAction *actions, size_t count, Error *err);

/* Removes one; nothing when there is none. */
Status corporate_action_delete(const Db *db, const char *ticker, Day date, Error *err);

/* Lent. action null: the document under that id cannot be read, or says another ticker or date than its id. */
typedef Status CorporateActionVisit(void *context, const char *id, const CorporateAction *action, Error *err);
/* Those of one ticker, oldest first; ticker null: all, by ticker. */
Status corporate_actions_read(const Db *db, const char *ticker, CorporateActionVisit *visit, void *context, Error *err);

#endif
