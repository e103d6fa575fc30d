/* state_folder.h: the folder in which programs remember what the database could not take. */
#ifndef CLOSEBELL_BASE_STATE_FOLDER_H
#define CLOSEBELL_BASE_STATE_FOLDER_H

#include <stdbool.h>

/* Opens it. folder: as systemd's STATE_DIRECTORY says; null or empty: /var/tmp/closebell-UID, which has to be this
 * user's and nobody else's to read; `make` makes it. -1 with errno; the caller closes it. */
int state_folder_open(const char *folder, bool make);

#endif
