#include <closebell/feed/template.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text while it is written. */
typedef struct {
  const FeedValues *values;
  const FeedSetParameter *set; /* null: none */
  const char *key;             /* what stands for {key}: the key, or "(key)" where it is shown; null: there is none */
  bool is_shown;
  TextBuffer to;
  Error *err;
} Writing;

/* What a text of [query] may hold as it is: RFC 3986, query, less what parts parameters. */
static const char KEPT_IN_QUERY[] = "-._~,:/@;!$'()*?", UNRESERVED[] = "-._~";

static void encode(TextBuffer *to, const char *text, const char *kept) {
  static const char digits[] = "0123456789ABCDEF";
  for (; *text != '\0'; text++) {
    unsigned char c = (unsigned char)*text;
    char escaped[3] = {'%', digits[c >> 4], digits[c & 15]};
    bool stays = ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || strchr(kept, c) != NULL;
    text_buffer_append(to, stays ? text : escaped, stays ? 1 : 3);
  }
}

/* Appends the bytes with everything but letters, digits and -._~ as %XX. */
static void percent_encode(TextBuffer *to, const char *text) { encode(to, text, UNRESERVED); }

static void append(TextBuffer *to, const char *text) { text_buffer_append(to, text, strlen(text)); }

/* ---- parts ---- */

enum { DATE_SIZE = 256 };

static void write_date(Day day, const char *form, char text[DATE_SIZE]) {
  int year, month, of_month;
  size_t at = 0;
  day_to_ymd(day, &year, &month, &of_month);
  for (; *form != '\0' && at + 8 < DATE_SIZE; form++) {
    if (*form != '%') {
      text[at++] = *form;
      continue;
    }
    form++;
    at += (size_t)snprintf(text + at, DATE_SIZE - at, *form == 'Y' ? "%04d" : "%02d",
                           *form == 'Y'   ? year
                           : *form == 'm' ? month
                                          : of_month);
  }
  text[at] = '\0';
}

/* What stands for the placeholder; null: there is none. */
static const char *value_of(const Writing *writing, const FeedPart *part, char date[DATE_SIZE]) {
  const FeedValues *values = writing->values;
  switch (part->kind) {
  case FEED_PART_KEY:
    return writing->key;
  case FEED_PART_ITEM:
    return values->item == NULL ? NULL : feed_line_column(values->item, part->index);
  case FEED_PART_SINCE:
    return values->since;
  case FEED_PART_DATE:
    write_date(values->date, part->text == NULL ? "%Y-%m-%d" : part->text, date);
    return date;
  default:
    return part->text;
  }
}

static const char *name_of(FeedPartKind kind) {
  return kind == FEED_PART_KEY ? "{key}" : kind == FEED_PART_ITEM ? "{item}" : "{since}";
}

/* kept: of the template's own text, what stays as it is; null: all. */
static Status write_template(Writing *writing, const FeedTemplate *one, const char *kept, bool encodes) {
  char date[DATE_SIZE];
  for (size_t i = 0; i < one->count; i++) {
    const FeedPart *part = &one->parts[i];
    const char *value = value_of(writing, part, date);
    bool is_own = part->kind == FEED_PART_TEXT || (part->kind == FEED_PART_KEY && writing->is_shown);
    if (value == NULL)
      return error_set(writing->err, STATUS_CONFIG, "%s: there is no such value, in column %zu", name_of(part->kind),
                       part->index);
    if (is_own && (kept == NULL || part->kind == FEED_PART_KEY))
      append(&writing->to, value);
    else if (is_own)
      encode(&writing->to, value, kept);
    else if (encodes)
      percent_encode(&writing->to, value);
    else
      append(&writing->to, value);
  }
  return STATUS_OK;
}

/* ---- query ---- */

static bool has(const FeedParameters *parameters, const char *name) {
  for (size_t i = 0; i < parameters->count; i++)
    if (strcmp(parameters->items[i].name, name) == 0) return true;
  return false;
}

static void write_name(Writing *writing, const char *name) {
  const char *mark = writing->to.data == NULL ? NULL : strchr(writing->to.data, '?');
  append(&writing->to, mark == NULL ? "?" : "&");
  percent_encode(&writing->to, name);
  append(&writing->to, "=");
}

/* over: those that stand instead of one of the same name; null: none. */
static Status write_parameters(Writing *writing, const FeedParameters *parameters, const FeedParameters *over) {
  Status status = STATUS_OK;
  for (size_t i = 0; status == STATUS_OK && i < parameters->count; i++) {
    const FeedParameter *one = &parameters->items[i];
    bool is_set = writing->set != NULL && writing->set->name != NULL && strcmp(writing->set->name, one->name) == 0;
    if (is_set || (over != NULL && has(over, one->name))) continue;
    write_name(writing, one->name);
    status = write_template(writing, &one->value, KEPT_IN_QUERY, true);
  }
  return status;
}

static Status write_url(Writing *writing, const FeedAsk *ask) {
  const FeedParameters *of_day = &ask->query_of[writing->values->weekday];
  Status status = write_template(writing, &ask->url, NULL, true);
  if (status == STATUS_OK) status = write_parameters(writing, &ask->query, of_day);
  if (status == STATUS_OK) status = write_parameters(writing, of_day, NULL);
  if (status == STATUS_OK && writing->set != NULL && writing->set->name != NULL) {
    write_name(writing, writing->set->name);
    percent_encode(&writing->to, writing->set->value);
  }
  if (status == STATUS_OK && writing->to.length > FEED_URL_BYTES_MAX)
    return error_set(writing->err, STATUS_CONFIG, "the URL has %zu bytes; allowed are %d", writing->to.length,
                     FEED_URL_BYTES_MAX);
  return status;
}

/* ---- headers ---- */

static Status write_header(Writing *writing, const FeedParameter *header) {
  append(&writing->to, header->name);
  append(&writing->to, ": ");
  Status status = write_template(writing, &header->value, NULL, false);
  const char *text = writing->to.data == NULL ? "" : writing->to.data;
  for (size_t i = 0; status == STATUS_OK && text[i] != '\0'; i++)
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
      return error_set(writing->err, STATUS_CONFIG, "a control character would stand in the header");
  if (status == STATUS_OK && writing->to.length > FEED_HEADER_BYTES_MAX)
    return error_set(writing->err, STATUS_CONFIG, "the header has %zu bytes; allowed are %d", writing->to.length,
                     FEED_HEADER_BYTES_MAX);
  return status;
}

/* ---- the whole ---- */

/* Ends the text: it becomes *ret_text, or is freed. */
static Status take_text(Writing *writing, Status status, char **ret_text) {
  if (status == STATUS_OK && writing->to.failed)
    status = error_set(writing->err, STATUS_NO_MEMORY, "no memory for a request");
  if (status == STATUS_OK)
    *ret_text = writing->to.data;
  else
    text_buffer_free(&writing->to);
  writing->to = (TextBuffer){0};
  return status;
}

Status feed_question_write(const FeedDefinition *definition, const FeedValues *values, const FeedSetParameter *set,
                           FeedQuestionText *ret_text, Error *err) {
  const FeedAsk *ask = &definition->ask;
  FeedQuestionText text = {0};
  Writing sent = {.values = values, .set = set, .key = values->key, .err = err}, shown = sent;
  shown.is_shown = true;
  if (shown.key != NULL) shown.key = "(key)";
  Status status = take_text(&sent, write_url(&sent, ask), &text.url);
  if (status == STATUS_OK) status = take_text(&shown, write_url(&shown, ask), &text.shown);
  for (size_t i = 0; status == STATUS_OK && i < ask->headers.count; i++) {
    status = take_text(&sent, write_header(&sent, &ask->headers.items[i]), &text.headers[i]);
    error_prefix(err, status, "[headers] %s", ask->headers.items[i].name);
  }
  if (status == STATUS_OK)
    *ret_text = text;
  else
    feed_question_free(&text);
  return status;
}

static void free_secret(char *text) {
  if (text != NULL) explicit_bzero(text, strlen(text));
  free(text);
}

void feed_question_free(FeedQuestionText *text) {
  free_secret(text->url);
  free(text->shown);
  for (size_t i = 0; i < FEED_HEADERS_MAX; i++) free_secret(text->headers[i]);
  *text = (FeedQuestionText){0};
}
