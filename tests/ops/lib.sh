# shellcheck shell=bash
# lib.sh: what the checks written in bash share. A check is a function named like a sentence, run by `check`, which fails
# the program when the function does; what a tool says is shown then only.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${CLOSEBELL_BIN:-$root/build/bin}
build=${CLOSEBELL_BUILD:-$root/build}
work=$(mktemp -d "${TMPDIR:-/tmp}/closebell-ops.XXXXXX")
# The list of jobs: those that are programs, those of them that a schedule starts, the servers, and all programs.
jobs=$(awk -f "$root/deploy/jobs.awk" "$root/include/closebell/base/job_rows.h")
mapfile -t programs < <(awk '$1 == "ONCE" || $1 == "RECURRING" { print $2 }' <<<"$jobs")
mapfile -t recurring < <(awk '$1 == "RECURRING" { print $2 }' <<<"$jobs")
mapfile -t servers < <(awk '$1 == "SERVER" { print $2 }' <<<"$jobs")
all_programs=("${programs[@]}" "${servers[@]}")
# The list of databases: those with a collection a stock or an index; those that are made when something is stored.
databases=$(awk -f "$root/deploy/databases.awk" "$root/include/closebell/store/database_rows.h")
mapfile -t series_databases < <(awk '$1 != "ONE" { print $2 }' <<<"$databases")
mapfile -t index_databases < <(awk '$1 == "PER_INDEX" { print $2 }' <<<"$databases")
mapfile -t chosen_databases < <(awk '$1 == "PER_CHOSEN" || $1 == "PER_COMPANY" { print $2 }' <<<"$databases")
checks=0
failed=''
export LC_ALL=C.UTF-8

clean_up() { rm -rf "$work"; }
trap clean_up EXIT

skip() {
    echo "skipped: $*"
    [[ -z $failed ]] || exit 1
    exit 77
}

need() { # TOOL PACKAGE
    command -v "$1" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || skip "$1 is not installed (package $2)"
}

check() { # FUNCTION [ARGUMENT...]
    local status=0
    checks=$((checks + 1))
    # A subshell of its own, because -e has no effect in a condition.
    set +e
    (
        set -euo pipefail
        "$@"
    ) >"$work/output" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
        echo "ok      $*"
    else
        echo "FAILED  $*"
        sed 's/^/        /' "$work/output"
        failed=yes
    fi
}

die() {
    echo "$*" >&2
    exit 1
}

finish() {
    ((checks > 0)) || die 'no check was run'
    echo "$checks checks"
    [[ -z $failed ]] || exit 1
    exit 0
}

expect() { # WANTED GOT WHAT
    [[ $1 == "$2" ]] || die "$3: \"$2\" instead of \"$1\""
}

expect_in() { # PATTERN (grep -E) FILE
    grep -qE -- "$1" "$2" || {
        cat "$2"
        die "no line matches: $1"
    }
}

# What a line names, without its wording, as assert_named of support/named.h: parts in this order, each as a whole word.
named_pattern() { # "PART|PART": prints a pattern for grep -P
    local part parts pattern=''
    IFS='|' read -ra parts <<<"$1"
    for part in "${parts[@]}"; do
        pattern+=${pattern:+.*}
        [[ $part != [[:alnum:]_]* ]] || pattern+='(?<!\w)'
        [[ $part != [0-9]* ]] || pattern+='(?<!\d[-.:])'
        pattern+="\\Q$part\\E"
        [[ $part != *[[:alnum:]_] ]] || pattern+='(?!\w)'
        [[ $part != *[0-9] ]] || pattern+='(?![-.:]\d)'
    done
    printf '%s' "$pattern"
}

expect_named() { # "PART|PART" FILE
    grep -qP -- "$(named_pattern "$1")" "$2" || {
        cat "$2"
        die "no line names: $1"
    }
}

expect_not_in() { # PATTERN (grep -E) FILE
    if grep -nE -- "$1" "$2"; then die "should not be there: $1"; fi
}

# Waits for a command to succeed.
await() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}
