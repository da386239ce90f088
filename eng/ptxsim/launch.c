// A launch: groups on multiprocessors, and whose turn it is, by chance.
#include <stdlib.h>
#include <string.h>

#include "fault.h"

static uint64_t launches, instructions;
Launch launch;

uint64_t random_next(void) {
    // xorshift64*: the state is never zero.
    launch.random ^= launch.random >> 12;
    launch.random ^= launch.random << 25;
    launch.random ^= launch.random >> 27;
    return launch.random * 0x2545F4914F6CDD1Dull;
}

int random_below(int limit) {
    return (int)((random_next() >> 33) * (uint64_t)limit >> 31);
}

// ---------- groups ----------

static void begin_registers(Lane *lane) {
    const Group *group = lane->group;
    uint64_t values[SPECIALS] = {
        [SPECIAL_LANE] = (uint64_t)lane->index, [SPECIAL_GROUP_SIZE] = (uint64_t)launch.group_size,
        [SPECIAL_GROUP] = (uint64_t)group->index, [SPECIAL_GRID_SIZE] = (uint64_t)launch.grid,
        [SPECIAL_WARP_LANE] = (uint64_t)(lane->index % WARP_LANES),
        [SPECIAL_WARP] = (uint64_t)(lane->index / WARP_LANES), [SPECIAL_ONE] = 1,
    };
    memcpy(lane->registers, values, sizeof values);
    memset(lane->known, 1, SPECIALS);
}

static Group *group_make(int index, int multiprocessor) {
    const Kernel *kernel = launch.kernel;
    Group *group = calloc(1, sizeof *group);
    size_t registers = (size_t)kernel->register_count, size = (size_t)launch.group_size;
    group->index = index;
    group->multiprocessor = multiprocessor;
    group->size = group->live = launch.group_size;
    group->lanes = calloc(size, sizeof(Lane));
    group->lanes[0].registers = malloc(size * registers * sizeof(uint64_t));
    group->lanes[0].known = calloc(size, registers);
    storage_make(&group->shared, kernel->space_bytes[SPACE_SHARED], true);
    for (size_t i = 0; i < size; i++) {
        Lane *lane = &group->lanes[i];
        lane->group = group;
        lane->index = (int)i;
        lane->registers = group->lanes[0].registers + i * registers;
        lane->known = group->lanes[0].known + i * registers;
        begin_registers(lane);
        if (kernel->space_bytes[SPACE_LOCAL] > 0) {
            storage_make(&lane->local, kernel->space_bytes[SPACE_LOCAL], false);
        }
    }

    races_begin_group(group);
    return group;
}

static void group_free(Group *group) {
    for (int i = 0; i < group->size; i++) {
        storage_free(&group->lanes[i].local);
        free(group->lanes[i].heard);
    }

    storage_free(&group->shared);
    free(group->lanes[0].registers);
    free(group->lanes[0].known);
    free(group->lanes);
    free(group->seen);
    free(group);
}

// ---------- turns ----------

// The next lane at or behind a place, round the group, that can go on; -1 where there is none.
static int next_lane(const Group *group, int from) {
    for (int i = 0; i < group->size; i++) {
        int index = from + i < group->size ? from + i : from + i - group->size;
        if (group->lanes[index].state == STATE_RUNS) {
            return index;
        }
    }

    return -1;
}

// A turn of a group: some lanes, from a place by chance on, each for as long as chance gives them. Most turns are long,
// which is fast; the short ones cut anywhere.
static void take_turn(Group *group) {
    int most = random_below(8) != 0 ? 1 + random_below(600) : 1 + random_below(6);
    int lanes = 1 + random_below(group->size);
    for (int index = next_lane(group, random_below(group->size)); index >= 0 && lanes > 0; lanes--) {
        execute(&group->lanes[index], most);
        index = next_lane(group, index + 1 < group->size ? index + 1 : 0);
    }
}

static void require_progress(const Group *group) {
    if (group->live > 0 && next_lane(group, 0) < 0) {
        fault(LAUNCH_FAILED, "all lanes that are left wait for lanes that will not come");
    }

    if (launch.instructions > settings.most_instructions) {
        fault(LAUNCH_FAILED, "no end after %lu instructions", settings.most_instructions);
    }
}

static void run_groups(void) {
    int next = 0, left = launch.grid;
    while (left > 0) {
        int slot = random_below(launch.resident_count);
        Group *group = launch.resident[slot];
        if (group == NULL) {
            if (next < launch.grid) {
                launch.resident[slot] = group_make(next++, slot % settings.multiprocessors);
            }

            continue;
        }

        take_turn(group);
        require_progress(group);
        if (launch.is_weak) {
            weak_drift(group);
        }

        if (group->live == 0) {
            weak_drain(group);
            group_free(group);
            launch.resident[slot] = NULL;
            left--;
        }
    }
}

// ---------- the launch ----------

// The launches of a process differ, and are the same in the next one.
static uint64_t next_seed(void) {
    static uint64_t count;
    uint64_t seed = (settings.seed << 32) + count++;
    seed = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9ull;
    seed = (seed ^ seed >> 27) * 0x94D049BB133111EBull;
    return (seed ^ seed >> 31) | 1;
}

static void begin(Kernel *kernel, int grid, int group_size, const uint8_t *parameters) {
    int slots = settings.multiprocessors * settings.groups_a_multiprocessor;
    launch = (Launch){.kernel = kernel, .parameters = parameters, .grid = grid, .group_size = group_size};
    launch.random = next_seed();
    launch.resident_count = slots < grid ? slots : grid;
    launch.resident = calloc((size_t)launch.resident_count, sizeof(Group *));

    // Without an instruction that orders them, whatever passes between groups is a race, and found as one.
    launch.is_weak = settings.weak_memory && (kernel->synchronizes || !settings.races);
    races_begin();
    weak_begin();
}

static void end(void) {
    for (int i = 0; i < launch.resident_count; i++) {
        if (launch.resident[i] != NULL) {
            group_free(launch.resident[i]);
        }
    }

    free(launch.resident);
    launch.resident = NULL;
    races_end();
    weak_end();
}

int launch_run(Kernel *kernel, int grid, int group_size, const uint8_t *parameters) {
    begin(kernel, grid, group_size, parameters);
    int code = setjmp(fault_exit);
    if (code == SUCCESS) {
        run_groups();
    }

    end();
    launches++;
    instructions += launch.instructions;
    return code;
}

uint64_t launch_count(void) {
    return launches;
}

uint64_t launch_instructions(void) {
    return instructions;
}
