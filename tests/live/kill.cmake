# The proof by violence: a proxy that kills at a chosen message, real processes, real files. Included by
# tests/CMakeLists.txt, behind the folders whose libraries it uses.
set(KILL_TESTS ${CMAKE_CURRENT_LIST_DIR}/..)
find_package(Threads REQUIRED)

add_library(test_kill_world STATIC ${KILL_TESTS}/support/kill_world.c ${KILL_TESTS}/support/wire_proxy.c
                                   ${KILL_TESTS}/support/db_snapshot.c ${KILL_TESTS}/support/truth.c)
target_compile_definitions(test_kill_world PUBLIC EMBEDDED_DB="${EMBEDDED_DB}")
target_link_libraries(test_kill_world PUBLIC test_live_world test_db_memory closebell_store Threads::Threads)

foreach(name kill_sweep kill_flow kill_evening kill_ask lease_processes lease_clock idle workers)
  add_executable(live_test_${name} ${KILL_TESTS}/live/test_${name}.c)
  target_link_libraries(live_test_${name} PRIVATE test_kill_world)
  add_dependencies(live_test_${name} krx_replay ${CLOSEBELL_PROGRAMS})
endforeach()

# Hosts whose clock is wrong.
add_library(shifted_clock MODULE ${KILL_TESTS}/support/shifted_clock.c)
target_link_libraries(shifted_clock PRIVATE closebell_options)
add_dependencies(live_test_lease_clock shifted_clock)
target_compile_definitions(live_test_lease_clock PRIVATE SHIFTED_CLOCK="$<TARGET_FILE:shifted_clock>")

foreach(stage setup update analysis)
  add_test(NAME live.test_kill_${stage} COMMAND live_test_kill_sweep ${stage})
  set_tests_properties(live.test_kill_${stage} PROPERTIES LABELS live TIMEOUT 14400 SKIP_RETURN_CODE 77 COST 90)
endforeach()
# An import shares its steps with the set-up: the short form kills it here and there.
add_test(NAME live.test_kill_import COMMAND live_test_kill_sweep import killed_a*)
add_test(NAME live.test_kill_import_long COMMAND live_test_kill_sweep import)
set_tests_properties(live.test_kill_import live.test_kill_import_long PROPERTIES LABELS live TIMEOUT 14400 SKIP_RETURN_CODE 77 COST 30)
set_tests_properties(live.test_kill_import_long PROPERTIES LABELS "live;long")
foreach(name kill_flow kill_evening)
  add_dependencies(live_test_${name} kis_replay)
  target_compile_definitions(live_test_${name} PRIVATE KIS_REPLAY="$<TARGET_FILE:kis_replay>")
  add_test(NAME live.test_${name} COMMAND live_test_${name})
  set_tests_properties(live.test_${name} PROPERTIES LABELS live TIMEOUT 14400 SKIP_RETURN_CODE 77 COST 40)
endforeach()
target_link_libraries(live_test_kill_ask PRIVATE test_model_server)
add_test(NAME live.test_kill_ask COMMAND live_test_kill_ask)
set_tests_properties(live.test_kill_ask PROPERTIES LABELS live TIMEOUT 14400 SKIP_RETURN_CODE 77 COST 40)
add_test(NAME live.test_idle COMMAND live_test_idle)
add_test(NAME live.test_workers COMMAND live_test_workers)
set_tests_properties(live.test_idle live.test_workers PROPERTIES LABELS live TIMEOUT 3600 COST 30)
add_test(NAME live.test_lease_processes COMMAND live_test_lease_processes)
set_tests_properties(live.test_lease_processes PROPERTIES LABELS live TIMEOUT 14400 SKIP_RETURN_CODE 77 COST 110)
add_test(NAME live.test_lease_clock COMMAND live_test_lease_clock)
set_tests_properties(live.test_lease_clock PROPERTIES LABELS live TIMEOUT 600 SKIP_RETURN_CODE 77 COST 70)
