/* job_rows.h: the list of jobs. A program or a dataset is a row here, and nowhere else: plan/job_table.h says what a row
 * means, CMake takes the programs from these lines (deploy/programs.cmake), the settings their pings.
 *
 *   ONCE(NAME, members)             a program that a person starts
 *   RECURRING(NAME, help, members)  a program that is started again and again; help is of its setting [alerts] ping_NAME
 *   DATASET(NAME, members)          what daily_update runs besides, under the lease daily_update/NAME
 *   SERVER(NAME)                    a program that runs until it is told to stop; it is no job, takes no lease and has no
 *                                   row in job_table.h: only CMake and scripts read it
 *
 * One row a line begins it: CMake reads the word and the name. */
#ifndef CLOSEBELL_BASE_JOB_ROWS_H
#define CLOSEBELL_BASE_JOB_ROWS_H

/* clang-format off */
#define JOB_ROWS(ONCE, RECURRING, DATASET, SERVER) \
  ONCE(manual_setup, .lease = "daily_update") \
  RECURRING(daily_update, \
            "A URL, as healthchecks services give, asked at start (/start), success and failure (/fail) of daily_update.", \
            .lease = "daily_update", .has_statuses = true, .awaits = JOB_AWAITS_SOURCE, .others_wait = true, \
            .late_alert = "update-missing") \
  RECURRING(hourly_analysis, \
            "The same for hourly_analysis.", \
            .lease = "hourly_analysis", .has_statuses = true, .awaits = JOB_AWAITS_UPDATE, \
            .late_alert = "analysis-missing") \
  DATASET(evening, .section = "kis", .setting = "app_key", .may_miss = true, \
          .again.refused = "the evening of a day can be read only on that evening; ask for daily_prices") \
  DATASET(market_totals, .section = "indices", .setting = "names", .door = "krx-index", \
          .again.refused = "totals are what proves daily_prices; ask for these, or for index_days") \
  DATASET(index_days, .section = "indices", .setting = "names", .door = "krx-index") \
  DATASET(etf_days, .section = "etf", .setting = "days", .has_window = true, .door = "krx-etf") \
  DATASET(market_flow, .section = "flow", .setting = "stocks", .door = "kis", .again.same_day = true) \
  DATASET(minute_prices, .section = "minutes", .setting = "stocks", .door = "kis", .again.same_day = true, \
          .again.days_back = 30) \
  DATASET(companies, .section = "dart", .setting = "auth_key", .door = "dart", .may_miss = true, \
          .again.refused = "the list of companies is always today's, and is asked for every week") \
  DATASET(financials, .section = "dart", .setting = "auth_key", .door = "dart", .may_miss = true, \
          .again.same_day = true, .again.other_days = true) \
  DATASET(company_events, .section = "dart", .setting = "auth_key", .door = "dart", .may_miss = true) \
  DATASET(dividends, .section = "dart", .setting = "auth_key", .door = "dart", .may_miss = true) \
  SERVER(closebell_api)
/* clang-format on */

#endif
