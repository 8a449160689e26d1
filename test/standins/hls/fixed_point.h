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
    using raw = integer<W + (S ? 0 : 1)>;
};

/// Sum or difference: exact. A difference is signed always.
template <typename A, typename B, bool Difference>
using sum_format = format<larger(A::integral + (B::is_signed && !A::is_signed), B::integral + (A::is_signed && !B::is_signed)) +
                              1 + larger(A::fraction, B::fraction),
                          larger(A::integral + (B::is_signed && !A::is_signed), B::integral + (A::is_signed && !B::is_signed)) + 1,
                          Difference || A::is_signed || B::is_signed>;

template <typename A, typename B>
using product_format = format<A::width + B::width, A::integral + B::integral, A::is_signed || B::is_signed>;

template <typename A> using negative_format = format<A::width + 1, A::integral + 1, true>;

/// The raw value on a grid that is at least as fine, in a type that is wide enough.
template <typename To, int Bits, typename From> inline integer<Bits> aligned(const typename From::raw &raw) {
    return left(convert<integer<Bits>>(raw), To::fraction - From::fraction);
}

template <typename A, typename B, bool Difference>
inline typename sum_format<A, B, Difference>::raw add(const typename A::raw &a, const typename B::raw &b) {
    using To = sum_format<A, B, Difference>;
    constexpr int bits = To::width + 1;
    const auto x = aligned<To, bits, A>(a);
    const auto y = aligned<To, bits, B>(b);
    return convert<typename To::raw>(sum(x, Difference ? negated(y) : y));
}

template <typename A, typename B>
inline typename product_format<A, B>::raw multiply(const typename A::raw &a, const typename B::raw &b) {
    using Raw = typename product_format<A, B>::raw;
    return product(convert<Raw>(a), convert<Raw>(b));
}

/// Assignment: bits below the new grid dropped (towards minus infinity), bits above the new width too (modulo).
template <typename To, typename From> inline typename To::raw assign(const typename From::raw &raw) {
    constexpr int finer = To::fraction - From::fraction;
    if constexpr (finer >= 0) {
        constexpr int bits = From::width + 1 + finer;
        return wrap<To::width, To::is_signed>(left(convert<integer<bits>>(raw), finer));
    } else {
        return wrap<To::width, To::is_signed>(right(raw, -finer));
    }
}

template <typename A, typename B> inline int compare(const typename A::raw &a, const typename B::raw &b) {
    using Common = sum_format<A, B, true>;
    constexpr int bits = Common::width + 1;
    const auto x = aligned<Common, bits, A>(a);
    const auto y = aligned<Common, bits, B>(b);
    return less(x, y) ? -1 : equal(x, y) ? 0 : 1;
}

template <typename F> inline bool bit_at(const typename F::raw &raw, int index) {
    if (index < 0 || index >= F::width) misuse("a bit was asked for that the number does not have");
    return word_at(raw, index / 64) >> (index % 64) & 1;
}

/// Bits low … low + count - 1 as an unsigned number.
template <typename F> inline integer<F::width + 1> bits_at(const typename F::raw &raw, int low, int count) {
    if (low < 0 || count < 1 || low + count > F::width) misuse("a range of bits was asked for that the number does not have");
    const auto all = wrap<F::width, false>(raw);
    const auto above = left(right(all, low + count), count);
    return sum(right(all, low), negated(above));
}

/// The raw value with `count` bits from `low` on replaced by the low bits of `bits`.
template <typename F, typename T> inline typename F::raw with_bits(const typename F::raw &raw, int low, int count, const T &bits) {
    using All = integer<F::width + 1>;
    const All old = left(bits_at<F>(raw, low, count), low);
    const All given = convert<All>(bits);
    const All fresh = sum(given, negated(left(right(given, count), count)));
    return wrap<F::width, F::is_signed>(sum(sum(wrap<F::width, false>(raw), negated(old)), left(fresh, low)));
}

} // namespace hgq_standin

#endif
