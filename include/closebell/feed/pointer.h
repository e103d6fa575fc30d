/* pointer.h: JSON pointers (RFC 6901): "" is the whole, "/data/0/id" a value in it; "~1" is a slash, "~0" a tilde.
 * Pure.
 *
 * A place in an array is a number without leading zeros; "-", the place behind the last, leads to nothing. A value that
 * is null is there: whoever takes null for absent says so. */
#ifndef CLOSEBELL_FEED_POINTER_H
#define CLOSEBELL_FEED_POINTER_H

#include <closebell/feed/json.h>

enum { FEED_POINTER_SIZE = 192, FEED_POINTER_STEPS = 64 };

/* A value: copied freely. */
typedef struct {
  uint8_t count;                      /* steps */
  uint8_t star;                       /* the step that stands for every element; FEED_POINTER_STEPS: none */
  uint8_t length[FEED_POINTER_STEPS]; /* of each step's name */
  char names[FEED_POINTER_SIZE];      /* the steps' names one behind the other, decoded */
} FeedPointer;

/* What is wrong with the text; null: nothing, and *ret_pointer is set. has_star: a step that is "*" alone stands for
 * every element of an array; there is at most one. Otherwise "*" is a name as any other. A constant sentence. */
const char *feed_pointer_parse(const char *text, bool has_star, FeedPointer *ret_pointer);

/* The value, null when there is none. Of a pointer with a star: the array that the star goes over. */
const FeedJson *feed_pointer_find(const FeedPointer *pointer, const FeedJson *root);
/* Of a text; null also when it is no pointer. */
const FeedJson *feed_pointer_follow(const char *text, const FeedJson *root);
/* The steps behind the star, from one element of that array. */
const FeedJson *feed_pointer_find_in(const FeedPointer *pointer, const FeedJson *element);

#endif
