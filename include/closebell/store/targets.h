/* targets.h: system_info.target_tickers: the universe (master fields, written by ingest) and its stamps (written by hourly_analysis). */
#ifndef CLOSEBELL_STORE_TARGETS_H
#define CLOSEBELL_STORE_TARGETS_H

#include <closebell/market/universe.h>
#include <closebell/store/db.h>

enum { TARGET_ERROR_SIZE = 256 };

typedef struct {
  Day last_analyzed_date;   /* DAY_NONE: never */
  int64_t analysis_version; /* 0: never */
  int64_t restatement;      /* the highest restatement number taken in */
  int64_t failure_count;    /* in a row; 0: the field `failures` is absent */
  char last_error[TARGET_ERROR_SIZE];
  Instant last_failure_utc;
} TargetStamps;

/* stamps[i] belongs to universe.items[i]. Zero-initialise; target_table_free at the end. */
typedef struct {
  Universe universe;
  TargetStamps *stamps;
} TargetTable;

Status targets_load(const Db *db, TargetTable *ret_table, Error *err);
/* New documents; those that exist are left alone. */
Status targets_insert(const Db *db, const Target *const *targets, size_t count, Error *err);
/* Master fields only, by $set. */
Status targets_update(const Db *db, const Target *const *targets, size_t count, Error *err);
/* Stamps only, by $set; tickers[i] gets stamps[i]. */
Status targets_stamp(const Db *db, const char *const *tickers, const TargetStamps *stamps, size_t count, Error *err);
/* Its master fields and stamps, for good. */
Status targets_delete(const Db *db, const char *ticker, Error *err);
void target_table_free(TargetTable *table);

#endif
