# What is installed besides the programs, and the Debian package: cmake --install build, or cd build && cpack -G DEB.
set(DEPLOY ${PROJECT_SOURCE_DIR}/deploy)
set(PAGES ${CMAKE_BINARY_DIR}/man)
set(COMPLETIONS ${CMAKE_BINARY_DIR}/completion)
file(MAKE_DIRECTORY ${PAGES}/man1 ${PAGES}/man5 ${PAGES}/man7 ${COMPLETIONS})

# Man pages and completion say what the programs say of themselves, so they are written once these are built.
set(page_names ${CLOSEBELL_PROGRAMS} ${CLOSEBELL_SERVERS})
list(SORT page_names)
list(TRANSFORM page_names APPEND "(1)")
list(JOIN CLOSEBELL_SERVERS " " server_names)
string(JOIN " " page_names ${page_names} "closebell.conf(5)" "closebell-screen(7)")

# own: what only this page says; tables: what it goes over. Either may be empty.
function(closebell_page name section target template own tables)
  set(page ${PAGES}/man${section}/${name}.${section})
  add_custom_command(
    OUTPUT ${page} ${page}.gz
    COMMAND sh -c "awk -v \"program=$1\" -v \"pages=$5\" -v \"own=$6\" -v \"tables=$7\" -v \"servers=$8\" -f \"$2\" \"$3\" >\"$4\" && gzip -9nc \"$4\" >\"$4.gz\"" sh
            $<TARGET_FILE:${target}> ${DEPLOY}/man/make_man.awk ${template} ${page} "${page_names}" "${own}" "${tables}" "${server_names}"
    DEPENDS ${target} ${DEPLOY}/man/make_man.awk ${template} ${own} ${tables}
    VERBATIM)
  set(described ${described} ${page} PARENT_SCOPE)
  install(FILES ${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endfunction()

list(JOIN CLOSEBELL_DATASETS " " dataset_names)

function(closebell_completion program target)
  add_custom_command(
    OUTPUT ${COMPLETIONS}/${program}
    COMMAND sh -c "COLUMNS= \"$1\" --help | awk -v datasets=\"$4\" -f \"$2\" >\"$3\"" sh $<TARGET_FILE:${target}> ${DEPLOY}/completion/make_completion.awk
            ${COMPLETIONS}/${program} "${dataset_names}"
    DEPENDS ${target} ${DEPLOY}/completion/make_completion.awk
    VERBATIM)
  set(described ${described} ${COMPLETIONS}/${program} PARENT_SCOPE)
  install(FILES ${COMPLETIONS}/${program} DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions)
endfunction()

set(described)
if(NOT CMAKE_CROSSCOMPILING)
  foreach(program ${CLOSEBELL_PROGRAMS} ${CLOSEBELL_SERVERS})
    set(target ${program})
    if(program IN_LIST CLOSEBELL_SERVERS) # its name is that of a library of src
      set(target ${program}_program)
    endif()
    closebell_page(${program} 1 ${target} ${DEPLOY}/man/program.1.in ${DEPLOY}/man/${program}.1.in "")
    closebell_completion(${program} ${target})
  endforeach()
  closebell_page(closebell.conf 5 manual_setup ${DEPLOY}/man/closebell.conf.5.in "" "")

  # The language of screens and the shipped strategies.
  add_executable(screen_tables ${DEPLOY}/man/screen_tables.c)
  target_link_libraries(screen_tables PRIVATE closebell_strategy)
  file(GLOB shipped CONFIGURE_DEPENDS ${DEPLOY}/strategies/*.ini)
  set(SCREEN_TABLES ${PAGES}/screen_tables)
  add_custom_command(
    OUTPUT ${SCREEN_TABLES}
    COMMAND sh -c "\"$1\" \"$2\" >\"$3\"" sh $<TARGET_FILE:screen_tables> ${DEPLOY}/strategies ${SCREEN_TABLES}
    DEPENDS screen_tables ${shipped}
    VERBATIM)
  closebell_page(closebell-screen 7 hourly_analysis ${DEPLOY}/man/closebell-screen.7.in "" ${SCREEN_TABLES})
endif()
add_custom_target(closebell_described ALL DEPENDS ${described})

# The pages, in the folders in which they stand here, so that the links between them lead somewhere.
foreach(page README.md deploy/README.md deploy/FIELDS.md deploy/mongosh/README.md deploy/embedded-db/README.md src/README.md
             tests/README.md tests/bench/README.md tests/data/README.md tests/model/README.md)
  get_filename_component(folder ${page} DIRECTORY)
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/mongosh/closebell.js ${PROJECT_BINARY_DIR}/mongosh/roles.js
        DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/mongosh)
install(PROGRAMS deploy/python/read_archive.py DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/python)
install(FILES ${CMAKE_BINARY_DIR}/cron/closebell.crontab ${CMAKE_BINARY_DIR}/cron/closebell-classic.crontab.in
        DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/cron)
install(PROGRAMS cron/render_crontab cron/install_crontab DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/cron)
# Declared feeds for an operator to copy into his folder; none of them runs from here.
install(DIRECTORY deploy/feeds DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell FILES_MATCHING PATTERN "*.ini" PATTERN "*.txt"
        PATTERN "*.map")
install(DIRECTORY deploy/strategies deploy/prompts DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell FILES_MATCHING PATTERN "*.ini")
install(DIRECTORY deploy/web DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell)
install(FILES deploy/grafana/closebell.json DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/grafana)
install(FILES deploy/prometheus/closebell.rules.yml DESTINATION ${CMAKE_INSTALL_DATADIR}/closebell/prometheus)
install(FILES ${UNITS} DESTINATION lib/systemd/system)

# Settings of the host's own are never overwritten. Group and others: the file may come to hold secrets.
set(SAMPLE ${CMAKE_BINARY_DIR}/closebell.conf)
add_custom_command(
  OUTPUT ${SAMPLE}
  COMMAND sh -c "\"$1\" --print-config | sed 's|^#auth_key_file =$|auth_key_file = /etc/closebell.key|' >\"$2\"" sh
          $<TARGET_FILE:manual_setup> ${SAMPLE}
  DEPENDS manual_setup
  VERBATIM)
add_custom_target(closebell_sample ALL DEPENDS ${SAMPLE})
install(CODE "
  if(NOT EXISTS \"\$ENV{DESTDIR}/etc/closebell.conf\")
    file(INSTALL \"${SAMPLE}\" DESTINATION /etc PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
  endif()")

# The schedule for cron, switched off. It is made from the crontab, so that its lines cannot differ.
set(CRON_D ${CMAKE_BINARY_DIR}/cron.d/closebell)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/cron.d)
add_custom_command(
  OUTPUT ${CRON_D}
  COMMAND sh -c "awk -f \"$1\" \"$2\" \"$3\" >\"$4\"" sh ${DEPLOY}/debian/make_cron_d.awk ${DEPLOY}/debian/cron.d.in
          ${CMAKE_BINARY_DIR}/cron/closebell.crontab ${CRON_D}
  DEPENDS ${DEPLOY}/debian/make_cron_d.awk ${DEPLOY}/debian/cron.d.in ${CMAKE_BINARY_DIR}/cron/closebell.crontab
  VERBATIM)
add_custom_target(closebell_cron_d ALL DEPENDS ${CRON_D})
install(CODE "
  if(NOT EXISTS \"\$ENV{DESTDIR}/etc/cron.d/closebell\")
    file(INSTALL \"${CRON_D}\" DESTINATION /etc/cron.d PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endif()")

# ---- the Debian package ----
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME closebell)
set(CPACK_PACKAGE_CONTACT "closebell maintainers <closebell@localhost>" CACHE STRING "who gives the package away")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-healing copy of the Korean stock market's daily data in MongoDB")
set(CPACK_PACKAGE_DESCRIPTION
    "Three programs, started by cron, systemd or by hand, look at what is in the
database, work out what is missing and do exactly that: the daily rows of the
Korean exchange, verified against the sessions around them, and indicators
computed from them. A fourth one answers readers over HTTP.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd | cron, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, mongodb-server, python3")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${DEPLOY}/debian/conffiles ${CMAKE_BINARY_DIR}/debian/postinst
                                       ${CMAKE_BINARY_DIR}/debian/prerm ${DEPLOY}/debian/postrm)
set(VERSION ${PROJECT_VERSION})
set(MAINTAINER ${CPACK_PACKAGE_CONTACT})
configure_file(${DEPLOY}/debian/changelog.in ${CMAKE_BINARY_DIR}/changelog @ONLY)
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/changelog.gz
  COMMAND sh -c "gzip -9nc \"$1\" >\"$1.gz\"" sh ${CMAKE_BINARY_DIR}/changelog
  DEPENDS ${CMAKE_BINARY_DIR}/changelog
  VERBATIM)
add_custom_target(closebell_changelog ALL DEPENDS ${CMAKE_BINARY_DIR}/changelog.gz)
install(FILES deploy/debian/copyright ${CMAKE_BINARY_DIR}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES deploy/debian/lintian-overrides DESTINATION share/lintian/overrides RENAME closebell)
include(CPack)
