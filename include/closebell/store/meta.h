/* meta.h: system_info.meta: which contract this database follows, and whether its set-up has finished. */
#ifndef CLOSEBELL_STORE_META_H
#define CLOSEBELL_STORE_META_H

#include <closebell/market/filter.h>
#include <closebell/store/db.h>

enum { CONTRACT_VERSION = 1 };

typedef struct {
  int64_t version;
  bool setup_completed;
  MarketSet markets; /* all archived sessions have these; 0: not known */
  /* The entry filter by which set-up chose the first universe (filter_format), whatever it was changed to before the
   * next session came; META_BEGAN_UNKNOWN where a program chose it that did not write this down. Empty: the universe is
   * yet to be reckoned once by the rule of refilter.h, which older programs did not follow. */
  char began_by[FILTER_TEXT_SIZE];
} Meta;

#define META_CONTRACT_ID "contract" /* beside it lie the marks of requests (requests.h) */
#define META_BEGAN_UNKNOWN "unknown"

/* STATUS_NOT_FOUND: no set-up has begun. STATUS_CONFIG: a newer contract than this program knows. */
Status meta_read(const Db *db, Meta *ret_meta, Error *err);
/* Of the document as it was read. */
Status meta_take(const bson_t *document, Meta *ret_meta, Error *err);
Status meta_write(const Db *db, const Meta *meta, Error *err);

#endif
