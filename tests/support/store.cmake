# The store's test double and its contract; included by tests/CMakeLists.txt.
set(STORE_TESTS ${CMAKE_CURRENT_LIST_DIR}/..)

# A Db in memory, for simulations.
add_library(test_db_memory STATIC ${STORE_TESTS}/support/db_memory.c ${STORE_TESTS}/support/db_memory_ops.c ${STORE_TESTS}/support/db_memory_read.c)
target_include_directories(test_db_memory PUBLIC ${STORE_TESTS}/support PRIVATE ${STORE_TESTS}/../src/store)
target_link_libraries(test_db_memory PUBLIC closebell_store)

# What every Db and every collection must do, whatever is behind them.
file(GLOB contract CONFIGURE_DEPENDS ${STORE_TESTS}/support/store_contract*.c)
add_library(test_store_contract STATIC ${contract})
target_include_directories(test_store_contract PUBLIC ${STORE_TESTS}/support)
target_link_libraries(test_store_contract PUBLIC closebell_store test_made_market PkgConfig::CMOCKA m)

# Starts the embedded server from a test.
add_library(test_embedded_db STATIC ${STORE_TESTS}/support/embedded_db.c)
target_include_directories(test_embedded_db PUBLIC ${STORE_TESTS}/support)
target_link_libraries(test_embedded_db PUBLIC closebell_base)

add_executable(sim_test_store_memory ${STORE_TESTS}/sim/test_store_memory.c)
target_link_libraries(sim_test_store_memory PRIVATE test_store_contract test_db_memory)
add_test(NAME sim.test_store_memory COMMAND sim_test_store_memory)
set_tests_properties(sim.test_store_memory PROPERTIES LABELS sim TIMEOUT 60)

# Needs the embedded server (deploy/embedded-db/build) or TEST_MONGODB_URI, an empty server; is skipped without either.
set(EMBEDDED_DB ${CMAKE_BINARY_DIR}/bin/embedded-db CACHE FILEPATH "the embedded server that live tests start")
add_executable(live_test_store ${STORE_TESTS}/live/test_store.c)
target_include_directories(live_test_store PRIVATE ${STORE_TESTS}/../src/store)
target_compile_definitions(live_test_store PRIVATE EMBEDDED_DB="${EMBEDDED_DB}")
target_link_libraries(live_test_store PRIVATE test_store_contract test_embedded_db)
add_test(NAME live.test_store COMMAND live_test_store)
set_tests_properties(live.test_store PROPERTIES LABELS live TIMEOUT 300 SKIP_RETURN_CODE 77)
