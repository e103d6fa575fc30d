#include <closebell/run/job.h>

Instant job_business_now(const Job *job) { return job->now.given ? job->now.instant : clock_now(job->clock); }

bool job_writes(const Job *job) { return job->access == ACCESS_WRITE; }

void job_release(Job *job) {
  closures_free(&job->rules.closures);
  job_statuses_free(&job->run.statuses);
}

void job_hand_over_statuses(Job *job, JobStatuses *statuses) {
  if (!statuses->whole) return;
  job->run.statuses = *statuses;
  *statuses = (JobStatuses){0};
}

bool job_met_full_disk(const Job *job) { return job->db->counters(job->db->self).no_room > 0; }
