// What an instruction without memory computes: the functions of arithmetic.def, and a table of them.
#include <math.h>
#include <string.h>

#include "ptxsim.h"

typedef int8_t s8;
typedef uint8_t u8;
typedef int16_t s16;
typedef uint16_t u16, b16;
typedef int32_t s32;
typedef uint32_t u32, b32;
typedef int64_t s64;
typedef uint64_t u64, b64, raw;
typedef float f32;
typedef bool pred;

// What the GPU makes of every NaN that is computed.
static const uint32_t CANONICAL_NAN = 0x7FFFFFFF;

static f32 f32_of(uint64_t bits) {
    uint32_t word = (uint32_t)bits;
    f32 value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static uint64_t from_f32(f32 value) {
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return value != value ? CANONICAL_NAN : word;
}

#define INTEGER_REGISTER(T) \
    static inline T T##_of(uint64_t bits) { return (T)bits; } \
    static inline uint64_t from_##T(T value) { return (uint64_t)value; }
INTEGER_REGISTER(s8)
INTEGER_REGISTER(u8)
INTEGER_REGISTER(s16)
INTEGER_REGISTER(u16)
INTEGER_REGISTER(s32)
INTEGER_REGISTER(u32)
INTEGER_REGISTER(s64)
INTEGER_REGISTER(u64)
INTEGER_REGISTER(b16)
INTEGER_REGISTER(b32)
INTEGER_REGISTER(b64)
INTEGER_REGISTER(raw)
INTEGER_REGISTER(pred)

// Division by zero has no defined result in PTX: all bits, as GPUs give. In 128 bits the other quotients all exist.
#define DIVIDE(T, a, b) ((b) == 0 ? (T)-1 : (T)((__int128)(a) / (b)))
#define REMAINDER(T, a, b) ((b) == 0 ? (T)-1 : (T)((__int128)(a) % (b)))
#define TRUNCATE(T, low, high, a) \
    ((a) != (a) ? 0 : (a) <= (f32)(low) ? (T)(low) : (a) >= (f32)(high) ? (T)(high) : (T)(a))

uint64_t flush_subnormal(uint64_t bits) {
    return (bits & 0x7F800000) == 0 ? bits & 0x80000000 : bits;
}

float float_of_half(uint64_t bits) {
    int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    float sign = bits >> 15 & 1 ? -1.0f : 1.0f;
    if (exponent == 31) {
        return fraction != 0 ? NAN : sign * INFINITY;
    }

    return sign * (exponent == 0 ? ldexpf((float)fraction, -24) : ldexpf((float)(1024 + fraction), exponent - 25));
}

uint64_t half_of_float(float value) {
    uint64_t sign = signbit(value) ? 0x8000 : 0;
    float size = fabsf(value);
    if (value != value) {
        return 0x7FFF;
    }

    // From halfway between the largest half and the next power of two on.
    if (size >= 65520.0f) {
        return sign | 0x7C00;
    }

    int exponent = size < 0x1p-14f ? -14 : ilogbf(size);

    // The scaling is exact, rintf rounds to the nearest even, and 2048 carries into the exponent by itself.
    uint64_t places = (uint64_t)rintf(ldexpf(size, 10 - exponent));
    return sign | (((uint64_t)(exponent + 14) << 10) + places);
}

uint64_t bfloat_of_float(float value) {
    uint64_t bits = from_f32(value);
    return value != value ? 0x7FFF : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

#define FUNCTION(name, expression) \
    static uint64_t name(uint64_t x, uint64_t y, uint64_t z) { \
        (void)x, (void)y, (void)z; \
        expression \
    }
#define UNARY(name, in, out, value) FUNCTION(name, in a = in##_of(x); return from_##out(value);)
#define BINARY(name, in, out, value) FUNCTION(name, in a = in##_of(x); in b = in##_of(y); return from_##out(value);)
#define TERNARY(name, in, out, value) \
    FUNCTION(name, in a = in##_of(x); in b = in##_of(y); in c = in##_of(z); return from_##out(value);)
#define COMPARE(name, in, value) BINARY(name, in, pred, value)
#define SHIFT(name, in, value) FUNCTION(name, in a = in##_of(x); u32 b = u32_of(y); return from_##in(value);)
#define SELECT(name) FUNCTION(name, return z != 0 ? x : y;)
#include "arithmetic.def"
#undef UNARY
#undef BINARY
#undef TERNARY
#undef COMPARE
#undef SHIFT
#undef SELECT

#define UNARY(name, in, out, value) {#name, name, 1},
#define BINARY(name, in, out, value) {#name, name, 2},
#define TERNARY(name, in, out, value) {#name, name, 3},
#define COMPARE(name, in, value) {#name, name, 2},
#define SHIFT(name, in, value) {#name, name, 2},
#define SELECT(name) {#name, name, 3},
static const Operation operations[] = {
#include "arithmetic.def"
};

// Compares a name of PTX with one of the table, which has _ for a dot.
static bool is_same(const char *table, const char *ptx) {
    while (*table != 0 && (*table == *ptx || (*table == '_' && *ptx == '.'))) {
        table++;
        ptx++;
    }

    return *table == *ptx;
}

const Operation *operation_find(const char *name) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (is_same(operations[i].name, name)) {
            return &operations[i];
        }
    }

    return NULL;
}
