/* POST /ai/analysis: no model can be configured yet, so nobody is asked. */
#include "resources.h"

bool answer_ask(Call *call, Answer *answer) {
  (void)answer;
  return problem_set(call->problem, 503, "no model is configured");
}
