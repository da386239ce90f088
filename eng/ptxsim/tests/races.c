// Races: each with the barrier or the fence that is missing, and the same again with it.
#include <string.h>

#include "test.h"

enum { LAUNCH_FAILED = 719, SEEDS = 10 };

static const char *const NEIGHBOURS = "mov.u64 %rd5, tile;\nadd.s64 %rd6, %rd5, %rd4;\nst.shared.b32 [%rd6], %r1;\n";

static void expect_race(const char *what, const char *text, const char *body, int grid, uint64_t buffer) {
    // Who comes first is chance; that they meet is not.
    for (int i = 0; i < SEEDS; i++) {
        int code = run(body, grid, 64, buffer, 0, 0);
        check(code == LAUNCH_FAILED && strstr(error_text(), text) != NULL, "%s: %d, %s", what, code, error_text());
    }
}

static void expect_none(const char *what, const char *body, int grid, uint64_t buffer) {
    for (int i = 0; i < SEEDS; i++) {
        check(run(body, grid, 64, buffer, 0, 0) == 0, "%s: %s", what, error_text());
    }
}

static void test_shared(void) {
    char body[1024];
    const char *read = "xor.b32 %r5, %r1, 1;\nmul.wide.u32 %rd7, %r5, 4;\nadd.s64 %rd7, %rd7, %rd5;\n"
        "ld.shared.b32 %r6, [%rd7];\n";
    strcat(strcpy(body, NEIGHBOURS), read);

    // A lane that comes first reads what is not there yet.
    int code = run(body, 1, 64, 0, 0, 0);
    check(code != 0, "a missing barrier in shared memory");
    strcat(strcat(strcpy(body, NEIGHBOURS), "bar.sync 0;\n"), read);
    expect_none("a barrier between", body, 3, 0);
    strcat(body, "st.shared.b32 [%rd6], %r6;\n");
    expect_race("a missing barrier behind the read", "a race: it", body, 1, 0);
    strcat(strcat(strcat(strcpy(body, NEIGHBOURS), "bar.sync 0;\n"), read), "bar.sync 0;\n");
    strcat(body, "st.shared.b32 [%rd6], %r6;\n");
    expect_none("two barriers", body, 3, 0);
}

static void test_global(uint64_t buffer) {
    expect_race("two groups write", "has written, with no release and acquire", 
        "setp.eq.u32 %p1, %r1, 7;\n@%p1 st.global.b32 [%rd1], %r2;\n", 2, buffer);
    expect_race("two lanes write", "a race: it writes what", "st.global.b32 [%rd1], 1;\n", 1, buffer);
    expect_race("one writes, all read", "a race",
        "setp.eq.u32 %p1, %r4, 70;\n@%p1 st.global.b32 [%rd1], 5;\nld.global.b32 %r5, [%rd1];\n", 2, buffer);
    expect_none("all read", "ld.global.b32 %r5, [%rd1];\n", 4, buffer);
    expect_none("each half of a word is another lane's",
        "mul.wide.u32 %rd5, %r4, 2;\nadd.s64 %rd5, %rd5, %rd1;\ncvt.u16.u32 %rs1, %r1;\nst.global.b16 [%rd5], %rs1;\n",
        4, buffer);
    expect_none("a barrier between lanes", "setp.eq.u32 %p1, %r1, 3;\n@%p1 st.global.b32 [%rd1], 5;\nbar.sync 0;\n"
        "ld.global.b32 %r5, [%rd1];\n", 1, buffer);
    expect_none("atomics", "atom.global.add.u32 %r5, [%rd1], 1;\n", 4, buffer);
}

// Group 0 writes words and raises a flag; the others wait for it and read them.
static void write_message(char *body, const char *release, const char *acquire) {
    strcpy(body, "add.s64 %rd5, %rd1, %rd4;\nsetp.ne.u32 %p1, %r2, 0;\n@%p1 bra WAIT;\nst.global.b32 [%rd5+64], %r1;\n"
        "bar.sync 0;\n");
    strcat(body, release);
    strcat(body, "atom.global.exch.b32 %r5, [%rd1], 1;\nbra END;\nWAIT:\natom.global.or.b32 %r5, [%rd1], 0;\n"
        "setp.eq.u32 %p2, %r5, 0;\n@%p2 bra WAIT;\n");
    strcat(body, acquire);
    strcat(body, "ld.global.b32 %r6, [%rd5+64];\nEND:\n");
}

static void test_messages(void) {
    char body[1024];
    uint32_t words[128] = {0};
    const struct {
        const char *release, *acquire;
        bool is_race;
    } forms[] = {
        {"membar.gl;\n", "membar.gl;\n", false}, {"fence.acq_rel.gpu;\n", "fence.acq_rel.gpu;\n", false},
        {"", "membar.gl;\n", true}, {"membar.gl;\n", "", true},
    };
    for (int i = 0; i < 4; i++) {
        for (int seed = 0; seed < SEEDS; seed++) {
            uint64_t buffer = device_of(words, sizeof words);
            write_message(body, forms[i].release, forms[i].acquire);
            int code = run(body, 3, 64, buffer, 0, 0);
            check(code == (forms[i].is_race ? LAUNCH_FAILED : 0), "a message, form %d: %d %s", i, code, error_text());
            device_free(buffer);
        }
    }
}

void test_races(void) {
    uint32_t words[256] = {0};
    uint64_t buffer = device_of(words, sizeof words);
    test_shared();
    test_global(buffer);
    test_messages();
    device_free(buffer);
}
