/* What is wrong with settings: each look says one thing. */
#include "settings_internal.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include <closebell/base/proxy.h>
#include <closebell/base/url.h>
#include <closebell/market/index_day.h>
#include <closebell/plan/after_analysis.h>
#include <closebell/plan/chosen.h>
#include <closebell/plan/evening.h>
#include <closebell/plan/job_table.h>
#include <closebell/report/mail.h>
#include <closebell/report/notify.h>
#include <closebell/source/model.h>
#include <closebell/source/provider.h>
#include <closebell/store/db.h>

/* The URLs that are asked. */
typedef struct {
  const char *section, *key, *url;
} Asked;
enum { ASKED_MAX = PROVIDERS_MAX + 2 + JOB_TABLE_MAX };
typedef struct {
  Asked items[ASKED_MAX];
  char ping_keys[JOB_TABLE_MAX][JOB_PING_KEY_SIZE];
  size_t count, own; /* those of providers, whose own checks look at them, come behind the own ones */
} AskedList;

static void list_asked(const Config *config, AskedList *list) {
  const JobTable *jobs = job_table();
  size_t providers;
  const Provider *const *all = provider_all(&providers);
  list->items[0] = (Asked){"alerts", "webhook", config->alerts.webhook};
  list->count = 1;
  for (size_t i = 0; i < jobs->count; i++) {
    const char *key = job_row_ping_key(&jobs->rows[i], list->ping_keys[i]);
    if (key) list->items[list->count++] = (Asked){"alerts", key, job_row_ping_url(&jobs->rows[i], config)};
  }
  list->own = list->count;
  for (size_t i = 0; i < providers && list->count < ASKED_MAX - 1; i++)
    list->items[list->count++] = (Asked){all[i]->name, "base_url", all[i]->base_url(config)};
  /* In the clear with a key, the model is not asked at all: its own check says so. */
  if (*config->ai.api_key == '\0' || !url_is_in_clear(model_base_url(config)))
    list->items[list->count++] = (Asked){"ai", "base_url", model_base_url(config)};
}

/* ---- numbers that contradict each other ---- */

static Status check_lease(const Config *config, Error *err) {
  int64_t seconds = config->lease.seconds, skew = config->lease.skew_seconds;
  const char *key = config_is_set(config, "lease", "seconds") ? "seconds" : "skew_seconds";
  if (seconds >= 3 * skew) return STATUS_OK;
  return config_fault(config, "lease", key, err,
                      "a lease of %" PRId64 " s is shorter than three times skew_seconds, %" PRId64
                      " s: clocks that far apart would leave its holder no time",
                      seconds, skew);
}

/* Only two values that somebody has set can contradict each other: whoever sets min_market_cap alone, below the default
 * of exit_market_cap, means no contradiction. */
static Status check_caps(const Config *config, Error *err) {
  char entry[CONFIG_WHERE_SIZE];
  bool both =
      config_is_set(config, "universe", "exit_market_cap") && config_is_set(config, "universe", "min_market_cap");
  if (!both || config->universe.exit_market_cap <= config->universe.min_market_cap) return STATUS_OK;
  return config_fault(config, "universe", "exit_market_cap", err,
                      "%" PRId64 " is above %" PRId64 " of %s: a stock would leave as it enters",
                      config->universe.exit_market_cap, config->universe.min_market_cap,
                      config_where(config, "universe", "min_market_cap", entry));
}

/* ---- URLs ---- */

static Status check_url(const Config *config, const Asked *asked, Error *err) {
  const char *fault = *asked->url == '\0' ? NULL : url_fault(asked->url);
  return fault == NULL ? STATUS_OK : config_fault(config, asked->section, asked->key, err, "%s", fault);
}

static void check_urls(const Config *config, const AskedList *asked, Complaints *complaints) {
  Error err;
  size_t providers;
  const Provider *const *all = provider_all(&providers);
  for (size_t i = 0; i < providers; i++) all[i]->check(config, complaints);
  for (size_t i = 0; i < asked->own; i++) complaints_add(complaints, check_url(config, &asked->items[i], &err), &err);
}

/* The same variable is complained of once. */
static void check_proxies(const AskedList *asked, Complaints *complaints) {
  const char *told = NULL;
  for (size_t i = 0; i < asked->count; i++) {
    Proxy proxy;
    Error err;
    if (*asked->items[i].url == '\0' || !proxy_of(asked->items[i].url, &proxy) || proxy.fault == NULL) continue;
    if (told != NULL && strcmp(told, proxy.variable) == 0) continue;
    told = proxy.variable;
    complaints_add(complaints,
                   error_set(&err, STATUS_CONFIG, "environment %s, the proxy for [%s] %s: %s", proxy.variable,
                             asked->items[i].section, asked->items[i].key, proxy.fault),
                   &err);
  }
}

static void warn_of_clear_text(const Config *config, const AskedList *asked, Complaints *complaints) {
  char where[CONFIG_WHERE_SIZE];
  for (size_t i = 0; i < asked->count; i++) {
    if (!url_is_in_clear(asked->items[i].url)) continue;
    complaints_warn(complaints, "%s: http:// to another host: everybody on the way can read what is sent; use https://",
                    config_where(config, asked->items[i].section, asked->items[i].key, where));
  }
}

static Status check_body(const Config *config, Error *err) {
  bool used = *config->alerts.webhook != '\0' || config_is_set(config, "alerts", "webhook_body");
  Status status = used ? notify_check_body(config->alerts.webhook_body, err) : STATUS_OK;
  return config_prefix(config, "alerts", "webhook_body", status, err);
}

/* ---- files that others can read ---- */

static bool others_can_read(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & S_IROTH) != 0;
}

static void warn_of_secret_file(const Config *config, const char *section, const char *key, Complaints *complaints) {
  char where[CONFIG_WHERE_SIZE], file_key[64];
  snprintf(file_key, sizeof file_key, "%s_file", key);
  int origin = config_origin(config, section, key);
  bool own_file = origin == ORIGIN_SECRET_FILE;
  if (origin <= 0 && !own_file) return;
  if (!others_can_read(own_file ? config_text(config, section, file_key) : config->origins.file)) return;
  complaints_warn(complaints, "%s: everybody on this host can read the file that holds it: chmod o-rwx",
                  config_where(config, section, key, where));
}

static void warn_of_secret_files(const Config *config, Complaints *complaints) {
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    const char *value = (const char *)config + key->offset;
    if (key->type == CONFIG_SECRET && *value != '\0') warn_of_secret_file(config, key->section, key->key, complaints);
  }
}

/* ---- all of it ---- */

static void check_universe(const Config *config, Complaints *complaints) {
  Error err;
  MarketSet markets;
  EntryFilter filter = {0};
  complaints_add(complaints, settings_markets(config, &markets, &err), &err);
  complaints_add(complaints, check_caps(config, &err), &err);
  complaints_add(complaints, settings_excluded(config, &filter, &err), &err);
}

static Status check_indices(const Config *config, Error *err) {
  IndexSet indices;
  if (index_set_parse(config->indices.names, &indices)) return STATUS_OK;
  return config_fault(config, "indices", "names", err, "\"%.80s\" is not a list of KOSPI, KOSDAQ, KOSPI200, each once",
                      config->indices.names);
}

static Status check_window(const Config *config, Error *err) {
  EveningWindow window;
  bool parsed = evening_window_parse(config->evening.window, &window);
  if (!parsed)
    return config_fault(config, "evening", "window", err, "\"%.80s\" is not HH:MM-HH:MM, from before to",
                        config->evening.window);
  if (window.from > EVENING_CLOSE && window.to < EVENING_AFTER_MARKET) return STATUS_OK;
  return config_fault(config, "evening", "window", err,
                      "\"%.80s\" does not lie between the close at 15:30 and 16:00, when the after-market moves prices",
                      config->evening.window);
}

static Status check_chosen(const Config *config, const char *section, const char *stocks, Error *err) {
  ChosenSet set;
  if (chosen_set_parse(stocks, &set)) return STATUS_OK;
  return config_fault(config, section, "stocks", err,
                      "\"%.80s\" is not a list of watchlists, leaders, targets, each once", stocks);
}

/* Stocks that are chosen where nobody is asked about them: only a warning, for keys may come by another way later. */
static void warn_of_chosen_in_vain(const Config *config, Complaints *complaints) {
  static const char *const sections[] = {"flow", "minutes"};
  char where[CONFIG_WHERE_SIZE];
  if (*config->kis.app_key != '\0') return;
  for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
    ChosenSet set;
    if (!chosen_set_parse(config_text(config, sections[i], "stocks"), &set) || set == 0) continue;
    complaints_warn(complaints, "%s: nothing comes of it: [kis] app_key is empty",
                    config_where(config, sections[i], "stocks", where));
  }
}

/* That there is such a folder; what is wrong with a file in it keeps no job from its work. */
static Status check_folder(const Config *config, const char *key, const char *folder, Error *err) {
  struct stat about;
  if (*folder == '\0' || (stat(folder, &about) == 0 && S_ISDIR(about.st_mode))) return STATUS_OK;
  return config_fault(config, "api", key, err, "there is no folder %s", folder);
}

/* Whether there are such prompts and strategies is seen when they are asked for. */
static void check_model(const Config *config, Complaints *complaints) {
  Error err;
  AfterAnalysisList list;
  char where[CONFIG_WHERE_SIZE];
  Status status = after_analysis_parse(config->ai.after_analysis, &list, &err);
  complaints_add(complaints, config_prefix(config, "ai", "after_analysis", status, &err), &err);
  model_check(config, complaints);
  if (status == STATUS_OK && list.count > 0 && !model_is_configured(config))
    complaints_warn(complaints, "%s: nothing comes of it: [ai] provider is empty",
                    config_where(config, "ai", "after_analysis", where));
}

static void check_rest(const Config *config, Complaints *complaints) {
  Error err;
  LeaderFields fields;
  Closures closures = {0};
  complaints_add(complaints, settings_closures(config, &closures, &err), &err);
  closures_free(&closures);
  complaints_add(complaints, check_indices(config, &err), &err);
  complaints_add(complaints, check_window(config, &err), &err);
  complaints_add(complaints, check_chosen(config, "flow", config->flow.stocks, &err), &err);
  complaints_add(complaints, check_chosen(config, "minutes", config->minutes.stocks, &err), &err);
  warn_of_chosen_in_vain(config, complaints);
  complaints_add(complaints, settings_signals(config, &fields, &err), &err);
  complaints_add(complaints, settings_above(config, &fields, &err), &err);
  complaints_add(complaints, check_lease(config, &err), &err);
  complaints_add(complaints, check_body(config, &err), &err);
  complaints_add(complaints, check_folder(config, "strategies", config->api.strategies, &err), &err);
  complaints_add(complaints, check_folder(config, "prompts", config->api.prompts, &err), &err);
  check_model(config, complaints);
}

void settings_check(const Config *config, Complaints *complaints) {
  AskedList asked;
  list_asked(config, &asked);
  check_urls(config, &asked, complaints);
  check_universe(config, complaints);
  check_rest(config, complaints);
  mail_look(config, complaints);
  check_proxies(&asked, complaints);
  warn_of_clear_text(config, &asked, complaints);
  warn_of_secret_files(config, complaints);
}

void settings_check_access(const Config *config, bool needs_key, Complaints *complaints) {
  Error err;
  Status status = db_mongo_check(config->mongodb.uri, &err);
  complaints_add(complaints, config_prefix(config, "mongodb", "uri", status, &err), &err);
  const Provider *provider = provider_of_prices();
  if (needs_key || provider->has_key(config)) complaints_add(complaints, provider->check_key(config, &err), &err);
}
