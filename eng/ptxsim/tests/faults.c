// Every fault that a launch, a copy or a module can have, one lane too far at a time; and that the next launch is well.
#include <stdio.h>
#include <string.h>

#include "test.h"

enum { INVALID_VALUE = 1, INVALID_PTX = 218, ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719 };

static void expect(const char *what, int wanted, const char *text, int code) {
    check(code == wanted, "%s: code %d, not %d", what, code, wanted);
    check(strstr(error_text(), text) != NULL, "%s: '%s' is not in '%s'", what, text, error_text());

    // A fault is that of its launch alone.
    check(run("mov.b32 %r5, 1;", 2, 64, 0, 0, 0) == 0, "the launch behind: %s", what);
}

static void test_addresses(void) {
    uint64_t zeros[16] = {0}, buffer = device_of(zeros, 100), freed = device_of(zeros, 64);
    const char *load_word = "add.s64 %rd5, %rd1, %rd4;\nld.global.b32 %r5, [%rd5];";
    device_free(freed);
    check(run(load_word, 1, 25, buffer, 0, 0) == 0, "a buffer to its end: %s", error_text());
    expect("past the end", ILLEGAL_ADDRESS, "lane 25: 4 bytes of global", run(load_word, 1, 26, buffer, 0, 0));
    expect("past the end", ILLEGAL_ADDRESS, "0 bytes past the end of a buffer of 100 bytes",
        run(load_word, 1, 26, buffer, 0, 0));
    expect("over the end", ILLEGAL_ADDRESS, "ends 4 bytes past it",
        run("ld.global.b64 %rd5, [%rd1+96];", 1, 1, buffer, 0, 0));
    expect("before", ILLEGAL_ADDRESS, "8 bytes before a buffer",
        run("ld.global.b32 %r5, [%rd1+-8];", 1, 1, buffer, 0, 0));
    expect("freed", ILLEGAL_ADDRESS, "that was freed", run(load_word, 1, 1, freed, 0, 0));
    expect("nothing", ILLEGAL_ADDRESS, "in no buffer", run(load_word, 1, 1, 16, 0, 0));
    expect("a store", ILLEGAL_ADDRESS, "line 25: 'st.global.b32 [%rd1+100], %r1;', group 0, lane 0",
        run("st.global.b32 [%rd1+100], %r1;", 1, 1, buffer, 0, 0));
    expect("shared", ILLEGAL_ADDRESS, "byte 1024 of 'tile', which has 1024 bytes",
        run("mov.u64 %rd5, tile;\nst.shared.b32 [%rd5+1024], %r1;", 1, 1, 0, 0, 0));
    expect("local", ILLEGAL_ADDRESS, "byte 16 of 'stack'", run("st.local.b32 [stack+16], %r1;", 1, 1, 0, 0, 0));
    expect("a copy", ILLEGAL_ADDRESS, "a copy of 101 bytes", device_read(buffer, zeros, 101));
    device_free(buffer);
}

static void test_alignment(void) {
    uint64_t zeros[8] = {0}, buffer = device_of(zeros, 64);
    expect("a word", ILLEGAL_ADDRESS, "not a multiple of the 4 bytes",
        run("ld.global.b32 %r5, [%rd1+2];", 1, 1, buffer, 0, 0));
    expect("a pair", ILLEGAL_ADDRESS, "not a multiple of the 8 bytes",
        run("ld.global.v2.f32 {%f1, %f2}, [%rd1+4];", 1, 1, buffer, 0, 0));
    expect("four", ILLEGAL_ADDRESS, "not a multiple of the 16 bytes",
        run("st.global.cs.v4.f32 [%rd1+8], {0f00000000, 0f00000000, 0f00000000, 0f00000000};", 1, 1, buffer, 0, 0));
    expect("four halves", ILLEGAL_ADDRESS, "not a multiple of the 8 bytes",
        run("ld.global.v4.b16 {%rs1, %rs2, %rs3, %rs4}, [%rd1+4];", 1, 1, buffer, 0, 0));
    device_free(buffer);
}

static void test_unwritten(void) {
    uint64_t place = 0, buffer = device_new(64);
    expect("global", ILLEGAL_ADDRESS, "global memory is read that nobody wrote: 4 bytes at byte 4",
        run("st.global.b32 [%rd1], %r1;\nld.global.b32 %r5, [%rd1+4];", 1, 1, buffer, 0, 0));
    expect("half of it", ILLEGAL_ADDRESS, "nobody wrote", run("ld.global.b64 %rd5, [%rd1];", 1, 1, buffer, 0, 0));
    expect("shared", ILLEGAL_ADDRESS, "shared memory is read that nobody wrote",
        run("mov.u64 %rd5, tile;\nld.shared.b32 %r5, [%rd5];", 1, 1, 0, 0, 0));
    expect("local", ILLEGAL_ADDRESS, "local memory is read that nobody wrote",
        run("ld.local.b32 %r5, [stack];", 1, 1, 0, 0, 0));
    expect("a register", LAUNCH_FAILED, "register %r7 is read before it is written",
        run("add.s32 %r5, %r7, 1;", 1, 1, 0, 0, 0));
    expect("a predicate", LAUNCH_FAILED, "register %p1 is read", run("@!%p1 mov.b32 %r5, 1;", 1, 1, 0, 0, 0));
    expect("the host", ILLEGAL_ADDRESS, "reads byte 4 of a buffer of 64 bytes", device_read(buffer, &place, 8));
    device_free(buffer);
}

static void test_barriers(void) {
    expect("some lanes", LAUNCH_FAILED, "wait at a barrier",
        run("setp.lt.u32 %p1, %r1, 16;\n@%p1 bra END;\nbar.sync 0;\nEND:", 1, 64, 0, 0, 0));
    expect("two barriers", LAUNCH_FAILED, "others of its group wait at the barrier in line",
        run("setp.lt.u32 %p1, %r1, 16;\n@%p1 bra HERE;\nbar.sync 0;\nbra END;\nHERE:\nbar.sync 0;\nEND:", 1, 64, 0, 0,
            0));
    expect("a shuffle", LAUNCH_FAILED, "at a shuffle",
        run("setp.eq.u32 %p1, %r1, 5;\n@%p1 bra END;\nshfl.sync.down.b32 %r5, %r1, 1, 31, -1;\nEND:", 1, 32, 0, 0, 0));
    expect("no end", LAUNCH_FAILED, "no end after", run("HERE:\nbra HERE;", 1, 32, 0, 0, 0));
}

static void test_modules(void) {
    void *function;
    expect("two unknown instructions", INVALID_PTX, "'tanh.approx.f32 %f1, %f2;': an unknown instruction; line 26",
        load("tanh.approx.f32 %f1, %f2;\nadd.f64 %rd5, %rd5, %rd6;", &function));
    expect("an atomic on floats", INVALID_PTX, "an unknown instruction",
        load("atom.global.add.f32 %f1, [%rd1], %f2;", &function));
    expect("an operand too few", INVALID_PTX, "number of operands", load("add.s32 %r5, %r6;", &function));
    expect("no such register", INVALID_PTX, "special register", load("add.s32 %r5, %r99, 1;", &function));
    expect("no such label", INVALID_PTX, "a branch to nowhere", load("bra AWAY;", &function));
    expect("no such parameter", INVALID_PTX, "an unknown parameter", load("ld.param.b64 %rd5, [d];", &function));
    expect("too long a vector", INVALID_PTX, "unknown instruction",
        load("ld.global.v4.b64 {%rd5, %rd6, %rd7, %rd8}, [%rd1];", &function));
    expect("no lanes", INVALID_VALUE, "is launched as 1 groups of 0 lanes", run("mov.b32 %r5, 1;", 1, 0, 0, 0, 0));
    expect("too many lanes", INVALID_VALUE, "1025 lanes", run("mov.b32 %r5, 1;", 1, 1025, 0, 0, 0));
}

// ---------- memory that is as it should be ----------

static void test_vectors(void) {
    uint16_t halves[8] = {1, 2, 3, 0x8004, 5, 6, 7, 8}, moved[8] = {0};
    uint64_t buffer = device_of(halves, sizeof halves), result = device_new(sizeof halves);
    int code = run("ld.global.cs.v4.b16 {%rs1, %rs2, %rs3, %rs4}, [%rd1];\nld.global.v2.u32 {%r5, %r6}, [%rd1+8];\n"
        "ld.s16 %r7, [%rd1+6];\nst.global.cs.v4.b16 [%rd2], {%rs4, %rs3, %rs2, %rs1};\n"
        "ld.global.u8 %r8, [%rd1+7];\nst.global.v2.b32 [%rd2+8], {%r7, %r8};", 1, 1, buffer, result, 0);
    uint16_t wanted[8] = {0x8004, 3, 2, 1, 0x8004, 0xFFFF, 0x80, 0};
    check(code == 0 && device_read(result, moved, sizeof moved) == 0, "vectors: %s", error_text());
    check(memcmp(moved, wanted, sizeof wanted) == 0, "vectors are moved element by element");
    device_free(buffer);
    device_free(result);
}

static void test_shuffles(void) {
    static const struct {
        const char *name;
        int control;
        int wanted[3];          // of lanes 0, 5 and 31
    } shuffles[] = {
        {"down", 31, {3, 8, 31}}, {"up", 0, {0, 2, 28}}, {"bfly", 31, {3, 6, 28}}, {"idx", 31, {3, 3, 3}},
        {"down", 0x181F, {3, 5, 31}},
    };
    for (int i = 0; i < 5; i++) {
        char body[256];
        snprintf(body, sizeof body, "add.s64 %%rd5, %%rd1, %%rd4;\nshfl.sync.%s.b32 %%r5, %%r1, 3, %d, 0xffffffff;\n"
            "st.global.b32 [%%rd5], %%r5;", shuffles[i].name, shuffles[i].control);
        int results[32];
        uint64_t buffer = device_new(sizeof results);
        check(run(body, 1, 32, buffer, 0, 0) == 0, "shfl.sync.%s: %s", shuffles[i].name, error_text());
        device_read(buffer, results, sizeof results);
        const int *wanted = shuffles[i].wanted;
        check(results[0] == wanted[0] && results[5] == wanted[1] && results[31] == wanted[2],
            "shfl.sync.%s gives %d, %d, %d", shuffles[i].name, results[0], results[5], results[31]);
        device_free(buffer);
    }
}

static void test_atomics(void) {
    int32_t words[6] = {0, 7, 5, -3, -3, 6}, after[6];
    uint64_t buffer = device_of(words, sizeof words);
    int code = run("atom.global.add.u32 %r5, [%rd1], 2;\natom.global.exch.b32 %r5, [%rd1+4], 9;\n"
        "atom.global.cas.b32 %r5, [%rd1+8], 5, 11;\natom.global.min.s32 %r5, [%rd1+12], 2;\n"
        "atom.global.max.s32 %r5, [%rd1+16], 2;\natom.add.release.gpu.global.s32 %r5, [%rd1+20], -1;", 4, 64, buffer,
        0, 0);
    check(code == 0 && device_read(buffer, after, sizeof after) == 0, "atomics: %s", error_text());
    int32_t wanted[6] = {512, 9, 11, -3, 2, 6 - 256};
    check(memcmp(after, wanted, sizeof wanted) == 0, "atomics of 256 lanes: %d %d %d %d %d %d", after[0], after[1],
        after[2], after[3], after[4], after[5]);
    device_free(buffer);
}

void test_faults(void) {
    test_addresses();
    test_alignment();
    test_unwritten();
    test_barriers();
    test_modules();
    test_vectors();
    test_shuffles();
    test_atomics();
}
