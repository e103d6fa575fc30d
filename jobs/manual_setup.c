/* manual_setup: from an empty database to a complete one. */
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/files/export.h>
#include <closebell/files/export_feed.h>
#include <closebell/files/import.h>
#include <closebell/job/setup.h>
#include <closebell/job/verify.h>
#include <closebell/source/dart.h>

#include "program.h"

enum { RANGE_SIZE = 1024 };

typedef enum { SET_UP, VERIFY, EXPORT, IMPORT } Mode;

typedef struct {
  Mode mode;
  bool days_given;
  SetupOptions setup;
  ExportOptions export;
  const char *range; /* of --export, as it was given */
  const char *feed;  /* of --feed; null: sessions are exported */
  char ids[RANGE_SIZE];
  FeedExportOptions feed_export;
  const char *import_folder;
  CsvFolder *import; /* open */
} Options;

static const ProgramOption OPTIONS[] = {
    {"days", "N", "sessions to keep (300); a larger number later adds older ones"},
    {"financials", NULL, "and the companies' reports of earlier years; goes on where it stopped"},
    {"verify", NULL, "compare everything kept with the archive; changes nothing"},
    {"export", "RANGE", "write sessions FROM..TO as CSV files; dates may be left out"},
    {"adjusted", NULL, "with --export: prices adjusted for corporate actions"},
    {"indicators", NULL, "with --export: what stock_analyzed holds, a line a stock"},
    {"overwrite", NULL, "with --adjusted, --indicators: replace files of an older state"},
    {"feed", "NAME", "with --export: the rows of a declared feed, FROM..TO of their ids, as CSV and NDJSON"},
    {"out", "DIR", "with --export: the folder to write to"},
    {"import", "DIR", "fill the archive from CSV files YYYY-MM-DD.csv, no network"},
    {0},
};

static Status take_mode(Options *options, Mode mode, Error *err) {
  if (options->mode != SET_UP && options->mode != mode)
    return error_set(err, STATUS_USAGE, "--verify, --export and --import exclude each other");
  options->mode = mode;
  return STATUS_OK;
}

static Status take_content(Options *options, Content content, Error *err) {
  if (options->export.content != CONTENT_PUBLISHED && options->export.content != content)
    return error_set(err, STATUS_USAGE, "--adjusted and --indicators exclude each other: a folder for each");
  options->export.content = content;
  return STATUS_OK;
}

/* "2024-01-02..2024-12-30", "..2024-12-30", "2024-01-02..", "..". */
static Status take_range(const char *value, ExportOptions *export, Error *err) {
  char from[DAY_TEXT_SIZE] = "";
  const char *dots = strstr(value, "..");
  bool good = dots != NULL && (size_t)(dots - value) < sizeof from;
  if (good) memcpy(from, value, (size_t)(dots - value));
  good = good && (from[0] == '\0' || day_parse(from, &export->from)) &&
         (dots[2] == '\0' || day_parse(dots + 2, &export->to));
  if (good && (export->from == DAY_NONE || export->to == DAY_NONE || export->from <= export->to)) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "--export: \"%s\" is not a range of dates like 2024-01-02..2024-12-30", value);
}

/* "DGS10:2025..DGS10:2026", "..": what stands before the dots and behind them. */
static Status take_ids(Options *options, Error *err) {
  char *dots = text_copy(options->ids, sizeof options->ids, options->range) ? strstr(options->ids, "..") : NULL;
  if (!dots)
    return error_set(err, STATUS_USAGE, "--export: \"%.80s\" is no range of ids like DGS10:2025..DGS10:2026",
                     options->range);
  *dots = '\0';
  options->feed_export = (FeedExportOptions){
      .name = options->feed, .from = options->ids, .to = dots + 2, .folder = options->export.folder};
  return STATUS_OK;
}

static Status take(void *context, const char *name, const char *value, Error *err) {
  Options *options = context;
  if (strcmp(name, "verify") == 0) return take_mode(options, VERIFY, err);
  if (strcmp(name, "adjusted") == 0) return take_content(options, CONTENT_ADJUSTED, err);
  if (strcmp(name, "indicators") == 0) return take_content(options, CONTENT_INDICATORS, err);
  if (strcmp(name, "overwrite") == 0) {
    options->export.overwrite = true;
    return STATUS_OK;
  }
  if (strcmp(name, "out") == 0) {
    options->export.folder = value;
    return *value ? STATUS_OK : error_set(err, STATUS_USAGE, "--out: which folder?");
  }
  if (strcmp(name, "export") == 0) {
    options->range = value;
    return take_mode(options, EXPORT, err);
  }
  if (strcmp(name, "import") == 0) {
    options->import_folder = value;
    return *value ? take_mode(options, IMPORT, err) : error_set(err, STATUS_USAGE, "--import: which folder?");
  }
  if (strcmp(name, "feed") == 0) {
    options->feed = value;
    return STATUS_OK;
  }
  if (strcmp(name, "financials") == 0) {
    options->setup.financials = true;
    return STATUS_OK;
  }
  options->days_given = true;
  if (text_parse_int64(value, 1, SETUP_MAX_DAYS, &options->setup.days)) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "--days: \"%s\" is not a number from 1 to %d", value, SETUP_MAX_DAYS);
}

static Status check_export(Options *options, Error *err) {
  if (!options->export.folder) return error_set(err, STATUS_USAGE, "--export needs --out: the folder to write to");
  if (!options->feed) return take_range(options->range, &options->export, err);
  if (options->export.content != CONTENT_PUBLISHED || options->export.overwrite)
    return error_set(err, STATUS_USAGE, "--adjusted, --indicators and --overwrite do not go with --feed");
  return take_ids(options, err);
}

static Status check(void *context, const Config *config, Error *err) {
  Options *options = context;
  if (options->setup.financials && options->mode != SET_UP)
    return error_set(err, STATUS_USAGE, "--financials goes with neither --verify, --export nor --import");
  if (options->setup.financials && !DART_PROVIDER.has_key(config))
    return error_set(err, STATUS_CONFIG, "--financials: [dart] auth_key is not set");
  if (options->mode != SET_UP && options->days_given)
    return error_set(err, STATUS_USAGE, "--days goes with neither --verify, --export nor --import");
  if (options->mode == EXPORT) return check_export(options, err);
  if (options->export.content != CONTENT_PUBLISHED || options->export.overwrite || options->export.folder ||
      options->feed)
    return error_set(err, STATUS_USAGE, "--adjusted, --indicators, --overwrite, --feed and --out go with --export");
  return options->mode == IMPORT ? csv_folder_open(&options->import, options->import_folder, err) : STATUS_OK;
}

static bool asks_source(const void *context) { return ((const Options *)context)->mode == SET_UP; }

static bool only_reads(const void *context) {
  const Mode mode = ((const Options *)context)->mode;
  return mode == VERIFY || mode == EXPORT;
}

static void import(Job *job, CsvFolder *folder, Outcome *ret_outcome) {
  Source source = csv_folder_source(folder);
  job->source = &source;
  import_run(job, folder, ret_outcome);
  job->source = NULL;
}

static void run(Job *job, void *context, Outcome *ret_outcome) {
  const Options *options = context;
  switch (options->mode) {
  case VERIFY:
    verify_run(job, ret_outcome);
    break;
  case EXPORT:
    if (options->feed)
      export_feed_run(job, &options->feed_export, ret_outcome);
    else
      export_run(job, &options->export, ret_outcome);
    break;
  case IMPORT:
    import(job, options->import, ret_outcome);
    break;
  default:
    setup_run(job, &options->setup, ret_outcome);
  }
}

int main(int argc, char **argv) {
  Options options = {.setup.days = SETUP_DEFAULT_DAYS, .export = {.from = DAY_NONE, .to = DAY_NONE}};
  const Program program = {.name = "manual_setup",
                           .is_once = true,
                           .asks_source = asks_source,
                           .only_reads = only_reads,
                           .options = OPTIONS,
                           .context = &options,
                           .summary = "archive sessions, choose the universe, fill collections",
                           .take = take,
                           .check = check,
                           .run = run};
  int exit_code = program_main(&program, argc, argv);
  csv_folder_close(options.import);
  return exit_code;
}
