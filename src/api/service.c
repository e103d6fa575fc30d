#include <closebell/api/service.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <closebell/api/accept.h>

enum { PATIENCE_MS = 10 * 60 * 1000 };

/* ---- the state ---- */

Snapshot *service_snapshot(Service *service) {
  pthread_mutex_lock(&service->mutex);
  Snapshot *snapshot = service->snapshot;
  if (snapshot) snapshot_hold(snapshot);
  pthread_mutex_unlock(&service->mutex);
  return snapshot;
}

void service_lost_database(Service *service) { atomic_store(&service->reachable, false); }

static bool is_same_state(const Snapshot *a, const Snapshot *b) {
  return a->state.as_of == b->state.as_of && a->state.restatement == b->state.restatement;
}

/* Whether the new state is to be served: at once where as_of and restatements are the old ones, else when the analysis
 * has followed, or has stood still for too long. Under the mutex. */
static bool is_to_be_served(Service *service, const Snapshot *next) {
  const Snapshot *now = service->snapshot;
  int64_t uptime = clock_uptime_ms(service->clock);
  if (!now || next->followed) return true;
  if (is_same_state(now, next) && now->followed == next->followed) return true;
  if (strcmp(service->pending.text, next->signature.text) != 0) {
    service->pending = next->signature;
    service->pending_since_ms = uptime;
  }
  return uptime - service->pending_since_ms >= PATIENCE_MS;
}

/* Whether there is anything new to serve. */
static bool is_next(Service *service, const Snapshot *next) {
  pthread_mutex_lock(&service->mutex);
  const Snapshot *now = service->snapshot;
  bool same = now && strcmp(now->signature.text, next->signature.text) == 0;
  bool wanted = !same && is_to_be_served(service, next);
  pthread_mutex_unlock(&service->mutex);
  return wanted;
}

/* The market in memory is read before its state is served, but for the first one: readers wait for no screens. Only
 * this thread exchanges states, so that the old one stays where it is. */
static Status read_market(Service *service, const Db *db, Snapshot *snapshot, Error *err) {
  ScreenMarket *market;
  Status status = resident_market_lock(snapshot->market, service->config, db, &market, err);
  if (status == STATUS_OK) resident_market_unlock(snapshot->market);
  return status;
}

/* An archive that is damaged keeps nobody from the rest. */
static bool is_to_be_tried_again(Status status) {
  return status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE || status == STATUS_INTERRUPTED;
}

static Snapshot *exchange(Service *service, Snapshot *next) {
  pthread_mutex_lock(&service->mutex);
  Snapshot *old = service->snapshot;
  service->snapshot = next;
  next->number = ++service->snapshots;
  service->pending.text[0] = '\0';
  pthread_mutex_unlock(&service->mutex);
  log_info(service->log, "serving as_of %s, restatement %lld", day_text(next->state.as_of).text,
           (long long)next->state.restatement);
  return old;
}

static Status serve_next(Service *service, const Db *db, Snapshot *next, Error *err) {
  bool first = service->snapshot == NULL;
  if (!first) snapshot_share_market(next, service->snapshot);
  Status status = first ? STATUS_OK : read_market(service, db, next, err);
  if (is_to_be_tried_again(status)) return status;
  snapshot_hold(next);
  snapshot_release(exchange(service, next));
  return first ? read_market(service, db, next, err) : status;
}

void service_look(Service *service, const Db *db) {
  Snapshot *next = NULL;
  Error err = {{0}};
  Status status = snapshot_build(db, &next, &err);
  atomic_store(&service->reachable, status == STATUS_OK || status == STATUS_INCOMPLETE || status == STATUS_BAD_DATA);
  if (status == STATUS_OK && is_next(service, next)) status = serve_next(service, db, next, &err);
  if (status != STATUS_OK) log_warn(service->log, "the state of the database was not read: %s", err.text);
  snapshot_release(next);
}

/* ---- one request ---- */

typedef struct {
  Service *service;
  const ServiceRequest *request;
  const Db *db;
  RequestTarget target;
  WebFiles *files;     /* held; null: none */
  const WebFile *file; /* of them, that the target names; null: none */
  const Route *route;
  char allow[ROUTE_ALLOW_SIZE];
  char who[KEY_NAME_SIZE]; /* of what writes: the name of the key ... */
  bool operates;           /* ... which may have things done */
  Problem problem;
} Way;

/* Before the target is taken apart, and whatever the method is. */
static bool is_path_with(const char *target, unsigned flag) {
  size_t count, length = strcspn(target, "?");
  const Route *routes = route_table(&count);
  for (size_t i = 0; i < count; i++)
    if ((routes[i].flags & flag) && strlen(routes[i].path) == length && strncmp(routes[i].path, target, length) == 0)
      return true;
  return false;
}

/* Who it is, for the limits: the key's name, else the address. */
static bool may_read(Way *way, char who[LIMIT_NAME_SIZE]) {
  Service *service = way->service;
  bool allowed = true;
  snprintf(who, LIMIT_NAME_SIZE, "%.60s", way->request->address ? way->request->address : "");
  pthread_mutex_lock(&service->mutex);
  way->files = service->web;
  if (way->files) web_files_hold(way->files);
  way->file = web_files_find(way->files, way->request->target);
  if (service->keys.count > 0 || *service->config->api.keys_file) {
    const Key *key = keys_find(&service->keys, way->request->authorization);
    allowed = key || way->file || is_path_with(way->request->target, ROUTE_OPEN);
    if (key) snprintf(who, LIMIT_NAME_SIZE, "key %s", key->name);
  }
  pthread_mutex_unlock(&service->mutex);
  return allowed || problem_set(&way->problem, 401, "a key is wanted: Authorization: Bearer KEY");
}

static bool is_within_limit(Way *way, const char *who) {
  Service *service = way->service;
  if (is_path_with(way->request->target, ROUTE_UNCOUNTED)) return true;
  pthread_mutex_lock(&service->mutex);
  int wait = limit_take(&service->limit, service->rate_per_second, who, clock_uptime_ms(service->clock));
  pthread_mutex_unlock(&service->mutex);
  if (wait == 0) return true;
  problem_set(&way->problem, 429, "more than %g requests a second", service->rate_per_second);
  way->problem.retry_after = wait;
  return false;
}

static bool takes_type(Way *way) {
  const char *type = way->file ? way->file->plain.type : route_type(way->route, &way->target);
  return accept_takes(way->request->accept, type) || problem_set(&way->problem, 406, "this path gives %s", type);
}

/* A page elsewhere can send text/plain; JSON it cannot. */
static bool sends_json(Way *way) {
  const char *type = way->request->content_type, *method = way->request->method;
  size_t length = sizeof TYPE_JSON - 1;
  if (strcmp(method, "POST") != 0 && strcmp(method, "PUT") != 0) return true;
  bool json = type && strncasecmp(type, TYPE_JSON, length) == 0 && strchr("; \t", type[length]);
  return json || problem_set(&way->problem, 415, "Content-Type: " TYPE_JSON " is wanted");
}

static bool find_way(Way *way) {
  if (!target_parse(way->request->target, &way->target, &way->problem)) return false;
  way->route = route_find(way->request->method, &way->target, way->file != NULL, way->allow, &way->problem);
  return way->route && sends_json(way) && route_check(way->route, &way->target, &way->problem) && takes_type(way);
}

static bool has_required(Way *way, const Snapshot *snapshot) {
  Day required;
  const char *text = target_parameter(&way->target, "require");
  return !text || !day_parse(text, &required) || snapshot_has(snapshot, required, &way->problem);
}

/* Bytes that slow readers have not taken yet stay in memory. */
static bool has_room(Way *way) {
  if (!(way->route->flags & ROUTE_LARGE) || atomic_load(&way->service->cache.held) < SERVICE_HELD_MAX) return true;
  problem_set(&way->problem, 503, "too many large answers wait to be taken by their readers");
  way->problem.retry_after = 5;
  return false;
}

/* Without keys nobody can be named, and what is done again is kept with a name. */
static bool may_operate(Way *way) {
  if (!(way->route->flags & ROUTE_OPERATES) || way->operates) return true;
  if (*way->who)
    return problem_set(&way->problem, 403,
                       "the key %s may only read: this wants one with the word operate behind its "
                       "name in [api] keys_file",
                       way->who);
  return problem_set(&way->problem, 403,
                     "this wants a key with the word operate behind its name, and there are no keys: "
                     "set [api] keys_file; on the host itself daily_update --request does the same");
}

static bool run(Way *way, Snapshot *snapshot, ServiceAnswer *answer) {
  Call call = {.service = way->service,
               .route = way->route,
               .target = &way->target,
               .snapshot = snapshot,
               .db = way->db,
               .body = way->request->body,
               .body_size = way->request->body_size,
               .last_event_id = way->request->last_event_id,
               .who = way->who,
               .idempotency_key = way->request->idempotency_key,
               .problem = &way->problem};
  if (!may_operate(way)) return false;
  if (!(way->route->flags & ROUTE_PLAIN)) {
    if (!snapshot) {
      problem_set(&way->problem, 503, "no state of the database has been read yet");
      way->problem.retry_after = 5;
      return false;
    }
    if (!has_required(way, snapshot)) return false;
  }
  if (!has_room(way)) return false;
  return way->route->answer(&call, answer);
}

static void count(Way *way, const ServiceAnswer *answer) {
  size_t routes;
  const Route *table = route_table(&routes);
  size_t row = way->route ? (size_t)(way->route - table) : SERVICE_ROUTES - 1;
  int class = answer->status / 100;
  atomic_fetch_add(&way->service->answers[row][class < SERVICE_CLASSES ? class : 0], 1);
}

static void finish(Way *way, bool good, ServiceAnswer *answer) {
  if (!good) answer_problem(answer, &way->problem);
  if (*way->allow) answer_header(answer, "Allow", way->allow);
  answer_finish(answer, way->request->accept_encoding);
  if (answer->body.length >= SERVICE_COUNTED_FROM) answer_share(answer, &way->service->cache.held);
}

/* ---- answers that are kept ---- */

static bool is_kept(const Way *way, const Snapshot *snapshot) {
  return snapshot && !(way->route->flags & (ROUTE_PLAIN | ROUTE_FLEETING | ROUTE_DATABASE));
}

/* Of a state and the strategies that were read last. To be asked before the strategies are looked at. */
static int64_t kept_number(const Way *way, const Snapshot *snapshot) {
  return snapshot->number << 20 | (atomic_load(&way->service->reloads) & 0xfffff);
}

static bool find_kept(Way *way, ServiceAnswer *answer) {
  if (way->file) {
    web_file_answer(way->file, accept_takes_gzip(way->request->accept_encoding), answer);
    return true;
  }
  Snapshot *snapshot = service_snapshot(way->service);
  bool zips = accept_takes_gzip(way->request->accept_encoding);
  bool found = is_kept(way, snapshot) &&
               answer_cache_find(&way->service->cache, kept_number(way, snapshot), way->request->target, zips, answer);
  snapshot_release(snapshot);
  return found;
}

static void answer_route(Way *way, ServiceAnswer *answer) {
  Snapshot *snapshot = service_snapshot(way->service);
  bool zips = accept_takes_gzip(way->request->accept_encoding), kept = is_kept(way, snapshot);
  int64_t number = kept ? kept_number(way, snapshot) : 0;
  bool good = run(way, snapshot, answer);
  finish(way, good, answer);
  if (kept && good && !answer->is_fleeting)
    answer_cache_keep(&way->service->cache, number, way->request->target, zips, answer);
  snapshot_release(snapshot);
}

/* ---- from the request to the answer ---- */

static void begin(Way *way, Service *service, const ServiceRequest *request, const Db *db) {
  way->service = service; /* it is large: the target's texts are left as they are */
  way->request = request;
  way->db = db;
  way->files = NULL;
  way->file = NULL;
  way->route = NULL;
  way->allow[0] = way->who[0] = '\0';
  way->operates = false;
  way->problem = (Problem){0};
  way->target.segment_count = way->target.parameter_count = 0;
}

static void end(Way *way, ServiceAnswer *answer) {
  bool reads = strcmp(way->request->method, "GET") == 0 || strcmp(way->request->method, "HEAD") == 0;
  if (reads) answer_unless_had(answer, way->request->if_none_match);
  count(way, answer);
  web_files_release(way->files);
}

/* Whether it has to be answered by a worker. */
static bool wants_worker(const Way *way) {
  if ((way->route->flags & ROUTE_STREAM) && event_bus_is_ready(&way->service->events, way->request->last_event_id))
    return false;
  return (way->route->flags & (ROUTE_DATABASE | ROUTE_SLOW)) != 0;
}

static ServiceLane lane_of(const Route *route) {
  if (route->flags & ROUTE_LONG) return LANE_OUTCOME;
  if (route->flags & ROUTE_SLOW) return LANE_SCREEN;
  return route->flags & ROUTE_LARGE ? LANE_HISTORY : LANE_SHORT;
}

bool service_answer(Service *service, const ServiceRequest *request, ServiceAnswer *answer, ServiceLane *ret_lane) {
  Way way;
  char who[LIMIT_NAME_SIZE];
  begin(&way, service, request, NULL);
  bool allowed = may_read(&way, who); /* who tries keys is held back as well */
  bool good = is_within_limit(&way, who) && allowed && find_way(&way);
  bool found = good && find_kept(&way, answer);
  if (good && !found && wants_worker(&way)) {
    web_files_release(way.files);
    *ret_lane = lane_of(way.route);
    return false;
  }
  if (good && !found) answer_route(&way, answer);
  if (!good) finish(&way, false, answer);
  end(&way, answer);
  return true;
}

/* What is asked of a model, or asked to be done again, is kept with the name of who asked. */
static void name_asker(Way *way) {
  Service *service = way->service;
  const char *method = way->request->method;
  if (strcmp(method, "POST") != 0 && strcmp(method, "DELETE") != 0) return;
  pthread_mutex_lock(&service->mutex);
  const Key *key = keys_find(&service->keys, way->request->authorization);
  if (key) text_copy(way->who, sizeof way->who, key->name);
  if (key) way->operates = key->operates;
  pthread_mutex_unlock(&service->mutex);
}

void service_work(Service *service, const ServiceRequest *request, const Db *db, ServiceAnswer *answer) {
  Way way;
  begin(&way, service, request, db);
  name_asker(&way);
  bool good = find_way(&way);
  if (good && !db && (way.route->flags & ROUTE_DATABASE)) {
    good = problem_set(&way.problem, 503, "the database does not answer at the moment");
    way.problem.retry_after = 5;
  }
  bool found = good && find_kept(&way, answer); /* another one may have asked the same before */
  if (good && !found) answer_route(&way, answer);
  if (!good) finish(&way, false, answer);
  end(&way, answer);
}
