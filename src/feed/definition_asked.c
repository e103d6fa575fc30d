/* What is asked: url, [query], [headers]; and `id`, which is written in the same way. */
#include "definition_internal.h"

#include "words.h"

#include <closebell/base/url.h>

#include <stdio.h>
#include <string.h>

/* ---- templates ---- */

static bool starts(const char *text, size_t length, const char *word) {
  return length >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

/* {date:%Y%m%d}: of a day only. */
static bool take_date_form(const FeedEntry *entry, const char *form, size_t length, FeedPart *part) {
  bool has_any = false;
  for (size_t i = 0; i < length; i++) {
    if (form[i] != '%') continue;
    has_any = i + 1 < length && strchr("Ymd", form[i + 1]) != NULL;
    if (!has_any) break;
    i++;
  }
  if (!has_any || length > 40) {
    feed_note(entry, "behind {date: a form of %%Y, %%m and %%d was expected");
    return false;
  }
  part->text = feed_keep_text(entry->definition, form, length);
  return part->text != NULL;
}

static bool take_placeholder(const FeedEntry *entry, const char *name, size_t length, FeedPart *part) {
  static const char *const words[] = {"key", "item", "date", "since", NULL};
  char near[FEED_NEAR_SIZE];
  if (length == 3 && starts(name, length, "key")) {
    part->kind = FEED_PART_KEY;
  } else if (length == 5 && starts(name, length, "since")) {
    part->kind = FEED_PART_SINCE;
  } else if (starts(name, length, "item") && feed_take_column(name + 4, length - 4, &part->index)) {
    part->kind = FEED_PART_ITEM;
  } else if (length == 4 && starts(name, length, "date")) {
    part->kind = FEED_PART_DATE;
  } else if (starts(name, length, "date:")) {
    part->kind = FEED_PART_DATE;
    return take_date_form(entry, name + 5, length - 5, part);
  } else {
    feed_note(entry, "{%.*s} is none of {key}, {item}, {item.2}, {date} and {since}%s",
              (int)(length < 40 ? length : 40), name, feed_near(name, length, words, near));
    return false;
  }
  return true;
}

static bool take_field_part(const FeedEntry *entry, const char *name, size_t length, FeedPart *part) {
  part->kind = FEED_PART_FIELD;
  if (!feed_take_field(entry, name, length, &part->index)) return false;
  const FeedField *field = &entry->definition->rows.fields[part->index];
  if (field->type != FEED_DOUBLE && field->type != FEED_BOOL && field->type != FEED_STRINGS) return true;
  feed_note(entry, "%s cannot be a part of it; a string, an int, a date or an instant can", field->name);
  return false;
}

static size_t count_parts(const char *text) {
  size_t count = 1;
  for (; *text != '\0'; text++) count += *text == '{' ? 2 : 0;
  return count;
}

/* {FIELD}s alone (an id), or {key}, {item}, {date}, {since} alone. */
static bool take_template(const FeedEntry *entry, bool of_fields, FeedTemplate *ret_template) {
  const char *at = entry->value;
  FeedTemplate made = {feed_keep(entry->definition, count_parts(at), sizeof *made.parts), 0};
  while (made.parts != NULL && *at != '\0') {
    FeedPart part = {.kind = FEED_PART_TEXT};
    size_t length = strcspn(at, "{}");
    if (length > 0) {
      part.text = feed_keep_text(entry->definition, at, length);
      if (part.text == NULL) return false;
    } else {
      length = strcspn(at + 1, "{}") + 2;
      if (*at != '{' || at[length - 1] != '}') {
        feed_note(entry, "%c stands alone; a placeholder is written {name}", *at);
        return false;
      }
      bool taken = of_fields ? take_field_part(entry, at + 1, length - 2, &part)
                             : take_placeholder(entry, at + 1, length - 2, &part);
      if (!taken) return false;
    }
    made.parts[made.count++] = part;
    at += length;
  }
  *ret_template = made;
  return made.parts != NULL;
}

static void note_uses(FeedAsk *ask, const FeedTemplate *one) {
  for (size_t i = 0; i < one->count; i++) {
    ask->uses_key = ask->uses_key || one->parts[i].kind == FEED_PART_KEY;
    ask->uses_item = ask->uses_item || one->parts[i].kind == FEED_PART_ITEM;
    ask->uses_date = ask->uses_date || one->parts[i].kind == FEED_PART_DATE;
    ask->uses_since = ask->uses_since || one->parts[i].kind == FEED_PART_SINCE;
  }
}

/* ---- url ---- */

/* The URL with an x for each placeholder: what can be judged of it. */
static void fill(const FeedTemplate *url, TextBuffer *to) {
  for (size_t i = 0; i < url->count; i++) {
    const char *text = url->parts[i].kind == FEED_PART_TEXT ? url->parts[i].text : "x";
    text_buffer_append(to, text, strlen(text));
  }
}

/* What may not be filled in: whom we speak to. */
static bool host_is_fixed(const FeedTemplate *url) {
  const char *text = url->count > 0 && url->parts[0].kind == FEED_PART_TEXT ? url->parts[0].text : "";
  const char *host = strstr(text, "://");
  return host != NULL && (strpbrk(host + 3, "/?") != NULL || url->count == 1);
}

static const char *fault_of_url(const FeedTemplate *template, const char *url) {
  char host[256];
  bool is_https = strncmp(url, "https://", 8) == 0;
  if (!is_https && strncmp(url, "http://", 7) != 0) return "it does not begin with https://";
  if (!host_is_fixed(template)) return "no placeholder may stand in the host";
  if (url_fault(url) != NULL) return url_fault(url);
  if (url_is_in_clear(url))
    return "http:// is for this host alone (127.0.0.1, localhost); others are asked by https://";
  if (strchr(url, '#') != NULL) return "it has a part behind #, which is never sent";
  if (memchr(url + 8, '@', strcspn(url + 8, "/?#")) != NULL)
    return "it has a user or a password; a key goes into keys_file";
  return url_host(url, host, sizeof host) ? NULL : "its host is too long";
}

static void read_url(FeedDefinition *definition) {
  FeedEntry entry;
  TextBuffer filled = {0};
  if (!feed_entry_find(definition, "feed", "url", &entry)) {
    feed_note_at(definition, 0, "[feed] url: is missing; it begins with https://");
    return;
  }
  FeedTemplate *url = &definition->ask.url;
  if (!take_template(&entry, false, url)) return;
  note_uses(&definition->ask, url);
  fill(url, &filled);
  const char *fault =
      filled.data == NULL ? "a URL was expected; it begins with https://" : fault_of_url(url, filled.data);
  if (filled.failed)
    definition->reading->failed = true;
  else if (fault != NULL)
    feed_note(&entry, "%s", fault);
  text_buffer_free(&filled);
}

/* ---- [query], [headers] ---- */

static bool is_section(const FeedEntry *entry, const char *section) { return strcmp(entry->section, section) == 0; }

/* A value of [query] may go on in further lines, which are put together. */
static const char *join_lines(const FeedEntry *entry) {
  char *text = (char *)feed_keep_text(entry->definition, entry->value, strlen(entry->value)), *to = text;
  for (const char *from = text; from != NULL && *from != '\0'; from++)
    if (*from != '\n') *to++ = *from;
  if (text != NULL) *to = '\0';
  return text;
}

static bool is_header_name(const char *name) {
  static const char others[] = "!#$%&'*+-.^_`|~0123456789"; /* RFC 9110, token */
  size_t length = strlen(name);
  for (size_t i = 0; i < length; i++)
    if (!((name[i] | 0x20) >= 'a' && (name[i] | 0x20) <= 'z') && strchr(others, name[i]) == NULL) return false;
  return length > 0 && length <= 64;
}

static bool check_header(const FeedEntry *entry) {
  static const char *const kept[] = {
      "host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "expect", NULL};
  if (!is_header_name(entry->key)) {
    feed_note(entry, "is no name of a header");
    return false;
  }
  for (size_t i = 0; kept[i] != NULL; i++) {
    if (strcasecmp(kept[i], entry->key) != 0) continue;
    feed_note(entry, "is a header that closebell sets itself");
    return false;
  }
  return true;
}

static void read_parameters(FeedDefinition *definition, const char *section, size_t most, FeedParameters *to) {
  const IniText *ini = &definition->reading->ini;
  bool are_headers = strcmp(section, "headers") == 0;
  to->items = feed_keep(definition, ini->entry_count, sizeof *to->items);
  for (size_t i = 0; to->items != NULL && i < ini->entry_count; i++) {
    FeedEntry entry = feed_entry_of(definition, &ini->entries[i]);
    if (!is_section(&entry, section) || ini_text_find(ini, section, entry.key) != &ini->entries[i]) continue;
    if (are_headers && !check_header(&entry)) continue;
    if (to->count == most) {
      feed_note(&entry, "there are more than %zu in [%s]", most, section);
      return;
    }
    FeedParameter *one = &to->items[to->count];
    *one = (FeedParameter){.name = entry.key, .line = entry.line};
    if (!are_headers) entry.value = join_lines(&entry);
    if (entry.value == NULL || !take_template(&entry, false, &one->value)) continue;
    note_uses(&definition->ask, &one->value);
    to->count++;
  }
}

static void read_id(FeedDefinition *definition) {
  FeedEntry entry;
  FeedTemplate *id = &definition->rows.id;
  bool has_field = false;
  if (!feed_entry_find(definition, "feed", "id", &entry)) {
    feed_note_at(definition, 0, "[feed] id: is missing; it is a text with {FIELD}s, and tells rows apart");
    return;
  }
  if (!take_template(&entry, true, id)) return;
  for (size_t i = 0; i < id->count; i++) has_field = has_field || id->parts[i].kind == FEED_PART_FIELD;
  if (!has_field) feed_note(&entry, "no {FIELD} stands in it; all rows would be one");
}

void feed_read_asked(FeedDefinition *definition) {
  FeedAsk *ask = &definition->ask;
  char section[16];
  read_url(definition);
  read_parameters(definition, "query", FEED_PARAMETERS_MAX, &ask->query);
  for (size_t i = 0; i < FEED_WEEKDAYS; i++) {
    snprintf(section, sizeof section, "query %s", feed_weekdays[i]);
    read_parameters(definition, section, FEED_PARAMETERS_MAX, &ask->query_of[i]);
  }
  read_parameters(definition, "headers", FEED_HEADERS_MAX, &ask->headers);
  read_id(definition);
}
