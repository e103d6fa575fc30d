/* varint.h: numbers as bytes, small ones in few: 7 bits a byte, the lowest first. A number has one form. Here whole, as
 * archives of millions of them are read. Pure. */
#ifndef CLOSEBELL_BASE_VARINT_H
#define CLOSEBELL_BASE_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VARINT_MAX = 10 }; /* bytes of one */

typedef struct {
  const uint8_t *at, *end;
} ByteReader;

static inline size_t bytes_left(const ByteReader *reader) { return (size_t)(reader->end - reader->at); }

/* Returns the place behind it. */
static inline uint8_t *varint_put(uint8_t *to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *to++ = (uint8_t)(value | 0x80);
  *to++ = (uint8_t)value;
  return to;
}

/* False at the end, beyond 64 bits, or when a shorter form exists. */
static inline bool varint_take(ByteReader *reader, uint64_t *ret_value) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
    uint8_t byte = *reader->at++;
    if (shift == 63 && byte > 1) return false;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *ret_value = value;
      return byte != 0 || shift == 0;
    }
  }
  return false;
}

/* A number by what it is more or less than another, which whoever reads it knows. Wraps around instead of overflowing:
 * what was subtracted is added again, so any number survives. */
static inline uint8_t *varint_put_difference(uint8_t *to, int64_t value, uint64_t less) {
  uint64_t rest = (uint64_t)value - less;
  return varint_put(to, (rest << 1) ^ (0 - (rest >> 63)));
}

static inline bool varint_take_difference(ByteReader *reader, uint64_t less, int64_t *ret_value) {
  uint64_t rest;
  if (!varint_take(reader, &rest)) return false;
  *ret_value = (int64_t)(((rest >> 1) ^ (0 - (rest & 1))) + less);
  return true;
}

#endif
