// Weak memory: a message between groups arrives whole with its fences, and broken where the fences are.
#include <stdint.h>
#include <string.h>

#include "test.h"

enum { WORDS = 512, LANES = 64, LAUNCHES = 60, FAILED = 255 };

// Of each 32 bytes the first half is the readers' own: they read it before, so that their L1 has the sector. Then group
// 0 writes the other half and raises the flag, and the others read it there.
static const char *const MESSAGE =
    "mul.wide.u32 %rd5, %r1, 32;\nadd.s64 %rd5, %rd5, %rd1;\nsetp.ne.u32 %p1, %r2, 0;\n@%p1 bra READ;\n"
    "mov.b32 %r8, 0;\n"
    "PAUSE:\nadd.s32 %r8, %r8, 1;\nsetp.lt.s32 %p2, %r8, 300;\n@%p2 bra PAUSE;\n"
    "st.global.b32 [%rd5+16], 7;\nbar.sync 0;\n@!%p3 bra END;\nmembar.gl;\natom.global.exch.b32 %r5, [%rd2], 1;\n"
    "LINGER:\nadd.s32 %r8, %r8, 1;\nsetp.lt.s32 %p2, %r8, 3000;\n@%p2 bra LINGER;\nbra END;\n"
    "READ:\nld.global.b32 %r6, [%rd5];\n"
    "WAIT:\natom.global.or.b32 %r5, [%rd2], 0;\nsetp.eq.u32 %p2, %r5, 0;\n@%p2 bra WAIT;\nmembar.gl;\n"
    "ld.global.b32 %r6, [%rd5+16];\nmul.wide.u32 %rd6, %r4, 4;\nadd.s64 %rd6, %rd6, %rd3;\nst.global.b32 [%rd6], %r6;\n"
    "END:\n";

// The launches in which a reader got something else than what was written, or FAILED.
static int broken_messages(void) {
    static uint32_t zeros[WORDS], results[4 * LANES];
    char body[2048] = "setp.eq.u32 %p3, %r1, 0;\n";
    strcat(body, MESSAGE);
    int broken = 0;
    for (int i = 0; i < LAUNCHES; i++) {
        uint64_t words = device_of(zeros, sizeof zeros), flag = device_of(zeros, 4);
        uint64_t out = device_of(zeros, sizeof results);
        if (run(body, 4, LANES, words, flag, out) != 0 || device_read(out, results, sizeof results) != 0) {
            return FAILED;
        }

        bool is_broken = false;
        for (int j = LANES; j < 4 * LANES; j++) {
            is_broken |= results[j] != 7;
        }

        broken += is_broken;
        device_free(words);
        device_free(flag);
        device_free(out);
    }

    return broken;
}

// Sixteen bits of the order in which groups came to a counter.
static int order_of_groups(void) {
    uint32_t zeros[64] = {0}, order[64], hash = 0;
    uint64_t counter = device_of(zeros, 4), out = device_of(zeros, sizeof zeros);
    run("atom.global.add.u32 %r5, [%rd1], 1;\nmul.wide.u32 %rd5, %r4, 4;\nadd.s64 %rd5, %rd5, %rd2;\n"
        "st.global.b32 [%rd5], %r5;", 8, 8, counter, out, 0);
    device_read(out, order, sizeof order);
    for (int i = 0; i < 64; i++) {
        hash = hash * 31 + order[i];
    }

    return (int)(hash % 251);
}

void test_weak_memory(void) {
    int whole = in_child(broken_messages, NULL, NULL);
    check(whole == 0, "fences: %d of %d messages are broken", whole, LAUNCHES);
    const char *const breaks[] = {"nomembar", "noinval", "noflush"};
    for (int i = 0; i < 3; i++) {
        int broken = in_child(broken_messages, "PTXSIM_BREAK", breaks[i]);
        check(broken > 0 && broken != FAILED, "%s: %d of %d messages are broken", breaks[i], broken, LAUNCHES);
    }

    check(in_child(broken_messages, "PTXSIM_WEAK", "0") == 0, "strong memory: a message is broken");
    int first = in_child(order_of_groups, "PTXSIM_SEED", "3"), again = in_child(order_of_groups, "PTXSIM_SEED", "3");
    check(first == again, "a seed gives one order: %d, %d", first, again);
    check(first != in_child(order_of_groups, "PTXSIM_SEED", "4"), "another seed gives another order");
}
