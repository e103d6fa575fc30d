/* Which ends of a question are worth another try. */
#include <closebell/source/model.h>

enum { RETRIES_MAX = 3 };

typedef struct {
  ModelReplyKind kind;
  int retries;
  int64_t wait_ms[RETRIES_MAX];
} RetryRow;

/* The waits are short: all tries share one time-out, and somebody waits for the answer. */
static const RetryRow ROWS[] = {
    {MODEL_FAILING, 3, {1000, 2000, 4000}},
    {MODEL_THROTTLED, 3, {5000, 10000, 20000}},
    {MODEL_SHUT, 1, {5000}},
    {MODEL_NO_SCHEMA, 1, {0}},
};

bool model_retry(const ModelReply *reply, int tries, double scale, uint64_t chance, int64_t *ret_wait_ms) {
  for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
    const RetryRow *row = &ROWS[i];
    if (row->kind != reply->kind || tries < 1 || tries > row->retries) continue;
    int64_t wait = reply->retry_after_ms >= 0 && row->wait_ms[0] > 0 ? reply->retry_after_ms : row->wait_ms[tries - 1];
    *ret_wait_ms = (int64_t)((double)wait * scale * (1.0 + 0.1 * (double)(chance % 1000) / 1000.0));
    return true;
  }
  return false;
}
