/* web_files.h: the files of the dashboard, in memory: read once, never changed, exchanged as a whole. Whoever asks for
 * a name that was not in the folder then gets nothing: no path of a request reaches the disk. */
#ifndef CLOSEBELL_API_WEB_FILES_H
#define CLOSEBELL_API_WEB_FILES_H

#include <closebell/api/answer.h>
#include <closebell/base/status.h>

enum { WEB_PATH_SIZE = 128, WEB_FILES_MAX = 256, WEB_FILE_BYTES = 4 << 20, WEB_DEPTH = 4 };

typedef struct {
  char path[WEB_PATH_SIZE];    /* "/lib/dom.js"; "/" for index.html */
  ServiceAnswer plain, zipped; /* finished; zipped is plain where gzip is not worth it */
} WebFile;

typedef struct {
  atomic_int holders;
  WebFile *items; /* by path */
  size_t count;
  size_t left_out;          /* files that are not served ... */
  char first_left_out[256]; /* ... and the first of them, with the reason */
} WebFiles;

/* Held once. Served are regular files with a known ending, whose names, and those of their folders, are made of
 * letters, digits, '-', '_' and '.', and do not begin with a dot; no link is followed. STATUS_CONFIG: the folder cannot
 * be read, has no index.html, or too much in it. */
Status web_files_load(const char *folder, WebFiles **ret_files, Error *err);
void web_files_hold(WebFiles *files);
void web_files_release(WebFiles *files); /* null: nothing */

/* target: as it was sent; what is behind a '?' does not count. Null: no such file, or files is null. */
const WebFile *web_files_find(const WebFiles *files, const char *target);
void web_file_answer(const WebFile *file, bool zips, ServiceAnswer *answer);

#endif
