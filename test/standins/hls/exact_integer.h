// Integers of any width for the stand-ins of the vendors' types: signed, two's complement, as wide as asked for at compile
// time. The machine's own where they are wide enough. No operation here overflows: callers ask for results that are wide enough.
#ifndef HGQ_STANDIN_EXACT_INTEGER_H
#define HGQ_STANDIN_EXACT_INTEGER_H

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace hgq_standin {

[[noreturn]] inline void misuse(const char *what) {
    std::fprintf(stderr, "error: %s\n", what);
    std::abort();
}

/// 64 * Words bits, lowest word first.
template <int Words> struct wide {
    std::uint64_t word[Words];
};

/// The type of a signed integer of `Bits` bits, its sign among them.
template <int Bits>
using integer = std::conditional_t<(Bits <= 64), std::int64_t,
                                   std::conditional_t<(Bits <= 128), __int128, wide<(Bits + 63) / 64>>>;

template <typename T> struct is_wide : std::false_type {};
template <int Words> struct is_wide<wide<Words>> : std::true_type {};

template <typename T> constexpr int words_of = static_cast<int>((sizeof(T) + 7) / 8);

/// Word `index` of a value, its sign repeated above the highest.
template <typename T> inline std::uint64_t word_at(const T &value, int index) {
    if constexpr (is_wide<T>::value) {
        if (index < words_of<T>) return value.word[index];
        return static_cast<std::int64_t>(value.word[words_of<T> - 1]) < 0 ? ~std::uint64_t(0) : 0;
    } else {
        const __int128 all = static_cast<__int128>(value);
        return static_cast<std::uint64_t>(index == 0 ? all : index == 1 ? all >> 64 : all < 0 ? -1 : 0);
    }
}

/// The value in another type; its low bits where that is narrower.
template <typename To, typename From> inline To convert(const From &value) {
    if constexpr (std::is_same_v<To, From>) {
        return value;
    } else if constexpr (!is_wide<To>::value && !is_wide<From>::value) {
        return static_cast<To>(value);
    } else if constexpr (is_wide<To>::value) {
        To result;
        for (int index = 0; index < words_of<To>; index++) result.word[index] = word_at(value, index);
        return result;
    } else {
        const unsigned __int128 high = word_at(value, 1);
        return static_cast<To>(high << 64 | word_at(value, 0));
    }
}

template <typename T> inline bool is_negative(const T &value) {
    if constexpr (is_wide<T>::value) return static_cast<std::int64_t>(value.word[words_of<T> - 1]) < 0;
    else return value < 0;
}

template <typename T> inline T sum(const T &a, const T &b) {
    if constexpr (is_wide<T>::value) {
        T result;
        unsigned __int128 carry = 0;
        for (int index = 0; index < words_of<T>; index++) {
            carry += static_cast<unsigned __int128>(a.word[index]) + b.word[index];
            result.word[index] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
        return result;
    } else {
        return a + b;
    }
}

template <typename T> inline T negated(const T &value) {
    if constexpr (is_wide<T>::value) {
        T result;
        unsigned __int128 carry = 1;
        for (int index = 0; index < words_of<T>; index++) {
            carry += static_cast<std::uint64_t>(~value.word[index]);
            result.word[index] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
        return result;
    } else {
        return -value;
    }
}

template <typename T> inline T product(const T &a, const T &b) {
    if constexpr (is_wide<T>::value) {
        T result = {};
        for (int i = 0; i < words_of<T>; i++) {
            unsigned __int128 carry = 0;
            for (int j = 0; i + j < words_of<T>; j++) {
                carry += static_cast<unsigned __int128>(a.word[i]) * b.word[j] + result.word[i + j];
                result.word[i + j] = static_cast<std::uint64_t>(carry);
                carry >>= 64;
            }
        }
        return result;
    } else {
        return a * b;
    }
}

/// value * 2^bits, its low bits.
template <typename T> inline T left(const T &value, int bits) {
    if constexpr (is_wide<T>::value) {
        T result;
        for (int index = words_of<T> - 1; index >= 0; index--) {
            const int from = index - bits / 64;
            const std::uint64_t low = from >= 1 ? value.word[from - 1] : 0;
            const std::uint64_t high = from >= 0 ? value.word[from] : 0;
            result.word[index] = bits % 64 == 0 ? high : high << (bits % 64) | low >> (64 - bits % 64);
        }
        return result;
    } else {
        using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, unsigned __int128>;
        return bits >= static_cast<int>(8 * sizeof(T)) ? T(0) : static_cast<T>(static_cast<Bits>(value) << bits);
    }
}

/// value / 2^bits towards minus infinity.
template <typename T> inline T right(const T &value, int bits) {
    if constexpr (is_wide<T>::value) {
        T result;
        for (int index = 0; index < words_of<T>; index++) {
            const std::uint64_t low = word_at(value, index + bits / 64);
            const std::uint64_t high = word_at(value, index + bits / 64 + 1);
            result.word[index] = bits % 64 == 0 ? low : low >> (bits % 64) | high << (64 - bits % 64);
        }
        return result;
    } else {
        const int most = static_cast<int>(8 * sizeof(T)) - 1;
        return value >> (bits < most ? bits : most);
    }
}

/// The low `width` bits of a value, 0 above; fewer than T has.
template <typename T> inline T low_bits(const T &value, int width) {
    if constexpr (is_wide<T>::value) {
        T result = value;
        for (int index = 0; index < words_of<T>; index++) {
            const int kept = width - 64 * index;
            if (kept <= 0) result.word[index] = 0;
            else if (kept < 64) result.word[index] &= (std::uint64_t(1) << kept) - 1;
        }
        return result;
    } else {
        return value & ((T(1) << width) - 1);
    }
}

template <typename T> inline bool equal(const T &a, const T &b) {
    if constexpr (is_wide<T>::value) {
        for (int index = 0; index < words_of<T>; index++)
            if (a.word[index] != b.word[index]) return false;
        return true;
    } else {
        return a == b;
    }
}

template <typename T> inline bool less(const T &a, const T &b) {
    if constexpr (is_wide<T>::value) {
        if (is_negative(a) != is_negative(b)) return is_negative(a);
        for (int index = words_of<T> - 1; index >= 0; index--)
            if (a.word[index] != b.word[index]) return a.word[index] < b.word[index];
        return false;
    } else {
        return a < b;
    }
}

/// value * 2^bits, its low bits; towards minus infinity where bits is negative.
template <typename T> inline T scaled(const T &value, int bits) { return bits >= 0 ? left(value, bits) : right(value, -bits); }

/// The low `width` bits, read as two's complement where they are signed. T has a bit more where they are not.
template <typename T> inline T wrap(const T &value, int width, bool is_signed) {
    if (!is_signed) return low_bits(value, width);
    const int spare = static_cast<int>(8 * sizeof(T)) - width;
    return right(left(value, spare), spare);
}

/// Bits low … low + count - 1 of the low `width` bits, as an unsigned number; T has a bit more than the width.
template <typename T> inline T bits_of(const T &value, int width, int low, int count) {
    if (low < 0 || count < 1 || low + count > width) misuse("a range of bits was asked for that the number does not have");
    return wrap(right(value, low), count, false);
}

/// The value with `count` bits from `low` on replaced by the low bits of `bits`.
template <typename T> inline T with_bits(const T &value, int width, bool is_signed, int low, int count, const T &bits) {
    const T old = left(bits_of(value, width, low, count), low);
    const T fresh = left(wrap(bits, count, false), low);
    return wrap(sum(sum(value, negated(old)), fresh), width, is_signed);
}

/// floor(value * 2^exponent), its low bits; for finite values.
template <typename T> inline T from_double(double value, int exponent) {
    if (!std::isfinite(value)) misuse("a fixed-point number was made from an infinity or from no number");
    int scale = 0;
    const double fraction = std::frexp(value, &scale);
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
    return scaled(convert<T>(mantissa), scale - 53 + exponent);
}

/// value * 2^exponent; exact while the value has at most 53 bits between its first and its last one.
template <typename T> inline double to_double(const T &value, int exponent) {
    if (is_negative(value)) {
        double magnitude = 0;
        const auto positive = negated(convert<wide<words_of<T> + 1>>(value));
        for (int index = words_of<T>; index >= 0; index--)
            magnitude += std::ldexp(static_cast<double>(positive.word[index]), 64 * index + exponent);
        return -magnitude;
    }
    double magnitude = 0;
    for (int index = words_of<T> - 1; index >= 0; index--)
        magnitude += std::ldexp(static_cast<double>(word_at(value, index)), 64 * index + exponent);
    return magnitude;
}

} // namespace hgq_standin

#endif
