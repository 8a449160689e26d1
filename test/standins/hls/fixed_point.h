// Fixed-point arithmetic on raw integers, as AMD's ap_fixed and the Algorithmic C ac_fixed both document it. A number of
// width W with I integer bits (its sign among them) stands for raw * 2^-(W - I).
#ifndef HGQ_STANDIN_FIXED_POINT_H
#define HGQ_STANDIN_FIXED_POINT_H

#include "exact_integer.h"

namespace hgq_standin {

constexpr int larger(int a, int b) { return a > b ? a : b; }

template <int W, int I, bool S> struct format {
    static_assert(W >= 1, "a width is at least 1");
    static constexpr int width = W;
    static constexpr int integral = I;
    static constexpr int fraction = W - I;
    static constexpr bool is_signed = S;
    /// A bit wider than the number, so that unsigned bits of it fit as well.
    using raw = integer<W + 1>;
};

/// Sum or difference: exact. A difference is signed always.
template <typename A, typename B, bool Difference> struct sum_format_of {
    static constexpr int integral = larger(A::integral + (B::is_signed && !A::is_signed), B::integral + (A::is_signed && !B::is_signed)) + 1;
    static constexpr int fraction = larger(A::fraction, B::fraction);
    using type = format<integral + fraction, integral, Difference || A::is_signed || B::is_signed>;
};
template <typename A, typename B, bool Difference> using sum_format = typename sum_format_of<A, B, Difference>::type;

template <typename A, typename B>
using product_format = format<A::width + B::width, A::integral + B::integral, A::is_signed || B::is_signed>;

template <typename A> using negative_format = format<A::width + 1, A::integral + 1, true>;

template <typename A, typename B, bool Difference>
inline typename sum_format<A, B, Difference>::raw add(const typename A::raw &a, const typename B::raw &b) {
    using To = sum_format<A, B, Difference>;
    using Raw = typename To::raw;
    const Raw x = left(convert<Raw>(a), To::fraction - A::fraction);
    const Raw y = left(convert<Raw>(b), To::fraction - B::fraction);
    return sum(x, Difference ? negated(y) : y);
}

template <typename A, typename B>
inline typename product_format<A, B>::raw multiply(const typename A::raw &a, const typename B::raw &b) {
    using Raw = typename product_format<A, B>::raw;
    return product(convert<Raw>(a), convert<Raw>(b));
}

/// Assignment: bits below the new grid dropped (towards minus infinity), bits above the new width too (modulo).
template <typename To, typename From> inline typename To::raw assign(const typename From::raw &raw) {
    constexpr int finer = To::fraction - From::fraction;
    using Raw = typename To::raw;
    if constexpr (finer >= 0) return wrap(left(convert<Raw>(raw), finer), To::width, To::is_signed);
    else return wrap(convert<Raw>(right(raw, -finer)), To::width, To::is_signed);
}

template <typename A, typename B> inline int compare(const typename A::raw &a, const typename B::raw &b) {
    using Common = sum_format<A, B, true>;
    using Raw = typename Common::raw;
    const Raw x = left(convert<Raw>(a), Common::fraction - A::fraction);
    const Raw y = left(convert<Raw>(b), Common::fraction - B::fraction);
    return less(x, y) ? -1 : equal(x, y) ? 0 : 1;
}

/// Bit `index` of the low `width` bits.
template <typename T> inline bool bit_of(const T &raw, int width, int index) {
    if (index < 0 || index >= width) misuse("a bit was asked for that the number does not have");
    return word_at(raw, index / 64) >> (index % 64) & 1;
}

} // namespace hgq_standin

#endif
