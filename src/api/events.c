/* /events: what comes to be, as server-sent events. */
#include <closebell/api/service.h>

#include "resources.h"

bool answer_events(Call *call, ServiceAnswer *answer) {
  Listener *listener = event_bus_join(&call->service->events, call->db, call->last_event_id, call->problem);
  if (!listener) return false;
  answer->status = 200;
  answer->type = TYPE_EVENTS;
  answer->listener = listener;
  answer_header(answer, "Cache-Control", "no-store");
  answer_header(answer, "X-Accel-Buffering", "no"); /* nginx would keep events back */
  return true;
}
