/* accept.h: what a client takes: the headers Accept, Accept-Encoding, If-None-Match. Pure. A header that was not sent
 * is null. */
#ifndef CLOSEBELL_API_ACCEPT_H
#define CLOSEBELL_API_ACCEPT_H

#include <stdbool.h>

/* type: "text/csv". The most specific range decides; q=0 excludes. */
bool accept_takes(const char *accept, const char *type);
bool accept_takes_gzip(const char *accept_encoding);
/* etag with its quotes. A list, W/ before a tag, and * are understood. */
bool etag_is_among(const char *if_none_match, const char *etag);

#endif
