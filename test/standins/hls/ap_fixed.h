// A stand-in for the part of AMD's ap_fixed.h that emitted designs use, so that they compile and run without Vitis HLS.
// Written from "C++ Arbitrary Precision Fixed-Point Types" of the Vitis HLS user guide (UG1399): truncation and wrapping
// only; sums, differences and products keep all bits; what is not here, such as the shifts that lose bits, is an error.
#ifndef HGQ_STANDIN_AP_FIXED_H
#define HGQ_STANDIN_AP_FIXED_H

#include "fixed_point.h"

enum ap_q_mode { AP_RND, AP_RND_ZERO, AP_RND_MIN_INF, AP_RND_INF, AP_RND_CONV, AP_TRN, AP_TRN_ZERO };
enum ap_o_mode { AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, AP_WRAP, AP_WRAP_SM };

/// What `range` gives: bits to read, and to assign, as an unsigned integer.
template <typename Raw> class ap_fixed_range {
    Raw &raw;
    const int width;
    const bool is_signed;
    const int low, count;

  public:
    ap_fixed_range(Raw &raw, int width, bool is_signed, int high, int low)
        : raw(raw), width(width), is_signed(is_signed), low(low), count(high - low + 1) {}

    Raw bits() const { return hgq_standin::bits_of(raw, width, low, count); }
    unsigned long long to_uint64() const { return hgq_standin::word_at(bits(), 0); }

    ap_fixed_range &operator=(const ap_fixed_range &other) { return set(other.bits()); }
    template <typename Other> ap_fixed_range &operator=(const ap_fixed_range<Other> &other) {
        return set(hgq_standin::convert<Raw>(other.bits()));
    }
    ap_fixed_range &operator=(unsigned long long value) {
        return set(hgq_standin::convert<Raw>(static_cast<unsigned __int128>(value)));
    }

  private:
    ap_fixed_range &set(const Raw &bits) {
        raw = hgq_standin::with_bits(raw, width, is_signed, low, count, bits);
        return *this;
    }
};

template <int W, int I, bool S> class ap_fixed_base {
  public:
    using format = hgq_standin::format<W, I, S>;
    typename format::raw raw;

    ap_fixed_base() : raw{} {}
    explicit ap_fixed_base(const typename format::raw &raw, std::nullptr_t) : raw(raw) {}

    double to_double() const { return hgq_standin::to_double(raw, -format::fraction); }
    bool operator[](int index) const { return hgq_standin::bit_of(raw, W, index); }
    ap_fixed_range<typename format::raw> range(int high, int low) { return {raw, W, S, high, low}; }
    /// As the vendor's: what it gives can be written to, though the number is constant.
    ap_fixed_range<typename format::raw> range(int high, int low) const {
        return const_cast<ap_fixed_base *>(this)->range(high, low);
    }
    ap_fixed_base<W + 1, I + 1, true> operator-() const {
        using To = hgq_standin::negative_format<format>;
        using Raw = typename To::raw;
        return ap_fixed_base<W + 1, I + 1, true>(hgq_standin::negated(hgq_standin::convert<Raw>(raw)), nullptr);
    }
};

template <typename Format> using ap_fixed_of = ap_fixed_base<Format::width, Format::integral, Format::is_signed>;

#define HGQ_STANDIN_TWO template <int W1, int I1, bool S1, int W2, int I2, bool S2>
#define HGQ_STANDIN_PAIR const ap_fixed_base<W1, I1, S1> &a, const ap_fixed_base<W2, I2, S2> &b
#define HGQ_STANDIN_FORMATS hgq_standin::format<W1, I1, S1>, hgq_standin::format<W2, I2, S2>

HGQ_STANDIN_TWO inline auto operator+(HGQ_STANDIN_PAIR) {
    using Sum = ap_fixed_of<hgq_standin::sum_format<HGQ_STANDIN_FORMATS, false>>;
    return Sum(hgq_standin::add<HGQ_STANDIN_FORMATS, false>(a.raw, b.raw), nullptr);
}
HGQ_STANDIN_TWO inline auto operator-(HGQ_STANDIN_PAIR) {
    using Difference = ap_fixed_of<hgq_standin::sum_format<HGQ_STANDIN_FORMATS, true>>;
    return Difference(hgq_standin::add<HGQ_STANDIN_FORMATS, true>(a.raw, b.raw), nullptr);
}
HGQ_STANDIN_TWO inline auto operator*(HGQ_STANDIN_PAIR) {
    using Product = ap_fixed_of<hgq_standin::product_format<HGQ_STANDIN_FORMATS>>;
    return Product(hgq_standin::multiply<HGQ_STANDIN_FORMATS>(a.raw, b.raw), nullptr);
}
HGQ_STANDIN_TWO inline bool operator<(HGQ_STANDIN_PAIR) { return hgq_standin::compare<HGQ_STANDIN_FORMATS>(a.raw, b.raw) < 0; }
HGQ_STANDIN_TWO inline bool operator==(HGQ_STANDIN_PAIR) { return hgq_standin::compare<HGQ_STANDIN_FORMATS>(a.raw, b.raw) == 0; }
HGQ_STANDIN_TWO inline bool operator!=(HGQ_STANDIN_PAIR) { return !(a == b); }

#undef HGQ_STANDIN_TWO
#undef HGQ_STANDIN_PAIR
#undef HGQ_STANDIN_FORMATS

/// The two types of a design differ in nothing but the sign.
#define HGQ_STANDIN_AP_FIXED(NAME, SIGNED)                                                                                    \
    template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>                                           \
    class NAME : public ap_fixed_base<W, I, SIGNED> {                                                                         \
        static_assert(Q == AP_TRN && O == AP_WRAP && N == 0, "the stand-in truncates and wraps only");                        \
        using To = hgq_standin::format<W, I, SIGNED>;                                                                         \
                                                                                                                              \
      public:                                                                                                                 \
        NAME() {}                                                                                                             \
        NAME(double value) { this->raw = hgq_standin::wrap(hgq_standin::from_double<typename To::raw>(value, To::fraction), W, SIGNED); }    \
        NAME(int value) : NAME(static_cast<double>(value)) {}                                                                 \
        NAME(bool value) : NAME(value ? 1 : 0) {}                                                                             \
        template <int W2, int I2, bool S2> NAME(const ap_fixed_base<W2, I2, S2> &other) {                                     \
            this->raw = hgq_standin::assign<To, hgq_standin::format<W2, I2, S2>>(other.raw);                                  \
        }                                                                                                                     \
    }

HGQ_STANDIN_AP_FIXED(ap_fixed, true);
HGQ_STANDIN_AP_FIXED(ap_ufixed, false);

#undef HGQ_STANDIN_AP_FIXED

#endif
