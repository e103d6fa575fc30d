/* The text of a configuration file. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/config.h>

static double number_at(const void *place, ConfigType type) {
  double real;
  int64_t whole;
  if (type == CONFIG_REAL) return memcpy(&real, place, sizeof real), real;
  return memcpy(&whole, place, sizeof whole), (double)whole;
}

/* Every setting is within the bounds of the table; text ends within its room. */
static void check_settings(const Config *config) {
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    const char *place = (const char *)config + key->offset;
    switch (key->type) {
    case CONFIG_TEXT:
    case CONFIG_LIST:
    case CONFIG_SECRET:
      FUZZ_CHECK(memchr(place, '\0', CONFIG_TEXT_SIZE) != NULL);
      break;
    case CONFIG_INT:
    case CONFIG_REAL:
    case CONFIG_DURATION_MS:
      FUZZ_CHECK(number_at(place, key->type) >= key->low && number_at(place, key->type) <= key->high);
      break;
    case CONFIG_PUBLICATION:
      break;
    }
  }
  FUZZ_CHECK(config->krx.publication.minute_of_day >= 0 && config->krx.publication.minute_of_day < 24 * 60);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  static const char NAME[] = "fuzz.conf";
  Config config, before;
  Error err = {{0}};
  char *text = fuzz_text(data, size);
  memset(&config, 0, sizeof config); /* padding, too: it is compared as a whole */
  config_defaults(&config);
  memcpy(&before, &config, sizeof config);
  Status status = config_read_text(&config, NAME, text, &err);
  if (status == STATUS_OK) {
    check_settings(&config);
  } else {
    FUZZ_CHECK(status == STATUS_CONFIG);
    FUZZ_CHECK(memcmp(&config, &before, sizeof config) == 0);
    FUZZ_CHECK(strncmp(err.text, NAME, sizeof NAME - 1) == 0);
    fuzz_check_message(err.text);
  }
  free(text);
  return status == STATUS_OK;
}
