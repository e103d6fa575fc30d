/* deploy/python/read_archive.py against real documents of the archive: what it prints is what was published. */
#include <stdlib.h>
#include <unistd.h>

#include "live_db.h"
#include "live_files.h"

static const char NOW[] = "2025-01-08T00:00:00Z", DATE[] = "2025-01-07";
enum { SKIPPED = 77 };

static int column_of(char *const *header, int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(header[i], name) == 0) return i;
  fail_msg("no column %s", name);
  return -1;
}

static int split(char *line, char *cells[32]) {
  int count = 0;
  line[strcspn(line, "\n")] = '\0';
  for (char *rest = line; rest != NULL && count < 32;) cells[count++] = strsep(&rest, ",");
  return count;
}

/* Every column that both have, line by line; the sample's names hold no comma. */
static size_t compare(const char *read, const char *exported) {
  static const char *const names[] = {"code",  "name",   "market", "open",  "high",       "low",
                                      "close", "change", "volume", "value", "market_cap", "listed_shares"};
  char read_line[1024], line[1024], read_header_line[1024], header_line[1024];
  char *read_header[32], *header[32], *read_cells[32], *cells[32];
  size_t rows = 0;
  FILE *left = fopen(read, "r"), *right = fopen(exported, "r");
  assert_true(left != NULL && right != NULL);
  assert_true(fgets(read_header_line, 1024, left) != NULL && fgets(header_line, 1024, right) != NULL);
  int read_count = split(read_header_line, read_header), count = split(header_line, header);
  for (; fgets(line, 1024, right) != NULL; rows++) {
    assert_non_null(fgets(read_line, 1024, left));
    assert_int_equal(split(read_line, read_cells), read_count);
    assert_int_equal(split(line, cells), count);
    assert_string_equal(read_cells[0], DATE);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
      assert_string_equal(read_cells[column_of(read_header, read_count, names[i])],
                          cells[column_of(header, count, names[i])]);
  }
  assert_null(fgets(read_line, 1024, left));
  fclose(left);
  fclose(right);
  return rows;
}

static void run_reader(LiveWorld *world, const char *input) {
  char command[1024];
  snprintf(command, sizeof command, "exec python3 " READER " <%s >%s", live_path(world, "files", input).text,
           live_path(world, "files", "read.txt").text);
  assert_int_equal(system(command), 0);
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t length) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void the_reader_gives_what_was_published(void **state) {
  LiveWorld *world = *state;
  bson_iter_t at;
  bson_subtype_t subtype;
  uint32_t size;
  const uint8_t *data;
  char arguments[320];
  live_set(world, "CLOSEBELL_KRX_BASE_INFO", "auto"); /* with marks: the second version of the form */
  live_do(world, "manual_setup", NOW, "--days 5");
  live_clear_folder(world, "files");
  snprintf(arguments, sizeof arguments, "--export .. --out %s", live_path(world, "files", "").text);
  live_do(world, "manual_setup", NOW, arguments);
  bson_t *document = live_get(world, "system_info", "market_days", DATE);
  assert_true(bson_iter_init_find(&at, document, "data"));
  bson_iter_binary(&at, &subtype, &size, &data);
  write_bytes(live_path(world, "files", "blob").text, data, size);
  char *json = bson_as_relaxed_extended_json(document, NULL);
  live_write_file(live_path(world, "files", "document.json").text, json);
  bson_free(json);
  bson_destroy(document);
  static const char *const inputs[] = {"blob", "document.json"};
  for (size_t i = 0; i < 2; i++) {
    run_reader(world, inputs[i]);
    assert_true(compare(live_path(world, "files", "read.txt").text, live_path(world, "files", "2025-01-07.csv").text) >
                50);
  }
}

static void what_is_no_session_is_refused(void **state) {
  LiveWorld *world = *state;
  char command[1024];
  live_clear_folder(world, "files");
  live_write_file(live_path(world, "files", "blob").text, "no archive");
  snprintf(command, sizeof command, "exec python3 " READER " <%s >/dev/null 2>&1",
           live_path(world, "files", "blob").text);
  assert_int_not_equal(system(command), 0);
}

int main(void) {
  if (system("python3 -c '' >/dev/null 2>&1") != 0) return puts("skipped: python3 is not installed"), SKIPPED;
  if (system("python3 -c 'import zstandard' >/dev/null 2>&1 || command -v zstd >/dev/null") != 0)
    return puts("skipped: neither the module zstandard nor the command zstd is installed"), SKIPPED;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_reader_gives_what_was_published, live_reset_test),
      cmocka_unit_test_setup(what_is_no_session_is_refused, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
