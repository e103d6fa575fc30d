/* ini_text.h: an INI file as a list of its entries, each with its line. Pure: bytes in.
 *
 * `[section]`, `key = value`, comments from # or ; at a line's beginning or from ; behind a blank. A line that begins
 * with a blank goes on with the value of the key before it. What cannot be read is a fault with its line; the rest is
 * read all the same. */
#ifndef CLOSEBELL_BASE_INI_TEXT_H
#define CLOSEBELL_BASE_INI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/status.h>
#include <closebell/base/text.h>

typedef struct {
  char *name;
  int line;
} IniSection;

typedef struct {
  size_t section; /* an index of sections */
  char *key;
  TextBuffer value; /* its lines, joined by newlines; data is never null */
  int line;         /* the key's */
} IniEntry;

typedef struct {
  int line;
  char *text; /* a sentence; holds nothing of the line */
} IniFault;

/* All in the order of the file, and owned. Zero-initialise; ini_text_free at the end. */
typedef struct {
  IniSection *sections;
  size_t section_count, section_capacity;
  IniEntry *entries;
  size_t entry_count, entry_capacity;
  IniFault *faults;
  size_t fault_count, fault_capacity;
} IniText;

enum { INI_LINE_MAX = 190 };

/* line_max: bytes that a line may have, at most INI_LINE_MAX; a comment may be longer. STATUS_NO_MEMORY only. */
Status ini_text_read(const char *text, size_t length, size_t line_max, IniText *ret_ini, Error *err);
/* The first entry of that name in a section of that name; null: none. */
const IniEntry *ini_text_find(const IniText *ini, const char *section, const char *key);
void ini_text_free(IniText *ini);

#endif
