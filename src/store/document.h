/* document.h: BSON documents, read and written strictly. Private to src/store and its test double.
 *
 * A reader and a writer remember the first thing that went wrong in `status` and do nothing from there on, so that a
 * document is a list of fields and one check at the end. What a reader finds missing or of another type is
 * STATUS_BAD_DATA, and the message names collection, _id and field. */
#ifndef CLOSEBELL_STORE_DOCUMENT_H
#define CLOSEBELL_STORE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bson/bson.h>

#include <closebell/base/day.h>
#include <closebell/base/instant.h>
#include <closebell/base/status.h>
#include <closebell/market/ticker.h>
#include <closebell/store/db.h>

/* --- reading --- */

enum { DOCUMENT_INDEXED_FIELDS = 24 }; /* a document of more is read all the same, only slower */

typedef struct {
  const bson_t *document; /* lent */
  const char *database, *collection;
  const char *id; /* lent by the document; "(no _id)" when it has none */
  Error *err;
  Status status;
  /* Where each field is. Fields are read in the order they were written: `next` is the one behind the last one found.
   */
  struct {
    const char *name; /* lent by the document */
    uint32_t length, offset;
  } fields[DOCUMENT_INDEXED_FIELDS];
  uint32_t field_count, next; /* a count beyond those indexed: the document is searched each time */
  uint64_t present;           /* a bit a field, by its first letters: most that are optional are not there */
} DocumentReader;

DocumentReader document_reader(const char *database, const char *collection, const bson_t *document, Error *err);
/* The document that is a field: `part` holds it, lent by the outer one, and *ret_inner reads it; what is wrong with its
 * fields is told under the _id of the outer one. False, and the outer one's fault, when there is none. */
bool document_get_part(DocumentReader *from, const char *field, bson_t *part, DocumentReader *ret_inner);
/* The _id of a document, null when it has none that is a string. */
const char *document_id(const bson_t *document);
bool document_has(const DocumentReader *from, const char *field);
/* For faults that only the collection's own rules show: sets STATUS_BAD_DATA unless there was one before. */
void document_fault(DocumentReader *from, const char *field, const char *what);

/* Text that does not fit is a fault. */
void document_get_text(DocumentReader *from, const char *field, char *to, size_t to_size);
/* Text for people: empty when absent, cut at a whole character when too long. */
void document_get_prose(DocumentReader *from, const char *field, char *to, size_t to_size);
/* Whole numbers of any BSON type are taken: mongosh writes doubles. */
void document_get_int64(DocumentReader *from, const char *field, int64_t *to);
void document_get_int64_or(DocumentReader *from, const char *field, int64_t absent, int64_t *to);
void document_get_double(DocumentReader *from, const char *field, double *to);
void document_get_double_or_nan(DocumentReader *from, const char *field, double *to);
void document_get_bool(DocumentReader *from, const char *field, bool *to);
void document_get_day(DocumentReader *from, const char *field, Day *to);
void document_get_day_or_none(DocumentReader *from, const char *field, Day *to);
void document_get_instant(DocumentReader *from, const char *field, Instant *to);
void document_get_instant_or_none(DocumentReader *from, const char *field, Instant *to);
/* The bytes are lent by the document. */
void document_get_binary(DocumentReader *from, const char *field, const uint8_t **ret_data, size_t *ret_size);

/* An array of strings: `for (DocumentTexts texts = document_get_texts(from, "markets"); document_next_text(&texts,
 * &text);)`. An absent array is a fault unless document_has was asked first. */
typedef struct {
  DocumentReader *from;
  const char *field;
  bson_iter_t items;
  bool any;
} DocumentTexts;
DocumentTexts document_get_texts(DocumentReader *from, const char *field);
bool document_next_text(DocumentTexts *texts, const char **ret_text);
/* An array of tickers, allocated: null and 0 when it is empty. */
void document_get_tickers(DocumentReader *from, const char *field, char (**ret_tickers)[TICKER_SIZE],
                          size_t *ret_count);

/* Arrays of whole numbers, at most `most` of them; *ret_count: how many there are. */
void document_get_int64s(DocumentReader *from, const char *field, int64_t *to, size_t most, size_t *ret_count);

/* --- writing --- */

typedef struct {
  bson_t *document; /* lent */
  Error *err;
  Status status;
} DocumentWriter;

/* document null: STATUS_NO_MEMORY. */
DocumentWriter document_writer(bson_t *document, Error *err);

/* A text cut in the middle of a character is cut before it. */
void document_put_text(DocumentWriter *to, const char *field, const char *text);
void document_put_prose(DocumentWriter *to, const char *field, const char *text); /* left out when empty */
void document_put_int32(DocumentWriter *to, const char *field, int32_t value);
void document_put_int64(DocumentWriter *to, const char *field, int64_t value);
void document_put_double(DocumentWriter *to, const char *field, double value); /* not finite: STATUS_INTERNAL */
void document_put_double_unless_nan(DocumentWriter *to, const char *field, double value); /* left out when NaN */
void document_put_bool(DocumentWriter *to, const char *field, bool value);
void document_put_day(DocumentWriter *to, const char *field, Day day);             /* left out when DAY_NONE */
void document_put_instant(DocumentWriter *to, const char *field, Instant instant); /* left out when INSTANT_NONE */
void document_put_binary(DocumentWriter *to, const char *field, const uint8_t *data, size_t size);
void document_put_document(DocumentWriter *to, const char *field, const bson_t *document);
/* Arrays of strings are gathered in a document of their own and put when complete. */
void document_add_text(bson_t *array, const char *text);
void document_put_array(DocumentWriter *to, const char *field, const bson_t *array);
void document_put_int32s(DocumentWriter *to, const char *field, const int32_t *values, size_t count);
void document_put_int64s(DocumentWriter *to, const char *field, const int64_t *values, size_t count);
void document_put_tickers(DocumentWriter *to, const char *field, const char (*tickers)[TICKER_SIZE], size_t count);

/* STATUS_INTERNAL for what the embedded server answers by closing the connection or refuses: NaN, infinity, null and
 * rare types, arrays in arrays, names with '.' or a leading '$', text that is not UTF-8. */
Status document_check_values(const bson_t *document, Error *err);
/* The same, and the _id must be a string. */
Status document_check(const bson_t *document, Error *err);

/* --- many --- */

/* Zero-initialise; documents_free at the end. */
typedef struct {
  bson_t **items;
  size_t count, capacity;
} Documents;

bson_t *documents_add(Documents *documents); /* a new empty document, or null */
/* Adds a copy; false when there is no memory. */
bool documents_add_copy(Documents *documents, const bson_t *document);
static inline const bson_t *const *documents_view(const Documents *documents) {
  return (const bson_t *const *)documents->items;
}
void documents_free(Documents *documents);

#endif
