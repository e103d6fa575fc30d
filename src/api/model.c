/* /ai/analysis: no model can be configured yet, so nobody is asked, and nothing has been answered. */
#include "resources.h"

bool answer_ask(Call *call, Answer *answer) {
  (void)answer;
  return problem_set(call->problem, 503, "no model is configured");
}

bool answer_asked(Call *call, Answer *answer) {
  JsonWriter to = call_begin_json(call, answer);
  call_end_json(&to, answer);
  return true;
}
