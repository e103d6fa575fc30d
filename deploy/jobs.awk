# jobs.awk: the rows of the list of jobs, in its order, for CMake and scripts: a line "KIND NAME AWAITS" each, as
# "RECURRING daily_update source" or "ONCE manual_setup update" (what a row awaits when it does not say).
#
#     awk -f deploy/jobs.awk include/closebell/base/job_rows.h
function print_row() { if (name != "") print kind, name, awaits }

/^  [A-Z]+\([a-z_]+[,)]/ {
    print_row()
    split($1, word, /[(,)]/)
    kind = word[1]
    name = word[2]
    awaits = "update"
}
/\.awaits = JOB_AWAITS_SOURCE/ { awaits = "source" }
END { print_row() }
