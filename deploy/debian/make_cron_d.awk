# make_cron_d.awk: /etc/cron.d/closebell out of its head (cron.d.in) and the lines of build/cron/closebell.crontab:
#
#     awk -f make_cron_d.awk cron.d.in closebell.crontab
#
# A line there has a user before its command. It is a comment until an administrator takes the "#" off; and where the package was
# removed but not purged it does nothing.
FNR == NR { print; next }
/^[A-Z]+=/ { print }
/^[0-9*]/ {
    command = $0
    for (i = 1; i <= 5; i++) sub(/^[^ ]+ +/, "", command)
    print "#" $1, $2, $3, $4, $5 "  root  command -v daily_update >/dev/null && " command
}
