# SPDX-License-Identifier: Apache-2.0
# What the project's own tests, benchmarks and examples are compiled with. Never part of nps::nps.
add_library(nps_development INTERFACE)
target_link_libraries(nps_development INTERFACE nps::nps)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  # The presets of the developers make errors of these; a user's other compiler may warn.
  target_compile_options(nps_development INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
endif()
