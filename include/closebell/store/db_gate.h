/* db_gate.h: a database that asks before each write whether it may. Reads pass. */
#ifndef CLOSEBELL_STORE_DB_GATE_H
#define CLOSEBELL_STORE_DB_GATE_H

#include <closebell/store/db.h>

/* STATUS_OK: the write goes out. Anything else is returned to the writer, and nothing goes out.
 * what: "insert into", for messages. */
typedef Status DbMayWrite(void *context, const char *what, const char *database, const char *collection, Error *err);

typedef struct {
  const Db *db;
  DbMayWrite *may_write;
  void *context;
} DbGate;

/* gate and its db have to live as long as the result. */
Db db_gate(DbGate *gate);

/* For a run that only reads: no write goes out. STATUS_INTERNAL: the program was about to break its promise. */
DbMayWrite db_gate_shut;

#endif
