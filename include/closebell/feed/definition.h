/* definition.h: a declared feed: what its INI file says, checked. Pure: what the file names comes in as bytes.
 *
 *   definition = feed_definition_parse(name, shown, text, length);
 *   for each of definition->files: read it, feed_definition_supply(definition, i, bytes, length, NULL);
 *   status = feed_definition_settle(definition, &complaints);
 *   ...
 *   feed_definition_free(definition);
 *
 * All that is wrong is told at once by settle, in the order of the file: "rates.ini:12: [feed] schedule: ...". Only a
 * definition that settled without an error may be used. Every text is owned by the definition. */
#ifndef CLOSEBELL_FEED_DEFINITION_H
#define CLOSEBELL_FEED_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/complaints.h>
#include <closebell/base/day.h>
#include <closebell/base/instant.h>
#include <closebell/feed/table.h>
#include <closebell/feed/zone.h>

enum {
  FEED_NAME_SIZE = 41, /* [a-z][a-z0-9_]{0,39} and its NUL */
  FEED_LINE_MAX = 190, /* bytes of a line of the INI file */
  FEED_FILE_BYTES_MAX = 256 * 1024,
  FEED_FIELDS_MAX = 256,
  FEED_PARAMETERS_MAX = 64, /* of a section [query] */
  FEED_HEADERS_MAX = 8,
  FEED_ID_BYTES_MAX = 500,
  FEED_ITEMS_MAX = 20000,
  FEED_INDEXES_MAX = 16,
  FEED_KEYS_MAX = 64,
  FEED_KEY_BYTES_MAX = 512,
  FEED_MARK_SIZE = 17, /* 16 digits and a NUL */
  FEED_WEEKDAYS = 7,   /* of a unit's DATE; in the order of Weekday */
  FEED_PER_RUN_MAX = 100000,
  FEED_CATCH_UP_MAX = 1000,
  FEED_STEP_BACK_MAX = 366,
  FEED_MAX_PAGES_MAX = 10000
};
#define FEED_NO_FIELD SIZE_MAX

/* ---- when ---- */

typedef enum { FEED_HOURLY, FEED_DAILY, FEED_WEEKLY, FEED_MONTHLY } FeedPeriod;

typedef struct {
  FeedPeriod period;
  int minute;       /* of the day, on the zone's clocks; 0 of FEED_HOURLY */
  Weekday weekday;  /* of FEED_WEEKLY */
  int day_of_month; /* of FEED_MONTHLY: 1 to 31; a shorter month's last day */
  const char *zone_name;
  FeedZone zone;
} FeedSchedule;

/* ---- what is asked ---- */

typedef enum {
  FEED_PART_TEXT,  /* as it stands there */
  FEED_PART_KEY,   /* {key} */
  FEED_PART_ITEM,  /* {item}, {item.2}: index is the column, from 1 */
  FEED_PART_DATE,  /* {date}; with a text: its form, as in {date:%Y%m%d} */
  FEED_PART_SINCE, /* {since} */
  FEED_PART_FIELD  /* {FIELD}, in `id` alone: index is the field's */
} FeedPartKind;

typedef struct {
  FeedPartKind kind;
  const char *text; /* null where the kind has none */
  size_t index;
} FeedPart;

/* A text with places that are filled in. */
typedef struct {
  FeedPart *parts;
  size_t count;
} FeedTemplate;

typedef struct {
  const char *name;
  FeedTemplate value;
  int line;
} FeedParameter;

typedef struct {
  FeedParameter *items;
  size_t count;
} FeedParameters;

typedef struct {
  FeedTemplate url;
  FeedParameters query;
  FeedParameters
      query_of[FEED_WEEKDAYS]; /* by Weekday of the unit's DATE: added to `query`, and win where both name one */
  FeedParameters headers;
  bool uses_key, uses_item, uses_date, uses_since; /* anywhere in these */
} FeedAsk;

/* At most `calls` in any window, by key. calls 0: no such limit. */
typedef struct {
  int64_t calls, window_ms;
} FeedRate;

/* A key never leaves the process but in a request. */
typedef struct {
  const char *text;
  int64_t calls_per_day;     /* UTC days; 0: as many as it likes */
  char mark[FEED_MARK_SIZE]; /* what may be stored to know it again: hexadecimal digits that say nothing of it */
} FeedKey;

typedef struct {
  FeedKey *items;
  size_t count;
  bool are_missing;    /* `keys_file` is named, and is not there or holds none: the feed waits for its keys */
  const char *trouble; /* why the file could not be read; null: it was */
  const char *file;    /* as it is named; null: the feed needs no key */
  char *text;          /* owned: what items point into */
  size_t text_length;
} FeedKeys;

/* The items of a unit; a list of a weekday (of DATE) stands instead of the one of every day. */
typedef struct {
  bool given;
  FeedTable every, of[FEED_WEEKDAYS];
  bool has[FEED_WEEKDAYS];
} FeedItems;

/* Which units, and how much of one. */
typedef struct {
  int64_t catch_up;   /* of a feed that uses {date} */
  int64_t per_run;    /* items a unit asks at most; 0: all */
  int64_t step_back;  /* days before; 0: none */
  size_t since_field; /* or FEED_NO_FIELD */
  const char *since_start;
} FeedUnitRules;

/* ---- what comes of it ---- */

typedef enum { FEED_STRING, FEED_INT, FEED_DOUBLE, FEED_BOOL, FEED_DATE, FEED_INSTANT, FEED_STRINGS } FeedType;

typedef enum {
  FEED_FROM_ROW,    /* pointer: into the row, or "/COLUMN" of CSV */
  FEED_FROM_ANSWER, /* pointer: into the whole answer */
  FEED_FROM_KEY,    /* @key: the member's name where rows are members */
  FEED_FROM_ITEM,   /* @item, @item.2: column, from 1 */
  FEED_FROM_DATE,   /* @date: the day that answered */
  FEED_FROM_MAP     /* map: column of the line of `table` whose first column is the value at pointer (into the row) */
} FeedOrigin;

typedef struct {
  const char *name;
  FeedType type;
  bool is_optional;
  FeedOrigin from;
  const char *pointer; /* RFC 6901, syntax checked; of FEED_STRINGS one part may be "*"; null where `from` has none */
  size_t column;
  size_t map;         /* of FEED_FROM_MAP: an index of `files`, whose table it is */
  const char *format; /* of dates and instants: strptime's; null: not said */
  int line;
} FeedField;

typedef enum { FEED_JSON, FEED_CSV } FeedFormat;

typedef struct {
  FeedFormat format;
  const char *pointer; /* `rows`; "": the whole answer */
  bool is_single;
  size_t only;          /* a field, or FEED_NO_FIELD */
  const char **missing; /* texts that mean absent, beside null and "" */
  size_t missing_count;
  FeedTemplate id;
  FeedField *fields;
  size_t field_count;
} FeedRows;

typedef enum { FEED_PAGING_NONE, FEED_PAGING_PAGE, FEED_PAGING_CURSOR, FEED_PAGING_LINK } FeedPagingKind;

/* A pointer is null where it is not given. */
typedef struct {
  FeedPagingKind kind;
  const char *param; /* of page and cursor */
  int64_t first;     /* of page */
  int64_t size;      /* of page; 0: `pages` says how many pages there are */
  const char *pages, *cursor, *next, *total;
  int64_t max_pages;
} FeedPaging;

typedef enum { FEED_EXISTS, FEED_IS_ABSENT, FEED_EQUALS } FeedTest;

typedef struct {
  FeedTest test;
  const char *pointer;
  const char *text; /* of FEED_EQUALS */
} FeedCondition;

typedef struct {
  FeedCondition *items;
  size_t count;
} FeedConditions;

typedef struct {
  FeedConditions limit_if, error_if, ok_if, empty_if;
} FeedAnswerRules;

/* ---- checks ---- */

/* An end of a range, of the field's type. */
typedef struct {
  bool given;
  int64_t whole; /* of int; the Day of a date, the Instant of an instant */
  double real;   /* of double */
} FeedBound;

typedef struct {
  size_t field;
  FeedBound low, high; /* both belong to the range */
} FeedRange;

typedef struct {
  size_t field; /* FEED_NO_FIELD: not asked for */
  int64_t age_ms;
} FeedAge;

typedef struct {
  int64_t min_rows;
  size_t *unique; /* fields */
  size_t unique_count;
  FeedRange *ranges;
  size_t range_count;
  FeedAge not_older_than;
} FeedChecks;

/* ---- how it is stored ---- */

typedef enum { FEED_KEEP_FIRST, FEED_KEEP_NEWEST } FeedKeep; /* insert, replace */

typedef struct {
  const char *field; /* a field's name, or one of ours: item, first_seen_utc, changed_utc */
  bool is_descending;
} FeedIndex;

typedef struct {
  FeedKeep keep;
  const char *expire_field; /* null: nothing expires. A field of dates or instants, or first_seen_utc, changed_utc */
  bool expire_is_date;      /* stored as "YYYY-MM-DD" */
  int64_t expire_ms;
  FeedIndex *indexes;
  size_t index_count;
} FeedStoring;

/* ---- files that it names ---- */

typedef enum { FEED_FILE_ITEMS, FEED_FILE_KEYS, FEED_FILE_MAP, FEED_FILE_ZONE } FeedFileKind;

/* One that the caller has to read and to supply. A name is a path relative to the INI file's folder, without "..", or a
 * zone's name (/usr/share/zoneinfo/NAME). */
typedef struct {
  FeedFileKind kind;
  const char *name;
  int line; /* of the INI file, where it is named first */
  bool is_supplied;
  bool is_wrong;   /* it could not be read, or is not what it should be */
  FeedTable table; /* of items and maps */
} FeedFile;

typedef struct {
  FeedFile *items;
  size_t count;
} FeedFiles;

typedef struct FeedReading FeedReading; /* what is known between parse and settle */

typedef struct {
  char name[FEED_NAME_SIZE];
  const char *title; /* the name where none is given */
  FeedSchedule schedule;
  FeedAsk ask;
  FeedRate rate;
  FeedKeys keys;
  FeedItems items;
  FeedUnitRules units;
  FeedRows rows;
  FeedPaging paging;
  FeedAnswerRules answer;
  FeedChecks checks;
  FeedStoring storing;
  FeedFiles files;
  FeedReading *reading;
} FeedDefinition;

/* name: of the file, without ".ini". shown: how messages name the file. Null: no memory; whatever else is wrong is told
 * by settle. */
FeedDefinition *feed_definition_parse(const char *name, const char *shown, const char *text, size_t length);
/* The bytes of files.items[file]. trouble: why there are none ("No such file or directory"), else null; keys that are
 * not there are no error. STATUS_NO_MEMORY only. */
Status feed_definition_supply(FeedDefinition *definition, size_t file, const char *bytes, size_t length,
                              const char *trouble, Error *err);
/* Adds what is wrong to complaints, and returns STATUS_OK where nothing is. A file that was not supplied is an error.
 */
Status feed_definition_settle(FeedDefinition *definition, Complaints *complaints);
void feed_definition_free(FeedDefinition *definition); /* null: nothing to do */

/* `[a-z][a-z0-9_]{0,39}`. */
bool feed_name_is_valid(const char *name);
/* The index of a field, or FEED_NO_FIELD. */
size_t feed_field_find(const FeedDefinition *definition, const char *name);
/* The items of a unit of that weekday, of which there may be none; null: a feed without items. */
const FeedTable *feed_items_of(const FeedDefinition *definition, Weekday weekday);

#endif
