# SPDX-License-Identifier: Apache-2.0
# Headers, the CMake package and the pkg-config file. Nothing here depends on the architecture.
include(CMakePackageConfigHelpers)

set(nps_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/nps")
set(nps_pkgconfig_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")

install(TARGETS nps EXPORT nps-targets FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT nps-targets NAMESPACE nps:: DESTINATION "${nps_package_dir}")

configure_package_config_file(cmake/nps-config.cmake.in "${PROJECT_BINARY_DIR}/nps-config.cmake"
                              INSTALL_DESTINATION "${nps_package_dir}"
                              NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/nps-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/nps-config.cmake"
              "${PROJECT_BINARY_DIR}/nps-config-version.cmake"
        DESTINATION "${nps_package_dir}")

# Found from the place of the .pc file, so that an installed tree can be moved.
if(IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}" OR IS_ABSOLUTE "${nps_pkgconfig_dir}")
  set(nps_pc_includedir "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
else()
  file(RELATIVE_PATH nps_pc_up "/${nps_pkgconfig_dir}" "/")
  string(REGEX REPLACE "/$" "" nps_pc_up "${nps_pc_up}")
  set(nps_pc_includedir "\${pcfiledir}/${nps_pc_up}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(cmake/nps.pc.in "${PROJECT_BINARY_DIR}/nps.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/nps.pc" DESTINATION "${nps_pkgconfig_dir}")
