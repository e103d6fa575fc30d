#include "sim_web.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <closebell/source/web.h>

static const int64_t HOUR_MS = INT64_C(3600) * 1000;

static const char RATES[] = "[feed]\nurl = https://made.example/rates\nschedule = daily 08:00\nitems = r0, r1, r2, r3\n"
                            "rows = /rows\nid = {date}:{name}\n"
                            "[query]\nday = {date}\nname = {item}\n"
                            "[fields]\nname = string @item\ndate = date @date\nvalue = int /value\n"
                            "[answer]\nok_if = /rows\n";
static const char PRICES[] = "[feed]\nurl = https://made.example/prices\nschedule = hourly\nrows = /rows\n"
                             "id = {name}\nkeep = replace\n"
                             "[fields]\nname = string /name\nvalue = int /value\n"
                             "[paging]\nkind = page\nparam = page\nsize = 15\ntotal = /total\n"
                             "[answer]\nok_if = /rows\n"
                             "[checks]\nmin_rows = 40\nunique = name\n";
static const char PROFILES[] = "[feed]\nurl = https://made.example/profiles\nschedule = daily 10:00\n"
                               "items = @profiles.txt\nper_run = 25\nkeys_file = profiles.keys\n"
                               "rows =\nsingle = yes\nid = {name}\nkeep = replace\n"
                               "[query]\nname = {item}\nkey = {key}\n"
                               "[fields]\nname = string /name\nvalue = int /value\n"
                               "[answer]\nlimit_if = /limit\nok_if = /name\n";

static const char NOTES[] = "[feed]\nurl = https://made.example/notes\nschedule = daily 10:00\n"
                            "items = n0, n1, n2, n3, n4, n5, n6, n7\nkeys_file = profiles.keys\n"
                            "rows =\nsingle = yes\nid = {name}\nkeep = replace\n"
                            "[query]\nname = {item}\nkey = {key}\n"
                            "[fields]\nname = string /name\nvalue = int /value\n"
                            "[answer]\nlimit_if = /limit\nok_if = /name\n";

int64_t sim_web_rate(Day date, int item) { return (int64_t)date * 100 + item; }
int64_t sim_web_price(Instant now, int row) { return now / HOUR_MS * 1000 + row; }

/* ---- answers ---- */

static unsigned draw(SimWeb *web) {
  web->state = web->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned)(web->state >> 33) % 1000;
}

static const char *parameter(const char *url, const char *name, char value[64]) {
  char what[32];
  snprintf(what, sizeof what, "%s=", name);
  const char *at = strstr(url, what);
  value[0] = '\0';
  if (at) snprintf(value, 64, "%.*s", (int)strcspn(at + strlen(what), "&"), at + strlen(what));
  return value;
}

static void write_rates(const char *url, FILE *out) {
  char day[64], name[64];
  Day date = DAY_NONE;
  sim_or_die(day_parse(parameter(url, "day", day), &date), "a day was asked for");
  parameter(url, "name", name);
  fprintf(out, "{\"rows\":[{\"value\":%lld}]}", (long long)sim_web_rate(date, name[1] - '0'));
}

static void write_prices(const SimWeb *web, const char *url, FILE *out) {
  char text[64];
  int page = atoi(parameter(url, "page", text)), from = (page - 1) * 15, to = from + 15;
  fputs("{\"rows\":[", out);
  for (int row = from; row < to && row < WEB_PRICES; row++)
    fprintf(out, "%s{\"name\":\"p%02d\",\"value\":%lld}", row > from ? "," : "", row,
            (long long)sim_web_price(web->world->now, row));
  fprintf(out, "],\"total\":%d}", WEB_PRICES);
}

static void count_key(SimWeb *web, const char *url) {
  char key[64];
  Day today = (Day)(web->world->now / (24 * HOUR_MS));
  int which = strcmp(parameter(url, "key", key), "the-first-key-of-two") != 0;
  if (today - web->first_day < WEB_DAYS_MAX) web->key_calls[which][today - web->first_day]++;
}

static void write_profile(SimWeb *web, const char *url, FILE *out) {
  char name[64];
  parameter(url, "name", name);
  web->answered[atoi(name + 1)]++;
  fprintf(out, "{\"name\":\"%s\",\"value\":%d}", name, atoi(name + 1));
}

static void write_note(const char *url, FILE *out) {
  char name[64];
  parameter(url, "name", name);
  fprintf(out, "{\"name\":\"%s\",\"value\":%d}", name, atoi(name + 1));
}

static bool is_profile(const char *url) { return strstr(url, "/profiles") != NULL; }
static bool has_key(const char *url) { return is_profile(url) || strstr(url, "/notes") != NULL; }

static void write_body(SimWeb *web, const char *url, WebTrouble trouble, FILE *out) {
  if (trouble == WEB_LIMITED && has_key(url))
    fputs("{\"limit\":\"spent\"}", out);
  else if (trouble == WEB_EMPTY)
    fputs("{\"rows\":[],\"total\":0}", out);
  else if (is_profile(url))
    write_profile(web, url, out);
  else if (has_key(url))
    write_note(url, out);
  else if (strstr(url, "/rates"))
    write_rates(url, out);
  else
    write_prices(web, url, out);
}

static Answer answer_of(SimWeb *web, const char *url, WebTrouble trouble) {
  char *text = NULL;
  size_t length = 0;
  if (trouble == WEB_SILENT)
    return (Answer){.kind = ANSWER_UNREACHABLE, .retry_after_ms = -1, .detail = "no connection"};
  FILE *out = open_memstream(&text, &length);
  sim_or_die(out != NULL, "no memory for an answer");
  int status = trouble == WEB_FAILING ? 500 : trouble == WEB_THROTTLED ? 429 : 200;
  if (status == 200) write_body(web, url, trouble, out);
  fclose(out);
  if (trouble == WEB_CUT) {
    if (is_profile(url)) {
      char name[64];
      web->answered[atoi(parameter(url, "name", name) + 1)]--;
    }
    length /= 2;
  }
  WebBody *body = calloc(1, sizeof *body + length + 1);
  sim_or_die(body != NULL, "no memory for an answer");
  *body = (WebBody){.http_status = status, .length = length};
  memcpy(body->bytes, text, length);
  free(text);
  return (Answer){.kind = ANSWER_ROWS,
                  .http_status = status,
                  .retry_after_ms = -1,
                  .type = &PAYLOAD_WEB_BODY,
                  .payload = body,
                  .count = 1};
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  SimWeb *web = self;
  (void)err;
  for (size_t i = 0; i < count; i++) {
    const char *url = questions[i].written->url;
    WebTrouble trouble = draw(web) < web->per_mille ? web->trouble : WEB_WELL;
    web->calls++;
    if (has_key(url)) count_key(web, url);
    free(questions[i].answer->payload);
    *questions[i].answer = answer_of(web, url, trouble);
  }
  return STATUS_OK;
}

static long calls(void *self) { return ((const SimWeb *)self)->calls; }

/* ---- the feeds ---- */

static void write_file(const SimWeb *web, const char *name, const char *text) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", web->folder, name);
  FILE *file = fopen(path, "w");
  sim_or_die(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

static void declare(SimWeb *web) {
  char items[WEB_PROFILES * 5 + 1] = "";
  Error err = {{0}};
  for (int i = 0; i < WEB_PROFILES; i++) snprintf(items + strlen(items), sizeof items - strlen(items), "c%02d\n", i);
  write_file(web, "rates.ini", RATES);
  write_file(web, "prices.ini", PRICES);
  write_file(web, "profiles.ini", PROFILES);
  write_file(web, "notes.ini", NOTES);
  write_file(web, "profiles.txt", items);
  write_file(web, "profiles.keys", "the-first-key-of-two 20\nthe-second-key-of-two 20\n");
  sim_or_die(feeds_load(web->folder, &web->feeds, &err) == STATUS_OK, err.text);
  for (size_t i = 0; i < web->feeds.bad_count; i++) sim_or_die(false, web->feeds.bad[i].complaints.first.text);
  web->jobs.rows = web->rows;
  for (size_t i = 0; i < web->feeds.jobs.count; i++) {
    const JobRow *row = &web->feeds.jobs.rows[i];
    if (row->kind != JOB_DATASET || i >= job_table()->count) web->rows[web->jobs.count++] = *row;
  }
  for (size_t i = 0; i < WEB_FEEDS; i++) web->list[i] = &web->feeds.own[i];
  web->datasets = (DatasetTable){web->list, WEB_FEEDS};
}

SimWeb *sim_web_new(SimWorld *world) {
  static const Feed *const FEEDS[] = {&WEB_FEED};
  SimWeb *web = calloc(1, sizeof *web);
  sim_or_die(web != NULL, "no memory for a web");
  web->world = world;
  web->state = world->random_state;
  web->first_day = (Day)(world->now / (24 * HOUR_MS));
  snprintf(web->folder, sizeof web->folder, "/tmp/closebell-feeds-XXXXXX");
  sim_or_die(mkdtemp(web->folder) != NULL, web->folder);
  declare(web);
  web->beside.count = 1;
  web->beside.items[0].source =
      (Source){.self = web, .name = PROVIDER_WEB, .feeds = FEEDS, .feed_count = 1, .fetch = fetch, .calls = calls};
  web->beside.items[0].terms = WEB_PROVIDER.terms(&world->config);
  return web;
}

void sim_web_free(SimWeb *web) {
  static const char *const FILES[] = {"rates.ini", "prices.ini",   "profiles.ini",
                                      "notes.ini", "profiles.txt", "profiles.keys"};
  feeds_free(&web->feeds);
  for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", web->folder, FILES[i]);
    unlink(path);
  }
  rmdir(web->folder);
  free(web);
}

SimResult sim_web_run(SimWeb *web, const char *feed, SimRun run) {
  run.program = SIM_UPDATE;
  run.ranged = true;
  run.update = (UpdateOptions){.dataset = feed, .from = DAY_NONE, .to = DAY_NONE};
  run.beside = &web->beside;
  run.jobs = &web->jobs;
  run.datasets = &web->datasets;
  return sim_run(web->world, &run);
}
