# What is installed besides the programs, and the Debian package: cmake --install build, or cd build && cpack -G DEB.
set(DEPLOY ${PROJECT_SOURCE_DIR}/deploy)
set(PAGES ${CMAKE_BINARY_DIR}/man)
set(COMPLETIONS ${CMAKE_BINARY_DIR}/completion)
file(MAKE_DIRECTORY ${PAGES}/man1 ${PAGES}/man5 ${COMPLETIONS})

# Man pages and completion say what the programs say of themselves, so they are written once these are built.
function(closebell_page name section program)
  set(page ${PAGES}/man${section}/${name}.${section})
  add_custom_command(
    OUTPUT ${page} ${page}.gz
    COMMAND sh -c "awk -v \"program=$1\" -f \"$2\" \"$3\" >\"$4\" && gzip -9nc \"$4\" >\"$4.gz\"" sh $<TARGET_FILE:${program}>
            ${DEPLOY}/man/make_man.awk ${DEPLOY}/man/${name}.${section}.in ${page}
    DEPENDS ${program} ${DEPLOY}/man/make_man.awk ${DEPLOY}/man/${name}.${section}.in
    VERBATIM)
  set(described ${described} ${page} PARENT_SCOPE)
  install(FILES ${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endfunction()

function(closebell_completion program)
  add_custom_command(
    OUTPUT ${COMPLETIONS}/${program}
    COMMAND sh -c "\"$1\" --help | awk -f \"$2\" >\"$3\"" sh $<TARGET_FILE:${program}> ${DEPLOY}/completion/make_completion.awk
            ${COMPLETIONS}/${program}
    DEPENDS ${program} ${DEPLOY}/completion/make_completion.awk
    VERBATIM)
  set(described ${described} ${COMPLETIONS}/${program} PARENT_SCOPE)
  install(FILES ${COMPLETIONS}/${program} DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions)
endfunction()

set(described)
if(NOT CMAKE_CROSSCOMPILING)
  foreach(program manual_setup daily_update hourly_analysis)
    closebell_page(${program} 1 ${program})
    closebell_completion(${program})
  endforeach()
  closebell_page(closebell.conf 5 manual_setup)
endif()
add_custom_target(closebell_described ALL DEPENDS ${described})

install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES deploy/mongosh/closebell.js DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/mongosh)
install(FILES cron/closebell.crontab cron/closebell-classic.crontab.in DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/cron)
install(PROGRAMS cron/render_crontab DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/cron)
