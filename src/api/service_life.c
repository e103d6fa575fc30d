/* What a service begins with, reads again, and gives back. */
#include <closebell/api/service.h>

#include <closebell/source/model.h>

static Status load_keys(const Service *service, Keys *keys, Error *err) {
  return *service->config->api.keys_file ? keys_read(service->config->api.keys_file, keys, err) : STATUS_OK;
}

/* A bad file is named, and the others load. */
static Status load_strategies(const Service *service, Strategies *strategies, Error *err) {
  char text[BAD_FILE_TEXT_SIZE];
  Status status = strategies_load_configured(service->config, strategies, err);
  for (size_t i = 0; status == STATUS_OK && i < strategies->bad.count; i++)
    log_warn(service->log, "%s: the strategy is left out", bad_file_text(&strategies->bad.items[i], text));
  return status;
}

/* Without a model nobody asks for one. */
static Status load_prompts(const Service *service, Prompts *prompts, Error *err) {
  char text[BAD_FILE_TEXT_SIZE];
  if (!model_is_configured(service->config)) return STATUS_OK;
  Status status = prompts_load_configured(service->config, prompts, err);
  for (size_t i = 0; status == STATUS_OK && i < prompts->bad.count; i++)
    log_warn(service->log, "%s: the prompt is left out", bad_file_text(&prompts->bad.items[i], text));
  return status;
}

char *service_web_folder(const Config *config, char folder[SHIPPED_PATH_SIZE]) {
  if (*config->api.web == '\0') return shipped_folder("web", WEB_BUILT, folder);
  text_copy(folder, SHIPPED_PATH_SIZE, config->api.web);
  return folder;
}

/* Null: it cannot be read, which the log tells, with what follows from it. */
static WebFiles *load_web(const Service *service, const char *so) {
  char folder[SHIPPED_PATH_SIZE];
  WebFiles *files = NULL;
  Error err = {{0}};
  Status status = web_files_load(service_web_folder(service->config, folder), &files, &err);
  if (status != STATUS_OK && *service->config->api.web != '\0')
    config_prefix(service->config, "api", "web", status, &err);
  if (status != STATUS_OK) log_warn(service->log, "%s: %s", so, err.text);
  if (status == STATUS_OK && files->left_out > 0)
    log_warn(service->log, "dashboard: %zu files are not served, the first is %s", files->left_out,
             files->first_left_out);
  return files;
}

Status service_open(Service *service, Error *err) {
  if (pthread_mutex_init(&service->mutex, NULL) != 0 || !answer_cache_open(&service->cache) ||
      !event_bus_open(&service->events, service->clock, service->log))
    return error_set(err, STATUS_NO_MEMORY, "no memory for a lock");
  Status status = load_keys(service, &service->keys, err);
  if (status != STATUS_OK) {
    config_prefix(service->config, "api", "keys_file", status, err);
    pthread_mutex_destroy(&service->mutex);
    return status;
  }
  if (load_strategies(service, &service->strategies, err) != STATUS_OK)
    log_warn(service->log, "no strategies: %s", err->text);
  if (load_prompts(service, &service->prompts, err) != STATUS_OK) log_warn(service->log, "no prompts: %s", err->text);
  service->web = load_web(service, "no dashboard");
  return STATUS_OK;
}

void service_close(Service *service) {
  snapshot_release(service->snapshot);
  answer_cache_close(&service->cache);
  event_bus_close(&service->events);
  keys_free(&service->keys);
  strategies_free(&service->strategies);
  prompts_free(&service->prompts);
  web_files_release(service->web);
  pthread_mutex_destroy(&service->mutex);
}

void service_reload(Service *service) {
  Keys keys = {0};
  Strategies strategies = {0};
  Prompts prompts = {0};
  Error err = {{0}};
  Status status = load_keys(service, &keys, &err);
  if (status != STATUS_OK) log_error(service->log, "the keys of before stay: %s", err.text);
  const bool loaded = load_strategies(service, &strategies, &err) == STATUS_OK;
  if (!loaded) log_error(service->log, "the strategies of before stay: %s", err.text);
  const bool prompted = load_prompts(service, &prompts, &err) == STATUS_OK;
  if (!prompted) log_error(service->log, "the prompts of before stay: %s", err.text);
  WebFiles *web = load_web(service, "the dashboard of before stays");
  pthread_mutex_lock(&service->mutex);
  WebFiles *old_web = web ? service->web : NULL;
  if (web) service->web = web;
  Keys old_keys = service->keys;
  Strategies old_strategies = service->strategies;
  if (status == STATUS_OK) service->keys = keys;
  if (loaded) service->strategies = strategies;
  Prompts old_prompts = service->prompts;
  if (prompted) service->prompts = prompts;
  atomic_fetch_add(&service->reloads, 1);
  pthread_mutex_unlock(&service->mutex);
  if (status == STATUS_OK) keys_free(&old_keys);
  strategies_free(loaded ? &old_strategies : &strategies);
  prompts_free(prompted ? &old_prompts : &prompts);
  web_files_release(old_web);
  log_info(service->log, "keys, strategies and the dashboard were read again");
}
