// Who touched what when: two lanes, one byte, one of them writes, and nothing between them makes one come first.
//
// One clock ticks at every barrier and every release. Within a group only a barrier orders lanes. Between groups a
// message does: a lane releases (a fence, then a strong write, or a write that releases), another one reads what was
// written there, by a strong read, and acquires (a fence, or the read itself). Who acquires knows what the sender's
// group did before, and what that knew. A barrier hands what a lane knows on to its group; this does so at once, and
// takes the whole group for the lane that releases, so that a barrier that is missing beside a fence is not seen here.
#include <stdlib.h>
#include <string.h>

#include "ptxsim.h"

// A place that groups meet at, and how far each group's doings are known to who reads it.
typedef struct Message {
    uint64_t address;
    uint32_t *known;
    struct Message *next;
} Message;

enum { BUCKETS = 256 };

static uint32_t time_now;
static uint32_t launch_time;
static Message *messages[BUCKETS];

static uint32_t *no_knowledge(void) {
    return calloc((size_t)launch.grid, sizeof(uint32_t));
}

static void learn(uint32_t *known, const uint32_t *other) {
    for (int i = 0; other != NULL && i < launch.grid; i++) {
        known[i] = other[i] > known[i] ? other[i] : known[i];
    }
}

static Message *message_at(uint64_t address) {
    Message **first = &messages[(address >> 2) % BUCKETS];
    Message *message = *first;
    while (message != NULL && message->address != address) {
        message = message->next;
    }

    if (message == NULL) {
        message = malloc(sizeof(Message));
        *message = (Message){address, no_knowledge(), *first};
        *first = message;
    }

    return message;
}

void races_begin(void) {
    launch_time = ++time_now;
}

void races_end(void) {
    for (int i = 0; i < BUCKETS; i++) {
        while (messages[i] != NULL) {
            Message *message = messages[i];
            messages[i] = message->next;
            free(message->known);
            free(message);
        }
    }
}

void races_begin_group(Group *group) {
    group->now = group->barrier_time = ++time_now;
    group->seen = launch.kernel->synchronizes ? no_knowledge() : NULL;
}

void races_barrier(Group *group) {
    group->now = group->barrier_time = ++time_now;
}

void races_release(Lane *lane) {
    lane->released = lane->group->now = ++time_now;
}

void races_acquire(Lane *lane) {
    learn(lane->group->seen, lane->heard);
}

void races_tell(Lane *lane, uint64_t address) {
    Message *message = message_at(address);
    int own = lane->group->index;
    learn(message->known, lane->group->seen);
    message->known[own] = lane->released > message->known[own] ? lane->released : message->known[own];
}

void races_hear(Lane *lane, uint64_t address) {
    if (lane->heard == NULL) {
        lane->heard = no_knowledge();
    }

    learn(lane->heard, message_at(address)->known);
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
