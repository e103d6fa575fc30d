/* stored.h: documents as they stand, for those that pass them on: every field, with its name and kind.
 *
 * Values that have no form in an answer (binary data, null) are left out. */
#ifndef CLOSEBELL_STORE_STORED_H
#define CLOSEBELL_STORE_STORED_H

#include <closebell/store/db.h>

typedef enum {
  STORED_TEXT,
  STORED_WHOLE,
  STORED_REAL,
  STORED_TRUTH,
  STORED_INSTANT,
  STORED_LIST,  /* items, without names */
  STORED_OBJECT /* items */
} StoredKind;

typedef struct StoredField {
  const char *name;
  StoredKind kind;
  const char *text; /* STORED_TEXT; lent by the document */
  int64_t whole;    /* STORED_WHOLE; of STORED_TRUTH 1 or 0; of STORED_INSTANT an Instant */
  double real;      /* STORED_REAL */
  struct StoredField *items;
  size_t count;
} StoredField;

/* Zero-initialise; stored_free at the end. */
typedef struct {
  const char *id;      /* the _id, which is not among the fields; "" when it is no text */
  StoredField *fields; /* in stored order */
  size_t count;
  bson_t *source; /* what the texts lie in */
} StoredDocument;

/* The document is lent; whoever keeps it takes it over, and leaves it zero. */
typedef Status StoredVisit(void *context, StoredDocument *document, Error *err);

/* Ascending by _id, from..to inclusive, null for an open end; fields null-ended, null for all. */
typedef struct {
  const char *database, *collection;
  const char *from, *to;
  const char *const *fields;
} StoredRange;

Status stored_read(const Db *db, const StoredRange *range, StoredVisit *visit, void *context, Error *err);
/* The same from the greatest _id down, at most `limit` of them. */
Status stored_read_back(const Db *db, const StoredRange *range, size_t limit, StoredVisit *visit, void *context,
                        Error *err);
/* STATUS_NOT_FOUND: there is none. */
Status stored_find(const Db *db, const char *database, const char *collection, const char *id,
                   StoredDocument *ret_document, Error *err);
void stored_free(StoredDocument *document);
size_t stored_size(const StoredDocument *document); /* bytes of it as the database has it */

/* Null: the document has none of that name. */
const StoredField *stored_field(const StoredDocument *document, const char *name);
/* A text of that name; "": there is none. Lent. */
const char *stored_get_text(const StoredDocument *document, const char *name);
/* INSTANT_NONE: there is none. */
Instant stored_get_instant(const StoredDocument *document, const char *name);

#endif
