// Every instruction that computes, against C: over all pairs of edges, and over numbers by chance. What is expected is
// written another way than in the interpreter: floats in double or quadruple precision, integers in 128 bits.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

typedef __int128 wide;
typedef unsigned __int128 unsigned_wide;

enum { MOST_CASES = 8192, LANES = 128 };

static const uint64_t EDGES[] = {
    0, 1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 100, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF,
    0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000,
    0xFFFFFFFFFFFFFFFF,
};

static const float FLOAT_EDGES[] = {
    0.0f, -0.0f, 1.0f, -1.0f, 1.5f, 0x1.000002p0f, 0x1.fffffep-1f, 3.0f, -7.0f, 1e10f, -1e-10f, 0x1p-126f, 0x1p-127f,
    -0x1p-149f, 0x1.fffffep-127f, 0x1.fffffep127f, -0x1.fffffep127f, 0x1p31f, -0x1p31f, 0x1p63f, 0x1p24f, 0.1f,
    INFINITY, -INFINITY, NAN,
};

static uint64_t inputs[MOST_CASES][3];
static uint64_t outputs[MOST_CASES];

static float f(uint64_t bits) {
    uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, 4);
    return value;
}

// A result of arithmetic: every NaN is the same.
static uint64_t bits_of(float value) {
    uint32_t word;
    memcpy(&word, &value, 4);
    return isnan(value) ? 0x7FFFFFFF : word;
}

static uint64_t tiny_to_zero(uint64_t bits) {
    return fpclassify(f(bits)) == FP_SUBNORMAL ? bits & 0x80000000 : bits;
}

static uint64_t minimum(uint64_t a, uint64_t b) {
    if (isnan(f(a)) || isnan(f(b))) {
        return bits_of(isnan(f(a)) ? f(b) : f(a));
    }

    return f(a) == f(b) ? a | b : f(a) < f(b) ? a : b;
}

static uint64_t clamp_to(double value, double low, double high) {
    return isnan(value) ? 0 : value <= low ? (uint64_t)(int64_t)low : value >= high
        ? (high > 0x1p62 ? INT64_MAX : (uint64_t)high) : (uint64_t)(int64_t)trunc(value);
}

#define I32(x) ((wide)(int32_t)(x))
#define U32(x) ((wide)(uint32_t)(x))
#define I64(x) ((wide)(int64_t)(x))
#define U64(x) ((wide)(uint64_t)(x))
#define PRODUCT(x, y) ((unsigned_wide)(x) * (y))
#define I16(x) ((wide)(int16_t)(x))
#define U16(x) ((wide)(uint16_t)(x))

// OP(name, kinds, value): the kinds of the result and of the operands are h (16 bits), r (32), d (64), f (float) and p
// (predicate). The list is read twice: for the table, and for the values.
#define WHOLE(T, k, W) \
    OP("add." #T, k k k, W(a) + W(b)) OP("sub." #T, k k k, W(a) - W(b)) OP("mul.lo." #T, k k k, PRODUCT(a, b)) \
    OP("mad.lo." #T, k k k k, PRODUCT(a, b) + c) OP("min." #T, k k k, W(a) < W(b) ? W(a) : W(b)) \
    OP("max." #T, k k k, W(a) < W(b) ? W(b) : W(a)) OP("div." #T, k k k, W(b) == 0 ? -1 : W(a) / W(b)) \
    OP("rem." #T, k k k, W(b) == 0 ? -1 : W(a) - W(a) / W(b) * W(b))
#define ORDER(T, k, W) \
    OP("setp.eq." #T, "p" k k, W(a) - W(b) == 0) OP("setp.ne." #T, "p" k k, W(a) - W(b) != 0) \
    OP("setp.lt." #T, "p" k k, W(a) - W(b) < 0) OP("setp.le." #T, "p" k k, W(a) - W(b) <= 0) \
    OP("setp.gt." #T, "p" k k, W(a) - W(b) > 0) OP("setp.ge." #T, "p" k k, W(a) - W(b) >= 0)
#define ORDER_U(T, k, W) \
    OP("setp.lo." #T, "p" k k, W(a) - W(b) < 0) OP("setp.ls." #T, "p" k k, W(a) - W(b) <= 0) \
    OP("setp.hi." #T, "p" k k, W(a) - W(b) > 0) OP("setp.hs." #T, "p" k k, W(a) - W(b) >= 0)
#define BITWISE(T, k) \
    OP("and." #T, k k k, U64(~(~a | ~b))) OP("or." #T, k k k, U64(~(~a & ~b))) \
    OP("xor." #T, k k k, U64((a | b) & ~(a & b))) OP("not." #T, k k, U64(-1 - a)) OP("mov." #T, k k, U64(a)) \
    OP("selp." #T, k k k "p", c != 0 ? a : b) OP("setp.eq." #T, "p" k k, ((a ^ b) & MASK(k)) == 0) \
    OP("setp.ne." #T, "p" k k, ((a ^ b) & MASK(k)) != 0)
#define MASK(k) mask_of((k)[0])
#define SHIFTS(n, k, U, I) \
    OP("shl.b" #n, k k "r", U32(b) > n - 1 ? 0 : (uint64_t)(U(a) << U32(b))) \
    OP("shr.b" #n, k k "r", U32(b) > n - 1 ? 0 : (uint64_t)(U(a) >> U32(b))) \
    OP("shr.u" #n, k k "r", U32(b) > n - 1 ? 0 : (uint64_t)(U(a) >> U32(b))) \
    OP("shr.s" #n, k k "r", (uint64_t)(I(a) >> (U32(b) > n - 1 ? n - 1 : U32(b))))
#define COMPARE(name, value) OP("setp." name ".f32", "pff", value)
#define UNORDERED (isnan(f(a)) || isnan(f(b)))

#define OPERATIONS \
    WHOLE(s32, "r", I32) WHOLE(u32, "r", U32) WHOLE(s64, "d", I64) WHOLE(u64, "d", U64) \
    OP("mul.wide.u32", "drr", U32(a) * U32(b)) OP("mul.wide.s32", "drr", I32(a) * I32(b)) \
    OP("neg.s32", "rr", -I32(a)) OP("neg.s64", "dd", -I64(a)) \
    OP("abs.s32", "rr", I32(a) < 0 ? -I32(a) : I32(a)) OP("abs.s64", "dd", I64(a) < 0 ? -I64(a) : I64(a)) \
    BITWISE(b16, "h") BITWISE(b32, "r") BITWISE(b64, "d") \
    OP("and.pred", "ppp", a && b) OP("or.pred", "ppp", a || b) OP("xor.pred", "ppp", !a != !b) \
    OP("not.pred", "pp", !a) OP("mov.pred", "pp", a != 0) \
    SHIFTS(16, "h", U16, I16) SHIFTS(32, "r", U32, I32) SHIFTS(64, "d", U64, I64) \
    ORDER(s16, "h", I16) ORDER(u16, "h", U16) ORDER_U(u16, "h", U16) ORDER(s32, "r", I32) ORDER(u32, "r", U32) \
    ORDER_U(u32, "r", U32) ORDER(s64, "d", I64) ORDER(u64, "d", U64) ORDER_U(u64, "d", U64) \
    OP("cvt.s64.s32", "dr", I32(a)) OP("cvt.u64.u32", "dr", U32(a)) OP("cvt.s32.s64", "rd", a) \
    OP("cvt.u32.u64", "rd", a) OP("cvt.u32.u16", "rh", U16(a)) OP("cvt.s32.s16", "rh", I16(a)) \
    OP("cvt.u16.u32", "hr", a) OP("cvt.s32.s8", "rr", (int8_t)a) OP("cvt.u32.u8", "rr", (uint8_t)a) \
    OP("cvt.s8.s32", "rr", (int8_t)a) OP("cvt.s64.s16", "dh", I16(a)) OP("cvt.u64.u16", "dh", U16(a)) \
    OP("cvt.s16.s64", "hd", a) OP("cvta.to.global.u64", "dd", a) \
    OP("cvt.rn.f32.s32", "fr", bits_of((float)(double)I32(a))) \
    OP("cvt.rn.f32.u32", "fr", bits_of((float)(double)U32(a))) \
    OP("cvt.rn.f32.s64", "fd", bits_of((float)(long double)(int64_t)a)) \
    OP("cvt.rn.f32.u64", "fd", bits_of((float)(long double)a)) \
    OP("cvt.rzi.s32.f32", "rf", clamp_to(f(a), INT32_MIN, INT32_MAX)) \
    OP("cvt.rzi.u32.f32", "rf", clamp_to(f(a), 0, UINT32_MAX)) \
    OP("cvt.rzi.s64.f32", "df", clamp_to(f(a), -0x1p63, 0x1p63)) \
    OP("mov.f32", "ff", U32(a)) OP("selp.f32", "fffp", c != 0 ? U32(a) : U32(b)) \
    OP("add.f32", "fff", bits_of((float)((double)f(a) + f(b)))) \
    OP("add.rn.f32", "fff", bits_of((float)((double)f(a) + f(b)))) \
    OP("sub.f32", "fff", bits_of((float)((double)f(a) - f(b)))) \
    OP("sub.rn.f32", "fff", bits_of((float)((double)f(a) - f(b)))) \
    OP("mul.f32", "fff", bits_of((float)((double)f(a) * f(b)))) \
    OP("mul.rn.f32", "fff", bits_of((float)((double)f(a) * f(b)))) \
    OP("div.rn.f32", "fff", bits_of((float)((double)f(a) / f(b)))) \
    OP("rcp.rn.f32", "ff", bits_of((float)(1.0 / f(a)))) \
    OP("sqrt.rn.f32", "ff", bits_of((float)sqrt((double)f(a)))) \
    OP("fma.rn.f32", "ffff", bits_of((float)((__float128)f(a) * f(b) + f(c)))) \
    OP("add.ftz.f32", "fff", tiny_to_zero(bits_of((float)((double)f(tiny_to_zero(a)) + f(tiny_to_zero(b)))))) \
    OP("mul.ftz.f32", "fff", tiny_to_zero(bits_of((float)((double)f(tiny_to_zero(a)) * f(tiny_to_zero(b)))))) \
    OP("setp.lt.ftz.f32", "pff", f(tiny_to_zero(a)) < f(tiny_to_zero(b))) \
    OP("min.f32", "fff", minimum(a, b)) OP("max.f32", "fff", MAXIMUM) \
    OP("neg.f32", "ff", U32(a) ^ 0x80000000) OP("abs.f32", "ff", U32(a) & 0x7FFFFFFF) \
    OP("testp.notanumber.f32", "pf", isnan(f(a))) OP("testp.number.f32", "pf", !isnan(f(a))) \
    OP("testp.finite.f32", "pf", fabs((double)f(a)) < 0x1p128) OP("testp.infinite.f32", "pf", fabsf(f(a)) == INFINITY) \
    OP("ex2.approx.f32", "ff", bits_of(exp2f(f(a)))) OP("lg2.approx.f32", "ff", bits_of(log2f(f(a)))) \
    OP("ex2.approx.ftz.f32", "ff", tiny_to_zero(bits_of(exp2f(f(tiny_to_zero(a)))))) \
    OP("lg2.approx.ftz.f32", "ff", tiny_to_zero(bits_of(log2f(f(tiny_to_zero(a)))))) \
    COMPARE("eq", !UNORDERED && f(a) == f(b)) COMPARE("ne", !UNORDERED && f(a) != f(b)) \
    COMPARE("lt", !UNORDERED && f(a) < f(b)) COMPARE("le", !UNORDERED && f(a) <= f(b)) \
    COMPARE("gt", !UNORDERED && f(a) > f(b)) COMPARE("ge", !UNORDERED && f(a) >= f(b)) \
    COMPARE("equ", UNORDERED || f(a) == f(b)) COMPARE("neu", UNORDERED || f(a) != f(b)) \
    COMPARE("ltu", UNORDERED || f(a) < f(b)) COMPARE("leu", UNORDERED || f(a) <= f(b)) \
    COMPARE("gtu", UNORDERED || f(a) > f(b)) COMPARE("geu", UNORDERED || f(a) >= f(b)) \
    COMPARE("num", !UNORDERED) COMPARE("nan", UNORDERED)

#define MAXIMUM (UNORDERED ? minimum(a, b) : minimum(a ^ 0x80000000, b ^ 0x80000000) ^ 0x80000000)

static uint64_t mask_of(char kind) {
    return kind == 'h' ? 0xFFFF : kind == 'r' || kind == 'f' ? 0xFFFFFFFF : kind == 'p' ? 1 : UINT64_MAX;
}

static uint64_t expected(int wanted, uint64_t a, uint64_t b, uint64_t c) {
    int index = 0;
#define OP(name, kinds, value) if (index++ == wanted) { return (uint64_t)(value); }
    OPERATIONS
#undef OP
    return 0;
}

#define OP(name, kinds, value) {name, kinds},
static const struct {
    const char *name, *kinds;
} OPERATIONS_TABLE[] = {OPERATIONS};
#undef OP

// ---------- the kernel around an instruction ----------

// Where a value of a kind is put, how it gets there from the 64 bits of %rd, and how a result gets back into 64 bits.
static const struct {
    char kind;
    const char *register_name, *take, *give;
} KINDS[] = {
    {'h', "%%rs%d", "cvt.u16.u64 %%rs%d, %%rd%d;\n", "cvt.u64.u16 %%rd20, %%rs%d;\n"},
    {'r', "%%r%d", "cvt.u32.u64 %%r%d, %%rd%d;\n", "cvt.u64.u32 %%rd20, %%r%d;\n"},
    {'d', "%%rd%d", "mov.b64 %%rd%d, %%rd%d;\n", "mov.b64 %%rd20, %%rd%d;\n"},
    {'f', "%%f%d", "mov.b32 %%f%d, %%rd%d;\n", "mov.b64 %%rd20, %%f%d;\n"},
    {'p', "%%p%d", "setp.ne.u64 %%p%d, %%rd%d, 0;\n", "selp.b64 %%rd20, 1, 0, %%p%d;\n"},
};

static int kind_index(char kind) {
    int i = 0;
    while (KINDS[i].kind != kind) {
        i++;
    }

    return i;
}

// Registers 5, 6, 7 hold the operands and 4 the result; %rd10 to %rd12 are what was loaded.
static void write_body(char *body, const char *name, const char *kinds) {
    int count = (int)strlen(kinds) - 1;
    body += sprintf(body, "mul.wide.u32 %%rd8, %%r4, 24;\nadd.s64 %%rd8, %%rd8, %%rd1;\n"
        "mul.wide.u32 %%rd9, %%r4, 8;\nadd.s64 %%rd9, %%rd9, %%rd2;\n"
        "ld.global.b64 %%rd10, [%%rd8];\nld.global.b64 %%rd11, [%%rd8+8];\nld.global.b64 %%rd12, [%%rd8+16];\n");
    for (int i = 0; i < count; i++) {
        body += sprintf(body, KINDS[kind_index(kinds[i + 1])].take, 5 + i, 10 + i);
    }

    body += sprintf(body, "%s ", name);
    body += sprintf(body, KINDS[kind_index(kinds[0])].register_name, 4);
    for (int i = 0; i < count; i++) {
        body += sprintf(body, ", ");
        body += sprintf(body, KINDS[kind_index(kinds[i + 1])].register_name, 5 + i);
    }

    body += sprintf(body, ";\n");
    body += sprintf(body, KINDS[kind_index(kinds[0])].give, 4);
    sprintf(body, "st.global.b64 [%%rd9], %%rd20;");
}

// ---------- values to try ----------

static uint64_t random_bits(void) {
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t edge(bool is_float, size_t index) {
    return is_float ? bits_of(FLOAT_EDGES[index % (sizeof FLOAT_EDGES / sizeof *FLOAT_EDGES)])
        : EDGES[index % (sizeof EDGES / sizeof *EDGES)];
}

// All pairs of edges with a third one by chance, then bits by chance, of which every fourth operand is small.
static void fill_inputs(const char *kinds) {
    enum { SIDE = 30 };
    for (size_t i = 0; i < MOST_CASES; i++) {
        for (size_t j = 0; j < 3; j++) {
            bool is_float = strlen(kinds) > j + 1 && kinds[j + 1] == 'f';
            size_t index = j == 0 ? i % SIDE : j == 1 ? i / SIDE : (size_t)random_bits() % SIDE;
            bool is_small = !is_float && random_bits() % 4 == 0;
            inputs[i][j] = i < SIDE * SIDE ? edge(is_float, index) : is_small ? random_bits() % 70 : random_bits();
        }
    }
}

static void test_operation(int index) {
    const char *name = OPERATIONS_TABLE[index].name, *kinds = OPERATIONS_TABLE[index].kinds;
    char body[2048];
    write_body(body, name, kinds);
    fill_inputs(kinds);
    uint64_t in = device_of(inputs, sizeof inputs), out = device_new(sizeof outputs);
    int code = run(body, MOST_CASES / LANES, LANES, in, out, 0);
    check(code == 0 && device_read(out, outputs, sizeof outputs) == 0, "%s: %s", name, error_text());
    int wrong = -1;
    for (int i = 0; i < MOST_CASES && code == 0; i++) {
        uint64_t wanted = expected(index, inputs[i][0], inputs[i][1], inputs[i][2]) & mask_of(kinds[0]);
        wrong = outputs[i] != wanted && wrong < 0 ? i : wrong;
    }

    check(wrong < 0, "%s of %lx, %lx, %lx is %lx", name, inputs[wrong < 0 ? 0 : wrong][0],
        inputs[wrong < 0 ? 0 : wrong][1], inputs[wrong < 0 ? 0 : wrong][2], outputs[wrong < 0 ? 0 : wrong]);
    device_free(in);
    device_free(out);
}

void test_arithmetic(void) {
    for (size_t i = 0; i < sizeof OPERATIONS_TABLE / sizeof *OPERATIONS_TABLE; i++) {
        test_operation((int)i);
    }
}
