/* rows.h: typed rows from the tree of an answer, as a feed's [fields] say. Pure.
 *
 * What `rows` leads to: an array, whose elements are objects; or an object: its members that are objects are the rows,
 * and without such members it is the one row itself. "", {} and [] are no row. Anything else (nothing there, null, a
 * number, an element that is no object) makes the answer broken. With `single` it is the one row, whatever it is.
 *
 * What a field takes: null, "" and what `missing` names are absent, and so is where a pointer leads to nothing.
 *   string    a text, or a number as it was written
 *   int       a number, or a text, that is written as an integer (no point, no exponent, no comma) and fits 64 bits:
 *             1.0 and 1e3 are none
 *   double    a number, or a text that is written as one; finite
 *   bool      true or false; of CSV, which has texts alone, "true" or "false" in any letters
 *   date, instant   a text or a number by time_format.h
 *   strings   an array of what a string takes. One of them that is absent is left out where the field is optional
 * A field that is absent and not optional, and one of another type, makes the answer broken. Of CSV a field that is not
 * optional needs its column even where there is no row.
 *
 * A key of the feed that an answer repeats is hidden (feed_keys_hide) in what is stored, and in what is said. */
#ifndef CLOSEBELL_FEED_ROWS_H
#define CLOSEBELL_FEED_ROWS_H

#include <closebell/feed/definition.h>
#include <closebell/feed/json.h>

enum {
  FEED_ROWS_MAX = 1000 * 1000,             /* of a question, on all its pages */
  FEED_ROWS_BYTES_MAX = 256 * 1024 * 1024, /* of memory that they take */
  FEED_ROW_TEXT_MAX = 4 * 1024 * 1024,     /* bytes of a row's texts: a document of the database takes 16 MB */
  FEED_REASON_SIZE = 256
};

typedef struct {
  const char *const *items;
  size_t count;
} FeedTexts;

/* Texts have a NUL behind them, and none inside. */
typedef struct {
  FeedType type;
  bool is_absent;
  union {
    const char *text; /* FEED_STRING */
    int64_t whole;    /* FEED_INT */
    double real;      /* FEED_DOUBLE */
    bool truth;       /* FEED_BOOL */
    Day day;          /* FEED_DATE */
    Instant instant;  /* FEED_INSTANT */
    FeedTexts texts;  /* FEED_STRINGS */
  };
} FeedValue;

typedef struct {
  const char *id;          /* 1 to FEED_ID_BYTES_MAX bytes, no control characters */
  const FeedValue *values; /* one for each field of the definition, in its order */
} FeedRow;

/* The rows of a question, page after page, in the order in which they came; their texts are its own. Zero-initialise;
 * feed_rows_free at the end. */
typedef struct {
  FeedRow *items;
  size_t count, capacity;
  size_t received;       /* with those that `only` leaves out: what `total`, and the size of a page, are about */
  size_t bytes;          /* of memory that they take */
  bool is_rightly_empty; /* `empty_if` held: that there is no row is no fault */
  FeedArena *arena;
} FeedRowList;

/* What a question was about. Everything is lent. */
typedef struct {
  const FeedDefinition *definition;
  const FeedLine *item; /* null: a feed without items */
  Day date;             /* @date: the day that is asked about */
} FeedAsked;

/* Adds the rows of a page. STATUS_BAD_DATA: reason names row and field, and nothing was added; it may quote the answer,
 * and never a key. STATUS_NO_MEMORY: the same, with reason "out of memory". */
Status feed_rows_add(const FeedAsked *asked, const FeedJsonText *answer, FeedRowList *rows,
                     char reason[FEED_REASON_SIZE]);

/* Of the rows with one _id, which are no error by themselves (see `unique`), leaves one where the first of them stood:
 * with FEED_KEEP_FIRST the first, with FEED_KEEP_NEWEST the last that came. count is then the number of distinct _ids.
 * False: no memory, and nothing is changed. */
bool feed_rows_make_distinct(FeedRowList *rows, FeedKeep keep);
void feed_rows_free(FeedRowList *rows);

#endif
