/* url.h: the URLs of settings: what is wrong with one, and what may be shown of one. Pure.
 *
 * Nothing that is returned holds a piece of what was looked at, but for url_shown. */
#ifndef CLOSEBELL_BASE_URL_H
#define CLOSEBELL_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with the URL of a webhook or a ping, http(s)://[user:password@]host[:port][/path][?query]; null: it can
 * be asked. A constant sentence. */
const char *url_fault(const char *url);

/* The same of a URI of MongoDB: what a password has of @ : / ? # [ ] % must be percent-encoded, or a piece of it would
 * be taken for the host. The options are the driver's to judge. */
const char *url_mongodb_fault(const char *uri);

/* The same of a proxy, [scheme://][user:password@]host[:port]. */
const char *url_proxy_fault(const char *proxy);

/* http:// to a host other than this one. */
bool url_is_in_clear(const char *url);

/* A host that is this one by its name, with either scheme: localhost, 127.0.0.1, ::1. */
bool url_names_loopback(const char *url);

/* The host without user, port and brackets; false when it does not fit, or there is none. */
bool url_host(const char *url, char *host, size_t host_size);

/* Of what a server says where to go: "https://host:port/path", without user and query, cut when long; "(not a URL)" of
 * anything else. secret: the URL that was asked, where that may be secret (null: it is not); of a text that repeats a
 * piece of it behind the host only the host is shown, or nothing. Returns text. */
enum { URL_SHOWN_SIZE = 192 };
char *url_shown(const char *url, const char *secret, char text[URL_SHOWN_SIZE]);

/* "host:port" of a proxy for which url_proxy_fault has nothing to say, else "". Returns text. */
char *url_proxy_shown(const char *proxy, char text[URL_SHOWN_SIZE]);

#endif
