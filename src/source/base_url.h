/* base_url.h: a provider's address before a feed's path, and what a header can carry. */
#ifndef CLOSEBELL_SOURCE_BASE_URL_H
#define CLOSEBELL_SOURCE_BASE_URL_H

#include <closebell/source/feed.h>

/* Puts http(s)://host[:port][/path] before the request's URL. STATUS_CONFIG: it is none, or the result does not fit. */
Status base_url_put(const char *base_url, FeedRequest *request, Error *err);

/* The same with any path: url is base_url, then path. */
Status base_url_join(const char *base_url, const char *path, char *url, size_t url_size, Error *err);

/* Whether the setting [section] base_url is one. STATUS_CONFIG names it. */
Status base_url_check(const Config *config, const char *section, Error *err);

/* No blanks, and nothing but ASCII. */
bool header_can_carry(const char *text);

#endif
