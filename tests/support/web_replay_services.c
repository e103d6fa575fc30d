#include "web_replay_services.h"

#include <string.h>

static const char ALPHA_LIMIT[] =
    "{\"Information\":\"We have detected your API key as {key} and our standard API rate limit is 25 requests per day. "
    "Please subscribe to any of the premium plans to instantly remove all daily rate limits.\"}";
static const char ALPHA_REFUSAL[] =
    "{\"Error Message\":\"the parameter apikey is invalid or missing. Please claim your "
    "free API key.\"}";
static const char ALPHA_ERROR[] = "{\"Error Message\":\"Invalid API call. Please retry or visit the documentation.\"}";
static const char GECKO_LIMIT[] = "{\"status\":{\"error_code\":429,\"error_message\":\"You've exceeded the Rate Limit. "
                                  "Please visit the pricing page.\"}}";
static const char GECKO_REFUSAL[] =
    "{\"status\":{\"timestamp\":\"2026-11-29T00:00:00.000+00:00\",\"error_code\":10002,\"error_message\":\"API Key "
    "Missing\"}}";
static const char X_LIMIT[] =
    "{\"title\":\"Too Many Requests\",\"detail\":\"Too Many Requests\",\"type\":\"about:blank\","
    "\"status\":429}";
static const char X_REFUSAL[] =
    "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}";
static const char X_ERROR[] = "{\"errors\":[{\"title\":\"Not Found Error\",\"detail\":\"Could not find user\"}]}";
static const char FSC_LIMIT[] = "{\"response\":{\"header\":{\"resultCode\":\"22\",\"resultMsg\":\"LIMITED_NUMBER_OF_"
                                "SERVICE_REQUESTS_EXCEEDS_ERROR\"}}}";
static const char FSC_REFUSAL[] = "{\"OpenAPI_ServiceResponse\":{\"cmmMsgHeader\":{\"errMsg\":\"SERVICE_KEY_IS_NOT_"
                                  "REGISTERED_ERROR\",\"returnAuthMsg\":\"\","
                                  "\"returnReasonCode\":\"30\"}}}";
static const char FRED_LIMIT[] = "{\"error_code\":429,\"error_message\":\"Too Many Requests.  Exceeded Rate Limit\"}";
static const char FRED_REFUSAL[] =
    "{\"error_code\":400,\"error_message\":\"Bad Request.  The value for variable api_key is not registered.\"}";
static const char FRED_ERROR[] = "{\"error_code\":400,\"error_message\":\"Bad Request.  The series does not exist.\"}";
static const char BITHUMB_LIMIT[] = "{\"error\":{\"name\":\"too_many_requests\",\"message\":\"Too many requests.\"}}";
static const char BANK_ERROR[] = "[{\"message\":[{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":\"The provided "
                                 "parameter value is not valid\"}]}]";

const WebProvider WEB_PROVIDER_TABLE[WEB_PROVIDERS] = {
    {"fred",
     WEB_KEY_QUERY,
     "api_key",
     true,
     {0, 120, 60},
     {429, FRED_LIMIT},
     {400, FRED_REFUSAL},
     {400, FRED_ERROR},
     "",
     false},
    {"worldbank", WEB_KEY_NONE, "", false, {0}, {429, "{}"}, {403, "{}"}, {200, BANK_ERROR}, "", false},
    {"bithumb",
     WEB_KEY_NONE,
     "",
     false,
     {0},
     {429, BITHUMB_LIMIT},
     {403, "{}"},
     {200, "{\"status\":\"5600\",\"message\":\"CUSTOM_MESSAGE\"}"},
     "",
     false},
    {"coingecko",
     WEB_KEY_HEADER,
     "x-cg-demo-api-key",
     false,
     {0},
     {429, GECKO_LIMIT},
     {401, GECKO_REFUSAL},
     {200, GECKO_LIMIT},
     "60",
     false},
    {"alpha",
     WEB_KEY_QUERY,
     "apikey",
     true,
     {25, 0, 0},
     {200, ALPHA_LIMIT},
     {200, ALPHA_REFUSAL},
     {200, ALPHA_ERROR},
     "",
     false},
    {"x",
     WEB_KEY_BEARER,
     MHD_HTTP_HEADER_AUTHORIZATION,
     true,
     {0, 900, 900},
     {429, X_LIMIT},
     {401, X_REFUSAL},
     {200, X_ERROR},
     "",
     true},
    {"linked", WEB_KEY_NONE, "", false, {0}, {429, "{}"}, {403, "{}"}, {200, "{\"error\":\"none\"}"}, "", false},
    {"fsc",
     WEB_KEY_QUERY,
     "serviceKey",
     true,
     {10000, 0, 0},
     {200, FSC_LIMIT},
     {403, FSC_REFUSAL},
     {200, FSC_REFUSAL},
     "",
     false},
};

#define FSC_ETFS "/1160100/GetSecuritiesProductInfoService_V2/getETFPriceInfo_V2"
const WebService WEB_SERVICE_TABLE[WEB_SERVICES] = {
    {"fred", "fred", "/fred/series/observations", NULL, "series_id", "offset", "observation_start", false,
     web_write_fred},
    {"worldbank", "worldbank", "/v2/country/*/indicator/*", NULL, "", "page", NULL, false, web_write_worldbank},
    {"codes", "bithumb", "/v1/market/all", NULL, NULL, NULL, NULL, false, web_write_codes},
    {"ticker", "bithumb", "/public/ticker/ALL_KRW", NULL, NULL, NULL, NULL, false, web_write_ticker},
    {"coins", "coingecko", "/api/v3/coins/list", NULL, NULL, NULL, NULL, false, web_write_coins},
    {"markets", "coingecko", "/api/v3/coins/markets", NULL, NULL, "page", NULL, false, web_write_markets},
    {"details", "coingecko", "/api/v3/coins/*", NULL, "", NULL, NULL, false, web_write_details},
    {"news", "alpha", "/query", "NEWS_SENTIMENT", "tickers,topics", NULL, "time_from", false, web_write_news},
    {"overview", "alpha", "/query", "OVERVIEW", "symbol", NULL, NULL, false, web_write_overview},
    {"calendar", "alpha", "/query", "EARNINGS_CALENDAR", NULL, NULL, NULL, true, web_write_calendar},
    {"posts", "x", "/2/users/*/tweets", NULL, "", "pagination_token", "since_id", false, web_write_posts},
    {"linked", "linked", "/linked", NULL, NULL, "page", NULL, false, web_write_linked},
    {"etfs", "fsc", FSC_ETFS, NULL, NULL, "pageNo", "basDt", false, web_write_etfs},
};

int web_provider_find(const char *name) {
  for (int i = 0; name != NULL && i < WEB_PROVIDERS; i++)
    if (strcmp(WEB_PROVIDER_TABLE[i].name, name) == 0) return i;
  return -1;
}

/* Whether the path is of the pattern; what stands for each * of it goes to the parts. */
static bool path_fits(const char *pattern, const char *path, char parts[WEB_PARTS][WEB_ITEM_SIZE]) {
  size_t part = 0;
  for (; *pattern != '\0'; pattern++) {
    if (*pattern != '*') {
      if (*path++ != *pattern) return false;
      continue;
    }
    size_t length = strcspn(path, "/");
    if (length == 0 || length >= WEB_ITEM_SIZE || part == WEB_PARTS) return false;
    snprintf(parts[part++], WEB_ITEM_SIZE, "%.*s", (int)length, path);
    path += length;
  }
  return *path == '\0';
}

/* Of the parameters that may name it, the first that is sent. */
static void find_item(const WebService *service, WebAsk *ask) {
  char names[64], *rest = names;
  ask->item[0] = '\0';
  if (service->item == NULL) return;
  if (service->item[0] == '\0') {
    snprintf(ask->item, sizeof(ask->item), "%s", ask->parts[1][0] != '\0' ? ask->parts[1] : ask->parts[0]);
    return;
  }
  snprintf(names, sizeof(names), "%s", service->item);
  for (char *name; ask->item[0] == '\0' && (name = strsep(&rest, ",")) != NULL;)
    snprintf(ask->item, sizeof(ask->item), "%s", web_get(ask, name));
}

int web_service_find(const char *path, WebAsk *ask) {
  for (int i = 0; i < WEB_SERVICES; i++) {
    const WebService *service = &WEB_SERVICE_TABLE[i];
    memset(ask->parts, 0, sizeof(ask->parts));
    if (!path_fits(service->path, path, ask->parts)) continue;
    if (service->function != NULL && strcmp(service->function, web_get(ask, "function")) != 0) continue;
    find_item(service, ask);
    return i;
  }
  return -1;
}
