/* model_replay_control.h: how the model server is told its manner, and asked what it has seen, over HTTP. */
#ifndef MODEL_REPLAY_CONTROL_H
#define MODEL_REPLAY_CONTROL_H

#include "model_replay_server.h"

#include <microhttpd.h>

/* A path that begins with /control/. */
enum MHD_Result model_control(ModelServer *server, struct MHD_Connection *connection, const char *url);

#endif
