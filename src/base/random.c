#include <closebell/base/random.h>

#include <errno.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* Constants of splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static uint64_t splitmix64(uint64_t *state) {
  *state += UINT64_C(0x9E3779B97F4A7C15);
  uint64_t z = *state;
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static uint64_t seeded_next(void *self) { return splitmix64(self); }

Random random_seeded(uint64_t *state) { return (Random){.self = state, .next = seeded_next}; }

static uint64_t system_next(void *self) {
  (void)self;
  uint64_t value;
  for (;;) {
    if (getrandom(&value, sizeof(value), 0) == (ssize_t)sizeof(value)) return value;
    if (errno != EINTR) break;
  }
  /* A sandbox that forbids getrandom. Tokens need to differ between processes, not to be secret. */
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t seed = (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
  seed ^= (uint64_t)getpid() << 40;
  return splitmix64(&seed);
}

Random random_system(void) { return (Random){.self = NULL, .next = system_next}; }
