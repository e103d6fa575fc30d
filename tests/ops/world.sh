# shellcheck shell=bash
# world.sh: an embedded database and the exchange's replay for a check in bash; both end with it. Needs lib.sh.

embedded_db=${CLOSEBELL_EMBEDDED_DB:-$bin/embedded-db}
exchange=''

await_port() { # FILE OR PORT
    if [[ $1 == */* ]]; then await 60 test -s "$1"; else await 60 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1" 2>/dev/null; fi || die 'a server did not start'
}

free_port() {
    local port
    while port=$((20000 + RANDOM % 10000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

start_database() { # sets MONGODB_URI
    local port
    [[ -x $embedded_db ]] || skip "the embedded database is not built: $embedded_db (deploy/embedded-db/build, needs Go)"
    port=$(free_port)
    mkdir -p "$work/db-$port"
    "$embedded_db" --dir "$work/db-$port" --port "$port" --stop-with-pid "$$" >"$work/db-$port.log" 2>&1 &
    await_port "$port"
    export MONGODB_URI=mongodb://127.0.0.1:$port/
}

start_exchange() { # answers for tests/data/days; sets what the programs need to ask it
    "$bin/krx_replay" --days "$root/tests/data/days" --listing "$root/tests/data/listing.csv" --key ops \
        --port-file "$work/exchange.port" --stop-with-pid "$$" >"$work/exchange.log" 2>&1 &
    exchange=$!
    await_port "$work/exchange.port"
    export KRX_BASE_URL=http://127.0.0.1:$(<"$work/exchange.port") KRX_AUTH_KEY=ops no_proxy=127.0.0.1
    export CLOSEBELL_KRX_RATE_PER_SECOND=1000 CLOSEBELL_RETRY_SCALE=0
}

start_web() { # the public APIs of ours at that instant; sets web_port. Shipped feeds ask them once ship_feeds has copied them
    "$bin/web_replay" --now "$1" --speed 0 --port-file "$work/web.port" --stop-with-pid "$$" >"$work/web.log" 2>&1 &
    await_port "$work/web.port"
    web_port=$(<"$work/web.port")
    mkdir -p "$work/feed-files"
    export CLOSEBELL_FEEDS_FOLDER=$work/feed-files
}

ship_feeds() { # NAME...: with a key for those that need one
    local name
    for name in "$@"; do
        sed "s|^url = https://[^/]*|url = http://127.0.0.1:$web_port|" "$root/deploy/feeds/$name.ini" >"$work/feed-files/$name.ini"
        sed -n 's/^keys_file = //p' "$work/feed-files/$name.ini" | while read -r file; do echo "made-up-key-1-${file%.keys}" >"$work/feed-files/$file"; done
    done
}

web_control() { # PATH behind /control/
    local said
    said=$(whole_answer "$web_port" "/control/$1" '{}' POST)
    [[ $said == *' 200 '* ]] || die "web_replay refuses $1"
}

control() { # "METHOD PATH": of the exchange
    local port=${KRX_BASE_URL##*:}
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf '%s HTTP/1.0\r\nContent-Length: 0\r\n\r\n' "$1" >&3
    head -n 1 <&3 | grep -q ' 200 ' || die "the exchange refuses $1"
    exec 3>&-
}

# A session of which the exchange gives half the rows fails, and raises session-failed.
break_session() { control "POST /control/fault?date=$1&kind=half"; }

run_at() { # INSTANT PROGRAM [OPTION...]
    "$bin/$2" --quiet --now "$1" "${@:3}"
}

# Of a server: closebell_api.
whole_answer() { # PORT PATH [BODY [METHOD]]: GET without a body, else PUT
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return
    local body=${3:-} headers=''
    [[ -z $body ]] || headers=$'Content-Type: application/json\r\n'"Content-Length: ${#body}"$'\r\n'
    printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n%s' "${4:-$([[ -n $body ]] && echo PUT || echo GET)}" "$2" "$headers" "$body" >&3
    cat <&3
    exec 3>&-
}

ask() { whole_answer "$@" | sed -n '1{s/^[^ ]* \([0-9]*\).*/\1/p}'; } # as whole_answer: the status

body_of() { whole_answer "$@" | sed '1,/^\r$/d'; } # as whole_answer; not for a body in chunks

answers() { [[ $(ask "$1" "$2" 2>/dev/null) == "$3" ]]; } # PORT PATH STATUS
