#include "sim_run.h"

#include <string.h>
#include <unistd.h>

#include <closebell/base/text.h>
#include <closebell/job/verify.h>
#include <closebell/run/run.h>
#include <closebell/source/kis.h>

#include "sim_broker.h"
#include "sim_process.h"
#include "sim_source.h"

/* No process has it, so a lease that a dead run left behind is known to be nobody's on the same machine. */
static const int64_t FIRST_PID = INT64_C(1) << 30;

static const SimHost FIRST_HOST = {.name = "first", .boot_id = "boot-of-first"};

const char *sim_program_name(SimProgram program) {
  static const char *const NAMES[SIM_PROGRAMS] = {"manual_setup", "daily_update", "hourly_analysis", "manual_setup"};
  return NAMES[program];
}

/* A process that others may meet while it runs needs a pid that lives: the simulation's own. */
static Host identify(const SimWorld *world, const SimRun *run) {
  const SimHost *machine = run->host ? run->host : &FIRST_HOST;
  Host host = {.pid = run->meanwhile ? getpid() : FIRST_PID + world->runs};
  text_copy(host.name, sizeof host.name, machine->name);
  text_copy(host.boot_id, sizeof host.boot_id, machine->boot_id);
  return host;
}

/* Those that the run names, and the broker, where there is one. */
static ProviderSet open_beside(const SimWorld *world, const SimRun *run, SimBrokerSource *broker) {
  ProviderSet set = run->beside ? *run->beside : (ProviderSet){0};
  if (!world->broker) return set;
  set.items[set.count].source = sim_broker_source(broker);
  set.items[set.count++].terms = KIS_PROVIDER.terms(&world->config);
  return set;
}

static void run_program(Job *job, const SimRun *run, Outcome *outcome) {
  const SetupOptions setup = {.days = run->setup.days ? run->setup.days : SIM_KEPT_SESSIONS,
                              .financials = run->setup.financials};
  const UpdateOptions due = {.from = DAY_NONE, .to = DAY_NONE};
  const AnalyzeOptions all = {.quota = 0, .budget_ms = job->config->analysis.budget_ms};
  switch (run->program) {
  case SIM_SETUP:
    setup_run(job, &setup, outcome);
    break;
  case SIM_UPDATE:
    update_run(job, run->ranged ? &run->update : &due, outcome);
    break;
  case SIM_VERIFY:
    verify_run(job, outcome);
    break;
  default:
    analyze_run(job, run->limited ? &run->analysis : &all, outcome);
    break;
  }
}

SimResult sim_run(SimWorld *world, const SimRun *run) {
  SimProcess process;
  sim_process_start(&process, world, run);
  world->runs++;
  Db db = sim_process_db(&process);
  SimSource asked = {.world = world, .clock = &process.clock};
  Source source = sim_source(&asked);
  SimBrokerSource broker = {.world = world, .clock = &process.clock};
  const ProviderSet beside = open_beside(world, run, &broker);
  if (run->dress) run->dress(run->dress_context, &db, &source);
  const Log log = {
      .stream = world->log, .lowest = LOG_DEBUG, .program = sim_program_name(run->program), .clock = &process.clock};
  Job job = world->prepared;
  job.rules.terms = provider_of_prices()->terms(job.config); /* a test may have changed the settings since */
  if (run->jobs) job.tables.jobs = run->jobs;
  job.tables.datasets = run->datasets;
  job.process.program = sim_program_name(run->program);
  job.lease.name = run->program == SIM_ANALYSIS ? JOB_HOURLY_ANALYSIS : JOB_DAILY_UPDATE;
  DbGate gate = {.db = &db, .may_write = run_may_write, .context = &job};
  const Db gated = db_gate(&gate);
  job.db = &gated;
  job.server = &db;
  job.source = run->program == SIM_ANALYSIS || run->access != ACCESS_WRITE ? NULL : &source;
  job.beside = job.source && beside.count ? &beside : NULL;
  job.access = run->access;
  job.clock = &process.clock;
  job.random = &world->random;
  job.log = &log;
  job.out.stream = run->out ? run->out : stderr;
  job.process.host = identify(world, run);
  job.now.instant = clock_now(&process.clock);
  job.run.started_ms = clock_uptime_ms(&process.clock);
  Outcome outcome = {.exit_code = EXIT_INTERNAL};
  run_program(&job, run, &outcome);
  if (run->after) run->after(&job, &outcome, run->after_context);
  SimResult result = {.exit_code = outcome.exit_code,
                      .crashed = process.dead,
                      .round_trips = process.round_trips,
                      .source_calls = asked.calls,
                      .broker_calls = broker.calls,
                      .wrote = process.wrote,
                      .wrote_content = process.wrote_content,
                      .late_writes = process.late_writes};
  memcpy(result.message, outcome.message, sizeof result.message);
  memcpy(result.late_write, process.late_write, sizeof result.late_write);
  job_statuses_free(&job.run.statuses);
  sim_process_end(&process);
  return result;
}
