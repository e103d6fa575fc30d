# The list of jobs is include/closebell/base/job_rows.h; here it is read, and what names its programs outside is made of it:
# units, crontabs, the container's schedule, the package's scripts, the helpers for mongosh. Each template stands where it always did, as FILE.in.
set(JOB_ROWS ${PROJECT_SOURCE_DIR}/include/closebell/base/job_rows.h)
set(JOBS_AWK ${PROJECT_SOURCE_DIR}/deploy/jobs.awk)
set(CRONTABS ${PROJECT_SOURCE_DIR}/cron)
set(CRONTAB_TEMPLATES ${CRONTABS}/closebell.crontab.in ${CRONTABS}/closebell-classic.crontab.in)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${JOB_ROWS} ${JOBS_AWK}
             ${CRONTABS}/fill_crontab ${CRONTAB_TEMPLATES})

execute_process(COMMAND awk -f ${JOBS_AWK} ${JOB_ROWS} OUTPUT_VARIABLE JOB_LINES OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" JOB_LINES "${JOB_LINES}")

# Those whose line begins with one of the words, as KIND|KIND, in the order of the table.
function(closebell_programs kinds into)
  set(lines ${JOB_LINES})
  list(FILTER lines INCLUDE REGEX "^(${kinds}) ")
  list(TRANSFORM lines REPLACE "^[A-Z]+ ([a-z_]+) .*" "\\1")
  set(${into} ${lines} PARENT_SCOPE)
endfunction()

closebell_programs("ONCE|RECURRING" CLOSEBELL_PROGRAMS)
closebell_programs("RECURRING" CLOSEBELL_RECURRING)
closebell_programs("SERVER" CLOSEBELL_SERVERS)
closebell_programs("DATASET" CLOSEBELL_DATASETS)

# ---- systemd: a service and a timer for each recurring program, and the set-up ----

function(closebell_fragment name into)
  set(path ${PROJECT_SOURCE_DIR}/deploy/systemd/${name}.in)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(READ ${path} text)
  string(STRIP "${text}" text)
  set(${into} "${text}" PARENT_SCOPE)
endfunction()

# What the program's --help says of it.
function(closebell_summary program into)
  set(path ${PROJECT_SOURCE_DIR}/jobs/${program}.c)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(READ ${path} text)
  if(NOT text MATCHES "\\.summary = \"([^\"]+)\"")
    message(FATAL_ERROR "${path}: no .summary = \"...\" on a line of its own")
  endif()
  set(${into} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

# Who awaits the source asks the exchange, and gets the key. Others wait for what daily_update stores.
function(closebell_units PROGRAM)
  string(REPLACE "_" "-" UNIT closebell-${PROGRAM})
  closebell_summary(${PROGRAM} SUMMARY)
  set(AFTER " closebell-daily-update.service")
  set(CREDENTIALS "${WITHOUT_KEY}")
  if("RECURRING ${PROGRAM} source" IN_LIST JOB_LINES)
    set(AFTER "")
    set(CREDENTIALS "${WITH_KEY}")
  endif()
  foreach(kind service timer)
    configure_file(${PROJECT_SOURCE_DIR}/deploy/systemd/closebell.${kind}.in ${PROJECT_BINARY_DIR}/systemd/${UNIT}.${kind} @ONLY)
  endforeach()
  set(TIMERS ${TIMERS} ${UNIT}.timer PARENT_SCOPE)
  set(SERVICES ${SERVICES} ${UNIT}.service PARENT_SCOPE)
endfunction()

closebell_fragment(with_key WITH_KEY)
closebell_fragment(without_key WITHOUT_KEY)
closebell_fragment(confined CONFINED)
configure_file(${PROJECT_SOURCE_DIR}/deploy/systemd/closebell-setup.service.in
               ${PROJECT_BINARY_DIR}/systemd/closebell-setup.service @ONLY)
foreach(program ${CLOSEBELL_RECURRING})
  closebell_units(${program})
endforeach()
set(UNITS closebell-setup.service ${SERVICES} ${TIMERS})
# A server is not started by a timer: systemd listens for it, and its templates are its own.
foreach(program ${CLOSEBELL_SERVERS})
  string(REPLACE "_" "-" unit ${program})
  foreach(kind service socket)
    configure_file(${PROJECT_SOURCE_DIR}/deploy/systemd/${unit}.${kind}.in ${PROJECT_BINARY_DIR}/systemd/${unit}.${kind} @ONLY)
    list(APPEND UNITS ${unit}.${kind})
  endforeach()
  list(APPEND SERVER_SOCKETS ${unit}.socket)
  list(APPEND SERVER_SERVICES ${unit}.service)
endforeach()
list(TRANSFORM UNITS PREPEND ${PROJECT_BINARY_DIR}/systemd/)

# ---- the helpers for mongosh ----

function(closebell_quoted into)
  set(names ${ARGN})
  list(TRANSFORM names REPLACE "(.+)" "'\\1'")
  string(JOIN ", " text ${names})
  set(${into} "${text}" PARENT_SCOPE)
endfunction()
closebell_quoted(PROGRAMS_QUOTED ${CLOSEBELL_PROGRAMS})
closebell_quoted(RECURRING_QUOTED ${CLOSEBELL_RECURRING})
# The report card of the ledger is counted in one place, for the page and for mongosh.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/deploy/web/lib/hindsight.js)
file(READ ${PROJECT_SOURCE_DIR}/deploy/web/lib/hindsight.js HINDSIGHT)
string(REPLACE "export " "" HINDSIGHT "${HINDSIGHT}")
string(REPLACE "\n" "\n  " HINDSIGHT "${HINDSIGHT}")
configure_file(${PROJECT_SOURCE_DIR}/deploy/mongosh/closebell.js.in ${PROJECT_BINARY_DIR}/mongosh/closebell.js @ONLY)

# ---- cron, the container, the package's scripts ----

file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/cron)
function(closebell_crontab template name)
  execute_process(COMMAND ${CRONTABS}/fill_crontab ${CRONTABS}/${template}
                  OUTPUT_FILE ${PROJECT_BINARY_DIR}/cron/${name} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
closebell_crontab(closebell.crontab.in closebell.crontab)
closebell_crontab(closebell-classic.crontab.in closebell-classic.crontab.in) # the rest is filled in by render_crontab

string(JOIN " " RECURRING ${CLOSEBELL_RECURRING})
string(JOIN " " TIMERS ${TIMERS})
string(JOIN " " SERVICES ${SERVICES})
string(JOIN " " SERVER_SOCKETS ${SERVER_SOCKETS})
string(JOIN " " SERVER_SERVICES ${SERVER_SERVICES})
configure_file(${PROJECT_SOURCE_DIR}/deploy/docker/closebell-schedule.in ${PROJECT_BINARY_DIR}/docker/closebell-schedule @ONLY)
foreach(name postinst prerm)
  configure_file(${PROJECT_SOURCE_DIR}/deploy/debian/${name}.in ${PROJECT_BINARY_DIR}/debian/${name} @ONLY)
endforeach()
