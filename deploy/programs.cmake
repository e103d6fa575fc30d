# The programs, in the order of the table of jobs: include/closebell/base/job_rows.h is the list, here it is read.
set(JOB_ROWS ${PROJECT_SOURCE_DIR}/include/closebell/base/job_rows.h)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${JOB_ROWS})

# Those whose row begins with one of the words, as KIND|KIND.
function(closebell_programs kinds into)
  file(READ ${JOB_ROWS} text)
  string(REGEX MATCHALL "\n  (${kinds})\\([a-z_]+," rows "${text}")
  string(REGEX REPLACE "\n  [A-Z]+\\(([a-z_]+)," "\\1" names "${rows}")
  set(${into} ${names} PARENT_SCOPE)
endfunction()

closebell_programs("ONCE|RECURRING" CLOSEBELL_PROGRAMS)
closebell_programs("RECURRING" CLOSEBELL_RECURRING)
closebell_programs("DATASET" CLOSEBELL_DATASETS)
