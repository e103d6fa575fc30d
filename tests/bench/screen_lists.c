/* screen_lists FOLDER CASES DATE...: what src/screen finds, in the form in which screen_oracle.py prints it, so that
 * the two can be compared. FOLDER: sessions as CSV (screen_oracle.py export), and broken.txt, the dates before which a
 * session may be missing. CASES: "name = where" a line. KOSPI and KOSDAQ are considered. */
#include <closebell/market/session_csv.h>
#include <closebell/screen/list.h>
#include <closebell/screen/market.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 64 * 1024 * 1024, DATE_LENGTH = 10 };

static void give_up(const char *what, const char *why) {
  fprintf(stderr, "screen_lists: %s: %s\n", what, why);
  exit(1);
}

static char *read_all(const char *path, size_t *ret_length) {
  FILE *file = fopen(path, "rb");
  char *bytes = malloc(MAX_FILE);
  if (file == NULL || bytes == NULL) give_up(path, "cannot be read");
  *ret_length = fread(bytes, 1, MAX_FILE - 1, file);
  bytes[*ret_length] = '\0';
  fclose(file);
  return bytes;
}

static Day day_of(const char *text) {
  Day day;
  char date[DATE_LENGTH + 1];
  snprintf(date, sizeof date, "%.10s", text);
  if (!day_parse(date, &day)) give_up(text, "no date");
  return day;
}

static void add_session(ScreenMarket *market, const char *folder, const char *name, const char *broken) {
  char path[4096], date[DATE_LENGTH + 1];
  size_t length;
  Error err;
  Session session = {0};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  snprintf(date, sizeof date, "%.10s", name);
  char *bytes = read_all(path, &length);
  if (session_csv_parse(bytes, length, day_of(date), &session, &err) != STATUS_OK) give_up(name, err.text);
  if (screen_market_add(market, &session, strstr(broken, date) != NULL, &err) != STATUS_OK) give_up(name, err.text);
  session_free(&session);
  free(bytes);
}

static int is_session(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length == DATE_LENGTH + 4 && strcmp(entry->d_name + DATE_LENGTH, ".csv") == 0;
}

static void load(ScreenMarket *market, const char *folder) {
  char path[4096];
  size_t length;
  struct dirent **names;
  snprintf(path, sizeof path, "%s/broken.txt", folder);
  char *broken = read_all(path, &length);
  int count = scandir(folder, &names, is_session, alphasort);
  for (int i = 0; i < count; i++) {
    add_session(market, folder, names[i]->d_name, broken);
    free(names[i]);
  }
  if (count > 0) free(names);
  free(broken);
}

static void print_list(ScreenMarket *market, const ScreenPlan *plan, const char *name, const char *date) {
  Error err;
  ScreenNames sort = {0};
  ScreenCounts counts;
  size_t session = screen_market_session(market, day_of(date));
  if (session == market->session_count) give_up(date, "no session of the archive");
  size_t considered = screen_market_considered(market, session, session);
  uint8_t *answers = malloc(considered + 1);
  size_t *found = malloc((considered + 1) * sizeof *found);
  if (answers == NULL || found == NULL) give_up(name, "no memory");
  if (screen_evaluate(plan, market, session, session, answers, &err) != STATUS_OK) give_up(name, err.text);
  if (screen_list(&sort, market, session, answers, 0, found, &counts, &err) != STATUS_OK) give_up(name, err.text);
  printf("%s %s %zu %zu %zu", name, date, counts.considered, counts.unknown, counts.count);
  for (size_t i = 0; i < counts.listed; i++) {
    printf(" %s", market->stocks[market->entries[market->first_entry[session] + found[i]].stock].ticker);
  }
  printf("\n");
  free(answers);
  free(found);
}

static void run_case(ScreenMarket *market, char *line, char *const dates[], int count) {
  ScreenPlan plan;
  ScreenError error;
  char *where = strstr(line, " = ");
  if (line[0] == '#' || where == NULL) return;
  *where = '\0';
  where += 3;
  if (screen_plan(where, strlen(where), &plan, &error) != STATUS_OK) give_up(line, error.what);
  for (int i = 0; i < count; i++) print_list(market, &plan, line, dates[i]);
}

int main(int argc, char **argv) {
  if (argc < 4) give_up("arguments", "FOLDER CASES DATE...");
  ScreenMarket market = {.considered = 1U << MARKET_KOSPI | 1U << MARKET_KOSDAQ};
  load(&market, argv[1]);
  size_t length;
  char *cases = read_all(argv[2], &length), *rest = cases, *line;
  while ((line = strsep(&rest, "\n")) != NULL) run_case(&market, line, argv + 3, argc - 3);
  free(cases);
  screen_market_free(&market);
  return 0;
}
