/* live_files.h: folders that programs write to and read from, below the world's own. */
#ifndef CLOSEBELL_TESTS_LIVE_FILES_H
#define CLOSEBELL_TESTS_LIVE_FILES_H

#include "live_world.h"

typedef struct {
  char text[192];
} LivePath;

/* name "": the folder itself. */
LivePath live_path(const LiveWorld *world, const char *folder, const char *name);
/* Makes it, or empties it. */
void live_clear_folder(const LiveWorld *world, const char *folder);
size_t live_count_files(const LiveWorld *world, const char *folder);

/* Texts of up to a megabyte; the caller frees them. */
char *live_read_file(const char *path);
void live_write_file(const char *path, const char *text);
/* The first place where `from` stands becomes `to`. */
void live_edit_file(const char *path, const char *from, const char *to);

/* Every file but those whose name begins with a dot, by name: its name and its text. The caller frees it. */
char *live_folder_text(const LiveWorld *world, const char *folder);

#endif
