/* store_contract_internal.h: what the files of the contract share. */
#ifndef CLOSEBELL_TESTS_STORE_CONTRACT_INTERNAL_H
#define CLOSEBELL_TESTS_STORE_CONTRACT_INTERNAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <bson/bson.h>

#include <closebell/base/day.h>

#include "store_contract.h"

/* The files of the contract: contract_NAME_tests gives each one's tests, *ret_count of them. */
#define CONTRACT_PARTS(X)                                                                                              \
  X(db)                                                                                                                \
  X(delete) X(value) X(day) X(lease) X(job) X(alert) X(row) X(stock) X(leader) X(index) X(source) X(strategy)          \
      X(watchlist) X(flow) X(minute) X(etf) X(evening) X(report) X(event) X(dividend) X(decision) X(ask) X(feed)       \
          X(request)
#define CONTRACT_DECLARE(name) const struct CMUnitTest *contract_##name##_tests(size_t *ret_count);
CONTRACT_PARTS(CONTRACT_DECLARE)

/* Empties the databases. */
int contract_empty(void **state);

/* Fails the test with the error's text. */
#define assert_ok(call)                                                                                                \
  do {                                                                                                                 \
    Status status_ = (call);                                                                                           \
    if (status_ != STATUS_OK) fail_msg("%s: %s: %s", #call, status_name(status_), err.text);                           \
  } while (0)

Day contract_day(const char *text);

/* Single documents, past the collection modules. */
void contract_put(const Db *db, const char *database, const char *collection, bson_t *document);  /* destroys it */
bson_t *contract_get(const Db *db, const char *database, const char *collection, const char *id); /* null: none */
size_t contract_count(const Db *db, const char *database, const char *collection);
/* One field of a document, as relaxed JSON in a buffer of the caller's; "" when it is absent. */
enum { CONTRACT_FIELD_SIZE = 512 };
const char *contract_field(const Db *db, const char *database, const char *collection, const char *id,
                           const char *field, char text[CONTRACT_FIELD_SIZE]);
/* Sets one field of a document, or removes it (value null). Destroys value, a document with that one field. */
void contract_damage(const Db *db, const char *database, const char *collection, const char *id, const char *field,
                     bson_t *value);

#endif
