/* shipped.h: where the folders lie that come with the programs: strategies, the dashboard. */
#ifndef CLOSEBELL_BASE_SHIPPED_H
#define CLOSEBELL_BASE_SHIPPED_H

enum { SHIPPED_PATH_SIZE = 1024 };

/* The folder `name` of PREFIX/share/closebell, where this program is PREFIX/bin/PROGRAM; else that of
 * /usr/share/closebell; else `built`, in the source tree in which the program was built. Returns folder. */
char *shipped_folder(const char *name, const char *built, char folder[SHIPPED_PATH_SIZE]);

#endif
