// One lane, instruction by instruction; where it has to wait for others, and when they may go on.
#include <string.h>

#include "ptxsim.h"

// ---------- barriers ----------

// Called when a lane arrives or leaves: the group goes on when all of its lanes wait at the same barrier.
static void pass_barrier(Group *group) {
    if (group->at_barrier == 0) {
        return;
    }

    if (group->live < group->size) {
        fault(LAUNCH_FAILED, "%d lanes of the group wait at a barrier (line %d) that another has left without",
            group->at_barrier, launch.kernel->instructions[group->barrier_instruction].line);
    }

    if (group->at_barrier == group->size) {
        group->at_barrier = 0;
        races_barrier(group);
        for (int i = 0; i < group->size; i++) {
            group->lanes[i].state = STATE_RUNS;
        }
    }
}

static void arrive(Lane *lane) {
    Group *group = lane->group;
    if (group->at_barrier > 0 && group->barrier_instruction != lane->next) {
        fault(LAUNCH_FAILED, "the lane waits here, while others of its group wait at the barrier in line %d",
            launch.kernel->instructions[group->barrier_instruction].line);
    }

    group->barrier_instruction = lane->next++;
    group->at_barrier++;
    lane->state = STATE_AT_BARRIER;
    pass_barrier(group);
}

// ---------- shuffles ----------

// The lane of the warp that a lane takes its value from (PTX ISA, shfl.sync).
static int shuffle_source(const Instruction *instruction, const Lane *lane) {
    int own = lane->index % WARP_LANES;
    int distance = (int)register_read(lane, instruction->operands[1]) & 31;
    int control = (int)register_read(lane, instruction->operands[2]);
    int segment = control >> 8 & 31, clamp = control & 31;
    int lowest = own & segment, highest = lowest | (clamp & ~segment);
    switch (instruction->action) {
    case SHUFFLE_UP:
        return own - distance >= highest ? own - distance : own;
    case SHUFFLE_DOWN:
        return own + distance <= highest ? own + distance : own;
    case SHUFFLE_BUTTERFLY:
        return (own ^ distance) <= highest ? own ^ distance : own;
    default:
        return (lowest | (distance & ~segment)) <= highest ? lowest | (distance & ~segment) : own;
    }
}

// The last lane to come does it for all of the warp.
static void shuffle(Lane *lane, const Instruction *instruction) {
    Group *group = lane->group;
    int first = lane->index / WARP_LANES * WARP_LANES;
    int count = group->size - first < WARP_LANES ? group->size - first : WARP_LANES;
    Lane *warp = &group->lanes[first];
    lane->shuffled = register_read(lane, instruction->operands[0]);
    lane->state = STATE_AT_SHUFFLE;
    for (int i = 0; i < count; i++) {
        if (warp[i].state == STATE_GONE) {
            fault(LAUNCH_FAILED, "the lane waits at a shuffle of a warp that lane %d has left", warp[i].index);
        }

        if (warp[i].state == STATE_AT_SHUFFLE && warp[i].next != lane->next) {
            fault(LAUNCH_FAILED, "lane %d of the warp is at another shuffle", warp[i].index);
        }

        if (warp[i].state != STATE_AT_SHUFFLE) {
            return;
        }
    }

    for (int i = 0; i < count; i++) {
        int source = shuffle_source(instruction, &warp[i]);
        register_write(&warp[i], instruction->results[0], warp[source < count ? source : i].shuffled);
        warp[i].state = STATE_RUNS;
        warp[i].next++;
    }
}

// A lane that is gone comes to no barrier and no shuffle.
static void leave(Lane *lane) {
    Group *group = lane->group;
    lane->state = STATE_GONE;
    group->live--;
    int first = lane->index / WARP_LANES * WARP_LANES;
    for (int i = first; i < first + WARP_LANES && i < group->size; i++) {
        if (group->lanes[i].state == STATE_AT_SHUFFLE) {
            fault(LAUNCH_FAILED, "the lane leaves a warp in which lane %d waits at a shuffle", i);
        }
    }

    pass_barrier(group);
}

// ---------- everything else ----------

static void evaluate(Lane *lane, const Instruction *instruction) {
    uint64_t values[3] = {0, 0, 0};
    for (int i = 0; i < instruction->operand_count; i++) {
        values[i] = register_read(lane, instruction->operands[i]);
    }

    if (!instruction->flushes) {
        register_write(lane, instruction->results[0], instruction->evaluate(values[0], values[1], values[2]));
        return;
    }

    for (int i = 0; i < instruction->operand_count; i++) {
        values[i] = flush_subnormal(values[i]);
    }

    uint64_t result = instruction->evaluate(values[0], values[1], values[2]);
    register_write(lane, instruction->results[0], instruction->flushes_result ? flush_subnormal(result) : result);
}

static void load_parameter(Lane *lane, const Instruction *instruction) {
    for (int i = 0; i < instruction->vector; i++) {
        uint64_t value = 0;
        memcpy(&value, launch.parameters + instruction->offset + i * instruction->size, instruction->size);
        unsigned unused = 64 - 8u * instruction->size;
        value = instruction->is_signed ? (uint64_t)((int64_t)(value << unused) >> unused) : value;
        register_write(lane, instruction->results[i], value);
    }
}

static void fence(Lane *lane) {
    races_release(lane);
    if (launch.is_weak) {
        weak_fence();
    }

    races_acquire(lane);
}

static void step(Lane *lane, const Instruction *instruction) {
    switch (instruction->kind) {
    case KIND_EVALUATE:
        evaluate(lane, instruction);
        break;
    case KIND_PARAMETER:
        load_parameter(lane, instruction);
        break;
    case KIND_LOAD:
        access_load(lane, instruction);
        break;
    case KIND_STORE:
        access_store(lane, instruction);
        break;
    case KIND_ATOMIC:
        access_atomic(lane, instruction);
        break;
    case KIND_FENCE:
        fence(lane);
        break;
    default:
        break;
    }

    lane->next++;
}

static bool is_skipped(const Lane *lane, const Instruction *instruction) {
    return instruction->is_predicated
        && (register_read(lane, instruction->predicate) != 0) == instruction->is_negated;
}

void execute(Lane *lane, int most) {
    launch.lane = lane;
    while (most-- > 0 && lane->state == STATE_RUNS) {
        const Instruction *instruction = &launch.kernel->instructions[lane->next];
        launch.instruction = instruction;
        launch.instructions++;
        if (is_skipped(lane, instruction)) {
            lane->next++;
        } else if (instruction->kind == KIND_BRANCH) {
            lane->next = instruction->target;
        } else if (instruction->kind == KIND_BARRIER) {
            arrive(lane);
        } else if (instruction->kind == KIND_SHUFFLE) {
            shuffle(lane, instruction);
        } else if (instruction->kind == KIND_RETURN) {
            leave(lane);
        } else {
            step(lane, instruction);
        }
    }
}
