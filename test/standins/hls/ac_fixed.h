// A stand-in for the part of the Algorithmic C ac_fixed.h that emitted designs use, so that they compile and run without
// Altera's compiler. Written from the Algorithmic C Datatypes reference manual: truncation and wrapping only; sums,
// differences and products keep all bits; what is not here, such as the shifts that lose bits, is an error.
#ifndef HGQ_STANDIN_AC_FIXED_H
#define HGQ_STANDIN_AC_FIXED_H

#include "ac_int.h"

enum ac_q_mode { AC_TRN, AC_RND, AC_TRN_ZERO, AC_RND_ZERO, AC_RND_INF, AC_RND_MIN_INF, AC_RND_CONV, AC_RND_CONV_ODD };
enum ac_o_mode { AC_WRAP, AC_SAT, AC_SAT_ZERO, AC_SAT_SYM };

template <int W, int I, bool S = true, ac_q_mode Q = AC_TRN, ac_o_mode O = AC_WRAP> class ac_fixed {
    static_assert(Q == AC_TRN && O == AC_WRAP, "the stand-in truncates and wraps only");
    static_assert(W >= 2, "Altera's compilers want two bits at least");

  public:
    using format = hgq_standin::format<W, I, S>;
    typename format::raw raw;

    /// Without a value, as the vendor's: reading it is an error, and here gives a number that no test expects.
    ac_fixed() : raw(hgq_standin::wrap(hgq_standin::convert<typename format::raw>(std::int64_t(0x5a5a5a5a5a5a5a5a)), W, S)) {}
    ac_fixed(double value)
        : raw(hgq_standin::wrap(hgq_standin::from_double<typename format::raw>(value, format::fraction), W, S)) {}
    ac_fixed(int value) : ac_fixed(static_cast<double>(value)) {}
    ac_fixed(bool value) : ac_fixed(value ? 1 : 0) {}
    template <int W2, int I2, bool S2>
    ac_fixed(const ac_fixed<W2, I2, S2> &other)
        : raw(hgq_standin::assign<format, hgq_standin::format<W2, I2, S2>>(other.raw)) {}
    explicit ac_fixed(const typename format::raw &raw, std::nullptr_t) : raw(raw) {}

    double to_double() const { return hgq_standin::to_double(raw, -format::fraction); }
    bool operator[](int index) const { return hgq_standin::bit_of(raw, W, index); }

    /// Bits lsb … lsb + WS - 1, read with this number's sign.
    template <int WS> ac_int<WS, S> slc(int lsb) const {
        using Raw = typename ac_int<WS, S>::format::raw;
        const auto bits = hgq_standin::bits_of(raw, W, lsb, WS);
        return ac_int<WS, S>(hgq_standin::wrap(hgq_standin::convert<Raw>(bits), WS, S), nullptr);
    }
    template <int W2, bool S2> ac_fixed &set_slc(int lsb, const ac_int<W2, S2> &bits) {
        raw = hgq_standin::with_bits(raw, W, S, lsb, W2, hgq_standin::convert<typename format::raw>(bits.raw));
        return *this;
    }
    auto operator-() const {
        using To = hgq_standin::negative_format<format>;
        return ac_fixed<W + 1, I + 1, true>(hgq_standin::negated(hgq_standin::convert<typename To::raw>(raw)), nullptr);
    }
};

template <typename Format> using ac_fixed_of = ac_fixed<Format::width, Format::integral, Format::is_signed>;

#define HGQ_STANDIN_TWO template <int W1, int I1, bool S1, int W2, int I2, bool S2>
#define HGQ_STANDIN_PAIR const ac_fixed<W1, I1, S1> &a, const ac_fixed<W2, I2, S2> &b
#define HGQ_STANDIN_FORMATS hgq_standin::format<W1, I1, S1>, hgq_standin::format<W2, I2, S2>

HGQ_STANDIN_TWO inline auto operator+(HGQ_STANDIN_PAIR) {
    using Sum = ac_fixed_of<hgq_standin::sum_format<HGQ_STANDIN_FORMATS, false>>;
    return Sum(hgq_standin::add<HGQ_STANDIN_FORMATS, false>(a.raw, b.raw), nullptr);
}
HGQ_STANDIN_TWO inline auto operator-(HGQ_STANDIN_PAIR) {
    using Difference = ac_fixed_of<hgq_standin::sum_format<HGQ_STANDIN_FORMATS, true>>;
    return Difference(hgq_standin::add<HGQ_STANDIN_FORMATS, true>(a.raw, b.raw), nullptr);
}
HGQ_STANDIN_TWO inline auto operator*(HGQ_STANDIN_PAIR) {
    using Product = ac_fixed_of<hgq_standin::product_format<HGQ_STANDIN_FORMATS>>;
    return Product(hgq_standin::multiply<HGQ_STANDIN_FORMATS>(a.raw, b.raw), nullptr);
}
HGQ_STANDIN_TWO inline bool operator<(HGQ_STANDIN_PAIR) { return hgq_standin::compare<HGQ_STANDIN_FORMATS>(a.raw, b.raw) < 0; }
HGQ_STANDIN_TWO inline bool operator==(HGQ_STANDIN_PAIR) { return hgq_standin::compare<HGQ_STANDIN_FORMATS>(a.raw, b.raw) == 0; }
HGQ_STANDIN_TWO inline bool operator!=(HGQ_STANDIN_PAIR) { return !(a == b); }

#undef HGQ_STANDIN_TWO
#undef HGQ_STANDIN_PAIR
#undef HGQ_STANDIN_FORMATS

#endif
