#include <closebell/api/keys.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <closebell/base/file.h>
#include <closebell/base/text.h>
#include <closebell/base/vector.h>

enum { KEYS_FILE_MAX = 1 << 20, WORDS = 4 };

void keys_free(Keys *keys) {
  free(keys->items);
  *keys = (Keys){0};
}

static bool is_sha256(const char *text) {
  return strlen(text) == SHA256_TEXT_SIZE - 1 && strspn(text, "0123456789abcdefABCDEF") == SHA256_TEXT_SIZE - 1;
}

/* Null: it is taken in. Else what is wrong with it. */
static const char *take_words(Keys *keys, char *const words[WORDS], size_t count) {
  Key key = {.operates = count == 3};
  if (!is_sha256(words[0])) return "it does not begin with a SHA-256 of 64 hexadecimal digits";
  if (count < 2) return "the name behind the SHA-256 is missing";
  if (count > 3 || (count == 3 && strcmp(words[2], "operate") != 0)) return "behind the name only operate is allowed";
  if (!text_copy(key.name, sizeof key.name, words[1])) return "the name is too long";
  for (size_t i = 0; i < SHA256_TEXT_SIZE - 1; i++)
    key.sha256[i] = words[0][i] >= 'A' && words[0][i] <= 'F' ? (char)(words[0][i] - 'A' + 'a') : words[0][i];
  for (size_t i = 0; i < keys->count; i++)
    if (strcmp(keys->items[i].sha256, key.sha256) == 0) return "the key is there already";
  Key *items =
      keys->count < KEYS_MAX ? vector_reserve(keys->items, &keys->capacity, keys->count + 1, sizeof key) : NULL;
  if (!items) return "there is no room for so many";
  keys->items = items;
  keys->items[keys->count++] = key;
  return NULL;
}

static const char *take_line(Keys *keys, char *line) {
  char *words[WORDS] = {NULL}, *rest = line;
  size_t count = 0;
  while (rest && count < WORDS) {
    char *word = strsep(&rest, " \t\r");
    if (*word) words[count++] = word;
  }
  return count == 0 || *words[0] == '#' ? NULL : take_words(keys, words, count);
}

Status keys_parse(const char *text, Keys *ret_keys, Error *err) {
  Keys keys = {0};
  char *copy = strdup(text), *rest = copy;
  if (!copy) return error_set(err, STATUS_NO_MEMORY, "no memory for the keys");
  const char *fault = NULL;
  int line = 0;
  while (rest && !fault) {
    line++;
    fault = take_line(&keys, strsep(&rest, "\n"));
  }
  free(copy);
  if (!fault) {
    *ret_keys = keys;
    return STATUS_OK;
  }
  keys_free(&keys);
  return error_set(err, STATUS_CONFIG, "line %d: %s", line, fault);
}

Status keys_read(const char *path, Keys *ret_keys, Error *err) {
  FILE *file;
  Status status = file_open(path, path, &file, err);
  if (status != STATUS_OK) return status;
  char *text = malloc(KEYS_FILE_MAX);
  size_t length = text ? fread(text, 1, KEYS_FILE_MAX, file) : 0;
  bool broken = !text || ferror(file) || length == KEYS_FILE_MAX;
  fclose(file);
  if (broken) {
    free(text);
    return error_set(err, STATUS_CONFIG, "%s cannot be read, or has more than 1 MB", path);
  }
  text[length] = '\0';
  status = keys_parse(text, ret_keys, err);
  free(text);
  return error_prefix(err, status, "%s", path);
}

/* Over all 64 digits, whatever they are. */
static unsigned difference(const char *a, const char *b) {
  unsigned differs = 0;
  for (size_t i = 0; i < SHA256_TEXT_SIZE - 1; i++) differs |= (unsigned)(unsigned char)a[i] ^ (unsigned char)b[i];
  return differs;
}

const Key *keys_find(const Keys *keys, const char *authorization) {
  const Key *found = NULL;
  if (!authorization || strncasecmp(authorization, "Bearer ", 7) != 0) return NULL;
  const char *key = authorization + 7 + strspn(authorization + 7, " ");
  Sha256Text sum = sha256_text(key, strlen(key));
  for (size_t i = 0; i < keys->count; i++)
    if (difference(keys->items[i].sha256, sum.text) == 0) found = &keys->items[i];
  return *key ? found : NULL;
}
