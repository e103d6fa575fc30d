# The list of databases is include/closebell/store/database_rows.h; the roles of MongoDB are made of it, from
# deploy/mongosh/roles.js.in.
set(DATABASE_ROWS ${PROJECT_SOURCE_DIR}/include/closebell/store/database_rows.h)
set(DATABASES_AWK ${PROJECT_SOURCE_DIR}/deploy/databases.awk)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${DATABASE_ROWS} ${DATABASES_AWK})

execute_process(COMMAND awk -f ${DATABASES_AWK} ${DATABASE_ROWS} OUTPUT_VARIABLE lines OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" lines "${lines}")
list(FILTER lines EXCLUDE REGEX "^ONE ")
list(TRANSFORM lines REPLACE "^[A-Z_]+ ([a-z_]+)$" "'\\1'")
string(JOIN ", " SERIES_DATABASES ${lines})
configure_file(${PROJECT_SOURCE_DIR}/deploy/mongosh/roles.js.in ${PROJECT_BINARY_DIR}/mongosh/roles.js @ONLY)
