/* Bithumb and CoinGecko: the same coins under the names that each of them uses. */
#include "web_replay_ask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PRICE_LIMIT = 90000000, HOUR_S = 3600 };

/* "BTC", and from the fifth on "C0005". */
static const char *coin_symbol(int64_t number, char text[WEB_COIN_SIZE]) {
  static const char *const real[] = {"BTC", "ETH", "XRP", "SOL"};
  if (number < 4)
    snprintf(text, WEB_COIN_SIZE, "%s", real[number]);
  else
    snprintf(text, WEB_COIN_SIZE, "C%04" PRId64, number + 1);
  return text;
}

static const char *coin_id(int64_t number, char text[WEB_COIN_SIZE]) {
  static const char *const real[] = {"bitcoin", "ethereum", "ripple", "solana"};
  if (number < 4)
    snprintf(text, WEB_COIN_SIZE, "%s", real[number]);
  else
    snprintf(text, WEB_COIN_SIZE, "coin-%" PRId64, number + 1);
  return text;
}

/* --- Bithumb --- */

static void code_row(WebAsk *ask, FILE *out, int64_t number) {
  char symbol[WEB_COIN_SIZE], market[WEB_COIN_SIZE + 8];
  snprintf(market, sizeof(market), "KRW-%s", coin_symbol(number, symbol));
  fputc('{', out);
  web_put_value(ask, out, "market", market, true);
  fprintf(out, "\"korean_name\":\"코인 %s\",\"english_name\":\"Coin %s\",\"market_warning\":\"%s\"}", symbol, symbol,
          number % 50 == 49 ? "CAUTION" : "NONE");
}

void web_write_codes(WebAsk *ask, FILE *out) {
  fputc('[', out);
  web_write_rows(ask, out, 0, ask->coins, code_row);
  fputc(']', out);
}

static void ticker_row(WebAsk *ask, FILE *out, int64_t number) {
  char symbol[WEB_COIN_SIZE], close[24];
  uint64_t price = 1 + web_hash(coin_symbol(number, symbol), ask->now_s / HOUR_S, PRICE_LIMIT);
  snprintf(close, sizeof(close), "%" PRIu64, price);
  fprintf(out, "\"%s\":{\"opening_price\":\"%" PRIu64 "\",", symbol, price + price % 7);
  web_put_value(ask, out, "closing_price", close, true);
  fprintf(out,
          "\"min_price\":\"%" PRIu64 "\",\"max_price\":\"%" PRIu64
          "\",\"units_traded\":\"%.4f\",\"acc_trade_value\":\"%.4f\",\"prev_closing_price\":\"%" PRIu64
          "\",\"units_traded_24H\":\"%.4f\",\"acc_trade_value_24H\":\"%.4f\",\"fluctate_24H\":\"%" PRId64
          "\",\"fluctate_rate_24H\":\"%.2f\"}",
          price - price % 11, price + price % 13, (double)(price % 1000) / 8, (double)price * 3 / 8, price + price % 5,
          (double)(price % 3000) / 8, (double)price * 5 / 8, (int64_t)(price % 5) - 2, (double)(price % 900) / 100);
}

/* "date" stands among the coins. */
void web_write_ticker(WebAsk *ask, FILE *out) {
  fputs("{\"status\":\"0000\",\"data\":{", out);
  web_write_rows(ask, out, 0, ask->coins, ticker_row);
  fprintf(out, "%s\"date\":\"%" PRId64 "\"}}", ask->rows > 0 ? "," : "", ask->now_s * 1000);
}

/* --- CoinGecko --- */

/* Symbols are not unique there: each third coin has a namesake. */
static void coin_row(WebAsk *ask, FILE *out, int64_t number) {
  char symbol[WEB_COIN_SIZE], id[WEB_COIN_SIZE];
  bool is_namesake = number >= ask->coins;
  int64_t coin = is_namesake ? (number - ask->coins) * 3 : number;
  coin_symbol(coin, symbol);
  coin_id(coin, id);
  for (char *at = symbol; *at != '\0'; at++)
    if (*at >= 'A' && *at <= 'Z') *at = (char)(*at - 'A' + 'a');
  fprintf(out, "{\"id\":\"%s%s\",", id, is_namesake ? "-wormhole" : "");
  web_put_value(ask, out, "symbol", symbol, true);
  fprintf(out, "\"name\":\"Coin %s\"}", id);
}

void web_write_coins(WebAsk *ask, FILE *out) {
  fputc('[', out);
  web_write_rows(ask, out, 0, ask->coins + (ask->coins + 2) / 3, coin_row);
  fputc(']', out);
}

static void market_row(WebAsk *ask, FILE *out, int64_t number) {
  char symbol[WEB_COIN_SIZE], id[WEB_COIN_SIZE], price[32], date[WEB_DATE_SIZE];
  uint64_t units = 1 + web_hash(coin_id(number, id), ask->now_s / HOUR_S, PRICE_LIMIT);
  bool is_unknown = number % 40 == 39; /* such coins have null for most */
  snprintf(price, sizeof(price), is_unknown ? "null" : number % 7 == 6 ? "%.3e" : "%.4f", (double)units / 10000);
  web_date(ask->now_s, date);
  fprintf(out, "{\"id\":\"%s\",\"symbol\":\"%s\",\"name\":\"Coin %s\",", id, coin_symbol(number, symbol), id);
  web_put_value(ask, out, "current_price", price, false);
  if (is_unknown)
    fputs("\"market_cap\":null,\"market_cap_rank\":null,", out);
  else
    fprintf(out, "\"market_cap\":%" PRIu64 ",\"market_cap_rank\":%" PRId64 ",", units * 19000000, number + 1);
  fprintf(out, "\"total_volume\":%" PRIu64 ",\"high_24h\":%.4f,\"low_24h\":%.4f,\"price_change_percentage_24h\":%.5f,",
          units * 31, (double)units / 9000, (double)units / 11000, (double)(units % 2000) / 100 - 10);
  fprintf(out, "\"circulating_supply\":%" PRIu64 ".5,\"max_supply\":%s,\"last_updated\":\"%sT%02d:%02d:%02d.123Z\"}",
          units % 100000000, number % 3 == 0 ? "21000000.0" : "null", date, (int)(ask->now_s / 3600 % 24),
          (int)(ask->now_s / 60 % 60), (int)(ask->now_s % 60));
}

void web_write_markets(WebAsk *ask, FILE *out) {
  long size = web_get_count(ask, "per_page", 100, 250), page = web_get_count(ask, "page", 1, 100000);
  long first = (page - 1) * size, end = first + size < ask->coins ? first + size : ask->coins;
  fputc('[', out);
  web_write_rows(ask, out, first, end > first ? end : first, market_row);
  fputc(']', out);
}

void web_write_details(WebAsk *ask, FILE *out) {
  uint64_t units = 1 + web_hash(ask->item, ask->now_s / HOUR_S, PRICE_LIMIT);
  char price[32];
  snprintf(price, sizeof(price), "%.4f", (double)units / 10000);
  fprintf(out, "{\"id\":\"%s\",\"symbol\":\"%.4s\",\"name\":\"Coin %s\",\"market_data\":{\"current_price\":{",
          ask->item, ask->item, ask->item);
  web_put_value(ask, out, "usd", price, false);
  fprintf(out, "\"krw\":%" PRIu64 "}}}", units);
  ask->rows = 1;
}
