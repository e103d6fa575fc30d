/* sha256.h: the SHA-256 of bytes (FIPS 180-4), as sha256sum prints it. */
#ifndef CLOSEBELL_BASE_SHA256_H
#define CLOSEBELL_BASE_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT_SIZE = 65 };

typedef struct {
  char text[SHA256_TEXT_SIZE]; /* 64 hexadecimal digits, small letters */
} Sha256Text;

Sha256Text sha256_text(const void *bytes, size_t length);

#endif
