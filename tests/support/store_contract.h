/* store_contract.h: one set of tests for everything behind the interface Db, and for the collections built on it. */
#ifndef CLOSEBELL_TESTS_STORE_CONTRACT_H
#define CLOSEBELL_TESTS_STORE_CONTRACT_H

#include <closebell/store/db.h>

typedef struct {
  Db db;    /* under test; everything in it is removed before each test */
  Db other; /* another process's connection to the same database */
} StoreContract;

/* True when no collection of the three databases holds a document: only then may the contract run on a server that is
 * not its own. */
bool store_contract_may_use(const Db *db);

/* The number of tests that failed. */
int store_contract_run(const char *name, StoreContract *contract);

#endif
