# SPDX-License-Identifier: Apache-2.0
# Every public header; scripts/check_structure compares the list with the tree.
set(NPS_HEADERS
    include/nps/core.hpp
    include/nps/core/category_counts.hpp
    include/nps/core/error.hpp
    include/nps/core/moments.hpp
    include/nps/core/result.hpp
    include/nps/core/scale.hpp
    include/nps/core/share_counts.hpp
    include/nps/count.hpp
    include/nps/infer.hpp
    include/nps/nps.hpp
    include/nps/numeric.hpp
    include/nps/numeric/distributions.hpp
    include/nps/numeric/parallel.hpp
    include/nps/resample.hpp
    include/nps/resample/bootstrap_method.hpp
    include/nps/resample/detail/bca.hpp
    include/nps/version.hpp
)
