#include <closebell/report/headlines.h>

#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/text.h>
#include <closebell/dataset/feeds.h>
#include <closebell/store/stored.h>

/* ---- one ---- */

/* Control characters and rows of blanks become one blank. */
static void join_lines(char *to, size_t to_size, const char *from) {
  size_t length = 0;
  for (; *from != '\0' && length + 1 < to_size; from++) {
    bool blank = (unsigned char)*from <= ' ' || *from == 0x7f;
    if (!blank)
      to[length++] = *from;
    else if (length > 0 && to[length - 1] != ' ')
      to[length++] = ' ';
  }
  if (length > 0 && to[length - 1] == ' ') length--;
  to[length] = '\0';
}

bool headline_make(const char *title, const char *url, Headline *ret_headline) {
  char line[HEADLINE_TITLE_SIZE + ESCAPE_MAX]; /* longer, so that what is cut is seen to be cut */
  Headline headline = {.url = ""};
  join_lines(line, sizeof line, title);
  escape_text(headline.title, sizeof headline.title, line);
  if (!text_copy(headline.url, sizeof headline.url, url)) *headline.url = '\0';
  if (*headline.title == '\0') return false;
  *ret_headline = headline;
  return true;
}

/* ---- the newest of the feed ---- */

typedef struct {
  Headlines headlines;
  const char *instant; /* the field that says when; null: the feed has none */
  Instant at[HEADLINES_MAX];
} Reading;

/* Rows come in the order of their _id: of two that are equal the later goes first. */
static void put(Reading *reading, const Headline *headline, Instant when) {
  Headlines *to = &reading->headlines;
  size_t at = to->count;
  while (at > 0 && when >= reading->at[at - 1]) at--;
  if (at == HEADLINES_MAX) return;
  size_t kept = to->count < HEADLINES_MAX ? to->count : HEADLINES_MAX - 1;
  memmove(&to->items[at + 1], &to->items[at], (kept - at) * sizeof *to->items);
  memmove(&reading->at[at + 1], &reading->at[at], (kept - at) * sizeof *reading->at);
  to->items[at] = *headline;
  reading->at[at] = when;
  to->count = kept + 1;
}

static Status take_row(void *context, StoredDocument *document, Error *err) {
  Reading *reading = context;
  Headline headline;
  (void)err;
  if (!headline_make(stored_get_text(document, "title"), stored_get_text(document, "url"), &headline)) return STATUS_OK;
  put(reading, &headline, reading->instant ? stored_get_instant(document, reading->instant) : INSTANT_NONE);
  return STATUS_OK;
}

/* ---- which feed ---- */

static const FeedDefinition *find_feed(const Feeds *feeds, const char *name) {
  for (size_t i = 0; feeds && i < feeds->count; i++)
    if (strcmp(feeds->items[i].definition->name, name) == 0) return feeds->items[i].definition;
  return NULL;
}

static bool has_text(const FeedDefinition *feed, const char *name) {
  size_t field = feed_field_find(feed, name);
  return field != FEED_NO_FIELD && feed->rows.fields[field].type == FEED_STRING;
}

static const char *first_instant(const FeedDefinition *feed) {
  for (size_t i = 0; i < feed->rows.field_count; i++)
    if (feed->rows.fields[i].type == FEED_INSTANT) return feed->rows.fields[i].name;
  return NULL;
}

Status headlines_load(const Job *job, Headlines *ret_headlines, Error *err) {
  const char *name = job->config->mail.headlines;
  *ret_headlines = (Headlines){.wanted = false};
  if (*name == '\0') return STATUS_OK;
  const FeedDefinition *feed = find_feed(job->tables.feeds, name);
  if (!feed || !has_text(feed, "title") || !has_text(feed, "url")) {
    log_warn(job->log, "[mail] headlines: the feed %s %s; the mail is written without headlines", name,
             feed ? "has no text fields title and url" : "is not declared in [feeds] folder, or its file has errors");
    return STATUS_OK;
  }
  Reading reading = {.headlines.wanted = true, .instant = first_instant(feed)};
  const char *const fields[] = {"title", "url", reading.instant, NULL};
  const StoredRange range = {.database = DB_FEED, .collection = feed->name, .fields = fields};
  Status status = stored_read(job->db, &range, take_row, &reading, err);
  if (status == STATUS_OK) *ret_headlines = reading.headlines;
  return status;
}
