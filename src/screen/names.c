/* The known names: the published ones, the table of indicators and signals, those of companies and of flows. */
#include <closebell/screen/names.h>

#include <closebell/base/nearest.h>
#include <closebell/indicator/indicator.h>
#include <closebell/screen/screen.h>

#include "published.h"

#include <string.h>

#define NUMBER(name, help) {#name, SCREEN_NUMBER, -1, help},
#define NUMBER_OF_FLOW(name, group, help) {#name, SCREEN_NUMBER, -1, help},
#define TEXT(name, help) {#name, SCREEN_TEXT, -1, help},
static const ScreenName outside_table[] = {PUBLISHED_NUMBERS(NUMBER, NUMBER) PUBLISHED_TEXTS(TEXT)
                                               FLOW_NUMBERS(NUMBER_OF_FLOW)};

size_t screen_name_count(void) { return TABLE_FROM + indicator_total_outputs(); }

static ScreenName of_table(size_t output) {
  size_t of_row;
  const Indicator *row = indicator_of_output(output, &of_row);
  ScreenKind kind = row->kind == FIELD_BOOL ? SCREEN_TRUTH : SCREEN_NUMBER;
  return (ScreenName){row->fields[of_row], kind, (int)output, row->help};
}

ScreenName screen_name_at(size_t index) {
  return index < TABLE_FROM ? outside_table[index] : of_table(index - TABLE_FROM);
}

bool screen_name_is_of_companies(int name) {
  size_t of_row;
  if (name < TABLE_FROM) return false;
  return strcmp(indicator_of_output((size_t)(name - TABLE_FROM), &of_row)->name, "company") == 0;
}

bool screen_name_is_spoken(int name) {
  size_t of_row;
  return name < TABLE_FROM || !field_is_text(indicator_of_output((size_t)(name - TABLE_FROM), &of_row)->kind);
}

bool screen_name_is_published(int name) { return name >= 0 && name < PUBLISHED; }

bool screen_name_is_of_flows(int name) { return name >= PUBLISHED && name < TABLE_FROM; }

int screen_name_find(const char *text, size_t length) {
  for (size_t i = 0; i < screen_name_count(); i++) {
    const char *name = screen_name_at(i).name;
    if (strlen(name) == length && memcmp(name, text, length) == 0 && screen_name_is_spoken((int)i)) return (int)i;
  }
  return -1;
}

const char *screen_nearest(const char *text, size_t length, const char *const *words) {
  if (words != NULL) return nearest_of(text, length, words);
  Nearest nearest = nearest_begin(text, length);
  for (size_t i = 0; i < screen_name_count(); i++)
    if (screen_name_is_spoken((int)i)) nearest_look(&nearest, screen_name_at(i).name);
  return nearest_found(&nearest);
}
