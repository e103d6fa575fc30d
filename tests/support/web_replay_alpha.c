/* Alpha Vantage: news of tickers or topics, what a company is, and the calendar of earnings, which is CSV. */
#include "krx_replay_time.h"
#include "web_replay_ask.h"

#include <inttypes.h>
#include <string.h>

enum { NEWS_EVERY_S = 6 * 3600, NEWS_KEPT = 120, DAY_S = 86400, COMPANIES = 12 };

/* --- news: an article every six hours, kept for thirty days; its number is that of the six hours --- */

/* "20240417T1200", as time_from is written; -1: none */
static int64_t asked_time(const WebAsk *ask) {
  int year, month, day, hour, minute;
  if (sscanf(web_get(ask, "time_from"), "%4d%2d%2dT%2d%2d", &year, &month, &day, &hour, &minute) != 5) return -1;
  char text[32];
  int64_t seconds = -1;
  snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:00Z", year, month, day, hour, minute);
  return replay_instant_parse(text, &seconds) ? seconds : -1;
}

/* The newest comes first: row 0 is the newest article. */
static void news_row(WebAsk *ask, FILE *out, int64_t number) {
  char time[WEB_DATE_SIZE], score[32], who[WEB_ITEM_SIZE];
  int64_t article = ask->now_s / NEWS_EVERY_S - number;
  snprintf(who, sizeof(who), "%s", ask->item[0] == '\0' ? "ALL" : ask->item);
  for (char *at = who; *at != '\0'; at++)
    if (*at == ',' || *at == ':') *at = '-';
  double mood = (double)web_hash(who, article, 2000) / 1000 - 1;
  snprintf(score, sizeof(score), "%.6f", mood);
  fprintf(out, "{\"title\":\"Article %" PRId64 " about %s\",\"url\":\"https://news.example/%s/%" PRId64 "\",", article,
          who, who, article);
  fprintf(out, "\"time_published\":\"%s\",\"authors\":[\"A. Writer\"],\"summary\":\"What happened to %s.\",",
          web_compact_time(article * NEWS_EVERY_S, time), who);
  fprintf(out,
          "\"banner_image\":%s,\"source\":\"Example\",\"category_within_source\":\"n/"
          "a\",\"source_domain\":\"news.example\",",
          article % 3 == 0 ? "null" : "\"https://news.example/banner.jpg\"");
  fputs(
      "\"topics\":[{\"topic\":\"Technology\",\"relevance_score\":\"0.5\"},{\"topic\":\"Earnings\",\"relevance_score\":"
      "\"0.158519\"}],",
      out);
  web_put_value(ask, out, "overall_sentiment_score", score, false);
  fprintf(out,
          "\"overall_sentiment_label\":\"%s\",\"ticker_sentiment\":[{\"ticker\":\"%s\",\"relevance_score\":\"0.314\","
          "\"ticker_sentiment_score\":\"%s\",\"ticker_sentiment_label\":\"Neutral\"}]}",
          mood > 0.15 ? "Somewhat-Bullish" : "Neutral", who, score);
}

void web_write_news(WebAsk *ask, FILE *out) {
  long limit = web_get_count(ask, "limit", 50, 1000), count = NEWS_KEPT < limit ? NEWS_KEPT : limit;
  int64_t from = asked_time(ask), newest = ask->now_s / NEWS_EVERY_S;
  while (from >= 0 && count > 0 && (newest - count + 1) * NEWS_EVERY_S < from) count--;
  fprintf(out,
          "{\"items\":\"%ld\",\"sentiment_score_definition\":\"x <= -0.35: Bearish\",\"relevance_score_definition\":"
          "\"0 < x <= 1\",\"feed\":[",
          web_total(ask, count));
  web_write_rows(ask, out, 0, count, news_row);
  fputs("]}", out);
}

/* --- companies: a symbol that begins with ZZ is unknown, and answered {} --- */

void web_write_overview(WebAsk *ask, FILE *out) {
  char cap[24];
  if (strncmp(ask->item, "ZZ", 2) == 0 || ask->fault.kind == REPLAY_FAULT_EMPTY) {
    fputs("{}", out);
    return;
  }
  uint64_t units = 1 + web_hash(ask->item, ask->now_s / DAY_S, 3000000000);
  snprintf(cap, sizeof(cap), "%" PRIu64, units * 1000);
  fprintf(out, "{\"Symbol\":\"%s\",\"AssetType\":\"Common Stock\",\"Name\":\"Company %s\",\"Currency\":\"USD\",",
          ask->item, ask->item);
  web_put_value(ask, out, "MarketCapitalization", cap, true);
  fprintf(
      out,
      "\"Sector\":\"TECHNOLOGY\",\"PERatio\":\"%.2f\",\"PEGRatio\":\"%s\",\"EPS\":\"%.2f\",\"DividendYield\":\"%s\","
      "\"52WeekHigh\":\"%.2f\",\"LatestQuarter\":\"2026-09-30\"}",
      (double)(units % 9000) / 100, units % 2 == 0 ? "None" : "1.21", (double)(units % 1500) / 100,
      units % 3 == 0 ? "-" : "0.0288", (double)(units % 70000) / 100);
  ask->rows = 1;
}

/* --- the calendar of earnings: CSV, ended by CRLF --- */

void web_write_calendar(WebAsk *ask, FILE *out) {
  char date[WEB_DATE_SIZE];
  bool is_empty = ask->fault.kind == REPLAY_FAULT_EMPTY;
  fputs("symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\r\n", out);
  for (int i = 0; i < COMPANIES && !is_empty; i++) {
    web_date(ask->now_s + (int64_t)(i + 1) * 5 * DAY_S, date);
    fprintf(out, "C%02d,\"Company %d, Inc\",%s,2026-09-30,", i, i, date);
    bool is_spoilt = i == 0 && ask->fault.kind == REPLAY_FAULT_NOT_A_NUMBER;
    if (is_spoilt)
      fputs("much", out);
    else if (i % 4 != 3)
      fprintf(out, "%.2f", (double)web_hash("estimate", i, 900) / 100);
    fputs(i % 2 == 0 ? ",USD,post-market\r\n" : ",USD,\r\n", out);
    ask->rows++;
  }
}
