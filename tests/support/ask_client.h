/* ask_client.h: questions to /ai/analysis of a server, and settings that point to a model on this host. */
#ifndef CLOSEBELL_TESTS_ASK_CLIENT_H
#define CLOSEBELL_TESTS_ASK_CLIENT_H

#include "api_client.h"

enum { ASK_PLACE_SIZE = 64 };

/* Programs that are started from now on ask that model on that port of this host. */
void ask_point_to(LiveWorld *world, const char *provider, const char *model, int port);

Reply ask_post(const Api *api, const char *body);
/* It must be taken. Returns place: where its answer will be. */
char *ask_expect_asked(const Api *api, const char *body, char place[ASK_PLACE_SIZE]);
/* Looks until it is decided; the body, the caller's to free. */
char *ask_await_decided(const Api *api, const char *place);

#endif
