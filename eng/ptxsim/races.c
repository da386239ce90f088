// Who touched what when: two lanes, one byte, one of them writes, and nothing between them makes one come first.
//
// One clock ticks at every barrier and every release. Within a group only a barrier orders lanes. Between groups a
// release orders what a group did before it, for the groups that acquire later; this takes the whole group for the
// lane, so that a barrier that is missing before a release is not seen here.
#include <stdlib.h>
#include <string.h>

#include "ptxsim.h"

static uint32_t time_now;
static uint32_t launch_time;
static uint32_t *released;      // of each group: when it last released

void races_begin(void) {
    launch_time = ++time_now;
    released = launch.kernel->synchronizes ? calloc((size_t)launch.grid, sizeof(uint32_t)) : NULL;
}

void races_end(void) {
    free(released);
    released = NULL;
}

void races_begin_group(Group *group) {
    group->now = group->barrier_time = ++time_now;
    group->seen = released == NULL ? NULL : calloc((size_t)launch.grid, sizeof(uint32_t));
}

void races_barrier(Group *group) {
    group->now = group->barrier_time = ++time_now;
}

void races_release(Group *group) {
    group->now = released[group->index] = ++time_now;
}

void races_acquire(Group *group) {
    memcpy(group->seen, released, sizeof(uint32_t) * (size_t)launch.grid);
}

static uint32_t who_runs(void) {
    return (uint32_t)launch.lane->group->index * (uint32_t)launch.group_size + (uint32_t)launch.lane->index;
}

static inline bool is_race(const Stamp *other, uint32_t who, unsigned bytes) {
    if (other->when < launch_time || other->who == who || (other->bytes & bytes) == 0) {
        return false;
    }

    const Group *group = launch.lane->group;
    int index = (int)(other->who / (uint32_t)launch.group_size);
    return index == group->index ? other->when >= group->barrier_time
        : group->seen == NULL || other->when >= group->seen[index];
}

_Noreturn static void report(const Stamp *other, bool is_store, bool was_store) {
    int size = launch.group_size;
    fault(LAUNCH_FAILED, "a race: it %s what group %d, lane %d has %s, with no %s between them",
        is_store ? "writes" : "reads", (int)other->who / size, (int)other->who % size, was_store ? "written" : "read",
        (int)other->who / size == launch.lane->group->index ? "barrier" : "release and acquire");
}

static inline void check_word(Word *word, uint32_t who, unsigned bytes, bool is_store, bool is_weak) {
    if (is_race(&word->write, who, bytes)) {
        report(&word->write, is_store, true);
    }

    if (is_store && is_race(&word->read, who, bytes)) {
        report(&word->read, true, false);
    }

    if (is_store && is_race(&word->other_read, who, bytes)) {
        report(&word->other_read, true, false);
    }

    // A strong access is made to meet others: it may not meet a weak one, but leaves no stamp.
    Stamp stamp = {.who = who & 0xFFFFFFF, .bytes = bytes & 15, .when = launch.lane->group->now};
    if (is_weak && is_store) {
        word->write = stamp;
    } else if (is_weak) {
        // Of two different readers at least one is not who writes next.
        if (word->read.who != stamp.who) {
            word->other_read = word->read;
        }

        word->read = stamp;
    }
}

void races_check(Word *words, uint64_t offset, unsigned size, bool is_store, bool is_weak) {
    uint32_t who = who_runs();
    if (size < 4) {
        check_word(&words[offset >> 2], who, ((1u << size) - 1) << (offset & 3), is_store, is_weak);
        return;
    }

    for (unsigned i = 0; i < size; i += 4) {
        check_word(&words[(offset + i) >> 2], who, 15, is_store, is_weak);
    }
}
