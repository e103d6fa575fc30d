/* shadow_radar.h: system_info.shadow_radar: what was turned down and rose, a document a stock and session in which that
 * was. What stands there follows from the archive: whoever looks at a session again puts down what it gives now. */
#ifndef CLOSEBELL_STORE_SHADOW_RADAR_H
#define CLOSEBELL_STORE_SHADOW_RADAR_H

#include <closebell/market/shadow.h>
#include <closebell/store/db.h>

/* Zero-initialise; shadow_list_free at the end. */
typedef struct {
  Shadow *items; /* ascending by _id */
  size_t count, capacity;
  size_t unreadable; /* passed over */
} ShadowList;

/* Those with from <= date <= to. */
Status shadow_radar_read(const Db *db, Day from, Day to, ShadowList *ret_list, Error *err);
void shadow_list_free(ShadowList *list);

/* Each in place of the one that is there. */
Status shadow_radar_write(const Db *db, const Shadow *const *shadows, size_t count, Error *err);
Status shadow_radar_delete(const Db *db, Day date, const char *ticker, Error *err);

#endif
