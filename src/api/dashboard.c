/* GET / without the files of the dashboard; with them, the service answers. */
#include "resources.h"

bool answer_dashboard(Call *call, ServiceAnswer *answer) {
  (void)answer;
  return problem_set(
      call->problem, 404,
      "the dashboard's files are not there ([api] web, closebell_api --check); /openapi.json lists the data");
}
