/* screen_tables: what the language of screens knows of itself, for the man page: names, limits and the shipped
 * strategies, a line each, its parts separated by tabs. With a condition as argument: whether it is one. Built, not
 * installed. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <closebell/screen/names.h>
#include <closebell/strategy/strategies.h>

static void print_names(void) {
  static const char *const kinds[] = {[SCREEN_NUMBER] = "number", [SCREEN_TRUTH] = "truth", [SCREEN_TEXT] = "text"};
  for (size_t i = 0; i < screen_name_count(); i++) {
    const ScreenName name = screen_name_at(i);
    if (!screen_name_is_spoken((int)i)) continue;
    printf("name\t%s\t%s\t%s\n", name.name, kinds[name.kind], name.help);
  }
}

static void print_limits(void) {
  static const struct {
    const char *name;
    int value;
  } limits[] = {{"BYTES", SCREEN_MAX_BYTES}, {"PARTS", SCREEN_MAX_PARTS}, {"DEPTH", SCREEN_MAX_DEPTH},
                {"BACK", SCREEN_MAX_BACK},   {"TEXT", SCREEN_MAX_TEXT},   {"ITEMS", SCREEN_MAX_ITEMS},
                {"NAMES", SCREEN_MAX_NAMES}, {"HOLD", STRATEGY_MAX_HOLD}, {"FILE", STRATEGY_MAX_BYTES}};
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    printf("limit\t%s\t%d\n", limits[i].name, limits[i].value);
}

static int print_strategies(const char *folder) {
  Strategies strategies = {0};
  Error err;
  if (strategies_load(folder, NULL, &strategies, &err) != STATUS_OK) {
    fprintf(stderr, "screen_tables: %s\n", err.text);
    return EX_CONFIG;
  }
  for (size_t i = 0; i < strategies.count; i++) {
    const Strategy *is = &strategies.items[i].strategy;
    printf("strategy\t%s\t%s\t%s\t%s\t%.*s\n", strategies.items[i].name, is->title, is->title_ko, is->origin,
           (int)is->where.length, is->where.text);
  }
  for (size_t i = 0; i < strategies.bad.count; i++) {
    char text[BAD_FILE_TEXT_SIZE];
    fprintf(stderr, "screen_tables: %s\n", bad_file_text(&strategies.bad.items[i], text));
  }
  int exit_code = strategies.bad.count == 0 ? EX_OK : EX_CONFIG;
  strategies_free(&strategies);
  return exit_code;
}

static int check_condition(const char *text) {
  ScreenPlan plan;
  ScreenError error;
  if (screen_plan(text, strlen(text), &plan, &error) == STATUS_OK) return EX_OK;
  fprintf(stderr, "screen_tables: %s: %d:%d: %s\n", text, error.line, error.column, error.what);
  return EX_DATAERR;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--condition") == 0) return check_condition(argv[2]);
  if (argc != 2) {
    fputs("usage: screen_tables FOLDER                the tables, with the strategies of the folder\n"
          "       screen_tables --condition 'TEXT'    whether it is a condition\n",
          stderr);
    return EX_USAGE;
  }
  print_names();
  print_limits();
  return print_strategies(argv[1]);
}
