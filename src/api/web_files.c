#include <closebell/api/web_files.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/api/routes.h>

/* Everything from this server, and nothing inline. */
static const char POLICY[] = "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
                             "form-action 'none'";

static const struct {
  const char *ending, *type;
} TYPES[] = {{".html", TYPE_HTML}, {".css", TYPE_CSS}, {".js", TYPE_JS},     {".mjs", TYPE_JS},
             {".svg", TYPE_SVG},   {".png", TYPE_PNG}, {".txt", TYPE_PLAIN}, {".woff2", TYPE_WOFF2}};

static const char *type_of(const char *name) {
  const char *ending = strrchr(name, '.');
  for (size_t i = 0; ending && i < sizeof TYPES / sizeof TYPES[0]; i++)
    if (strcmp(ending, TYPES[i].ending) == 0) return TYPES[i].type;
  return NULL;
}

static bool is_name(const char *name) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return *name != '.' && strspn(name, letters) == strlen(name);
}

/* ---- life ---- */

void web_files_hold(WebFiles *files) { atomic_fetch_add(&files->holders, 1); }

void web_files_release(WebFiles *files) {
  if (!files || atomic_fetch_sub(&files->holders, 1) != 1) return;
  for (size_t i = 0; i < files->count; i++) {
    answer_free(&files->items[i].plain);
    answer_free(&files->items[i].zipped);
  }
  free(files->items);
  free(files);
}

/* ---- reading ---- */

static void leave_out(WebFiles *files, const char *path, const char *why) {
  if (files->left_out++ == 0) snprintf(files->first_left_out, sizeof files->first_left_out, "%.127s: %s", path, why);
}

static Status read_all(int fd, const char *path, TextBuffer *body, Error *err) {
  char piece[16384];
  ssize_t got;
  while ((got = read(fd, piece, sizeof piece)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
    text_buffer_append(body, piece, (size_t)got);
    if (body->length > WEB_FILE_BYTES)
      return error_set(err, STATUS_CONFIG, "%s has more than %d bytes", path, WEB_FILE_BYTES);
  }
  return STATUS_OK;
}

/* As it is sent to those that take that coding. */
static bool make_form(const char *type, const TextBuffer *body, const char *coding, ServiceAnswer *form) {
  *form = (ServiceAnswer){.status = 200, .type = type};
  text_buffer_append(&form->body, body->data ? body->data : "", body->length);
  if (strcmp(type, TYPE_HTML) == 0) {
    answer_header(form, "Content-Security-Policy", POLICY);
    answer_header(form, "Referrer-Policy", "no-referrer");
  }
  answer_finish(form, coding);
  return form->status == 200 && answer_share(form, NULL);
}

static Status add_file(WebFiles *files, const char *path, const char *type, const TextBuffer *body, Error *err) {
  if (files->count == WEB_FILES_MAX)
    return error_set(err, STATUS_CONFIG, "there are more than %d files", WEB_FILES_MAX);
  WebFile *file = &files->items[files->count++];
  text_copy(file->path, sizeof file->path, strcmp(path, "/index.html") == 0 ? "/" : path);
  bool made =
      !body->failed && make_form(type, body, NULL, &file->plain) && make_form(type, body, "gzip", &file->zipped);
  return made ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for %s", path);
}

static Status take_file(WebFiles *files, int folder, const char *name, const char *path, Error *err) {
  const char *type = type_of(name);
  struct stat about;
  TextBuffer body = {0};
  if (!type || route_is_path(path)) {
    leave_out(files, path, type ? "the path is one of the server's own" : "files with this ending are not served");
    return STATUS_OK;
  }
  int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  Status status = STATUS_OK;
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
    leave_out(files, path, "it is no regular file");
  else if ((status = read_all(fd, path, &body, err)) == STATUS_OK)
    status = add_file(files, path, type, &body, err);
  text_buffer_free(&body);
  close(fd);
  return status;
}

static Status take_folder(WebFiles *files, int fd, const char *path, int depth, Error *err);

static Status take_entry(WebFiles *files, int folder, const char *name, const char *path, int depth, Error *err) {
  struct stat about;
  if (!is_name(name)) {
    if (*name != '.') leave_out(files, path, "its name has a character that is not served");
    return STATUS_OK;
  }
  if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
    return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  if (S_ISREG(about.st_mode)) return take_file(files, folder, name, path, err);
  if (!S_ISDIR(about.st_mode) || depth == WEB_DEPTH) {
    leave_out(files, path, S_ISDIR(about.st_mode) ? "the folder is too deep" : "it is no regular file");
    return STATUS_OK;
  }
  int inner = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY);
  if (inner < 0) return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  return take_folder(files, inner, path, depth + 1, err);
}

/* Closes fd. path: that of the folder, "" for the first. */
static Status take_folder(WebFiles *files, int fd, const char *path, int depth, Error *err) {
  DIR *entries = fdopendir(fd);
  Status status = STATUS_OK;
  if (!entries) {
    close(fd);
    return error_set(err, STATUS_CONFIG, "%s: %s", path, strerror(errno));
  }
  for (const struct dirent *entry; status == STATUS_OK && (entry = readdir(entries)) != NULL;) {
    char inner[WEB_PATH_SIZE];
    if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner)
      status = take_entry(files, fd, entry->d_name, inner, depth, err);
    else
      leave_out(files, entry->d_name, "its path is too long");
  }
  closedir(entries);
  return status;
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const WebFile *)a)->path, ((const WebFile *)b)->path);
}

static Status take_all(WebFiles *files, const char *folder, Error *err) {
  int fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (fd < 0) return error_set(err, STATUS_CONFIG, "%s", strerror(errno));
  Status status = take_folder(files, fd, "", 1, err);
  if (status != STATUS_OK) return status;
  if (files->count > 0) qsort(files->items, files->count, sizeof *files->items, by_path);
  return web_files_find(files, "/") ? STATUS_OK : error_set(err, STATUS_CONFIG, "there is no index.html in it");
}

Status web_files_load(const char *folder, WebFiles **ret_files, Error *err) {
  WebFiles *files = calloc(1, sizeof *files);
  if (files) files->items = calloc(WEB_FILES_MAX, sizeof *files->items);
  if (!files || !files->items) {
    free(files);
    return error_set(err, STATUS_NO_MEMORY, "no memory for the dashboard's files");
  }
  atomic_init(&files->holders, 1);
  Status status = take_all(files, folder, err);
  if (status == STATUS_OK)
    *ret_files = files;
  else
    web_files_release(files);
  return error_prefix(err, status, "%s", folder);
}

/* ---- answering ---- */

const WebFile *web_files_find(const WebFiles *files, const char *target) {
  WebFile key;
  size_t length = strcspn(target, "?");
  if (!files || length >= sizeof key.path) return NULL;
  memcpy(key.path, target, length);
  key.path[length] = '\0';
  if (strcmp(key.path, "/index.html") == 0) key.path[1] = '\0';
  return bsearch(&key, files->items, files->count, sizeof *files->items, by_path);
}

void web_file_answer(const WebFile *file, bool zips, ServiceAnswer *answer) {
  const ServiceAnswer *form = zips ? &file->zipped : &file->plain;
  answer->status = form->status;
  answer->type = form->type;
  answer->zipped = form->zipped;
  memcpy(answer->etag, form->etag, sizeof answer->etag);
  for (size_t i = 0; i < form->header_count; i++) answer_header(answer, form->headers[i].name, form->headers[i].value);
  answer->shared = form->shared;
  atomic_fetch_add(&form->shared->holders, 1);
}
