/* template.h: a feed's question, written: placeholders become values. Pure.
 *
 * In a URL and its query values are percent-encoded: what RFC 3986 calls unreserved stays. In a header they are put in
 * as they are, because a token may not be altered there. Each request is written twice: as it is sent, and as it may be
 * shown, with (key) for each key. */
#ifndef CLOSEBELL_FEED_TEMPLATE_H
#define CLOSEBELL_FEED_TEMPLATE_H

#include <closebell/base/text.h>
#include <closebell/feed/definition.h>

/* What placeholders stand for. All texts are lent. */
typedef struct {
  const char *key;      /* null: the feed has none */
  const FeedLine *item; /* null likewise */
  Day date;             /* of {date}: the unit's, or one that `step_back` leads to */
  Weekday weekday;      /* of the unit's own DATE: whose [query] is asked */
  const char *since;    /* null: the feed has none */
} FeedValues;

/* A parameter that paging sets: it stands instead of one of the same name. name null: none. */
typedef struct {
  const char *name, *value;
} FeedSetParameter;

/* A request, owned. Zero-initialise; feed_question_free at the end. */
typedef struct {
  char *url;                       /* as it is sent */
  char *shown;                     /* for messages: no key is in it */
  char *headers[FEED_HEADERS_MAX]; /* "name: value", each one line; shown nowhere; null ends them */
} FeedQuestionText;

enum { FEED_URL_BYTES_MAX = 8192, FEED_HEADER_BYTES_MAX = 4096 };

/* STATUS_CONFIG: the URL or a header is too long, a header would hold a control character, or a column that the item
 * does not have is asked for. STATUS_NO_MEMORY. */
Status feed_question_write(const FeedDefinition *definition, const FeedValues *values, const FeedSetParameter *set,
                           FeedQuestionText *ret_text, Error *err);
void feed_question_free(FeedQuestionText *text);

/* Takes every key of the feed out of a text that is to be shown or stored, also where it stands percent-encoded:
 * "(key 2 of 3)". To be done before the text is cut: a piece of a key is not found. */
void feed_keys_hide(const FeedKeys *keys, const char *text, TextBuffer *to);

#endif
