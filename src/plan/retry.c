#include <closebell/plan/retry.h>

#include <stddef.h>

enum { MAX_TRIES = 3 };

typedef struct {
  AnswerKind kind;
  int retries;
  int64_t wait_ms[MAX_TRIES];
} RetryRule;

static const RetryRule RULES[] = {
    {ANSWER_FAILING, 3, {30000, 60000, 120000}},
    {ANSWER_THROTTLED, 2, {60000, 60000}},
    {ANSWER_UNREACHABLE, 3, {10000, 10000, 10000}},
    {ANSWER_BROKEN, 2, {30000, 30000}},
};

bool retry_decide(AnswerKind kind, int tries, int64_t retry_after_ms, double scale, uint64_t chance,
                  int64_t *ret_wait_ms) {
  for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
    const RetryRule *rule = &RULES[i];
    if (rule->kind != kind || tries < 1 || tries > rule->retries) continue;
    int64_t wait = rule->wait_ms[tries - 1];
    if (kind == ANSWER_THROTTLED && retry_after_ms >= 0)
      wait = retry_after_ms < RETRY_AFTER_MAX_MS ? retry_after_ms : RETRY_AFTER_MAX_MS;
    double jitter = 1.0 + 0.1 * (double)(chance % 1000) / 1000.0;
    *ret_wait_ms = (int64_t)((double)wait * scale * jitter);
    return true;
  }
  return false;
}
