#include <closebell/plan/lease.h>

#include <inttypes.h>
#include <stdio.h>

char *lease_id(const char *job, int64_t fence, char id[LEASE_ID_SIZE]) {
  snprintf(id, LEASE_ID_SIZE, "%s:%010lld", job, (long long)fence);
  return id;
}

char *lease_holder_text(const Lease *lease, char text[LEASE_HOLDER_SIZE]) {
  snprintf(text, LEASE_HOLDER_SIZE, "%s, pid %" PRId64 ", since %s (lease %" PRId64 ")", lease->host, lease->pid,
           instant_kst_text(lease->acquired_utc).text, lease->fence);
  return text;
}

LeaseDecision lease_decide(const Lease *newest, HolderProcess holder, Instant now, int64_t skew_ms) {
  if (!newest || newest->released_utc != INSTANT_NONE) return LEASE_FREE;
  if (holder == HOLDER_GONE) return LEASE_FREE;
  return now - skew_ms > newest->expires_utc ? LEASE_FREE : LEASE_HELD;
}

int64_t lease_safe_until_ms(int64_t acquired_uptime_ms, int64_t length_ms, int64_t skew_ms) {
  /* A skew as long as the lease must not leave a holder that may never write. */
  int64_t margin = skew_ms < length_ms / 3 ? skew_ms : length_ms / 3;
  return acquired_uptime_ms + length_ms - margin;
}

bool lease_renewal_due(int64_t renewed_uptime_ms, int64_t now_uptime_ms, int64_t length_ms) {
  return now_uptime_ms - renewed_uptime_ms >= length_ms / 6;
}
