/* atomic_file.h: a file that is seen whole or not at all. */
#ifndef CLOSEBELL_BASE_ATOMIC_FILE_H
#define CLOSEBELL_BASE_ATOMIC_FILE_H

#include <sys/types.h>

#include <closebell/base/text.h>

/* Writes the text under the temporary name, syncs it, and gives it its name in one step: what had that name before is
 * gone then. A temporary file that a killed run has left is written over. mode 0: as the umask has it. False, errno
 * set, and nothing changed when it cannot be written. */
bool atomic_file_replace(int folder, const char *name, const char *temporary, const TextBuffer *text, mode_t mode);

#endif
