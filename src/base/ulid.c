#include <closebell/base/ulid.h>

#include <string.h>

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const uint64_t MAX_MS = (UINT64_C(1) << 48) - 1;

enum { TIME_CHARS = 10, CHARS = ULID_SIZE - 1 };

static uint64_t bounded_ms(Instant instant) {
  if (instant < 0) return 0;
  return (uint64_t)instant > MAX_MS ? MAX_MS : (uint64_t)instant;
}

static void put_ms(uint64_t ms, char *text) {
  for (int i = TIME_CHARS; i > 0; i--, ms >>= 5) text[i - 1] = ALPHABET[ms & 31];
}

static char *put(const UlidMaker *maker, char text[ULID_SIZE]) {
  uint64_t low = maker->low;
  unsigned high = maker->high;
  put_ms(maker->ms, text);
  text[CHARS] = '\0';
  for (int i = CHARS; i > TIME_CHARS; i--) {
    text[i - 1] = ALPHABET[low & 31];
    low = low >> 5 | (uint64_t)(high & 31) << 59;
    high >>= 5;
  }
  return text;
}

/* Behind the greatest number of a millisecond comes the first of the next one. */
static void count_up(UlidMaker *maker) {
  if (++maker->low != 0) return;
  if (++maker->high != 0) return;
  maker->ms++;
}

char *ulid_next(UlidMaker *maker, Instant now, uint16_t high, uint64_t low, char text[ULID_SIZE]) {
  uint64_t ms = bounded_ms(now);
  if (ms > maker->ms)
    *maker = (UlidMaker){.ms = ms, .high = high, .low = low};
  else
    count_up(maker);
  return put(maker, text);
}

bool ulid_is_valid(const char *text) {
  return strlen(text) == CHARS && strspn(text, ALPHABET) == CHARS && text[0] <= '7';
}

char *ulid_first(Instant instant, char text[ULID_SIZE]) {
  const UlidMaker maker = {.ms = bounded_ms(instant)};
  return put(&maker, text);
}
