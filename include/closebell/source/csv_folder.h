/* csv_folder.h: a folder of sessions as files, YYYY-MM-DD.csv, as a source: what is imported. Asks no network. */
#ifndef CLOSEBELL_SOURCE_CSV_FOLDER_H
#define CLOSEBELL_SOURCE_CSV_FOLDER_H

#include <closebell/source/source.h>

typedef struct CsvFolder CsvFolder;

enum { CSV_FILE_MAX_BYTES = 64 * 1024 * 1024 };

/* Lists the folder. Names that begin with a dot or do not end in .csv are passed over; any other name that is not that
 * of a weekday's file is STATUS_CONFIG, as is a folder without any file. */
Status csv_folder_open(CsvFolder **ret_folder, const char *path, Error *err);
/* A folder of such files in it. STATUS_NOT_FOUND: there is nothing of that name. */
Status csv_folder_open_below(const CsvFolder *folder, const char *name, CsvFolder **ret_folder, Error *err);
void csv_folder_close(CsvFolder *folder);

/* The dates of the files, ascending; lent. */
const Day *csv_folder_days(const CsvFolder *folder, size_t *ret_count);
bool csv_folder_has(const CsvFolder *folder, Day date);

/* The rows of one file that are of these markets. STATUS_BAD_DATA names file, line and field; STATUS_CONFIG: it cannot
 * be read. */
Status csv_folder_read(const CsvFolder *folder, Day date, MarketSet markets, Session *ret_session, Error *err);

/* A file of the folder as text with a NUL behind it, the caller's to free. STATUS_NOT_FOUND; STATUS_BAD_DATA: there is
 * a NUL in it. */
Status csv_folder_read_text(const CsvFolder *folder, const char *name, char **ret_text, Error *err);

/* Answers for any date: the rows of its file; empty without one, or without rows of the market; broken when the file
 * is. Lent: the folder must outlive it. */
Source csv_folder_source(CsvFolder *folder);

#endif
