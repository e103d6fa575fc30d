/* value.h: one value of an answer as a field takes it. */
#ifndef CLOSEBELL_FEED_VALUE_H
#define CLOSEBELL_FEED_VALUE_H

#include <closebell/feed/pointer.h>
#include <closebell/feed/rows.h>

/* Where texts of rows are kept, and how. */
typedef struct {
  FeedArena *arena;
  size_t bytes;         /* taken so far */
  const FeedKeys *keys; /* hidden in every text; null: the answer repeats none */
} Keep;

/* Null: no memory. Counts its bytes. */
void *keep_take(Keep *keep, size_t size);
const char *keep_text(Keep *keep, const char *text, size_t length);

typedef enum { VALUE_READ, VALUE_ABSENT, VALUE_WRONG, VALUE_NO_MEMORY } ValueRead;

/* Whether it counts as absent: null, "", one of `missing`; a null pointer too. */
bool value_is_absent(const FeedRows *rules, const FeedJson *json);

/* json: what the field's pointer leads to; of one with a star, the array. Sets *ret_value of VALUE_READ and of
 * VALUE_ABSENT. */
typedef struct {
  const FeedRows *rules;
  const FeedField *field;
  const FeedPointer *pointer;
} ValueRules;
ValueRead value_read(const ValueRules *rules, const FeedJson *json, Keep *keep, FeedValue *ret_value);

/* "an int": for messages. */
const char *value_type_name(FeedType type);

#endif
