/* http_response.h: an answer as libmicrohttpd takes it. */
#ifndef CLOSEBELL_API_HTTP_RESPONSE_H
#define CLOSEBELL_API_HTTP_RESPONSE_H

#include <closebell/api/answer.h>

struct MHD_Response;

/* The body's memory, or the hold on it, goes over to the response. Null: no memory. */
struct MHD_Response *http_response(ServiceAnswer *answer);
void http_response_add_headers(struct MHD_Response *response, const ServiceAnswer *answer);

#endif
