/* kis.h: the KIS Developers Open API of Korea Investment & Securities: the day at 15:41, who bought, and the minutes.
 * Its questions are the feeds below; each is a row in src/source/kis_feeds.c, its parser a file of its own
 * (kis_parse.h). */
#ifndef CLOSEBELL_SOURCE_KIS_H
#define CLOSEBELL_SOURCE_KIS_H

#include <closebell/source/kis_parse.h>
#include <closebell/source/provider.h>

extern const Provider KIS_PROVIDER;

extern const Feed KIS_TOKEN;
extern const Feed KIS_QUOTES;          /* key: up to 30 codes, "005930,000660" */
extern const Feed KIS_INVESTORS;       /* key: a code; the last 30 days */
extern const Feed KIS_INVESTORS_DATED; /* key: a code; some 30 days up to the date */
extern const Feed KIS_PROGRAMS;        /* the same; DAY_NONE: up to now */
extern const Feed KIS_MINUTES_TODAY;   /* key: a code; 30 minutes up to the label; asked_at counts */
extern const Feed KIS_MINUTES;         /* the same of a date, 120 minutes */
extern const Feed KIS_INDEX;           /* key: kis_index_code; the daily rows of a month up to the date */
extern const Feed KIS_CALENDAR;        /* 24 days from the date on */

/* By these names a source is asked for them. */
#define FEED_KIS_QUOTES "quotes"
#define FEED_KIS_INVESTORS "investors"
#define FEED_KIS_INVESTORS_DATED "investors_dated"
#define FEED_KIS_PROGRAMS "programs"
#define FEED_KIS_MINUTES_TODAY "minutes_today"
#define FEED_KIS_MINUTES "minutes"
#define FEED_KIS_INDEX "indices"
#define FEED_KIS_CALENDAR "calendar"

/* "0001", "1001", "2001". Another number is another index, and the broker does not say so: whoever asks proves the
 * answer. */
const char *kis_index_code(MarketIndex which);

/* What tokenP answers: one Token. ANSWER_UNAUTHORIZED names app key or app secret; ANSWER_THROTTLED: one was issued in
 * this minute. Pure. */
void kis_parse_token(const FeedReply *reply, Answer *answer);

/* Opens the source by [kis]; clock must outlive it. It asks nobody for a token by itself: ingest/token_desk.h does.
 * STATUS_CONFIG: a key that is missing or cannot be sent, or a wrong address. */
Status kis_open(Source *ret_source, const Config *config, const Clock *clock, Error *err);

#endif
