// Conversions of fp16 and bf16: every half there is, and around every place where the rounding changes.
#include <math.h>
#include <string.h>

#include "test.h"

enum { HALVES = 1 << 16, LANES = 256 };

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

// The value of a half, from its bits to those of a float.
static uint32_t widened(uint32_t half) {
    uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
    if (exponent == 31) {
        return fraction != 0 ? 0x7FFFFFFF : sign | 0x7F800000;
    }

    if (exponent > 0) {
        return sign | (exponent + 112) << 23 | fraction << 13;
    }

    int shift = 0;
    for (; fraction != 0 && (fraction & 1024) == 0; shift++) {
        fraction <<= 1;
    }

    return fraction == 0 ? sign : sign | (uint32_t)(113 - shift) << 23 | (fraction & 1023) << 13;
}

// Runs an instruction from 32 bits to 32 bits over many values.
static void convert(const char *lines, const uint32_t *from, uint32_t *to, int count) {
    char body[1024] = "mul.wide.u32 %rd5, %r4, 4;\nadd.s64 %rd6, %rd5, %rd1;\nadd.s64 %rd7, %rd5, %rd2;\n"
        "ld.global.b32 %r5, [%rd6];\nmov.b32 %f1, %r5;\ncvt.u16.u32 %rs1, %r5;\n";
    strcat(body, lines);
    strcat(body, "st.global.b32 [%rd7], %r6;");
    uint64_t in = device_of(from, sizeof *from * (size_t)count), out = device_new(sizeof *to * (size_t)count);
    int code = run(body, count / LANES, LANES, in, out, 0);
    check(code == 0, "%s: %s", lines, error_text());
    device_read(out, to, sizeof *to * (size_t)count);
    device_free(in);
    device_free(out);
}

static void compare(const char *what, const uint32_t *from, const uint32_t *to, const uint32_t *wanted, int count) {
    for (int i = 0; i < count; i++) {
        if (to[i] != wanted[i]) {
            check(false, "%s of %x is %x, not %x", what, from[i], to[i], wanted[i]);
            return;
        }
    }

    check(true, "%s", what);
}

static void test_widening(void) {
    static uint32_t from[HALVES], to[HALVES], wanted[HALVES];
    for (uint32_t i = 0; i < HALVES; i++) {
        from[i] = i;
        wanted[i] = widened(i);
    }

    convert("cvt.f32.f16 %f2, %rs1;\nmov.b32 %r6, %f2;\n", from, to, HALVES);
    compare("cvt.f32.f16", from, to, wanted, HALVES);
    for (uint32_t i = 0; i < HALVES; i++) {
        wanted[i] = isnan(float_of(i << 16)) ? 0x7FFFFFFF : i << 16;
    }

    convert("cvt.f32.bf16 %f2, %rs1;\nmov.b32 %r6, %f2;\n", from, to, HALVES);
    compare("cvt.f32.bf16", from, to, wanted, HALVES);
}

// What rounding to the nearest even makes of the places at and around every small value and every middle between two.
// infinity is the number of the first value that is none, steps[i] the value of number i.
static void test_narrowing(const char *name, const char *lines, uint32_t infinity, uint32_t (*step)(uint32_t)) {
    enum { PLACES = 8 };
    static uint32_t from[HALVES / 2 * PLACES], to[HALVES / 2 * PLACES], wanted[HALVES / 2 * PLACES];
    for (uint32_t i = 0; i < HALVES / 2; i++) {
        uint32_t low = i < infinity ? step(i) : 0x7F800001 + i;

        // The middle is exact in a float, for the next value behind the largest one as well.
        double next = i + 1 < infinity ? float_of(step(i + 1)) : 2.0 * float_of(step(i)) - float_of(step(i - 1));
        uint32_t middle = i < infinity ? bits_of((float)((float_of(low) + next) / 2)) : low;
        uint32_t sign = (i & 1) << 31, nan = 0x7FFF;
        uint32_t places[PLACES] = {low, low + 1, middle - 1, middle, middle + 1, low, middle, middle + 1};
        for (int j = 0; j < PLACES; j++) {
            bool is_up = places[j] > middle || (places[j] == middle && (i & 1) == 1);
            uint32_t half = i >= infinity ? nan : i + (is_up ? 1 : 0);
            uint32_t of_place = j < 5 ? 0 : sign;
            from[i * PLACES + (uint32_t)j] = places[j] | of_place;
            wanted[i * PLACES + (uint32_t)j] = half == nan ? nan : half | of_place >> 16;
        }
    }

    convert(lines, from, to, HALVES / 2 * PLACES);
    compare(name, from, to, wanted, HALVES / 2 * PLACES);
}

static uint32_t step_of_half(uint32_t number) {
    return widened(number);
}

static uint32_t step_of_bfloat(uint32_t number) {
    return number << 16;
}

static void test_pairs(void) {
    uint32_t from[LANES], to[LANES], wanted[LANES];
    for (uint32_t i = 0; i < LANES; i++) {
        from[i] = widened(i * 100);
        wanted[i] = i * 100 << 16 | 0x3C00;
        wanted[i] = i * 100 > 0x7C00 && i * 100 < 0x8000 ? 0x7FFF3C00 : wanted[i];
    }

    convert("cvt.rn.f16x2.f32 %r6, %f1, 0f3F800000;\n", from, to, LANES);
    compare("cvt.rn.f16x2.f32", from, to, wanted, LANES);
    for (uint32_t i = 0; i < LANES; i++) {
        from[i] = i << 20;
        wanted[i] = i << 20 | 0x3F80;
    }

    convert("cvt.rn.bf16x2.f32 %r6, %f1, 0f3F800000;\n", from, to, LANES);
    compare("cvt.rn.bf16x2.f32", from, to, wanted, LANES);
}

void test_halves(void) {
    test_widening();
    test_narrowing("cvt.rn.f16.f32", "cvt.rn.f16.f32 %rs2, %f1;\ncvt.u32.u16 %r6, %rs2;\n", 0x7C00, step_of_half);
    test_narrowing("cvt.rn.bf16.f32", "cvt.rn.bf16.f32 %rs2, %f1;\ncvt.u32.u16 %r6, %rs2;\n", 0x7F80, step_of_bfloat);
    test_pairs();
}
