# SPDX-License-Identifier: Apache-2.0
# Compiles SOURCE twice with COMPILER; see CMakeLists.txt.
foreach(label EXPECT FLAGS)
  file(STRINGS "${SOURCE}" ${label} REGEX "^// ${label}: ")
  list(TRANSFORM ${label} REPLACE "^// ${label}: " "")
endforeach()
if(EXPECT STREQUAL "")
  message(FATAL_ERROR "${SOURCE} has no line '// EXPECT: regular expression'")
endif()
separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")
list(TRANSFORM INCLUDES PREPEND -I)

set(ENV{LC_ALL} C) # messages in English, quotes in one byte
set(compile "${COMPILER}" -std=c++20 -fsyntax-only -fno-diagnostics-color ${INCLUDES})
execute_process(COMMAND ${compile} "${SOURCE}"
                RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE text)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the right form does not compile:\n${text}")
endif()
execute_process(COMMAND ${compile} ${FLAGS} -DNPS_WRONG "${SOURCE}"
                RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE text)
if(result EQUAL 0)
  message(FATAL_ERROR "the wrong form compiles")
endif()
foreach(expected IN LISTS EXPECT)
  if(NOT text MATCHES "${expected}")
    message(FATAL_ERROR "the wrong form fails without the message '${expected}':\n${text}")
  endif()
endforeach()
