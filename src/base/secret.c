#include <closebell/base/secret.h>

#include <string.h>

bool secret_shows(const char *secret, const char *text, size_t piece) {
  size_t secret_length = strlen(secret), length = strlen(text);
  if (secret_length < SECRET_PIECE) return false;
  if (piece > secret_length) piece = secret_length;
  for (size_t i = 0; i + piece <= secret_length; i++) {
    if (memmem(text, length, secret + i, piece) != NULL) return true;
  }
  return false;
}
