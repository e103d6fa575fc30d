/* db_reader.h: a database for a run that only reads (ACCESS_PLAN, ACCESS_READ): every write is refused before it is sent. */
#ifndef CLOSEBELL_STORE_DB_READER_H
#define CLOSEBELL_STORE_DB_READER_H

#include <closebell/store/db.h>

/* Reads go to `db`, which is lent and has to stay. A write returns STATUS_INTERNAL and names what it would have written:
 * it is a bug of the caller. */
Db db_reader(const Db *db);

#endif
