/* config.h: every setting, from one table: the INI file, the environment, the sample file and the man page.
 *
 * Order: the table's default, then the file (--config), then the environment. Unknown sections and keys and bad values
 * are errors that name file, line and key. Secrets are never printed. */
#ifndef CLOSEBELL_BASE_CONFIG_H
#define CLOSEBELL_BASE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <closebell/base/complaints.h>
#include <closebell/base/job_rows.h>
#include <closebell/base/status.h>

enum { CONFIG_TEXT_SIZE = 512, CONFIG_KEYS_MAX = 128 };

typedef enum { PUBLICATION_NEXT_DAY, PUBLICATION_SAME_DAY } PublicationKind;
/* When a session's data appear: at minute_of_day KST of the next trading day, or of the day itself. */
typedef struct {
  PublicationKind kind;
  int minute_of_day;
} Publication;

/* "next-day 08:00", "same-day 18:00". */
bool publication_parse(const char *text, Publication *ret_publication);

/* Where the value of each key comes from, by the key's row in the table: a line of the settings file, or one of these. */
enum { ORIGIN_DEFAULT = 0, ORIGIN_ENVIRONMENT = -1, ORIGIN_SECRET_FILE = -2 /* the one that its key with _file names */ };
typedef struct {
  char file[CONFIG_TEXT_SIZE]; /* the settings file, as messages name it */
  int lines[CONFIG_KEYS_MAX];
} ConfigOrigins;

/* A program that is started again and again has a URL that is told of it. */
#define CONFIG_PING(job, ...) char ping_##job[CONFIG_TEXT_SIZE];
#define CONFIG_NO_PING(job, ...)

typedef struct {
  struct { char uri[CONFIG_TEXT_SIZE]; char uri_file[CONFIG_TEXT_SIZE]; } mongodb; /* secret: may hold a password */
  struct {
    char base_url[CONFIG_TEXT_SIZE];
    char auth_key[CONFIG_TEXT_SIZE]; /* secret */
    char auth_key_file[CONFIG_TEXT_SIZE];
    Publication publication;
    double rate_per_second;
    int64_t parallel; /* requests under way at once */
    int64_t connect_timeout_ms, timeout_ms;
    int64_t max_answer_bytes;
    int64_t calls_per_day, calls_per_run;
    char base_info[CONFIG_TEXT_SIZE]; /* "auto" or "off" */
  } krx;
  struct { char names[CONFIG_TEXT_SIZE]; /* empty: off */ } indices;
  struct { int64_t days; /* sessions; 0: off */ } etf;
  struct { char window[CONFIG_TEXT_SIZE]; /* "15:41-15:58" */ } evening;
  struct { char stocks[CONFIG_TEXT_SIZE]; /* empty: off */ } flow;
  struct {
    char stocks[CONFIG_TEXT_SIZE]; /* empty: off */
    int64_t keep_days; /* 0: all */
  } minutes;
  struct {
    char base_url[CONFIG_TEXT_SIZE];
    char app_key[CONFIG_TEXT_SIZE], app_secret[CONFIG_TEXT_SIZE]; /* secrets; both empty: off */
    char app_key_file[CONFIG_TEXT_SIZE], app_secret_file[CONFIG_TEXT_SIZE];
    double rate_per_second;
    int64_t calls_per_day;
  } kis;
  struct {
    char base_url[CONFIG_TEXT_SIZE];
    char auth_key[CONFIG_TEXT_SIZE]; /* secret; empty: off */
    char auth_key_file[CONFIG_TEXT_SIZE];
    double rate_per_second;
    int64_t batch; /* companies a question */
    int64_t years;
    int64_t calls_per_day;
  } dart;
  struct {
    char folder[CONFIG_TEXT_SIZE]; /* empty: off */
    char allow[CONFIG_TEXT_SIZE];  /* addresses and networks */
  } feeds;
  struct {
    char markets[CONFIG_TEXT_SIZE];
    int64_t min_market_cap, exit_market_cap; /* KRW */
    int64_t exit_sessions;
    char exclude[CONFIG_TEXT_SIZE];
    int64_t min_sessions_listed, min_traded_value; /* sessions, KRW */
  } universe;
  struct { int64_t budget_ms; } update;
  struct { char closures_file[CONFIG_TEXT_SIZE]; /* empty: the built-in table */ } calendar;
  struct {
    int64_t quota; /* tickers a run, 0: no limit */
    int64_t budget_ms, workers;
    int64_t screen_memory; /* megabytes */
  } analysis;
  struct {
    int64_t min_rs_rating;
    char signals[CONFIG_TEXT_SIZE], above[CONFIG_TEXT_SIZE]; /* fields of stock_analyzed, or "none" */
    double value_ratio;
    int64_t limit; /* 0: all */
  } leaders;
  struct { int64_t seconds, skew_seconds; } lease;
  struct { double scale; } retry;
  struct { int64_t run_days, locks; } history;
  struct {
    char webhook[CONFIG_TEXT_SIZE], webhook_file[CONFIG_TEXT_SIZE], webhook_body[CONFIG_TEXT_SIZE];
    JOB_ROWS(CONFIG_NO_PING, CONFIG_PING, CONFIG_NO_PING, CONFIG_NO_PING) /* ping_daily_update, ... */
    char mail_to[CONFIG_TEXT_SIZE], mail_from[CONFIG_TEXT_SIZE], sendmail[CONFIG_TEXT_SIZE];
    int64_t timeout_ms;
  } alerts; /* the URLs are secrets */
  struct { char textfile_dir[CONFIG_TEXT_SIZE]; /* empty: no metrics */ } metrics;
  struct {
    char listen[CONFIG_TEXT_SIZE]; /* "127.0.0.1:8787", "[::1]:0" */
    char keys_file[CONFIG_TEXT_SIZE]; /* empty: no keys */
    double rate_per_second; /* 0: no limit */
    char strategies[CONFIG_TEXT_SIZE]; /* a folder; empty: the one that is shipped */
    char web[CONFIG_TEXT_SIZE];        /* the same, of the dashboard */
    char prompts[CONFIG_TEXT_SIZE];    /* and of the prompts */
  } api;
  struct {
    char provider[CONFIG_TEXT_SIZE]; /* empty: off */
    char base_url[CONFIG_TEXT_SIZE], model[CONFIG_TEXT_SIZE]; /* empty: the provider's own */
    char api_key[CONFIG_TEXT_SIZE]; /* secret; may be empty for a model on this host */
    char api_key_file[CONFIG_TEXT_SIZE];
    int64_t calls_per_day, tokens_per_day; /* tokens 0: no cap */
    int64_t timeout_ms;
    char after_analysis[CONFIG_TEXT_SIZE]; /* empty: off */
  } ai;
  struct {
    char summary_to[CONFIG_TEXT_SIZE], watch_to[CONFIG_TEXT_SIZE]; /* addresses; empty: no such mail */
    double watch_points;
    char headlines[CONFIG_TEXT_SIZE]; /* a declared feed; empty: none */
  } mail;
  ConfigOrigins origins; /* the last member: what is before it is what counts */
} Config;

typedef enum {
  CONFIG_TEXT,
  CONFIG_LIST, /* a text that somebody may empty, in the file and in the environment: none of what it lists */
  CONFIG_SECRET,
  CONFIG_INT,
  CONFIG_REAL,
  CONFIG_DURATION_MS,
  CONFIG_PUBLICATION
} ConfigType;

typedef struct {
  const char *section, *key;
  ConfigType type;
  const char *default_text;
  double low, high;        /* bounds of numbers and durations (ms) */
  const char *environment; /* a name of its own, or null: CLOSEBELL_<SECTION>_<KEY> */
  const char *help;        /* one sentence */
  size_t offset;           /* in Config */
} ConfigKey;

/* The table, ended by a key with a null section. */
const ConfigKey *config_keys(void);

/* Fills every key with its default. */
void config_defaults(Config *config);
/* Reads an INI text. `name` stands in messages ("closebell.conf:12: [analysis] quota: ..."). STATUS_CONFIG on any error. */
Status config_read_text(Config *config, const char *name, const char *text, Error *err);
Status config_read_file(Config *config, const char *path, Error *err);
/* Reads the overrides through get (getenv in production). */
Status config_read_environment(Config *config, const char *(*get)(const char *name), Error *err);
/* Reads auth_key_file and uri_file when set, and trims the end of line. The files' contents never reach a message, nor
 * does a path that may be the secret itself, put into the wrong key. */
Status config_read_secrets(Config *config, Error *err);

/* The same three, which go on after an error: what is wrong is noted, what is right is taken. */
void config_take_text(Config *config, const char *name, const char *text, Complaints *complaints);
void config_take_file(Config *config, const char *path, Complaints *complaints);
void config_take_environment(Config *config, const char *(*get)(const char *name), Complaints *complaints);
void config_take_secrets(Config *config, Complaints *complaints);
/* All of it in order, from the process's environment. path null: no file. */
void config_take_all(Config *config, const char *path, Complaints *complaints);

/* Where the value of a key comes from, and which it is: "closebell.conf:12: [universe] markets", "environment
 * KRX_BASE_URL: [krx] base_url", "closebell.conf:3: [mongodb] uri_file /etc/closebell.uri: [mongodb] uri", "[lease]
 * seconds" of a default: the beginning of every message about a setting. The key must be one of the table. Returns text. */
enum { CONFIG_WHERE_SIZE = 2 * CONFIG_TEXT_SIZE };
char *config_where(const Config *config, const char *section, const char *key, char text[CONFIG_WHERE_SIZE]);
int config_origin(const Config *config, const char *section, const char *key);
bool config_is_set(const Config *config, const char *section, const char *key); /* not a default */
/* The value of a text or a secret; empty for a key that is not in the table. */
const char *config_text(const Config *config, const char *section, const char *key);
/* Whether a setting turns something on: a text that is not empty, a whole number that is not 0. */
bool config_is_on(const Config *config, const char *section, const char *key);
/* STATUS_CONFIG, with config_where before the words. */
Status config_fault(const Config *config, const char *section, const char *key, Error *err, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Puts config_where before what err says; nothing for STATUS_OK. */
Status config_prefix(const Config *config, const char *section, const char *key, Status status, Error *err);

/* A commented sample with every key and its default. */
void config_print_sample(FILE *stream);

#endif
