/* stored_text.h: stored documents as JSON and as CSV, for whoever passes them on. Pure but for memory.
 *
 * int64 stay integers, doubles read back to the same double, instants are RFC 3339 in UTC; what is absent is absent (in
 * CSV: an empty cell). */
#ifndef CLOSEBELL_STORE_STORED_TEXT_H
#define CLOSEBELL_STORE_STORED_TEXT_H

#include <closebell/base/json_writer.h>
#include <closebell/store/stored.h>

/* Its value under its name. */
void put_stored(JsonWriter *to, const char *name, const StoredField *field);
/* An object on a line of its own: `id`, then the fields but for one that is called so, too. */
void stored_put_line(TextBuffer *out, const StoredDocument *document);

void csv_put_text(TextBuffer *out, const char *text);           /* in quotes where it needs them */
void csv_put_stored(TextBuffer *out, const StoredField *field); /* null: an empty cell */

/* The fields of some documents, in their order: the columns of a CSV behind `id`. Zero-initialise; stored_columns_free
 * at the end. */
typedef struct {
  char **names; /* owned */
  size_t count, capacity;
} StoredColumns;

/* A name that is new comes behind the one that stands before it in its document. False: no memory. */
bool stored_columns_add(StoredColumns *columns, const StoredDocument *document);
bool stored_columns_have(const StoredColumns *columns, const StoredDocument *document); /* all of its fields */
void stored_columns_put_head(const StoredColumns *columns, TextBuffer *out);
void stored_columns_put_row(const StoredColumns *columns, TextBuffer *out, const StoredDocument *document);
void stored_columns_free(StoredColumns *columns);

#endif
