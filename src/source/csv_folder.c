#include <closebell/source/csv_folder.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/market/session_csv.h>

enum { NAME_LENGTH = 14 }; /* 2025-03-04.csv */

struct CsvFolder {
  int descriptor;
  char *path;
  Day *days;
  size_t count, capacity;
  Session session; /* read last: requests for the markets of one date follow each other */
  bool has_session;
};

/* ---- the list ---- */

static bool is_csv(const char *name) {
  size_t length = strlen(name);
  return name[0] != '.' && length >= 4 && strcmp(name + length - 4, ".csv") == 0;
}

static Status take_name(CsvFolder *folder, const char *name, Error *err) {
  char date[DAY_TEXT_SIZE] = "";
  Day day;
  if (strlen(name) == NAME_LENGTH) memcpy(date, name, DAY_TEXT_SIZE - 1);
  if (!day_parse(date, &day))
    return error_set(err, STATUS_CONFIG, "%s/%s: its name is not that of a session, like 2025-03-04.csv", folder->path,
                     name);
  if (day_is_weekend(day)) return error_set(err, STATUS_CONFIG, "%s/%s: that day is no weekday", folder->path, name);
  Day *days = vector_reserve(folder->days, &folder->capacity, folder->count + 1, sizeof *days);
  if (days == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the list of %s", folder->path);
  folder->days = days;
  days[folder->count++] = day;
  return STATUS_OK;
}

static Status list(CsvFolder *folder, Error *err) {
  DIR *stream = opendir(folder->path);
  if (stream == NULL) return error_set(err, STATUS_CONFIG, "%s: %s", folder->path, strerror(errno));
  Status status = STATUS_OK;
  for (struct dirent *entry; status == STATUS_OK && (entry = readdir(stream)) != NULL;)
    if (is_csv(entry->d_name)) status = take_name(folder, entry->d_name, err);
  closedir(stream);
  if (status != STATUS_OK) return status;
  if (folder->count == 0)
    return error_set(err, STATUS_CONFIG, "%s: there is no file like 2025-03-04.csv in it", folder->path);
  qsort(folder->days, folder->count, sizeof *folder->days, day_compare);
  return STATUS_OK;
}

Status csv_folder_open(CsvFolder **ret_folder, const char *path, Error *err) {
  CsvFolder *folder = calloc(1, sizeof *folder);
  if (folder == NULL || (folder->path = strdup(path)) == NULL) {
    free(folder);
    return error_set(err, STATUS_NO_MEMORY, "no memory for %s", path);
  }
  folder->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Status status =
      folder->descriptor >= 0 ? list(folder, err) : error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  if (status == STATUS_OK)
    *ret_folder = folder;
  else
    csv_folder_close(folder);
  return status;
}

Status csv_folder_open_below(const CsvFolder *folder, const char *name, CsvFolder **ret_folder, Error *err) {
  TextBuffer path = {0};
  struct stat info;
  if (fstatat(folder->descriptor, name, &info, 0) != 0 && errno == ENOENT) return STATUS_NOT_FOUND;
  text_buffer_printf(&path, "%s/%s", folder->path, name);
  Status status = path.failed ? error_set(err, STATUS_NO_MEMORY, "no memory for the name of %s", name)
                              : csv_folder_open(ret_folder, path.data, err);
  text_buffer_free(&path);
  return status;
}

void csv_folder_close(CsvFolder *folder) {
  if (folder == NULL) return;
  if (folder->descriptor >= 0) close(folder->descriptor);
  session_free(&folder->session);
  free(folder->days);
  free(folder->path);
  free(folder);
}

const Day *csv_folder_days(const CsvFolder *folder, size_t *ret_count) {
  *ret_count = folder->count;
  return folder->days;
}

bool csv_folder_has(const CsvFolder *folder, Day date) {
  return bsearch(&date, folder->days, folder->count, sizeof date, day_compare) != NULL;
}

/* ---- one file ---- */

/* At most size bytes; -1 and errno when it cannot be read. */
static ssize_t read_whole(int descriptor, char *bytes, size_t size) {
  size_t length = 0;
  while (length < size) {
    ssize_t count = read(descriptor, bytes + length, size - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    length += (size_t)count;
  }
  return (ssize_t)length;
}

/* Not a pipe, nor anything else that could keep us waiting. */
static Status read_file(const CsvFolder *folder, const char *name, char **ret_bytes, size_t *ret_length, Error *err) {
  struct stat info;
  int descriptor = openat(folder->descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0)
    return error_set(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CONFIG, "%s/%s: %s", folder->path, name,
                     strerror(errno));
  bool regular = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  Status status = STATUS_OK;
  char *bytes = NULL;
  ssize_t length = 0;
  if (!regular)
    status = error_set(err, STATUS_CONFIG, "%s/%s: not a file", folder->path, name);
  else if (info.st_size > CSV_FILE_MAX_BYTES)
    status = error_set(err, STATUS_BAD_DATA, "%s/%s: larger than any session", folder->path, name);
  else if ((bytes = malloc((size_t)info.st_size + 1)) == NULL)
    status = error_set(err, STATUS_NO_MEMORY, "no memory for %s/%s", folder->path, name);
  else if ((length = read_whole(descriptor, bytes, (size_t)info.st_size)) < 0)
    status = error_set(err, STATUS_CONFIG, "%s/%s: %s", folder->path, name, strerror(errno));
  close(descriptor);
  if (status != STATUS_OK) {
    free(bytes);
    return status;
  }
  *ret_bytes = bytes;
  *ret_length = (size_t)length;
  return STATUS_OK;
}

Status csv_folder_read_text(const CsvFolder *folder, const char *name, char **ret_text, Error *err) {
  size_t length;
  char *bytes;
  Status status = read_file(folder, name, &bytes, &length, err);
  if (status != STATUS_OK) return status;
  bytes[length] = '\0'; /* there is room for it */
  if (strlen(bytes) != length) {
    free(bytes);
    return error_set(err, STATUS_BAD_DATA, "%s/%s: a NUL byte is in it", folder->path, name);
  }
  *ret_text = bytes;
  return STATUS_OK;
}

static void keep_markets(Session *session, MarketSet markets) {
  size_t kept = 0;
  for (size_t i = 0; i < session->count; i++)
    if (market_set_has(markets, session->rows[i].market)) session->rows[kept++] = session->rows[i];
  session->count = kept;
  session->markets &= markets;
}

Status csv_folder_read(const CsvFolder *folder, Day date, MarketSet markets, Session *ret_session, Error *err) {
  char name[NAME_LENGTH + 1], *bytes;
  size_t length;
  Session session;
  snprintf(name, sizeof name, "%s.csv", day_text(date).text);
  Status status = read_file(folder, name, &bytes, &length, err);
  if (status == STATUS_NOT_FOUND) return STATUS_CONFIG; /* it was listed */
  if (status != STATUS_OK) return status;
  status = session_csv_parse(bytes, length, date, &session, err);
  free(bytes);
  if (status != STATUS_OK) return error_prefix(err, status, "%s/%s", folder->path, name);
  keep_markets(&session, markets);
  *ret_session = session;
  return STATUS_OK;
}

/* ---- as a source ---- */

static Status load(CsvFolder *folder, Day date, Error *err) {
  if (folder->has_session && folder->session.date == date) return STATUS_OK;
  session_free(&folder->session);
  folder->has_session = false;
  Status status = csv_folder_read(folder, date, ~(MarketSet)0, &folder->session, err);
  folder->has_session = status == STATUS_OK;
  return status;
}

static Status copy_market(const Session *session, Market market, MarketAnswer *answer, Error *err) {
  size_t count = session_count_market(session, market);
  answer->kind = count ? ANSWER_ROWS : ANSWER_EMPTY;
  answer->type = count ? &PAYLOAD_STOCK_ROWS : NULL;
  if (count == 0) return STATUS_OK;
  answer->rows = malloc(count * sizeof *answer->rows);
  if (answer->rows == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu rows", count);
  for (size_t i = 0; i < session->count; i++)
    if (session->rows[i].market == market) answer->rows[answer->count++] = session->rows[i];
  return STATUS_OK;
}

static Status answer_one(CsvFolder *folder, Day date, Market market, MarketAnswer *answer, Error *err) {
  free(answer->rows);
  *answer = (MarketAnswer){.kind = ANSWER_EMPTY, .retry_after_ms = -1};
  if (!csv_folder_has(folder, date)) return STATUS_OK;
  Status status = load(folder, date, err);
  if (status == STATUS_OK) return copy_market(&folder->session, market, answer, err);
  if (status == STATUS_NO_MEMORY) return status;
  answer->kind = ANSWER_BROKEN;
  snprintf(answer->detail, sizeof answer->detail, "%.*s", ANSWER_DETAIL_SIZE - 1, err->text);
  return STATUS_OK;
}

static Status fetch(void *self, const Question *questions, size_t count, Error *err) {
  for (size_t i = 0; i < count; i++) {
    Status status = answer_one(self, questions[i].date, questions[i].market, questions[i].answer, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

static long no_calls(void *self) {
  (void)self;
  return 0;
}

/* Files are asked nothing: a name is all there is. */
static const Feed DAILY_PRICES = {
    .name = FEED_DAILY_PRICES, .provider = "csv", .scope = SCOPE_MARKET_DAY, .payload = &PAYLOAD_STOCK_ROWS};
static const Feed *const FEEDS[] = {&DAILY_PRICES};

Source csv_folder_source(CsvFolder *folder) {
  return (Source){.self = folder,
                  .name = DAILY_PRICES.provider,
                  .feeds = FEEDS,
                  .feed_count = 1,
                  .fetch = fetch,
                  .calls = no_calls,
                  .same_again = true};
}
