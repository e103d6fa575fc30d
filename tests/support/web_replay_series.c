/* FRED's observations, the World Bank's indicators, and the FSC's funds by day: series of a made number a day or year.
 */
#include "krx_replay_time.h"
#include "web_replay_ask.h"

#include <inttypes.h>
#include <string.h>

enum { DAY_S = 86400, FIRST_DAY = 19358 /* 2023-01-01 */, FIRST_YEAR = 1960, LAST_YEAR = 2025, YEARS = 66 };
enum { PUBLISHED_S = 4 * 3600 /* 13:00 in Korea */, ETFS = 23 };

/* --- FRED: a value each day up to yesterday, "." at weekends --- */

static bool is_weekend(int64_t day) { return !replay_day_is_weekday((long)day); }

static void fred_row(WebAsk *ask, FILE *out, int64_t day) {
  char today[WEB_DATE_SIZE], date[WEB_DATE_SIZE], value[32];
  web_date(ask->now_s, today);
  snprintf(value, sizeof(value), "%.2f", (double)web_hash(ask->item, day, 1000000) / 100);
  fprintf(out, "{\"realtime_start\":\"%s\",\"realtime_end\":\"%s\",", today, today);
  web_put_value(ask, out, "value", is_weekend(day) ? "." : value, true);
  fprintf(out, "\"date\":\"%s\"}", web_date(day * DAY_S, date));
}

void web_write_fred(WebAsk *ask, FILE *out) {
  char today[WEB_DATE_SIZE];
  const char *from = web_get(ask, "observation_start");
  long first = FIRST_DAY, asked = 0, limit = web_get_count(ask, "limit", 100000, 100000);
  if (replay_day_parse(from, &asked) && asked > first) first = asked;
  long end = (long)(ask->now_s / DAY_S), count = end > first ? end - first : 0;
  long offset = web_get_count(ask, "offset", 0, 100000), start = first + offset;
  if (end > start + limit) end = start + limit;
  web_date(ask->now_s, today);
  fprintf(out,
          "{\"realtime_start\":\"%s\",\"realtime_end\":\"%s\",\"observation_start\":\"%s\",\"observation_end\":"
          "\"9999-12-31\",\"units\":\"lin\",\"output_type\":1,\"file_type\":\"json\",\"order_by\":\"observation_date\","
          "\"sort_order\":\"asc\",\"count\":%ld,\"offset\":%ld,\"limit\":%ld,\"observations\":[",
          today, today, from[0] == '\0' ? "1600-01-01" : from, web_total(ask, count), offset, limit);
  web_write_rows(ask, out, start, end > start ? end : start, fred_row);
  fputs("]}", out);
}

/* --- World Bank: the newest year first --- */

static void worldbank_row(WebAsk *ask, FILE *out, int64_t number) {
  char value[32];
  int year = LAST_YEAR - (int)number;
  snprintf(value, sizeof(value), "%" PRIu64 ".%u", 1000000000 + web_hash(ask->item, year, 1000000000000), year % 10);
  fprintf(out,
          "{\"indicator\":{\"id\":\"%s\",\"value\":\"Indicator %s\"},\"country\":{\"id\":\"%.2s\",\"value\":\"Country "
          "%s\"},\"countryiso3code\":\"%.2sR\",\"date\":\"%d\",",
          ask->item, ask->item, ask->parts[0], ask->parts[0], ask->parts[0], year);
  web_put_value(ask, out, "value", year == LAST_YEAR ? "null" : value, false);
  fputs("\"unit\":\"\",\"obs_status\":\"\",\"decimal\":0}", out);
}

/* An indicator NONE has no rows, and one that it does not know is refused: with HTTP 200. */
void web_write_worldbank(WebAsk *ask, FILE *out) {
  long size = web_get_count(ask, "per_page", 50, 32500), page = web_get_count(ask, "page", 1, 100000);
  long pages = (YEARS + size - 1) / size, first = (page - 1) * size, end = first + size < YEARS ? first + size : YEARS;
  bool has_none = strcmp(ask->item, "NONE") == 0;
  if (strchr(ask->item, '.') == NULL && !has_none) {
    fputs("[{\"message\":[{\"id\":\"120\",\"key\":\"Invalid value\",\"value\":\"The provided parameter value is not "
          "valid\"}]}]",
          out);
    return;
  }
  fprintf(out, "[{\"page\":%ld,\"pages\":%ld,\"per_page\":%ld,\"total\":%ld,\"sourceid\":\"2\",\"lastupdated\":", page,
          has_none ? 0 : pages, size, has_none ? 0L : web_total(ask, YEARS));
  fprintf(out, "\"2026-10-28\"},%s", has_none ? "null]" : "[");
  if (has_none) return;
  web_write_rows(ask, out, first, end > first ? end : first, worldbank_row);
  fputs("]]", out);
}

/* --- FSC: the funds of a day, from 13:00 of the next weekday on; all values are texts --- */

static long etf_day(const WebAsk *ask) {
  long day = REPLAY_NO_DAY;
  return replay_day_parse(web_get(ask, "basDt"), &day) ? day : REPLAY_NO_DAY;
}

static void etf_row(WebAsk *ask, FILE *out, int64_t number) {
  char date[REPLAY_DAY_TEXT_SIZE], code[16], close[24];
  long day = etf_day(ask);
  snprintf(code, sizeof(code), "%06d", 100000 + (int)number * 10);
  snprintf(close, sizeof(close), "%" PRIu64, 5000 + web_hash(code, day, 50000));
  fprintf(out, "{\"basDt\":\"%s\",\"srtnCd\":\"%s\",\"itmsNm\":\"ETF %s\",", replay_day_compact(day, date), code, code);
  web_put_value(ask, out, "clpr", close, true);
  fprintf(out, "\"trqu\":\"%" PRIu64 "\",\"bssIdxClpr\":\"\"}", web_hash(code, day + 1, 9000000));
}

void web_write_etfs(WebAsk *ask, FILE *out) {
  long day = etf_day(ask), size = web_get_count(ask, "numOfRows", 10, 10000),
       page = web_get_count(ask, "pageNo", 1, 10000);
  long next = day + 1;
  while (!replay_day_is_weekday(next)) next++;
  bool is_there =
      day != REPLAY_NO_DAY && replay_day_is_weekday(day) && ask->now_s >= (int64_t)next * DAY_S + PUBLISHED_S;
  long total = is_there ? ETFS : 0, first = (page - 1) * size, end = first + size < total ? first + size : total;
  fprintf(out,
          "{\"response\":{\"header\":{\"resultCode\":\"00\",\"resultMsg\":\"NORMAL SERVICE.\"},\"body\":{\"numOfRows\":"
          "\"%ld\",\"pageNo\":\"%ld\",\"totalCount\":%ld,\"items\":",
          size, page, web_total(ask, total));
  fputs(end > first ? "{\"item\":[" : "\"\"", out);
  if (end > first) web_write_rows(ask, out, first, end, etf_row);
  fputs(end > first ? "]}}}}" : "}}}", out);
}
