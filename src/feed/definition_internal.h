/* definition_internal.h: a definition while it is read: its entries, what is wrong, and the memory of all its texts. */
#ifndef CLOSEBELL_FEED_DEFINITION_INTERNAL_H
#define CLOSEBELL_FEED_DEFINITION_INTERNAL_H

#include <closebell/base/ini_text.h>
#include <closebell/feed/definition.h>

typedef struct {
  int line; /* 0: of the file as a whole */
  char *text;
} FeedNote;

/* Which file a key waits for; SIZE_MAX: none. */
typedef struct {
  size_t items, items_of[FEED_WEEKDAYS], keys, zone;
} FeedWaiting;

struct FeedReading {
  IniText ini;
  char *shown;
  FeedNote *notes;
  size_t note_count, note_capacity;
  void **blocks; /* what the definition points to */
  size_t block_count, block_capacity, file_capacity;
  FeedWaiting waiting;
  bool failed; /* no memory */
};

/* An entry in hand, as messages name it. */
typedef struct {
  FeedDefinition *definition;
  const char *section, *key, *value;
  int line;
} FeedEntry;

/* ---- memory: owned by the definition; null, and `failed` is set, when there is none ---- */

void *feed_keep(FeedDefinition *definition, size_t count, size_t size); /* zeroed */
const char *feed_keep_text(FeedDefinition *definition, const char *text, size_t length);

/* ---- what is wrong ---- */

void feed_note(const FeedEntry *entry, const char *format, ...) __attribute__((format(printf, 2, 3)));
void feed_note_at(FeedDefinition *definition, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "; did you mean NAME?", or "". Of words that are null-ended. Returns text. */
enum { FEED_NEAR_SIZE = 80 };
const char *feed_near(const char *text, size_t length, const char *const *words, char near[FEED_NEAR_SIZE]);

/* ---- entries ---- */

/* False: the key is not given. */
bool feed_entry_find(FeedDefinition *definition, const char *section, const char *key, FeedEntry *ret_entry);
FeedEntry feed_entry_of(FeedDefinition *definition, const IniEntry *ini);
/* Notes sections and keys that there are not, and those given twice. */
void feed_check_keys(FeedDefinition *definition);

/* ---- values: false, and a note, when the value is none ---- */

/* Between commas, or ends of lines; each is trimmed, not empty, and ends with NUL. At least one. */
bool feed_take_list(const FeedEntry *entry, const char *const **ret_texts, size_t *ret_count);
/* The same as one text with commas. */
const char *feed_join_list(const FeedEntry *entry);
bool feed_take_whole(const FeedEntry *entry, int64_t low, int64_t high, int64_t *ret_value);
/* RFC 6901, of a value or a part of one. has_star: one part may be "*". */
bool feed_take_pointer(const FeedEntry *entry, const char *text, size_t length, bool has_star,
                       const char **ret_pointer);
bool feed_take_field(const FeedEntry *entry, const char *name, size_t length, size_t *ret_field);
/* "90min", "36h", "7d". */
bool feed_take_age(const FeedEntry *entry, const char *text, size_t length, int64_t *ret_ms);
/* What stands behind "item": "" is column 1, ".2" column 2; up to FEED_COLUMNS_MAX. */
bool feed_take_column(const char *text, size_t length, size_t *ret_column);
/* A file that is to be read; the same name is one file. */
bool feed_take_file(const FeedEntry *entry, FeedFileKind kind, const char *name, size_t length, size_t *ret_file);

/* ---- sections ---- */

void feed_read_fields(FeedDefinition *definition);
void feed_read_feed(FeedDefinition *definition);  /* [feed] */
void feed_read_asked(FeedDefinition *definition); /* url, [query], [headers] */
void feed_read_rules(FeedDefinition *definition); /* [paging], [answer] */
void feed_read_checks(FeedDefinition *definition);
/* What stands in two places and does not go together. */
void feed_check_together(FeedDefinition *definition);
void feed_check_items(FeedDefinition *definition); /* once files are there */

#endif
