/* fnv.h: the hash FNV-1a: it tells bytes apart that nobody has made to look alike. What is stored, and who has which
 * turn, depends on it: it stays as it is. Pure. */
#ifndef CLOSEBELL_BASE_FNV_H
#define CLOSEBELL_BASE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)

/* Of what led to hash (FNV_START: of nothing), and those bytes behind it. */
uint64_t fnv_64(uint64_t hash, const void *bytes, size_t size);
uint32_t fnv_32(const char *text);

#endif
