# make_completion.awk: writes the bash completion of a program from its --help: PROGRAM --help | awk -f make_completion.awk
# -v datasets='NAME NAME': what is offered behind --dataset.

NR == 1 { name = $1 }
/^  --[a-z]/ {
    words = words (words == "" ? "" : " ") $1
    # "--config FILE": the next word of the help is in capitals alone when it is a value.
    if ($0 !~ /^  --[a-z-]+ [A-Z]+( |$)/) next
    if ($2 == "FILE") files = files (files == "" ? "" : " | ") $1
    else if ($2 == "DIR") folders = folders (folders == "" ? "" : " | ") $1
    else if ($1 == "--dataset" && datasets != "") names = $1
    else others = others (others == "" ? "" : " | ") $1
}
END {
    if (name == "" || words == "") {
        print "make_completion: this is not the --help of a program" > "/dev/stderr"
        exit 1
    }
    print "# bash completion of " name "; written by make_completion.awk from its --help."
    print "_" name "() {"
    print "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}"
    print "    # \"--config=FILE\" comes as three words."
    print "    if [[ $current == = ]]; then"
    print "        current=''"
    print "    elif [[ $previous == = ]]; then"
    print "        previous=${COMP_WORDS[COMP_CWORD - 2]}"
    print "    fi"
    print "    COMPREPLY=()"
    print "    case $previous in"
    if (files != "") print_paths(files, "-f")
    if (folders != "") print_paths(folders, "-d")
    if (names != "") print "    " names ") mapfile -t COMPREPLY < <(compgen -W '" datasets "' -- \"$current\") ;;"
    if (others != "") print "    " others ") ;; # a value that only the user knows"
    print "    *) mapfile -t COMPREPLY < <(compgen -W '" words "' -- \"$current\") ;;"
    print "    esac"
    print "}"
    print "complete -F _" name " " name
}

function print_paths(names, action) {
    print "    " names ")"
    print "        compopt -o filenames 2>/dev/null"
    print "        mapfile -t COMPREPLY < <(compgen " action " -- \"$current\")"
    print "        ;;"
}
