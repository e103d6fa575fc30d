/* json.h: the JSON of an answer as a tree, with its numbers as they were written. Pure.
 *
 * Strict (RFC 8259): one value, UTF-8, no NUL and no half of a surrogate pair in a text, no byte order mark. Of two
 * members of one name the object is refused: readers differ about which of them counts. A number keeps its text, and
 * may be larger than any number of C: whoever wants its value reads the text. */
#ifndef CLOSEBELL_FEED_JSON_H
#define CLOSEBELL_FEED_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/status.h>

enum {
  FEED_JSON_MAX_BYTES = 16 * 1024 * 1024,
  FEED_JSON_MAX_DEPTH = 64,              /* arrays and objects inside each other */
  FEED_JSON_MAX_VALUES = 4 * 1000 * 1000 /* of the whole text: bounds the memory */
};

typedef enum {
  FEED_JSON_NULL,
  FEED_JSON_FALSE,
  FEED_JSON_TRUE,
  FEED_JSON_NUMBER,
  FEED_JSON_TEXT,
  FEED_JSON_ARRAY,
  FEED_JSON_OBJECT
} FeedJsonKind;

typedef struct FeedJson FeedJson;
struct FeedJson {
  FeedJsonKind kind;
  uint32_t name_length;
  uint32_t length;       /* bytes of `text`, or how many values an array or object has */
  const char *name;      /* of a member, with a NUL; else null */
  const char *text;      /* of a text, or of a number as it was written, with a NUL; null of another kind */
  const FeedJson *first; /* of an array or object: its values, in their order; null: none */
  const FeedJson *next;  /* the one after it in the same array or object */
};

/* A text or a number, which has a text; null: no. */
static inline bool feed_json_is_written(const FeedJson *json) {
  return json != NULL && (json->kind == FEED_JSON_TEXT || json->kind == FEED_JSON_NUMBER);
}

typedef struct FeedArena FeedArena;

/* Why bytes are refused, in the order of what they are worth: cut on the way, no JSON at all, or JSON that cannot be
 * believed (not UTF-8, a NUL, a member twice, too deep, too large). */
typedef enum { FEED_JSON_CUT, FEED_JSON_OTHER, FEED_JSON_UNFIT } FeedJsonFault;

/* A tree and its memory. Zero-initialise; feed_json_close at the end. */
typedef struct {
  const FeedJson *root;
  const FeedJson *columns; /* of CSV (csv.h): an object with a member a column; null of JSON */
  FeedArena *arena;
  const char *decoded; /* where all its texts lie, and other bytes between them: for a look at all of them at once */
  size_t decoded_length;
  FeedJsonFault fault; /* after STATUS_BAD_DATA */
} FeedJsonText;

/* Reads a copy of the bytes; the tree is the caller's until feed_json_close. STATUS_BAD_DATA with the byte's place
 * (never a piece of the text), STATUS_NO_MEMORY. */
Status feed_json_open(const char *bytes, size_t length, FeedJsonText *ret_text, Error *err);
void feed_json_close(FeedJsonText *text);

/* The member of an object; null: there is none, or it is no object. */
const FeedJson *feed_json_member(const FeedJson *object, const char *name, size_t name_length);
/* The value at a place from 0; null: there is none, or it is no array. */
const FeedJson *feed_json_item(const FeedJson *array, size_t place);

/* "a text", "an object": for messages. */
const char *feed_json_kind_name(FeedJsonKind kind);

#endif
