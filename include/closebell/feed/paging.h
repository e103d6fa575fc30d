/* paging.h: the pages of a question: what is asked next, and whether all rows have come. Pure.
 *
 *   feed_pages_begin(&pages, &definition->paging, url);
 *   do ask, with pages.value as the parameter `param` where it is not null, or pages.link instead of the URL;
 *      feed_answer_take, which calls feed_pages_turn;
 *   while (pages.has_more);
 */
#ifndef CLOSEBELL_FEED_PAGING_H
#define CLOSEBELL_FEED_PAGING_H

#include <closebell/feed/rows.h>

enum { FEED_CURSOR_BYTES_MAX = 2048 /* of a link, too */ };

/* Zero-initialise; feed_pages_free at the end. */
typedef struct {
  const FeedPaging *paging; /* lent */
  const char *url;          /* of the question, lent: a link must lead to the same scheme, host and port */
  int64_t asked;            /* pages that were answered */
  bool has_more;
  const char *value;  /* what `param` is next: a page's number or a cursor; null: none */
  const char *link;   /* the URL that is asked next, whole; null: the question's own. It may hold a key */
  int64_t total;      /* that `total` has said; -1: nothing yet */
  int64_t page_count; /* that `pages` has said; -1: nothing yet */
  const char **seen;  /* cursors and links that were followed */
  size_t seen_count, seen_capacity;
  FeedArena *arena;
} FeedPages;

/* False: no memory. */
bool feed_pages_begin(FeedPages *pages, const FeedPaging *paging, const char *url);
void feed_pages_free(FeedPages *pages);

/* After an answer with rows, or rightly without: root is its tree, page_rows what it had (with those that `only` leaves
 * out), received the same over all pages. is_empty: `empty_if` holds: no page follows, unless the answer itself says by
 * `pages` that there are more.
 * STATUS_BAD_DATA and a reason: a page more than max_pages; a cursor or link that was followed before; a link to
 * elsewhere; a pointer that leads to another type; `total` is another number than the rows that came; an empty page
 * before the last that `pages` names; `total` or `pages` is another number than on a page before. STATUS_NO_MEMORY. */
typedef struct {
  const FeedJson *root;
  size_t page_rows, received;
  bool is_empty;
} FeedPageEnd;
Status feed_pages_turn(FeedPages *pages, const FeedPageEnd *end, char reason[FEED_REASON_SIZE]);

#endif
