# Included by tests/CMakeLists.txt behind live/kill.cmake, whose library it uses.
add_executable(live_test_guard ${CMAKE_CURRENT_LIST_DIR}/test_guard.c)
target_compile_definitions(live_test_guard PRIVATE
  GUARD_LIMITS="${CMAKE_CURRENT_LIST_DIR}/limits" BENCH_INSTRUCTIONS="$<TARGET_FILE:bench_instructions>")
target_link_libraries(live_test_guard PRIVATE test_kill_world test_wire_meter)
add_dependencies(live_test_guard bench_instructions krx_replay manual_setup daily_update hourly_analysis)
add_test(NAME live.test_guard COMMAND live_test_guard)
set_tests_properties(live.test_guard PROPERTIES LABELS "live;guard" TIMEOUT 600)
