/* The table of settings, and how the value of one is read, stored and described. */
#include "config_internal.h"

#include <closebell/base/text.h>

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(Config, member)
#define SECOND_MS 1e3
#define HOUR_MS 3600e3
#define PING_KEY(job, help, ...) {"alerts", "ping_" #job, CONFIG_SECRET, "", 0, 0, NULL, help, AT(alerts.ping_##job)},

/* clang-format off */
static const ConfigKey keys[] = {
  {"mongodb", "uri", CONFIG_SECRET, "mongodb://127.0.0.1:27017", 0, 0, "MONGODB_URI",
   "Where the database is; may hold a password and is never printed.", AT(mongodb.uri)},
  {"mongodb", "uri_file", CONFIG_TEXT, "", 0, 0, NULL,
   "A file that holds the URI, instead of uri: a systemd credential or a container secret.", AT(mongodb.uri_file)},

  {"krx", "base_url", CONFIG_TEXT, "https://data-dbg.krx.co.kr", 0, 0, "KRX_BASE_URL",
   "Where the exchange's Open API answers.", AT(krx.base_url)},
  {"krx", "auth_key", CONFIG_SECRET, "", 0, 0, "KRX_AUTH_KEY",
   "The key the exchange gave you; never printed.", AT(krx.auth_key)},
  {"krx", "auth_key_file", CONFIG_TEXT, "", 0, 0, NULL,
   "A file that holds the key, instead of auth_key.", AT(krx.auth_key_file)},
  {"krx", "publication", CONFIG_PUBLICATION, "next-day 08:00", 0, 0, NULL,
   "When a session's data appear, in Korean time, on the next trading day or on the day itself.", AT(krx.publication)},
  {"krx", "rate_per_second", CONFIG_REAL, "4", 0.1, 10000, NULL,
   "Requests a second, at most.", AT(krx.rate_per_second)},
  {"krx", "parallel", CONFIG_INT, "1", 1, 64, NULL,
   "Requests under way at once, at most.", AT(krx.parallel)},
  {"krx", "connect_timeout", CONFIG_DURATION_MS, "10s", 10, HOUR_MS, NULL,
   "How long a connection may take to open.", AT(krx.connect_timeout_ms)},
  {"krx", "timeout", CONFIG_DURATION_MS, "60s", 10, HOUR_MS, NULL,
   "How long a request may take as a whole.", AT(krx.timeout_ms)},
  {"krx", "max_answer_bytes", CONFIG_INT, "16777216", 1024, 1073741824, NULL,
   "An answer larger than this is refused.", AT(krx.max_answer_bytes)},
  {"krx", "calls_per_day", CONFIG_INT, "10000", 1, 1e9, NULL,
   "Requests a day that the exchange allows for one key.", AT(krx.calls_per_day)},
  {"krx", "calls_per_run", CONFIG_INT, "5000", 1, 1e9, NULL,
   "Requests that one run makes, at most; the next one goes on.", AT(krx.calls_per_run)},
  {"krx", "base_info", CONFIG_TEXT, "off", 0, 0, NULL,
   "auto: each new session the kinds of stocks are asked for too, while the key has that service; off: never.",
   AT(krx.base_info)},

  {"indices", "names", CONFIG_LIST, "KOSPI,KOSDAQ,KOSPI200", 0, 0, NULL,
   "The indices to keep, separated by commas; with them come the exchange's totals, which prove each session. Empty, here or in the environment: off.",
   AT(indices.names)},

  {"kis", "base_url", CONFIG_TEXT, "https://openapi.koreainvestment.com:9443", 0, 0, NULL,
   "Where the broker's Open API answers; openapivts... is paper trading, which lacks some services.", AT(kis.base_url)},
  {"kis", "app_key", CONFIG_SECRET, "", 0, 0, NULL,
   "The key of an account at Korea Investment & Securities; empty: the broker is not asked.", AT(kis.app_key)},
  {"kis", "app_key_file", CONFIG_TEXT, "", 0, 0, NULL, "A file that holds it, instead of app_key.", AT(kis.app_key_file)},
  {"kis", "app_secret", CONFIG_SECRET, "", 0, 0, NULL, "The secret of that key; never printed.", AT(kis.app_secret)},
  {"kis", "app_secret_file", CONFIG_TEXT, "", 0, 0, NULL,
   "A file that holds it, instead of app_secret.", AT(kis.app_secret_file)},
  {"kis", "rate_per_second", CONFIG_REAL, "15", 0.1, 10000, NULL,
   "Requests a second, at most; of paper trading one, whatever stands here.", AT(kis.rate_per_second)},
  {"kis", "calls_per_day", CONFIG_INT, "20000", 1, 1e9, NULL,
   "Requests a day, at most; filling in what is old takes what due work leaves.", AT(kis.calls_per_day)},

  {"dart", "base_url", CONFIG_TEXT, "https://opendart.fss.or.kr/api", 0, 0, NULL,
   "Where OpenDART answers, which has the companies' reports.", AT(dart.base_url)},
  {"dart", "auth_key", CONFIG_SECRET, "", 0, 0, NULL,
   "The key OpenDART gave you; never printed. Empty: it is not asked.", AT(dart.auth_key)},
  {"dart", "auth_key_file", CONFIG_TEXT, "", 0, 0, NULL, "A file that holds the key, instead of auth_key.", AT(dart.auth_key_file)},
  {"dart", "rate_per_second", CONFIG_REAL, "1", 0.1, 10000, NULL,
   "Requests a second, at most; OpenDART shuts out for a day whoever makes more than 1,000 a minute.", AT(dart.rate_per_second)},
  {"dart", "batch", CONFIG_INT, "50", 1, 100, NULL,
   "Companies a question for accounts, at most; fewer where OpenDART turns that away.", AT(dart.batch)},
  {"dart", "years", CONFIG_INT, "3", 1, 20, NULL,
   "Of how many years before this one reports are collected.", AT(dart.years)},
  {"dart", "calls_per_day", CONFIG_INT, "10000", 1, 1e9, NULL,
   "Requests a day, at most.", AT(dart.calls_per_day)},

  {"etf", "days", CONFIG_INT, "0", 0, 5000, NULL,
   "Of how many sessions the prices of exchange-traded funds are kept, when they first come; 0: off. 300 is a good year.",
   AT(etf.days)},

  {"evening", "window", CONFIG_TEXT, "15:41-15:58", 0, 0, NULL,
   "When the quotes of a session are read, in Korean time: after the close, and before the after-market moves them.",
   AT(evening.window)},

  {"flow", "stocks", CONFIG_LIST, "", 0, 0, NULL,
   "Of which stocks it is kept who bought and who sold: watchlists, leaders, targets, several by commas; empty: off.",
   AT(flow.stocks)},
  {"minutes", "stocks", CONFIG_LIST, "", 0, 0, NULL,
   "Of which stocks minutes are kept, in the same words; empty: off.", AT(minutes.stocks)},
  {"minutes", "keep_days", CONFIG_INT, "0", 0, 36500, NULL,
   "How many days minutes are kept; 0 means all.", AT(minutes.keep_days)},

  {"feeds", "folder", CONFIG_TEXT, "", 0, 0, NULL,
   "The folder with declared feeds, an INI file each, that daily_update brings; empty: off.", AT(feeds.folder)},
  {"feeds", "allow", CONFIG_TEXT, "", 0, 0, NULL,
   "Addresses and networks that feeds may be asked at beside those of the public internet, like 10.0.0.5, 192.168.1.0/24.",
   AT(feeds.allow)},

  {"universe", "markets", CONFIG_TEXT, "KOSPI,KOSDAQ", 0, 0, NULL,
   "The markets to keep, separated by commas.", AT(universe.markets)},
  {"universe", "min_market_cap", CONFIG_INT, "100000000000", 0, 9e15, NULL,
   "A stock enters the universe at this market capitalisation, in won.", AT(universe.min_market_cap)},
    {"universe", "exit_market_cap", CONFIG_INT, "80000000000", 0, 9e15, NULL,
     "And leaves it below this one, in won; when it is not set, never above min_market_cap; ...", AT(universe.exit_market_cap)},
    {"universe", "exit_sessions", CONFIG_INT, "20", 1, 250, NULL,
     "... when it has been there for so many sessions in a row; so it is with the rules below.", AT(universe.exit_sessions)},
    {"universe", "exclude", CONFIG_TEXT, "", 0, 0, NULL,
     "Kinds to leave out, separated by commas: preferred, spac, reit, etf, etn, elw, fund, foreign, dr, administrative, halted.", AT(universe.exclude)},
    {"universe", "min_sessions_listed", CONFIG_INT, "0", 0, 2500, NULL,
     "A stock enters once it has been listed for so many sessions; 0 means at once.", AT(universe.min_sessions_listed)},
    {"universe", "min_traded_value", CONFIG_INT, "0", 0, 9e15, NULL,
     "A stock enters at this traded value a session, in won, on average over 20; 0 means at any.",
     AT(universe.min_traded_value)},

  {"update", "budget", CONFIG_DURATION_MS, "50m", 0, 24 * HOUR_MS, NULL,
   "How long one run of daily_update may catch up.", AT(update.budget_ms)},

  {"calendar", "closures_file", CONFIG_TEXT, "", 0, 0, NULL,
   "A table of the exchange's closures that replaces the built-in one.", AT(calendar.closures_file)},

  {"analysis", "quota", CONFIG_INT, "2000", 0, 1e6, NULL,
   "Tickers that one run analyses, at most; 0 means no limit.", AT(analysis.quota)},
  {"analysis", "budget", CONFIG_DURATION_MS, "50m", 0, 24 * HOUR_MS, NULL,
   "How long one run of the analysis may take.", AT(analysis.budget_ms)},
  {"analysis", "workers", CONFIG_INT, "1", 1, 64, NULL,
   "Processes that share the analysis, on any hosts, all with this same number.", AT(analysis.workers)},
  {"analysis", "screen_memory", CONFIG_INT, "192", 8, 1048576, NULL,
   "Megabytes for the fields that a screen keeps in memory, beside the prices; what does not fit is computed again.",
   AT(analysis.screen_memory)},

  {"leaders", "min_rs_rating", CONFIG_INT, "80", 0, 99, NULL,
   "A leader candidate has at least this rs_rating; 0 means any.", AT(leaders.min_rs_rating)},
  {"leaders", "signals", CONFIG_TEXT, "near_high_52w", 0, 0, NULL,
   "Signals that hold for it, separated by commas, or none.", AT(leaders.signals)},
  {"leaders", "above", CONFIG_TEXT, "sma_60", 0, 0, NULL,
   "Indicators that its close is above, separated by commas, or none.", AT(leaders.above)},
  {"leaders", "value_ratio", CONFIG_REAL, "1", 0, 1000, NULL,
   "Its traded value is more than so many times its average over 20 sessions; 0 means any.", AT(leaders.value_ratio)},
  {"leaders", "limit", CONFIG_INT, "0", 0, 1e6, NULL,
   "The list of a session holds at most so many; 0 means all that pass.", AT(leaders.limit)},

  {"lease", "seconds", CONFIG_INT, "300", 3, 86400, NULL,
   "How long a job's lease lasts when its holder makes no progress.", AT(lease.seconds)},
  {"lease", "skew_seconds", CONFIG_INT, "30", 0, 3600, NULL,
   "How far the clocks of two hosts may be apart; at most a third of the lease.", AT(lease.skew_seconds)},

  {"retry", "scale", CONFIG_REAL, "1", 0, 100, NULL,
   "Multiplies every wait between attempts; 0 does not wait at all and is meant for tests.", AT(retry.scale)},

  {"history", "run_days", CONFIG_INT, "400", 7, 36500, NULL,
   "How many days a run stays in job_runs.", AT(history.run_days)},
  {"history", "locks", CONFIG_INT, "200", 10, 1e6, NULL,
   "How many leases of each job stay in job_locks; the newest always does.", AT(history.locks)},

  {"alerts", "webhook", CONFIG_SECRET, "", 0, 0, NULL,
   "A URL that is told of each alert that opens or ends; its path is often a secret.", AT(alerts.webhook)},
  {"alerts", "webhook_file", CONFIG_TEXT, "", 0, 0, NULL,
   "A file that holds the URL, instead of webhook.", AT(alerts.webhook_file)},
  {"alerts", "webhook_body", CONFIG_TEXT, "{\"text\": \"{text}\"}", 0, 0, NULL,
   "The JSON that is sent, with {text}, {state}, {severity}, {kind}, {subject}, {message}, {program}, {host}.",
   AT(alerts.webhook_body)},
  JOB_ROWS(CONFIG_NO_PING, PING_KEY, CONFIG_NO_PING, CONFIG_NO_PING)
  {"alerts", "mail_to", CONFIG_TEXT, "", 0, 0, NULL,
   "Mail addresses, separated by commas, that are told of each alert that opens or ends; empty: no mail.",
   AT(alerts.mail_to)},
  {"alerts", "mail_from", CONFIG_TEXT, "", 0, 0, NULL,
   "The sender of these mails; empty: what sendmail makes of it.", AT(alerts.mail_from)},
  {"alerts", "sendmail", CONFIG_TEXT, "/usr/sbin/sendmail", 0, 0, NULL,
   "The program that sends them.", AT(alerts.sendmail)},
  {"alerts", "timeout", CONFIG_DURATION_MS, "5s", 100, 60e3, NULL,
   "How long telling somebody may take; the job is over by then.", AT(alerts.timeout_ms)},

  {"metrics", "textfile_dir", CONFIG_TEXT, "", 0, 0, NULL,
   "A folder that gets a file for Prometheus at the end of each run: the textfile collector's; empty: none.",
   AT(metrics.textfile_dir)},

  {"api", "listen", CONFIG_TEXT, "127.0.0.1:8787", 0, 0, NULL,
   "Where closebell_api listens, ADDRESS:PORT; another address than this host's own wants keys_file.", AT(api.listen)},
  {"api", "keys_file", CONFIG_TEXT, "", 0, 0, NULL,
   "A file of the keys that may read: a line each, the key's SHA-256 in hex, a name, and operate for one that may ask "
   "for days again; empty: no keys.",
   AT(api.keys_file)},
  {"api", "rate_per_second", CONFIG_REAL, "0", 0, 10000, NULL,
   "Requests a second for each key or address; 0: no limit. Not set, on another address than this host's own: 50.",
   AT(api.rate_per_second)},
  {"api", "strategies", CONFIG_TEXT, "", 0, 0, NULL,
   "The folder with the strategies, a file each, instead of the shipped one; those in /etc/closebell/strategies win by name in any case.",
   AT(api.strategies)},
  {"api", "web", CONFIG_TEXT, "", 0, 0, NULL,
   "The folder with the files of the dashboard, which closebell_api serves at /, instead of the shipped one.",
   AT(api.web)},
  {"api", "prompts", CONFIG_TEXT, "", 0, 0, NULL,
   "The folder with the prompts, a file each, instead of the shipped one; those in /etc/closebell/prompts win by name in any case.",
   AT(api.prompts)},

  {"ai", "provider", CONFIG_LIST, "", 0, 0, NULL,
   "Whose language model is asked for an opinion: gemini, or openai for all that answer chat/completions; empty: none.",
   AT(ai.provider)},
  {"ai", "base_url", CONFIG_TEXT, "", 0, 0, NULL,
   "Where it answers; empty: the service's own address. openai wants the version in it: http://127.0.0.1:8080/v1.",
   AT(ai.base_url)},
  {"ai", "api_key", CONFIG_SECRET, "", 0, 0, NULL,
   "The key of the service; never printed. A model on this host may have none.", AT(ai.api_key)},
  {"ai", "api_key_file", CONFIG_TEXT, "", 0, 0, NULL, "A file that holds the key, instead of api_key.", AT(ai.api_key_file)},
  {"ai", "model", CONFIG_TEXT, "", 0, 0, NULL,
   "The model's name; empty: gemini-3.6-flash of gemini; of openai it must be set.", AT(ai.model)},
  {"ai", "calls_per_day", CONFIG_INT, "2000", 1, 1e9, NULL,
   "Requests a day of UTC, at most, of all programs and servers together.", AT(ai.calls_per_day)},
  {"ai", "tokens_per_day", CONFIG_INT, "0", 0, 9e15, NULL,
   "Tokens a day of UTC, at most, read and written; 0: no cap.", AT(ai.tokens_per_day)},
  {"ai", "timeout", CONFIG_DURATION_MS, "60s", 10, HOUR_MS, NULL,
   "How long one question may take with all its tries.", AT(ai.timeout_ms)},
  {"ai", "after_analysis", CONFIG_LIST, "", 0, 0, NULL,
   "What is asked once a session is analysed: PROMPT STRATEGY N, several by commas, about each of a strategy's first N matches; empty: off.",
   AT(ai.after_analysis)},

  {"mail", "summary_to", CONFIG_TEXT, "", 0, 0, NULL,
   "Mail addresses, separated by commas, that get a summary of each session once it is analysed; empty: no mail.",
   AT(mail.summary_to)},
  {"mail", "watch_to", CONFIG_TEXT, "", 0, 0, NULL,
   "The same for stocks of the watchlists whose compass_score or rs_rating has moved; empty: no mail.",
   AT(mail.watch_to)},
  {"mail", "watch_points", CONFIG_REAL, "5", 0.1, 100, NULL,
   "By so many points or more against the session before.", AT(mail.watch_points)},
  {"mail", "headlines", CONFIG_TEXT, "", 0, 0, NULL,
   "A declared feed with title and url: its ten newest rows stand in the summary of each session; empty: none.",
   AT(mail.headlines)},

  {NULL, NULL, CONFIG_TEXT, NULL, 0, 0, NULL, NULL, 0},
};
/* clang-format on */
_Static_assert(sizeof(keys) / sizeof(keys[0]) <= CONFIG_KEYS_MAX, "ConfigOrigins and ConfigGiven have a place for each key");

const ConfigKey *config_keys(void) { return keys; }

const ConfigKey *config_find(const char *section, const char *key) {
  for (const ConfigKey *k = keys; k->section != NULL; k++) {
    if (strcmp(k->section, section) == 0 && strcmp(k->key, key) == 0) return k;
  }
  return NULL;
}

const char *config_text(const Config *config, const char *section, const char *key) {
  const ConfigKey *found = config_find(section, key);
  return found ? (const char *)config + found->offset : "";
}

bool config_is_on(const Config *config, const char *section, const char *key) {
  const ConfigKey *found = config_find(section, key);
  int64_t number = 0;
  if (!found || found->type != CONFIG_INT) return *config_text(config, section, key) != '\0';
  memcpy(&number, (const char *)config + found->offset, sizeof number);
  return number != 0;
}

char *config_environment_name(const ConfigKey *key, char name[CONFIG_NAME_SIZE]) {
  if (key->environment != NULL)
    snprintf(name, CONFIG_NAME_SIZE, "%s", key->environment);
  else
    snprintf(name, CONFIG_NAME_SIZE, "CLOSEBELL_%s_%s", key->section, key->key);
  for (char *c = name; *c != '\0'; c++) {
    if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
  }
  return name;
}

/* In the largest unit that divides it: "50m". */
static void format_duration(double duration_ms, char *text, size_t text_size) {
  static const struct {
    const char *unit;
    long long ms;
  } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
  long long ms = (long long)duration_ms;
  size_t i = 0;
  while (units[i].ms > 1 && (ms == 0 || ms % units[i].ms != 0)) i++;
  if (ms == 0) i = 3;
  snprintf(text, text_size, "%lld%s", ms / units[i].ms, units[i].unit);
}

char *config_allowed(const ConfigKey *key, char text[CONFIG_ALLOWED_SIZE]) {
  char low[32], high[32];
  switch (key->type) {
  case CONFIG_TEXT:
  case CONFIG_LIST:
  case CONFIG_SECRET:
    snprintf(text, CONFIG_ALLOWED_SIZE, "one line of at most %d bytes", CONFIG_TEXT_SIZE - 1);
    break;
  case CONFIG_INT:
    snprintf(text, CONFIG_ALLOWED_SIZE, "a whole number from %.0f to %.0f", key->low, key->high);
    break;
  case CONFIG_REAL:
    snprintf(text, CONFIG_ALLOWED_SIZE, "a number from %g to %g", key->low, key->high);
    break;
  case CONFIG_DURATION_MS:
    format_duration(key->low, low, sizeof(low));
    format_duration(key->high, high, sizeof(high));
    snprintf(text, CONFIG_ALLOWED_SIZE, "a duration from %s to %s, written 250ms, 90s, 50m, 2h or 1d", low, high);
    break;
  case CONFIG_PUBLICATION:
    snprintf(text, CONFIG_ALLOWED_SIZE, "next-day HH:MM or same-day HH:MM");
    break;
  }
  return text;
}

static bool parse_two_digits(const char *text, int high, int *ret_value) {
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return false;
  *ret_value = (text[0] - '0') * 10 + (text[1] - '0');
  return *ret_value <= high;
}

bool publication_parse(const char *text, Publication *ret_publication) {
  static const char next_day[] = "next-day ", same_day[] = "same-day ";
  bool next = strncmp(text, next_day, sizeof(next_day) - 1) == 0;
  if (!next && strncmp(text, same_day, sizeof(same_day) - 1) != 0) return false;
  const char *time = text + sizeof(next_day) - 1;
  int hour, minute;
  if (strlen(time) != 5 || time[2] != ':') return false;
  if (!parse_two_digits(time, 23, &hour) || !parse_two_digits(time + 3, 59, &minute)) return false;
  *ret_publication = (Publication){next ? PUBLICATION_NEXT_DAY : PUBLICATION_SAME_DAY, hour * 60 + minute};
  return true;
}

static bool store_text(char to[CONFIG_TEXT_SIZE], const ConfigKey *key, const char *text) {
  bool may_be_empty = key->type == CONFIG_LIST || *key->default_text == '\0';
  if (*text == '\0' && !may_be_empty) return false; /* a setting that has to be something */
  for (const char *c = text; *c != '\0'; c++) {
    if ((unsigned char)*c < 0x20 || *c == 0x7F) return false;
  }
  return text_copy(to, CONFIG_TEXT_SIZE, text);
}

static bool store_duration(int64_t *to, const ConfigKey *key, const char *text) {
  int64_t ms;
  if (!text_parse_duration_ms(text, &ms) || ms < (int64_t)key->low || ms > (int64_t)key->high) return false;
  *to = ms;
  return true;
}

static bool store(Config *config, const ConfigKey *key, const char *text) {
  void *to = (char *)config + key->offset;
  switch (key->type) {
  case CONFIG_TEXT:
  case CONFIG_LIST:
  case CONFIG_SECRET:
    return store_text(to, key, text);
  case CONFIG_INT:
    return text_parse_int64(text, (int64_t)key->low, (int64_t)key->high, to);
  case CONFIG_REAL:
    return text_parse_double(text, key->low, key->high, to);
  case CONFIG_DURATION_MS:
    return store_duration(to, key, text);
  case CONFIG_PUBLICATION:
    return publication_parse(text, to);
  }
  return false;
}

Status config_set(Config *config, const ConfigKey *key, const char *text, Error *err) {
  if (store(config, key, text)) return STATUS_OK;
  char allowed[CONFIG_ALLOWED_SIZE];
  config_allowed(key, allowed);
  if (*text == '\0') {
    return error_set(err, STATUS_CONFIG, "[%s] %s: is empty; allowed is %s", key->section, key->key, allowed);
  }
  /* A text may be a URL with a password, or a secret that stands in the wrong place. */
  if (key->type == CONFIG_SECRET || key->type == CONFIG_TEXT || key->type == CONFIG_LIST) {
    return error_set(err, STATUS_CONFIG, "[%s] %s: the value is not %s", key->section, key->key, allowed);
  }
  return error_set(err, STATUS_CONFIG, "[%s] %s: \"%.80s%s\" is not %s", key->section, key->key, text,
                   strlen(text) > 80 ? "..." : "", allowed);
}

bool config_is_given(ConfigGiven given, const ConfigKey *key) { return given.keys[key - keys]; }

void config_give(ConfigGiven *given, const ConfigKey *key) { given->keys[key - keys] = true; }
