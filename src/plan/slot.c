#include <closebell/plan/slot.h>

#include <stdio.h>
#include <string.h>

#include <closebell/base/fnv.h>

char *slot_name(const char *job, int slot, int workers, char name[LEASE_JOB_SIZE]) {
  snprintf(name, LEASE_JOB_SIZE, "%.24s/%dof%d", job, slot, workers);
  return name;
}

int slot_of_lease(const Lease *lease, const char *job, int workers) {
  char name[LEASE_JOB_SIZE];
  for (int slot = 1; slot <= workers; slot++)
    if (strcmp(lease->job, slot_name(job, slot, workers, name)) == 0) return slot;
  return 0;
}

int slot_of_ticker(const char *ticker, int workers) {
  uint32_t hash = fnv_32(ticker);
  hash = (hash ^ hash >> 16) * 0x85ebca6bu; /* its high bits stirred into the low ones */
  hash ^= hash >> 13;
  return 1 + (int)(hash % (uint32_t)workers);
}

bool slot_excludes(const Lease *live, int workers) {
  if (workers == 1) return true;
  return live->workers != workers;
}
