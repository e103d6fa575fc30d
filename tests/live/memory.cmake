# No memory in the real programs, and the real programs under valgrind.
file(MAKE_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}) # a fresh build folder has none yet
foreach(program ${CLOSEBELL_PROGRAMS})
  add_executable(faulty_${program} ${PROJECT_SOURCE_DIR}/jobs/${program}.c ${PROGRAM_SOURCES}
                                   ${LIVE_SUPPORT}/malloc_fault_program.c)
  target_link_libraries(faulty_${program} PRIVATE closebell_job test_malloc_fault)
  target_link_options(faulty_${program} PRIVATE -Wl,--wrap=json_set_alloc_funcs)
endforeach()
add_executable(leaky ${LIVE_SUPPORT}/leaky.c)
target_compile_options(leaky PRIVATE -O0)
file(MAKE_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
foreach(program ${CLOSEBELL_PROGRAMS} leaky)
  file(CREATE_LINK ${LIVE_SUPPORT}/under_valgrind ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/valgrind_${program} SYMBOLIC)
endforeach()

foreach(name memory memory_valgrind)
  add_executable(live_test_${name} test_${name}.c)
  target_link_libraries(live_test_${name} PRIVATE test_live_world)
  add_dependencies(live_test_${name} krx_replay ${CLOSEBELL_PROGRAMS})
  add_test(NAME live.test_${name} COMMAND live_test_${name})
endforeach()
add_dependencies(live_test_memory_valgrind leaky)
list(TRANSFORM CLOSEBELL_PROGRAMS PREPEND faulty_ OUTPUT_VARIABLE faulty_programs)
add_dependencies(live_test_memory ${faulty_programs})
# The long form of what has one takes an hour or more on a busy machine: time-outs are for what hangs.
set_tests_properties(live.test_memory PROPERTIES LABELS live TIMEOUT 14400)
# valgrind and the sanitizers exclude each other. The tests labelled `long` run with tests/run --long.
set_tests_properties(live.test_memory_valgrind PROPERTIES LABELS "live;long" TIMEOUT 3600 SKIP_RETURN_CODE 77)
if(CLOSEBELL_SANITIZE OR CLOSEBELL_FUZZ)
  set_tests_properties(live.test_memory_valgrind PROPERTIES DISABLED TRUE)
endif()
