# SPDX-License-Identifier: Apache-2.0
include(CMakeFindDependencyMacro)
find_dependency(nps CONFIG)
include("${CMAKE_CURRENT_LIST_DIR}/survey_tools-targets.cmake")
