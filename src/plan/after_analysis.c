#include <closebell/plan/after_analysis.h>

#include <string.h>

#include <closebell/base/text.h>

enum { ENTRY_SIZE = 256, WORDS = 3 };

static const char NAME_CHARACTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static bool is_name(const char *text) { return *text != '\0' && text[strspn(text, NAME_CHARACTERS)] == '\0'; }

static Status entry_fault(Error *err, const char *entry, const char *what) {
  return error_set(err, STATUS_CONFIG, "\"%.80s\" %s", entry, what);
}

/* Cuts the entry at its blanks. False: there are not just three words. */
static bool cut_words(char *entry, const char *words[WORDS]) {
  size_t count = 0;
  char *rest = NULL;
  for (char *word = strtok_r(entry, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
    if (count == WORDS) return false;
    words[count++] = word;
  }
  return count == WORDS;
}

static Status parse_entry(const char *text, size_t length, AfterAnalysis *ret_entry, Error *err) {
  char entry[ENTRY_SIZE], shown[ENTRY_SIZE];
  const char *words[WORDS];
  AfterAnalysis parsed = {.stocks = 0};
  if (length >= sizeof entry) return error_set(err, STATUS_CONFIG, "\"%.80s...\" is too long", text);
  memcpy(entry, text, length);
  entry[length] = '\0';
  memcpy(shown, entry, length + 1);
  if (!cut_words(entry, words)) return entry_fault(err, shown, "is not PROMPT STRATEGY N");
  if (!is_name(words[0]) || !text_copy(parsed.prompt, sizeof parsed.prompt, words[0]))
    return entry_fault(err, words[0], "cannot be the name of a prompt");
  if (!is_name(words[1]) || !text_copy(parsed.strategy, sizeof parsed.strategy, words[1]))
    return entry_fault(err, words[1], "cannot be the name of a strategy");
  if (!text_parse_int64(words[2], 1, AFTER_ANALYSIS_STOCKS_MAX, &parsed.stocks))
    return entry_fault(err, words[2], "is not a number of stocks from 1 to 30");
  *ret_entry = parsed;
  return STATUS_OK;
}

static bool is_there(const AfterAnalysisList *list, const AfterAnalysis *entry) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i].prompt, entry->prompt) == 0 && strcmp(list->items[i].strategy, entry->strategy) == 0)
      return true;
  return false;
}

Status after_analysis_parse(const char *text, AfterAnalysisList *ret_list, Error *err) {
  AfterAnalysisList list = {.count = 0};
  const char *from = text + strspn(text, " \t");
  bool more = *from != '\0';
  while (more) {
    size_t length = strcspn(from, ",");
    AfterAnalysis entry;
    Status status = parse_entry(from, length, &entry, err);
    if (status != STATUS_OK) return status;
    if (is_there(&list, &entry))
      return error_set(err, STATUS_CONFIG, "%s %s stands there twice", entry.prompt, entry.strategy);
    if (list.count == AFTER_ANALYSIS_MAX)
      return error_set(err, STATUS_CONFIG, "more than %d entries", (int)AFTER_ANALYSIS_MAX);
    list.items[list.count++] = entry;
    more = from[length] == ',';
    from += length + 1;
  }
  *ret_list = list;
  return STATUS_OK;
}
