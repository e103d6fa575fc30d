#include <closebell/analysis/screen_request.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

static bool refuse(ScreenComplaint *complaint, const char *parameter, const char *text, const ScreenError *place) {
  *complaint = (ScreenComplaint){.parameter = parameter, .text = text, .place = *place};
  return false;
}

/* ---- what is screened for ---- */

/* "squeeze" of ".../squeeze.ini" */
static bool is_file_of(const char *path, const char *name) {
  const char *file = strrchr(path, '/');
  size_t length = strlen(name);
  file = file == NULL ? path : file + 1;
  return strncmp(file, name, length) == 0 && strcmp(file + length, ".ini") == 0;
}

static const BadFile *find_bad(const Strategies *strategies, const char *name) {
  for (size_t i = 0; i < strategies->bad.count; i++)
    if (is_file_of(strategies->bad.items[i].path, name)) return &strategies->bad.items[i];
  return NULL;
}

static bool refuse_bad(const BadFile *bad, const char *parameter, const char *text, ScreenComplaint *complaint) {
  char said[BAD_FILE_TEXT_SIZE];
  ScreenError place = {0};
  bad_file_text(bad, said);
  snprintf(place.what, sizeof place.what, "%.*s", (int)sizeof place.what - 1, said);
  return refuse(complaint, parameter, text, &place);
}

static const char *nearest_strategy(const Strategies *strategies, const char *name) {
  const char **names = calloc(strategies->count + 1, sizeof *names), *nearest = NULL;
  for (size_t i = 0; names != NULL && i < strategies->count; i++) names[i] = strategies->items[i].name;
  if (names != NULL) nearest = screen_nearest(name, strlen(name), names);
  free(names);
  return nearest;
}

static bool is_one_word(const char *text) {
  return *text != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

/* "my" of "folder/my.ini"; empty when the text names no file. */
static void name_of_file(const char *text, char name[STRATEGY_NAME_SIZE]) {
  const char *slash = strrchr(text, '/'), *file = slash == NULL ? text : slash + 1;
  size_t length = strlen(file);
  bool is_file = length > 4 && strcmp(file + length - 4, ".ini") == 0;
  snprintf(name, STRATEGY_NAME_SIZE, "%.*s", is_file ? (int)length - 4 : 0, file);
}

static bool refuse_file(const Strategies *strategies, const char *text, const char *name, ScreenComplaint *complaint) {
  ScreenError place = {0};
  bool is_there = strategies_find(strategies, name) != NULL;
  if (is_there)
    snprintf(place.what, sizeof place.what, "a strategy goes by its name: %s", name);
  else
    snprintf(place.what, sizeof place.what,
             "%s.ini: put it into " STRATEGIES_OWN
             " or into the folder that [api] strategies names, and ask for it without .ini",
             name);
  return refuse(complaint, "screen", text, &place);
}

/* A word alone may be meant as a strategy's name. */
static bool refuse_expression(const Strategies *strategies, const char *text, ScreenError *place,
                              ScreenComplaint *complaint) {
  if (is_one_word(text) && screen_name_find(text, strlen(text)) < 0) {
    const char *nearest = nearest_strategy(strategies, text);
    snprintf(place->what, sizeof place->what, "%.60s: there is neither a strategy nor a field of that name", text);
    if (nearest != NULL) snprintf(place->nearest, sizeof place->nearest, "%.39s", nearest);
  }
  return refuse(complaint, "screen", text, place);
}

static bool take_strategy(const NamedStrategy *named, ScreenRequest *to) {
  text_copy(to->strategy, sizeof to->strategy, named->name);
  text_copy(to->title, sizeof to->title, named->strategy.title);
  to->where = named->strategy.where;
  to->sort = named->strategy.sort;
  to->columns = named->strategy.columns;
  return true;
}

static bool take_screen(const char *text, const Strategies *strategies, ScreenRequest *to, ScreenComplaint *complaint) {
  const NamedStrategy *named = strategies_find(strategies, text);
  const BadFile *bad = named == NULL ? find_bad(strategies, text) : NULL;
  ScreenError place;
  if (bad != NULL) return refuse_bad(bad, "screen", text, complaint);
  if (named != NULL) return take_strategy(named, to);
  if (screen_plan(text, strlen(text), &to->where, &place) == STATUS_OK) return true;
  char file[STRATEGY_NAME_SIZE];
  name_of_file(text, file);
  if (is_one_word(file)) return refuse_file(strategies, text, file, complaint);
  return refuse_expression(strategies, text, &place, complaint);
}

static bool take_strategy_name(const char *name, const Strategies *strategies, ScreenRequest *to,
                               ScreenComplaint *complaint) {
  const NamedStrategy *named = strategies_find(strategies, name);
  const BadFile *bad = named == NULL ? find_bad(strategies, name) : NULL;
  if (named != NULL) return take_strategy(named, to);
  if (bad != NULL) return refuse_bad(bad, "strategy_name", name, complaint);
  ScreenError place = {0};
  const char *nearest = nearest_strategy(strategies, name);
  snprintf(place.what, sizeof place.what, "there is no strategy of that name");
  if (nearest != NULL) snprintf(place.nearest, sizeof place.nearest, "%.39s", nearest);
  return refuse(complaint, "strategy_name", name, &place);
}

static bool take_where(const char *text, ScreenRequest *to, ScreenComplaint *complaint) {
  ScreenError place;
  return screen_plan(text, strlen(text), &to->where, &place) == STATUS_OK || refuse(complaint, "where", text, &place);
}

static bool take_what(const ScreenQuestion *question, const Strategies *strategies, ScreenRequest *to,
                      ScreenComplaint *complaint) {
  if (question->screen != NULL) return take_screen(question->screen, strategies, to, complaint);
  if (question->where != NULL) return take_where(question->where, to, complaint);
  return take_strategy_name(question->strategy_name, strategies, to, complaint);
}

/* ---- the whole ---- */

static bool take_names(const ScreenQuestion *question, ScreenRequest *to, ScreenComplaint *complaint) {
  const char *sort = question->sort, *columns = question->columns;
  ScreenError place;
  if (sort != NULL && screen_sort_parse(sort, strlen(sort), &to->sort, &place) != STATUS_OK)
    return refuse(complaint, "sort", sort, &place);
  if (columns != NULL && screen_columns_parse(columns, strlen(columns), &to->columns, &place) != STATUS_OK)
    return refuse(complaint, "columns", columns, &place);
  return true;
}

static Status complain(const ScreenComplaint *complaint, Error *err) {
  const ScreenError *place = &complaint->place;
  char where[48] = "";
  bool offers = *place->nearest != '\0' && strstr(place->what, place->nearest) == NULL;
  if (place->line > 0) snprintf(where, sizeof where, "line %d, column %d: ", place->line, place->column);
  return error_set(err, STATUS_USAGE, "--%s: %s%s%s%s%s", complaint->parameter, where, place->what,
                   offers ? ": did you mean " : "", offers ? place->nearest : "", offers ? "?" : "");
}

Status screen_request_read(const ScreenQuestion *question, const Strategies *strategies, ScreenRequest *ret_request,
                           ScreenComplaint *complaint, Error *err) {
  memset(ret_request, 0, sizeof *ret_request);
  *complaint = (ScreenComplaint){0};
  if (!take_what(question, strategies, ret_request, complaint) || !take_names(question, ret_request, complaint))
    return complain(complaint, err);
  ret_request->date = question->date;
  ret_request->limit = question->limit;
  ret_request->outcome = question->outcome;
  return STATUS_OK;
}
