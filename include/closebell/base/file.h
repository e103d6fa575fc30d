/* file.h: opening a file that an operator has named: who may not read it is told who has to. */
#ifndef CLOSEBELL_BASE_FILE_H
#define CLOSEBELL_BASE_FILE_H

#include <stdio.h>

#include <closebell/base/status.h>

/* For reading; the caller closes it. shown: how errors name it. STATUS_CONFIG: "open PATH: Permission denied: USER (uid
 * N) must be able to read it, and it belongs to OWNER, mode 0640". */
Status file_open(const char *path, const char *shown, FILE **ret_file, Error *err);

#endif
