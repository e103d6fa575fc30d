/* http_request.h: a request's texts: kept, compared, checked. */
#ifndef CLOSEBELL_SOURCE_HTTP_REQUEST_H
#define CLOSEBELL_SOURCE_HTTP_REQUEST_H

#include <closebell/source/http.h>

/* With texts of its own. False: no memory. */
bool http_request_copy(const HttpRequest *request, HttpRequest *ret_copy);
/* A copy. */
void http_request_free(HttpRequest *request);

/* They ask for the same in the same words. */
bool http_request_same(const HttpRequest *a, const HttpRequest *b);

/* Each header is one line. */
bool http_request_headers_are_single_lines(const HttpRequest *request);

#endif
