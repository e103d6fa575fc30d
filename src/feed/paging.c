#include <closebell/feed/paging.h>

#include "arena.h"
#include "reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <closebell/base/text.h>
#include <closebell/base/url.h>
#include <closebell/base/vector.h>
#include <closebell/feed/pointer.h>

#define LAST_PAGE_NUMBER INT64_C(1000000000)

/* --- the state --- */

static bool set_number(FeedPages *pages, int64_t number) {
  char text[24];
  int length = snprintf(text, sizeof text, "%lld", (long long)number);
  pages->value = feed_arena_copy(pages->arena, text, (size_t)length);
  return pages->value != NULL;
}

bool feed_pages_begin(FeedPages *pages, const FeedPaging *paging, const char *url) {
  feed_pages_free(pages);
  *pages = (FeedPages){.paging = paging, .url = url, .has_more = true, .page_count = -1, .total = -1};
  if (paging->kind == FEED_PAGING_NONE) return true;
  pages->arena = feed_arena_new();
  if (pages->arena == NULL) return false;
  return paging->kind != FEED_PAGING_PAGE || set_number(pages, paging->first);
}

void feed_pages_free(FeedPages *pages) {
  free(pages->seen);
  feed_arena_free(pages->arena);
  *pages = (FeedPages){0};
}

static bool was_seen(const FeedPages *pages, const char *text) {
  for (size_t i = 0; i < pages->seen_count; i++)
    if (strcmp(pages->seen[i], text) == 0) return true;
  return false;
}

/* Keeps a cursor or link. */
static Status follow(FeedPages *pages, const char *text, const char *what, const char **ret_kept, char *reason) {
  if (was_seen(pages, text))
    return feed_refuse(reason, "page %lld: its %s was followed before", (long long)pages->asked, what);
  void *moved = vector_reserve(pages->seen, &pages->seen_capacity, pages->seen_count + 1, sizeof(*pages->seen));
  const char *kept = feed_arena_copy(pages->arena, text, strlen(text));
  if (moved != NULL) pages->seen = moved;
  if (moved == NULL || kept == NULL) return feed_refuse_memory(reason);
  pages->seen[pages->seen_count++] = kept;
  *ret_kept = kept;
  return STATUS_OK;
}

/* --- what the answer says --- */

static bool is_nothing(const FeedJson *json) {
  return json == NULL || json->kind == FEED_JSON_NULL || (json->kind == FEED_JSON_TEXT && json->length == 0);
}

static bool read_count(const char *pointer, const FeedJson *root, int64_t *ret_count) {
  const FeedJson *json = feed_pointer_follow(pointer, root);
  return feed_json_is_written(json) && text_parse_int64(json->text, 0, INT64_MAX, ret_count);
}

/* --- by number --- */

static Status turn_by_count(FeedPages *pages, const FeedPageEnd *end, char *reason) {
  const FeedPaging *paging = pages->paging;
  int64_t count = 0;
  bool is_said = read_count(paging->pages, end->root, &count);
  if (!is_said && !end->is_empty)
    return feed_refuse(reason, "page %lld: no number of pages at \"%.80s\"", (long long)pages->asked, paging->pages);
  if (is_said && pages->page_count >= 0 && count != pages->page_count)
    return feed_refuse(reason, "page %lld: there were %lld pages, and now there are %lld", (long long)pages->asked,
                       (long long)pages->page_count, (long long)count);
  if (is_said) pages->page_count = count;
  if (pages->asked >= pages->page_count) {
    pages->has_more = false;
    return STATUS_OK;
  }
  bool is_rightly_empty = end->is_empty && is_said;
  if (end->page_rows == 0 && !is_rightly_empty)
    return feed_refuse(reason, "page %lld of %lld has no rows", (long long)pages->asked, (long long)pages->page_count);
  return STATUS_OK;
}

static Status turn_page(FeedPages *pages, const FeedPageEnd *end, char *reason) {
  const FeedPaging *paging = pages->paging;
  if (paging->size > 0)
    pages->has_more = !end->is_empty && end->page_rows >= (size_t)paging->size;
  else {
    Status status = turn_by_count(pages, end, reason);
    if (status != STATUS_OK) return status;
  }
  if (!pages->has_more) return STATUS_OK;
  if (paging->first > LAST_PAGE_NUMBER) return feed_refuse(reason, "its page number is too large");
  return set_number(pages, paging->first + pages->asked) ? STATUS_OK : feed_refuse_memory(reason);
}

/* --- by cursor --- */

static bool has_control(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7F) return true;
  return false;
}

static Status turn_cursor(FeedPages *pages, const FeedPageEnd *end, char *reason) {
  const FeedJson *json = end->is_empty ? NULL : feed_pointer_follow(pages->paging->cursor, end->root);
  pages->has_more = !is_nothing(json);
  if (!pages->has_more) return STATUS_OK;
  if (!feed_json_is_written(json))
    return feed_refuse(reason, "page %lld: its cursor is %s", (long long)pages->asked, feed_json_kind_name(json->kind));
  if (json->length > FEED_CURSOR_BYTES_MAX || has_control(json->text))
    return feed_refuse(reason, "page %lld: its cursor is too long, or holds a control character",
                       (long long)pages->asked);
  return follow(pages, json->text, "cursor", &pages->value, reason);
}

/* --- by link --- */

static size_t scheme_length(const char *url) {
  return strncasecmp(url, "https://", 8) == 0 ? 8 : strncasecmp(url, "http://", 7) == 0 ? 7 : 0;
}

/* Behind the host: its port, or the scheme's own. */
static const char *port_of(const char *url, size_t *ret_length) {
  size_t scheme = scheme_length(url), authority = strcspn(url + scheme, "/?#");
  const char *from = url + scheme, *colon = NULL;
  for (size_t i = 0; i < authority; i++) {
    if (from[i] == ':') colon = from + i;
    if (from[i] == ']') colon = NULL; /* those before were the address's */
  }
  if (colon == NULL) {
    *ret_length = scheme == 8 ? 3 : 2;
    return scheme == 8 ? "443" : "80";
  }
  *ret_length = (size_t)(from + authority - colon - 1);
  return colon + 1;
}

/* User and password have no place in a link: who wrote it is the provider, not the operator. */
static bool has_user(const char *url) {
  size_t scheme = scheme_length(url);
  return memchr(url + scheme, '@', strcspn(url + scheme, "/?#")) != NULL;
}

static bool leads_to_same_place(const char *url, const char *link) {
  char ours[256], theirs[256];
  size_t our_length, their_length;
  if (url_fault(link) != NULL || has_user(link) || scheme_length(url) != scheme_length(link)) return false;
  if (!url_host(url, ours, sizeof ours) || !url_host(link, theirs, sizeof theirs)) return false;
  const char *our_port = port_of(url, &our_length), *their_port = port_of(link, &their_length);
  return strcasecmp(ours, theirs) == 0 && our_length == their_length && memcmp(our_port, their_port, our_length) == 0;
}

static Status turn_link(FeedPages *pages, const FeedPageEnd *end, char *reason) {
  const FeedJson *json = end->is_empty ? NULL : feed_pointer_follow(pages->paging->next, end->root);
  pages->has_more = !is_nothing(json);
  if (!pages->has_more) return STATUS_OK;
  if (json->kind != FEED_JSON_TEXT || json->length > FEED_CURSOR_BYTES_MAX ||
      !leads_to_same_place(pages->url, json->text))
    return feed_refuse(reason, "page %lld: its link is no URL of the same scheme, host and port",
                       (long long)pages->asked);
  return follow(pages, json->text, "link", &pages->link, reason);
}

/* --- the whole --- */

static Status turn(FeedPages *pages, const FeedPageEnd *end, char *reason) {
  switch (pages->paging->kind) {
  case FEED_PAGING_PAGE:
    return turn_page(pages, end, reason);
  case FEED_PAGING_CURSOR:
    return turn_cursor(pages, end, reason);
  case FEED_PAGING_LINK:
    return turn_link(pages, end, reason);
  default:
    pages->has_more = false;
    return STATUS_OK;
  }
}

/* While the pages of a question come, the provider may not change how many rows there are: rows that move from page to
 * page are missed, and the last number would not show it. */
static Status read_total(FeedPages *pages, const FeedJson *root, char *reason) {
  int64_t total;
  if (pages->paging->total == NULL || !read_count(pages->paging->total, root, &total)) return STATUS_OK;
  if (pages->total >= 0 && total != pages->total)
    return feed_refuse(reason, "page %lld: the provider had %lld rows, and now it has %lld", (long long)pages->asked,
                       (long long)pages->total, (long long)total);
  pages->total = total;
  return STATUS_OK;
}

/* A page without rows may lack what the ones before it said. */
static Status check_total(const FeedPages *pages, const FeedPageEnd *end, char *reason) {
  const char *pointer = pages->paging->total;
  bool is_known = pages->total >= 0;
  if (pointer == NULL || (!is_known && end->is_empty && end->received == 0)) return STATUS_OK;
  if (!is_known) return feed_refuse(reason, "no number of rows at \"%.80s\"", pointer);
  if ((uint64_t)pages->total == end->received) return STATUS_OK;
  return feed_refuse(reason, "%zu rows came, and the provider has %lld", end->received, (long long)pages->total);
}

Status feed_pages_turn(FeedPages *pages, const FeedPageEnd *end, char reason[FEED_REASON_SIZE]) {
  pages->asked++;
  Status status = read_total(pages, end->root, reason);
  if (status == STATUS_OK) status = turn(pages, end, reason);
  if (status != STATUS_OK) return status;
  if (!pages->has_more) return check_total(pages, end, reason);
  if (pages->asked < pages->paging->max_pages) return STATUS_OK;
  return feed_refuse(reason, "there are more than %lld pages", (long long)pages->paging->max_pages);
}
