/* keys.h: who may read: the SHA-256 of keys, with a name each. No key is ever held, logged or compared byte by byte. */
#ifndef CLOSEBELL_API_KEYS_H
#define CLOSEBELL_API_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/sha256.h>
#include <closebell/base/status.h>

enum { KEY_NAME_SIZE = 65, KEYS_MAX = 1000 };

typedef struct {
  char sha256[SHA256_TEXT_SIZE];
  char name[KEY_NAME_SIZE];
  bool operates;
} Key;

/* Zero-initialise; keys_free at the end. */
typedef struct {
  Key *items;
  size_t count, capacity;
} Keys;

/* Lines "SHA256 NAME [operate]"; blank ones, and what begins with #, are passed over. STATUS_CONFIG names the line. No
 * line of an error shows a piece of the file. */
Status keys_parse(const char *text, Keys *ret_keys, Error *err);
Status keys_read(const char *path, Keys *ret_keys, Error *err);
void keys_free(Keys *keys);

/* authorization: the header "Bearer KEY", or null. Null: none of these. Takes as long whichever key it is. */
const Key *keys_find(const Keys *keys, const char *authorization);

#endif
