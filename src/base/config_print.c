/* The table for people: the sample file. */
#include "config_internal.h"

#include <string.h>

/* A setting stands behind a '#' without a blank, a comment behind one with: taking the '#' away switches a setting on,
 * and a default that changes in a later version is not pinned by an old file. */
static void print_sample_key(FILE *stream, const ConfigKey *key) {
  char allowed[CONFIG_ALLOWED_SIZE], name[CONFIG_NAME_SIZE];
  config_allowed(key, allowed);
  config_environment_name(key, name);
  fprintf(stream, "\n# %s\n", key->help);
  if (key->type == CONFIG_TEXT || key->type == CONFIG_LIST || key->type == CONFIG_SECRET)
    fprintf(stream, "# Environment: %s.\n", name);
  else
    fprintf(stream, "# Allowed: %s. Environment: %s.\n", allowed, name);
  fprintf(stream, "#%s =%s%s\n", key->key, *key->default_text == '\0' ? "" : " ", key->default_text);
}

void config_print_sample(FILE *stream) {
  fputs("# closebell.conf: every setting with its default. To change one, take away the # in front of it.\n"
        "# A variable of the environment, where it is set and not empty, wins over this file.\n"
        "# A line holds one setting; behind a value, a blank and a ; begin a comment.\n",
        stream);
  const char *section = "";
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    if (strcmp(section, key->section) != 0) fprintf(stream, "\n[%s]\n", key->section);
    section = key->section;
    print_sample_key(stream, key);
  }
}
