#include <closebell/market/shadow.h>

#include <stdio.h>
#include <string.h>

static const char *const NAMES[SHADOW_STAGES] = {"entry_filter", "leaders", "strategy", "ai"};

const char *shadow_stage_name(ShadowStage stage) { return NAMES[stage]; }

bool shadow_stage_parse(const char *text, ShadowStage *ret_stage) {
  for (int i = 0; i < SHADOW_STAGES; i++) {
    if (strcmp(NAMES[i], text) != 0) continue;
    *ret_stage = (ShadowStage)i;
    return true;
  }
  return false;
}

char *shadow_id(Day date, const char *ticker, char id[SHADOW_ID_SIZE]) {
  snprintf(id, SHADOW_ID_SIZE, "%s:%s", day_text(date).text, ticker);
  return id;
}

bool shadow_equal(const Shadow *a, const Shadow *b) {
  return a->date == b->date && strcmp(a->ticker, b->ticker) == 0 && a->stage == b->stage &&
         strcmp(a->rule, b->rule) == 0 && strcmp(a->reason, b->reason) == 0 && a->trigger_date == b->trigger_date &&
         a->return_pct == b->return_pct;
}
