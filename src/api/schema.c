#include "schema.h"

#include <stdio.h>
#include <string.h>

#include <closebell/company/report.h>
#include <closebell/market/etf.h>

enum { WORD_SIZE = 64 };

#define WHOLE_MEMBER(id, field, published) " " #field "?:whole"
#define REAL_MEMBER(id, field, published) " " #field "?:real"
#define ETF_MEMBERS ETF_FIGURES(WHOLE_MEMBER, REAL_MEMBER)

#define AMOUNT_MEMBER(name) " " #name "?:whole"

/* Of a model's opinion; without a model there is none of it. */
#define DECISION_MEMBERS                                                                                               \
  "id?:text at_utc?:instant kind?:text language?:text strategy_name?:text tickers?:[ticker] date?:day verdict?:text "  \
  "answer?:object figures?:[object] debate_log?:[object] dominant_keywords?:[text] final_decision?:text "              \
  "hunter_score?:real model?:text model_version?:text tokens_in?:whole tokens_out?:whole facts?:[Fact]"

/* What somebody asked to have done again. */
#define REQUEST_MEMBERS                                                                                                \
  "id:text at_utc:instant who?:text reason?:text what:RequestWhat status:text result?:text done_utc?:instant"

/* ---- shapes that several answers have, or that stand in lists ---- */

static const struct {
  const char *name, *members;
} SHAPES[] = {
    {"Proof", "proven:truth unproven:[day]"},
    {"Position", "line:whole column:whole"},
    {"Problem", "type:text title:text status:whole detail:text parameter?:text nearest?:text position?:Position"},
    {"Stock", "ticker:ticker date?:day as_of?:day name?:text market?:text market_cap?:whole close?:real *"},
    {"Price", "date:day open?:real high?:real low?:real close?:real volume?:real *"},
    {"Etf", "ticker:ticker name:text index_name?:text first_date:day last_date:day date?:day" ETF_MEMBERS},
    {"EtfDay", "date:day index_name?:text" ETF_MEMBERS},
    {"Action", "id:text ticker:ticker date:day base_price:whole previous_close:whole factor:real "
               "explained_by?:text event?:Event"},
    {"Event", "id:text ticker:ticker corp_code:text kind:text filed:day first_filed?:day base_date?:day "
              "listing_date?:day ratio?:real report_name:text withdrawn?:truth origin:text first_seen_utc:instant"},
    {"Company", "corp_code:text ticker:ticker name:text market?:text fiscal_month?:whole modify_date?:text *"},
    {"Report",
     "id:text filed:day currency?:text origin?:text first_seen_utc?:instant" REPORT_AMOUNTS(AMOUNT_MEMBER) " *"},
    {"Dividend", "id:text filed:day dps?:real payout_percent?:real yield_percent?:real total?:whole origin?:text "
                 "first_seen_utc?:instant"},
    {"Document", "id:text *"},
    {"DayDocument", "date:day *"},
    {"Day", "date:day state:text status?:text expected_rows?:whole stored_rows?:whole proven_by?:[text]"},
    {"Links", "before?:day after?:day"},
    {"Restatement", "id:text from?:day tickers?:[ticker] reason?:text at_utc?:instant *"},
    {"Leader", "rank:whole ticker:ticker *"},
    {"Leaders", "date:day as_of?:day criteria?:text considered?:whole count:whole candidates:[Leader] *"},
    {"IndexDay", "date:day open:real high:real low:real close:real change?:real volume?:whole value?:whole "
                 "market_cap?:whole"},
    {"Status", "id:text job_name:text date_kst:day status:text start_time_utc?:instant end_time_utc?:instant "
               "reason?:text *"},
    {"Run", "id:text job:text host:text pid:whole version?:text start_utc:instant end_utc?:instant exit_code?:whole "
            "message?:text *"},
    {"Alert", "id:text severity:text kind:text subject:text message:text first_utc:instant last_utc:instant "
              "count:whole notified_utc?:instant resolved_utc?:instant *"},
    {"Dataset", "name:text unit:text expected:whole present:whole last_completed?:day next_due_utc?:instant "
                "reason?:text"},
    {"Feed", "name:text title?:text status?:text date?:day due_utc?:instant last_completed?:day next_due_utc?:instant "
             "items?:whole items_done?:whole expected_rows?:whole stored_rows?:whole missing?:[text] reason?:text"},
    {"Strategy", "name:text title:text title_ko?:text origin?:text"},
    {"Match", "ticker:ticker *"},
    {"Returns", "n:whole unfinished:whole mean?:real median?:real q1?:real q3?:real hit_rate?:real mean_return?:real "
                "median_return?:real market_mean?:real standard_error?:real"},
    {"Step", "k:whole excess?:real"},
    {"Fact", "id:text ticker:ticker name:text field:text value:value unit:text date:day"},
    {"Outcome", "tickers:whole entered:whole return_5?:real market_5?:real excess_5?:real return_20?:real "
                "market_20?:real excess_20?:real return_60?:real market_60?:real excess_60?:real"},
    {"Decision", "id:text at_utc:instant kind:text tickers:[ticker] verdict:text final_decision?:text decides?:truth "
                 "hunter_score?:real model?:text date?:day outcome?:Outcome"},
    {"Shadow", "id:text rejection_stage:text rejection_reason:text trigger_type:text trigger_date:day return_pct:real "
               "date?:day ticker?:ticker rejection_rule?:text *"},
    {"RequestWhat", "dataset:text from:day to:day"},
    {"Request", REQUEST_MEMBERS},
    {"ListSize", "name:text size:whole updated_utc?:instant"},
};

/* ---- routes ---- */

static const struct {
  const char *path, *members;
} ANSWERS[] = {
    {"/healthz", "status:text"},
    {"/readyz", "status:text"},
    {"/openapi.json", "openapi:text info:object components:object security:[object] paths:object"},
    {"/stocks", "items:[Stock] next?:text"},
    {"/stocks/{ticker}", "ticker:ticker date?:day name?:text market?:text market_cap?:whole listed_shares?:whole "
                         "added_date?:day history_from?:day is_active?:truth removed_date?:day removed_reason?:text "
                         "company?:Company absent?:{text} *"},
    {"/stocks/{ticker}/prices", "items:[Price]"},
    {"/etfs", "items:[Etf] next?:text"},
    {"/etfs/{ticker}/prices", "items:[EtfDay]"},
    {"/stocks/{ticker}/actions", "items:[Action]"},
    {"/stocks/{ticker}/events", "items:[Event]"},
    {"/stocks/{ticker}/financials", "items:[Report]"},
    {"/stocks/{ticker}/dividends", "items:[Dividend]"},
    {"/stocks/{ticker}/flow", "items:[DayDocument]"},
    {"/stocks/{ticker}/minutes", "items:[DayDocument]"},
    {"/sessions", "items:[Day]"},
    {"/sessions/{date}", "date:day state:text status?:text expected_rows?:whole stored_rows?:whole proven_by?:[text] "
                         "reason?:text links?:Links totals?:object runs:[Run]"},
    {"/changes", "items:[Restatement]"},
    {"/leaders", "items:[Leaders]"},
    {"/indices/{name}", "items:[IndexDay]"},
    {"/status", "items:[Status]"},
    {"/runs", "items:[Run]"},
    {"/alerts", "items:[Alert]"},
    {"/datasets", "items:[Dataset]"},
    {"/strategies", "items:[Strategy]"},
    {"/strategies/{name}", "name:text title:text title_ko?:text origin?:text where:text sort:[text] columns:[text] "
                           "hold?:whole"},
    {"/strategies/{name}/outcome",
     "strategy:text where:text from:day to:day signals:whole sessions:whole tickers:whole "
     "repeated:whole pending:whole gone:whole halted:whole locked:whole entered:whole "
     "horizons:{Returns} path:[Step] absent:{text}"},
    {"/screener", "strategy?:text where:text date?:day considered:whole unknown:whole count:whole matches:[Match] "
                  "finality?:text next?:text"},
    {"/watchlists", "items:[ListSize]"},
    {"/watchlists/{name}", "name:text tickers:[ticker] updated_utc?:instant"},
    {"/ledger", "items:[Decision] next?:text"},
    {"/radar", "items:[Shadow] next?:text"},
    {"/feeds", "items:[Feed]"},
    {"/feeds/{name}", "items:[Document] next?:text"},
    {"POST /requests", REQUEST_MEMBERS},
    {"/requests", "items:[Request] next?:text"},
    {"/requests/{id}", REQUEST_MEMBERS},
    {"/ai/analysis", DECISION_MEMBERS},
    {"/ai/analysis/{id}", DECISION_MEMBERS},
};

static const struct {
  const char *path, *members;
} BODIES[] = {
    {"/watchlists/{name}", "tickers:[ticker]"},
    {"/requests", "dataset:text from:day to:day reason:text"},
    {"/ai/analysis", "tickers?:[ticker] strategy_name?:text prompt?:text language?:text"},
};

/* Parts of paths by how the path begins; the first that fits. */
static const struct {
  const char *start, *schema, *example;
} PARTS[] = {
    {"/stocks/", "{\"type\":\"string\",\"pattern\":\"^[0-9][0-9A-Z]{5}$\"}", "005930"},
    {"/etfs/", "{\"type\":\"string\",\"pattern\":\"^[0-9][0-9A-Z]{5}$\"}", "069500"},
    {"/sessions/", "{\"type\":\"string\",\"format\":\"date\"}", "2025-04-10"},
    {"/indices/", "{\"type\":\"string\",\"enum\":[\"KOSPI\",\"KOSDAQ\",\"KOSPI200\"]}", "KOSPI"},
    {"/strategies/", "{\"type\":\"string\",\"pattern\":\"^[a-z0-9_]{1,64}$\"}", "golden_cross"},
    {"/watchlists/", "{\"type\":\"string\",\"pattern\":\"^[0-9A-Za-z_\xea\xb0\x80-\xed\x9e\xa3-]{1,64}$\"}", "mine"},
    {"/ai/analysis/", "{\"type\":\"string\",\"pattern\":\"^[0-9A-HJKMNP-TV-Z]{26}$\"}", "01J9ZK3W8Q2V5T7Y9B1D3F5H7K"},
    {"/requests/", "{\"type\":\"string\",\"pattern\":\"^[0-9A-Za-z_.:-]{1,128}$\"}", "01J9ZK3W8Q2V5T7Y9B1D3F5H7K"},
    {"/feeds/", "{\"type\":\"string\",\"pattern\":\"^[a-z][a-z0-9_]{0,39}$\"}", "fred_rates"},
};

/* "POST /requests": of that method alone. */
static bool is_of(const char *path, const Route *route) {
  size_t length = strlen(route->method);
  if (strncmp(path, route->method, length) == 0 && path[length] == ' ') path += length + 1;
  return strcmp(path, route->path) == 0;
}

const char *schema_of_answer(const Route *route) {
  for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++)
    if (is_of(ANSWERS[i].path, route)) return ANSWERS[i].members;
  return NULL;
}

const char *schema_of_body(const Route *route) {
  if (strcmp(route->method, "PUT") != 0 && strcmp(route->method, "POST") != 0) return NULL;
  for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++)
    if (strcmp(BODIES[i].path, route->path) == 0) return BODIES[i].members;
  return NULL;
}

const char *schema_of_part(const Route *route, const char **ret_example) {
  if (!strchr(route->path, '{')) return NULL;
  for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
    if (strncmp(route->path, PARTS[i].start, strlen(PARTS[i].start)) != 0) continue;
    *ret_example = PARTS[i].example;
    return PARTS[i].schema;
  }
  return NULL;
}

/* ---- writing ---- */

static const struct {
  const char *type, *json;
} TYPES[] = {
    {"text", "\"type\":\"string\""},
    {"whole", "\"type\":\"integer\""},
    {"real", "\"type\":\"number\""},
    {"truth", "\"type\":\"boolean\""},
    {"day", "\"type\":\"string\",\"format\":\"date\""},
    {"instant", "\"type\":\"string\",\"format\":\"date-time\""},
    {"ticker", "\"type\":\"string\",\"pattern\":\"^[0-9][0-9A-Z]{5}$\""},
    {"object", "\"type\":\"object\""},
    {"value", ""},
};

/* [TYPE] or {TYPE} without its ends. */
static void put_inner(JsonWriter *to, const char *name, const char *type) {
  char inner[WORD_SIZE];
  snprintf(inner, sizeof inner, "%.*s", (int)strlen(type) - 2, type + 1);
  json_begin_object(to, name);
  json_put_text(to, "type", *type == '[' ? "array" : "object");
  schema_put_type(to, *type == '[' ? "items" : "additionalProperties", inner);
  json_end_object(to);
}

void schema_put_type(JsonWriter *to, const char *name, const char *type) {
  char json[160];
  if (*type == '[' || *type == '{') {
    put_inner(to, name, type);
    return;
  }
  snprintf(json, sizeof json, "{\"$ref\":\"#/components/schemas/%s\"}", type);
  for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
    if (strcmp(TYPES[i].type, type) == 0) snprintf(json, sizeof json, "{%s}", TYPES[i].json);
  json_put_raw(to, name, json, strlen(json));
}

/* The next word of the notation; false: none is left. */
static bool next_word(const char **at, char word[WORD_SIZE]) {
  *at += strspn(*at, " ");
  size_t length = strcspn(*at, " ");
  snprintf(word, WORD_SIZE, "%.*s", (int)length, *at);
  *at += length;
  return length > 0;
}

static void put_required(JsonWriter *to, const char *members) {
  char word[WORD_SIZE];
  json_begin_list(to, "required");
  while (next_word(&members, word)) {
    char *end = strpbrk(word, "?:");
    if (!end || *end == '?') continue;
    *end = '\0';
    json_put_text(to, NULL, word);
  }
  json_end_list(to);
}

void schema_put_members(JsonWriter *to, const char *name, const char *members) {
  char word[WORD_SIZE];
  bool open = false;
  json_begin_object(to, name);
  json_put_text(to, "type", "object");
  json_begin_object(to, "properties");
  for (const char *at = members; next_word(&at, word);) {
    char *type = strchr(word, ':');
    open |= !type;
    if (!type) continue;
    *type++ = '\0';
    word[strcspn(word, "?")] = '\0';
    schema_put_type(to, word, type);
  }
  json_end_object(to);
  put_required(to, members);
  json_put_truth(to, "additionalProperties", open);
  json_end_object(to);
}

void schema_put_shapes(JsonWriter *to) {
  json_begin_object(to, "schemas");
  for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++)
    schema_put_members(to, SHAPES[i].name, SHAPES[i].members);
  json_end_object(to);
}
