# make_man.awk: writes a man page (mdoc):
#
#     awk -v program=PATH -v pages="NAME(1) ..." -f make_man.awk closebell.conf.5.in
#     awk -v program=PATH -v pages="NAME(1) ..." -v own=NAME.1.in -f make_man.awk program.1.in
#
# What a program knows itself, its options, exit codes and settings, comes from its --help and --print-config. The page has a
# line @SYNOPSIS@, @OPTIONS@, @EXIT_STATUS@ or @SETTINGS@ where it goes, and @NAME@, @TITLE@, @SUMMARY@ and @VERSION@ anywhere.
# @DESCRIPTION@ and @EXAMPLES@ are what stands in the file of the program's own, before and after its line ".Sh EXAMPLES", which
# may be missing. @SEE_ALSO@ are the pages, without the one that is being written.
#
# With -v tables=FILE, what screen_tables printed, also @NAMES@ and @STRATEGIES@, and @LIMIT_...@ anywhere.

BEGIN {
    read_help()
    read_sample()
    ("\"" program "\" --version") | getline version
    sub(/^[^ ]* /, "", version)
    if (tables != "") read_tables()
    if (own != "") read_own()
    if (options == 0 || settings == 0 || exits == 0 || version == "") stop(program " does not describe itself as expected")
}

/^@SYNOPSIS@$/ { print_synopsis(); next }
/^@OPTIONS@$/ { print_options(); next }
/^@EXIT_STATUS@$/ { print_exits(); next }
/^@SETTINGS@$/ { print_settings(); next }
/^@NAMES@$/ && names { print_names(); next }
/^@STRATEGIES@$/ && strategies { print_strategies(); next }
/^@SEE_ALSO@$/ { print_pages(); next }
/^@DESCRIPTION@$/ { printf "%s", description; next }
/^@EXAMPLES@$/ { printf "%s", examples == "" ? "" : examples ".Pp\n"; next }
{ print filled($0) }

function filled(line, limit) {
    for (limit in limits) gsub("@LIMIT_" limit "@", limits[limit], line)
    gsub(/@NAME@/, name, line)
    gsub(/@TITLE@/, toupper(name), line)
    gsub(/@SUMMARY@/, summary, line)
    gsub(/@VERSION@/, version, line)
    if (line ~ /@[A-Z_]+@/) stop(FILENAME ": what is to stand for " line "?")
    if (line ~ /^\.Bd -literal/) literal = 1
    if (line ~ /^\.Ed/) literal = 0
    return line ~ /^\./ || literal ? line : wrapped(line)
}

function stop(message) {
    print "make_man: " message > "/dev/stderr"
    broken = 1
    exit 1
}
END { if (broken) exit 1 }

# Text lines of mdoc: a sentence a line, backslashes spelt out, nothing that looks like a request.
function prose(line,    out, at) {
    gsub(/\\/, "\\e", line)
    while ((at = match(line, /[.!?] [A-Z]/)) > 0) {
        out = out guarded(substr(line, 1, at)) "\n"
        line = substr(line, at + 2)
    }
    return out guarded(line)
}
function guarded(line) { return wrapped((line ~ /^[.']/ ? "\\&" : "") line) }

# An argument of a request, whose quotes would be taken for its own.
function quoted(line) {
    line = prose(line)
    gsub(/"/, "\\(dq", line)
    return line
}

# In lines of at most 78 bytes, none of which begins like a request.
function wrapped(line,    out, at) {
    while (length(line) > 78) {
        for (at = 78; at > 1 && (substr(line, at, 1) != " " || substr(line, at + 1, 1) ~ /[.']/); at--) continue
        if (at <= 1) break
        out = out substr(line, 1, at - 1) "\n"
        line = substr(line, at + 1)
    }
    return out line
}

# "name [options]: summary", "  --days N   help", and the paragraph "Exit codes: 0 done; 64 usage."
function read_help(    command, line, part, paragraph) {
    command = "COLUMNS= \"" program "\" --help" # in lines as long as they need
    while ((command | getline line) > 0) {
        if (summary == "") {
            name = summary = line
            sub(/ .*/, "", name)
            sub(/^[^:]*: /, "", summary)
        } else if (line ~ /^  --[a-z]/) {
            options++
            match(line, /--[a-z-]+/)
            option[options] = substr(line, RSTART + 2, RLENGTH - 2)
            line = substr(line, RSTART + RLENGTH)
            if (match(line, /^ [A-Z]+/)) argument[options] = substr(line, 2, RLENGTH - 1)
            sub(/^ [A-Z]+ */, "", line)
            sub(/^ */, "", line)
            help[options] = line
        } else if (line ~ /^Exit codes: / || paragraph != "") {
            paragraph = paragraph (paragraph == "" ? "" : " ") line
        }
    }
    close(command)
    sub(/^Exit codes: /, "", paragraph)
    sub(/\.$/, "", paragraph)
    exits = split(paragraph, exit_text, /; */)
}

# The file of the program's own: comments, the description, ".Sh EXAMPLES", the examples.
function read_own(    line, in_examples) {
    while ((getline line < own) > 0) {
        if (line ~ /^\.\\"/) continue
        if (line == ".Sh EXAMPLES") in_examples = 1
        else if (in_examples) examples = examples filled(line) "\n"
        else description = description filled(line) "\n"
    }
    close(own)
    if (description == "") stop(own " describes nothing")
}

# "[section]", "# What it is.", "# Allowed: ... Environment: NAME.", "#key = default"
function read_sample(    command, line, section, about) {
    command = "\"" program "\" --print-config"
    while ((command | getline line) > 0) {
        if (line ~ /^\[/) {
            section = line
        } else if (section == "") {
            continue
        } else if (line == "") {
            about = ""
        } else if (line ~ /^# /) {
            about = about (about == "" ? "" : "\n") substr(line, 3)
        } else if (line ~ /^#/) {
            settings++
            setting_section[settings] = section
            setting[settings] = value[settings] = substr(line, 2)
            sub(/ *=.*/, "", setting[settings])
            sub(/^[^=]*= */, "", value[settings])
            setting_about[settings] = about
        }
    }
    close(command)
}

function print_synopsis(    i) {
    print ".Nm " name
    for (i = 1; i <= options; i++) print ".Op Fl -" option[i] (argument[i] == "" ? "" : " Ar " argument[i])
}

function print_options(    i) {
    print ".Bl -tag -width Ds"
    for (i = 1; i <= options; i++) {
        print ".It Fl -" option[i] (argument[i] == "" ? "" : " Ar " argument[i])
        print prose(capital(help[i]) ".")
    }
    print ".El"
}
function capital(line) { return toupper(substr(line, 1, 1)) substr(line, 2) }

# "NAME(SECTION)" each, with a comma behind all but the last.
function print_pages(    page, count, i, text, title) {
    count = split(pages, page, " ")
    title = FILENAME # "closebell.conf.5.in"
    sub(/.*\//, "", title)
    sub(/\.in$/, "", title)
    title = own == "" ? substr(title, 1, length(title) - 2) "(" substr(title, length(title)) ")" : name "(1)"
    for (i = 1; i <= count; i++) {
        if (page[i] == title) continue
        sub(/\(/, " ", page[i])
        sub(/\)/, "", page[i])
        text = text (text == "" ? "" : " ,\n") ".Xr " page[i]
    }
    if (text == "") stop("no pages to point to")
    print text
}

function print_exits(    i, code) {
    print ".Bl -tag -width Ds"
    for (i = 1; i <= exits; i++) {
        code = exit_text[i]
        sub(/ .*/, "", code)
        sub(/^[0-9]+ /, "", exit_text[i])
        print ".It " code
        print prose(capital(exit_text[i]) ".")
    }
    print ".El"
}

function print_settings(    i, j, lines, line, environment, section) {
    for (i = 1; i <= settings; i++) {
        if (setting_section[i] != section) {
            if (section != "") print ".El"
            section = setting_section[i]
            print ".Ss The " section " section"
            print ".Bl -tag -width Ds"
        }
        print ".It Cm " setting[i] (value[i] == "" ? "" : " = " quoted(value[i]))
        lines = split(setting_about[i], line, "\n")
        for (j = 1; j <= lines; j++) {
            environment = ""
            if (match(line[j], /Environment: [A-Z_]+\.$/)) {
                environment = substr(line[j], RSTART + 13, RLENGTH - 14)
                line[j] = substr(line[j], 1, RSTART - 1)
                sub(/ *$/, "", line[j])
            }
            if (line[j] != "") print prose(line[j])
            if (environment != "") print "Environment:\n.Ev " environment " ."
        }
    }
    print ".El"
}

# "name NAME KIND HELP", "limit NAME VALUE", "strategy NAME TITLE KOREAN_TITLE ORIGIN WHERE", with tabs between
function read_tables(    line, part) {
    while ((getline line < tables) > 0) {
        split(line, part, "\t")
        if (part[1] == "name") {
            names++
            name_of[names] = part[2]
            name_kind[names] = part[3]
            name_help[names] = part[4]
        } else if (part[1] == "limit") {
            limits[part[2]] = part[3]
        } else if (part[1] == "strategy") {
            strategies++
            strategy[strategies] = line
        }
    }
    close(tables)
    if (names == 0 || strategies == 0) stop(tables " has no tables")
}

function print_names() {
    print_names_of("number", "Numbers")
    print_names_of("truth", "Truths: the signals")
    print_names_of("text", "Texts")
}

# What stands together in the table, with the same help, stands together in the page.
function print_names_of(kind, title,    i, together) {
    print ".Ss " title "\n.Bl -tag -width Ds"
    for (i = 1; i <= names; i++) {
        if (name_kind[i] != kind) continue
        together = together (together == "" ? "" : " , ") name_of[i]
        if (i < names && name_kind[i + 1] == kind && name_help[i + 1] == name_help[i]) continue
        print ".It Cm " together
        print prose(name_help[i] ".")
        together = ""
    }
    print ".El"
}

function print_strategies(    i, part) {
    print ".Bl -tag -width Ds"
    for (i = 1; i <= strategies; i++) {
        split(strategy[i], part, "\t")
        print ".It Cm " part[2]
        print prose(part[3])
        gsub(/ /, "\n", part[4]) # a line of Korean is long in bytes
        print "(" part[4] ").\n" prose(capital(part[5]) ".")
        print ".Bd -ragged -offset indent -compact"
        print prose(part[6])
        print ".Ed"
    }
    print ".El"
}
