#include <closebell/decision/archivist.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/atomic_file.h>
#include <closebell/base/sha256.h>
#include <closebell/base/state_folder.h>

enum { NAME_SIZE = 64 };

static const char PREFIX[] = "decision-";

/* ---- names ---- */

/* The address without user and password. */
static void name_suffix(const char *uri, char suffix[ARCHIVIST_SUFFIX_SIZE]) {
  char address[256];
  snprintf(suffix, ARCHIVIST_SUFFIX_SIZE, ".json");
  if (!uri || *uri == '\0') return;
  db_mongo_describe(uri, address, sizeof address);
  snprintf(suffix, ARCHIVIST_SUFFIX_SIZE, "-%.8s.json", sha256_text(address, strlen(address)).text);
}

void archivist_init(Archivist *archivist, const ArchivistTools *tools) {
  *archivist = (Archivist){.tools = *tools};
  name_suffix(tools->database, archivist->suffix);
  pthread_mutex_init(&archivist->lock, NULL);
}

void archivist_destroy(Archivist *archivist) { pthread_mutex_destroy(&archivist->lock); }

char *archivist_new_id(Archivist *archivist, char text[ULID_SIZE]) {
  const ArchivistTools *tools = &archivist->tools;
  uint64_t low = random_next(tools->random);
  uint16_t high = (uint16_t)random_next(tools->random);
  pthread_mutex_lock(&archivist->lock);
  ulid_next(&archivist->ids, clock_now(tools->clock), high, low, text);
  pthread_mutex_unlock(&archivist->lock);
  return text;
}

/* ---- the folder ---- */

typedef struct {
  char (*names)[NAME_SIZE]; /* owned */
  size_t count;             /* of those that may be brought in */
  size_t files;             /* of all that are ours: begun ones and bad ones too */
} Files;

static bool is_waiting(const char *name, const char *suffix) {
  char id[ULID_SIZE];
  size_t length = sizeof PREFIX - 1 + ULID_SIZE - 1;
  if (strlen(name) != length + strlen(suffix) || strcmp(name + length, suffix) != 0) return false;
  memcpy(id, name + sizeof PREFIX - 1, ULID_SIZE - 1);
  id[ULID_SIZE - 1] = '\0';
  return ulid_is_valid(id);
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

/* folder stays open. False: it cannot be listed. */
static bool list_files(int folder, const char *suffix, Files *ret_files) {
  int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy < 0 ? NULL : fdopendir(copy);
  Files files = {.names = calloc(ARCHIVIST_FILES, sizeof *files.names)};
  const struct dirent *entry;
  bool listed = entries && files.names;
  while (listed && (entry = readdir(entries)) != NULL) {
    if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0) continue;
    files.files++;
    if (is_waiting(entry->d_name, suffix) && files.count < ARCHIVIST_FILES)
      strcpy(files.names[files.count++], entry->d_name); /* is_waiting knows its length */
  }
  if (entries)
    closedir(entries);
  else if (copy >= 0)
    close(copy);
  if (!listed) {
    free(files.names);
    return false;
  }
  if (files.count > 0) qsort(files.names, files.count, sizeof *files.names, by_name);
  *ret_files = files;
  return true;
}

/* ---- leaving a decision in a file ---- */

/* Null: it is there. Else why not. */
static const char *leave_text(int folder, const char *suffix, const char *id, const char *text) {
  char name[NAME_SIZE], temporary[NAME_SIZE];
  Files files;
  TextBuffer bytes = {0};
  if (strlen(text) > ARCHIVIST_BYTES) return "it is too large for a file";
  if (!list_files(folder, suffix, &files)) return "the state folder cannot be listed";
  free(files.names);
  if (files.files >= ARCHIVIST_FILES) return "so many are in files already that this one has no room";
  snprintf(name, sizeof name, "%s%s%s", PREFIX, id, suffix);
  snprintf(temporary, sizeof temporary, "%s%s.tmp", PREFIX, id);
  text_buffer_append(&bytes, text, strlen(text));
  bool kept = !bytes.failed && atomic_file_replace(folder, name, temporary, &bytes, 0600);
  text_buffer_free(&bytes);
  return kept ? NULL : strerror(errno);
}

static const char *leave(const Archivist *archivist, const Decision *decision) {
  char *text = NULL;
  Error ignored;
  if (!ulid_is_valid(decision->id)) return "its _id is no ULID";
  if (decision_to_text(decision, &text, &ignored) != STATUS_OK) return "it cannot be written as text";
  int folder = state_folder_open(archivist->tools.state_folder, true);
  const char *why = folder < 0 ? strerror(errno) : leave_text(folder, archivist->suffix, decision->id, text);
  if (folder >= 0) close(folder);
  free(text);
  return why;
}

bool archivist_write(Archivist *archivist, const Db *db, const Decision *decision) {
  const Log *log = archivist->tools.log;
  Error err = {.text = "there is no connection to the database"};
  Status status = db ? decision_write(db, decision, &err) : STATUS_UNAVAILABLE;
  if (status == STATUS_OK) return true;
  const char *why = leave(archivist, decision);
  if (why)
    log_warn(log, "decision %s is lost to the ledger, its answer is good all the same: %s; and not in a file: %s",
             decision->id, err.text, why);
  else
    log_warn(log, "decision %s is in a file of the state folder until the next run that writes brings it in: %s",
             decision->id, err.text);
  return false;
}

/* ---- bringing in what was left ---- */

/* A link or a socket is no file of ours, now or later; whatever else stands against it may end. */
static Status refuse_file(Error *err) {
  const bool is_none = errno == ELOOP || errno == ENXIO;
  const Status status = errno == ENOENT ? STATUS_NOT_FOUND : is_none ? STATUS_BAD_DATA : STATUS_INTERNAL;
  return error_set(err, status, "%s", strerror(errno));
}

/* STATUS_BAD_DATA: it is no file of ours, or too large. STATUS_INTERNAL: it cannot be read now. */
static Status read_file(int folder, const char *name, TextBuffer *text, Error *err) {
  char bytes[4096];
  struct stat is;
  ssize_t count = 0;
  int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0 || fstat(file, &is) != 0) {
    Status status = refuse_file(err);
    if (file >= 0) close(file);
    return status;
  }
  bool good = S_ISREG(is.st_mode) && is.st_size <= ARCHIVIST_BYTES;
  while (good && text->length <= ARCHIVIST_BYTES && (count = read(file, bytes, sizeof bytes)) > 0)
    text_buffer_append(text, bytes, (size_t)count);
  Status status = count < 0 ? refuse_file(err) : STATUS_OK;
  close(file);
  if (status != STATUS_OK) return status;
  if (text->failed) return error_set(err, STATUS_NO_MEMORY, "no memory");
  if (!good || text->length > ARCHIVIST_BYTES) return error_set(err, STATUS_BAD_DATA, "it is no such file");
  return STATUS_OK;
}

static Status bring(int folder, const char *name, const Db *db, Error *err) {
  TextBuffer text = {0};
  Decision decision = decision_empty();
  Status status = read_file(folder, name, &text, err);
  if (status == STATUS_OK) status = decision_from_text(text.data ? text.data : "", text.length, &decision, err);
  if (status == STATUS_OK && strncmp(name + sizeof PREFIX - 1, decision.id, ULID_SIZE - 1) != 0)
    status = error_set(err, STATUS_BAD_DATA, "it holds decision %s", decision.id);
  if (status == STATUS_OK) status = decision_write(db, &decision, err);
  decision_free(&decision);
  text_buffer_free(&text);
  return status;
}

static bool is_hopeless(Status status) { return status == STATUS_BAD_DATA || status == STATUS_DUPLICATE; }

static void set_aside(const Archivist *archivist, int folder, const char *name, const Error *err) {
  char aside[NAME_SIZE];
  snprintf(aside, sizeof aside, "%.*s.bad", (int)(strlen(name) - (sizeof ".json" - 1)), name);
  renameat(folder, name, folder, aside);
  log_warn(archivist->tools.log, "%s cannot be brought into the ledger, and is now %s: %s", name, aside, err->text);
}

static size_t bring_all(Archivist *archivist, int folder, const Files *files, const Db *db) {
  size_t brought = 0;
  for (size_t i = 0; i < files->count; i++) {
    Error err = {{0}};
    Status status = bring(folder, files->names[i], db, &err);
    if (status == STATUS_OK) {
      unlinkat(folder, files->names[i], 0);
      brought++;
    } else if (is_hopeless(status)) {
      set_aside(archivist, folder, files->names[i], &err);
    } else if (status == STATUS_INTERNAL) { /* of this file alone: it cannot be read, or the server does not take it */
      log_warn(archivist->tools.log, "%s stays in the state folder: %s", files->names[i], err.text);
    } else if (status != STATUS_NOT_FOUND) { /* which one is that another run has brought in */
      log_warn(archivist->tools.log, "%zu decisions stay in files of the state folder: %s", files->count - i, err.text);
      break;
    }
  }
  return brought;
}

size_t archivist_bring_in(Archivist *archivist, const Db *db) {
  Files files = {0};
  int folder = state_folder_open(archivist->tools.state_folder, false);
  if (folder < 0) return 0;
  size_t brought = list_files(folder, archivist->suffix, &files) ? bring_all(archivist, folder, &files, db) : 0;
  if (brought > 0) log_info(archivist->tools.log, "%zu decisions were brought from files into the ledger", brought);
  free(files.names);
  close(folder);
  return brought;
}
