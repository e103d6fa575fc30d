/* etfs.h: system_info.etfs: a document a fund of etf_data, delisted ones too. Made by
 * collections_create_section("etf"). */
#ifndef CLOSEBELL_STORE_ETFS_H
#define CLOSEBELL_STORE_ETFS_H

#include <closebell/base/day.h>
#include <closebell/market/etf.h>
#include <closebell/store/db.h>

typedef struct {
  char ticker[TICKER_SIZE];
  char name[ETF_NAME_SIZE];             /* of the newest document */
  char index_name[ETF_INDEX_NAME_SIZE]; /* of the newest that has one; empty: none has */
  Day first, last;                      /* dates of its documents; DAY_NONE: not known yet */
} Etf;

/* Ascending by ticker. Zero-initialise; etf_list_free at the end. */
typedef struct {
  Etf *items;
  size_t count, capacity;
} EtfList;

Etf *etf_list_find(const EtfList *list, const char *ticker); /* null: none */
/* The entry of the ticker, made where there is none. Null: no memory. Pointers are good until the next new one. */
Etf *etf_list_put(EtfList *list, const char *ticker);
void etf_list_free(EtfList *list);

/* All of them; one that cannot be read is left out. */
Status etfs_read(const Db *db, EtfList *ret_list, Error *err);
/* Each as it stands, whatever was there. */
Status etfs_write(const Db *db, const Etf *const *etfs, size_t count, Error *err);
Status etfs_delete(const Db *db, const char *ticker, Error *err); /* nothing when there is none */

#endif
