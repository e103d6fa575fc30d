#include "dart_zip.h"

#include "answer_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zip.h>

bool dart_is_zip(const char *bytes, size_t length) { return length >= 4 && memcmp(bytes, "PK", 2) == 0; }

static bool refuse(Answer *answer, AnswerKind kind, zip_error_t *error, const char *what) {
  answer_fail(answer, kind, "%s: %s", what, answer_quote(zip_error_strerror(error)).text);
  return false;
}

/* Null: the answer says why. The bytes are lent until it is discarded. */
static zip_t *open_archive(const char *bytes, size_t length, Answer *answer) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &error);
  zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == NULL) {
    refuse(answer, ANSWER_FAILING, &error, "a zip file that cannot be opened");
    if (source != NULL) zip_source_free(source);
  }
  zip_error_fini(&error);
  return zip;
}

static bool look(zip_t *zip, const char *name, size_t most, size_t *ret_length, Answer *answer) {
  zip_stat_t stat;
  zip_int64_t files = zip_get_num_entries(zip, 0);
  if (files != 1) {
    answer_fail(answer, ANSWER_BROKEN, "a zip file with %lld files where 1 was due", (long long)files);
    return false;
  }
  if (zip_stat_index(zip, 0, 0, &stat) != 0)
    return refuse(answer, ANSWER_FAILING, zip_get_error(zip), "a zip file that says nothing of its content");
  bool known = (stat.valid & ZIP_STAT_NAME) != 0 && (stat.valid & ZIP_STAT_SIZE) != 0;
  if (!known || strcasecmp(stat.name, name) != 0)
    answer_fail(answer, ANSWER_BROKEN, "a zip file with \"%s\" where %s was due",
                answer_quote(known ? stat.name : "").text, name);
  else if (stat.size > most)
    answer_fail(answer, ANSWER_BROKEN, "%s would have %llu bytes, and %zu are the limit", name,
                (unsigned long long)stat.size, most);
  else {
    *ret_length = (size_t)stat.size;
    return true;
  }
  return false;
}

/* As many bytes as were announced, with a sum that fits: libzip looks at it when it comes to the end. */
static bool read_file(zip_file_t *file, char *text, size_t length, Answer *answer) {
  size_t got = 0;
  zip_int64_t more = 1;
  while (more > 0 && got <= length) {
    more = zip_fread(file, text + got, length + 1 - got);
    if (more > 0) got += (size_t)more;
  }
  if (more < 0) return refuse(answer, ANSWER_FAILING, zip_file_get_error(file), "a zip file that cannot be unpacked");
  if (got == length) return true;
  answer_fail(answer, ANSWER_BROKEN, "a zip file whose content is not as long as it says (%zu bytes)", length);
  return false;
}

static bool unpack(zip_t *zip, size_t length, char **ret_text, Answer *answer) {
  zip_file_t *file = zip_fopen_index(zip, 0, 0);
  if (file == NULL) return refuse(answer, ANSWER_FAILING, zip_get_error(zip), "a zip file that cannot be unpacked");
  char *text = malloc(length + 1); /* one more: so that more than announced is seen */
  if (text == NULL) answer_fail(answer, ANSWER_FAILING, "out of memory for %zu bytes", length);
  bool good = text != NULL && read_file(file, text, length, answer);
  zip_fclose(file);
  if (good)
    *ret_text = text;
  else
    free(text);
  return good;
}

bool dart_unzip(const char *bytes, size_t length, const char *name, size_t most, DartUnzipped *ret_unzipped,
                Answer *answer) {
  DartUnzipped unzipped = {0};
  zip_t *zip = open_archive(bytes, length, answer);
  if (zip == NULL) return false;
  bool good = look(zip, name, most, &unzipped.length, answer) && unpack(zip, unzipped.length, &unzipped.text, answer);
  zip_discard(zip);
  if (good) *ret_unzipped = unzipped;
  return good;
}
