# databases.awk: the rows of the list of databases, in its order, for CMake and scripts: a line "KIND DATABASE" each, as
# "PER_STOCK stock_data".
#
#     awk -f deploy/databases.awk include/closebell/store/database_rows.h
/^  [A-Z_]+\([A-Z_]+, [a-z_]+[,)]/ {
    split($0, word, /[(,) ]+/)
    print word[2], word[4]
}
