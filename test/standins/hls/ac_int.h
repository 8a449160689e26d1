// A stand-in for the part of the Algorithmic C ac_int.h that emitted designs use: integers as pieces of ac_fixed.
// Written from the Algorithmic C Datatypes reference manual.
#ifndef HGQ_STANDIN_AC_INT_H
#define HGQ_STANDIN_AC_INT_H

#include "fixed_point.h"

template <int W, bool S> class ac_int {
  public:
    using format = hgq_standin::format<W, W, S>;
    typename format::raw raw;

    ac_int(unsigned long long value)
        : raw(hgq_standin::wrap(hgq_standin::convert<typename format::raw>(static_cast<__int128>(value)), W, S)) {}
    explicit ac_int(const typename format::raw &raw, std::nullptr_t) : raw(raw) {}

    unsigned long long to_uint64() const { return hgq_standin::word_at(raw, 0); }
};

#endif
