/* /strategies and /strategies/{name}. */
#include <string.h>

#include <closebell/api/service.h>
#include <closebell/report/screen_json.h>
#include <closebell/screen/screen.h>

#include "resources.h"

static void put_short(JsonWriter *to, const NamedStrategy *named) {
  json_put_text(to, "name", named->name);
  json_put_text(to, "title", named->strategy.title);
  if (*named->strategy.title_ko) json_put_text(to, "title_ko", named->strategy.title_ko);
  if (*named->strategy.origin) json_put_text(to, "origin", named->strategy.origin);
}

bool answer_strategies(Call *call, ServiceAnswer *answer) {
  Service *service = call->service;
  JsonWriter to = call_begin_json(call, answer);
  json_begin_list(&to, "items");
  pthread_mutex_lock(&service->mutex);
  for (size_t i = 0; i < service->strategies.count; i++) {
    json_begin_object(&to, NULL);
    put_short(&to, &service->strategies.items[i]);
    json_end_object(&to);
  }
  pthread_mutex_unlock(&service->mutex);
  json_end_list(&to);
  call_end_json(&to, answer);
  return true;
}

static void put_whole(JsonWriter *to, const NamedStrategy *named) {
  const Strategy *strategy = &named->strategy;
  put_short(to, named);
  json_put_text_of(to, "where", strategy->where.text, strategy->where.length);
  screen_json_names(to, "sort", &strategy->sort);
  screen_json_names(to, "columns", &strategy->columns);
  if (strategy->hold > 0) json_put_whole(to, "hold", strategy->hold);
}

/* Under the mutex. */
static void refuse(Call *call, const char *name) {
  const Strategies *strategies = &call->service->strategies;
  const char *near = strategies_nearest(strategies, name);
  problem_set(call->problem, 404, "there is no strategy of that name; /strategies lists them");
  if (near) text_copy(call->problem->nearest, sizeof call->problem->nearest, near);
}

bool answer_strategy(Call *call, ServiceAnswer *answer) {
  Service *service = call->service;
  const char *name = call_segment(call, 1);
  const NamedStrategy *found = NULL;
  pthread_mutex_lock(&service->mutex);
  for (size_t i = 0; i < service->strategies.count && !found; i++)
    if (strcmp(service->strategies.items[i].name, name) == 0) found = &service->strategies.items[i];
  if (found) {
    JsonWriter to = call_begin_json(call, answer);
    put_whole(&to, found);
    call_end_json(&to, answer);
  } else {
    refuse(call, name);
  }
  pthread_mutex_unlock(&service->mutex);
  return found != NULL;
}
