// Registers, loads, stores and atomics of a lane, with everything that is checked of them.
#include <stdio.h>
#include <string.h>

#include "ptxsim.h"

uint64_t register_read(const Lane *lane, Slot slot) {
    const Kernel *kernel = launch.kernel;
    if (slot >= kernel->register_count) {
        return kernel->constants[slot - kernel->register_count];
    }

    if (!lane->known[slot]) {
        char name[32];
        register_name(kernel, slot, name, sizeof name);
        fault(LAUNCH_FAILED, "register %s is read before it is written", name);
    }

    return lane->registers[slot];
}

void register_write(Lane *lane, Slot slot, uint64_t value) {
    lane->registers[slot] = value & launch.kernel->masks[slot];
    lane->known[slot] = 1;
}

// ---------- where an address leads ----------

typedef struct {
    Storage *storage;
    uint64_t offset;
    uint64_t address;
    unsigned size;
} Place;

static const char *const SPACE_NAMES[SPACES] = {"global", "shared", "local"};

_Noreturn static void outside(Space space, uint64_t address, unsigned size) {
    char text[160] = "in no variable of the kernel";
    if (space == SPACE_GLOBAL) {
        buffer_describe(address, size, text, sizeof text);
    }

    const Kernel *kernel = launch.kernel;
    for (int i = 0; i < kernel->variable_count[space] && space != SPACE_GLOBAL; i++) {
        const Variable *variable = &kernel->variables[space][i];
        if (address >= variable->start) {
            snprintf(text, sizeof text, "byte %lu of '%s', which has %lu bytes", address - variable->start,
                variable->name, variable->size);
        }
    }

    fault(ILLEGAL_ADDRESS, "%u bytes of %s memory at 0x%lx, which is %s", size, SPACE_NAMES[space], address, text);
}

static bool is_in_variable(Space space, uint64_t address, unsigned size) {
    const Kernel *kernel = launch.kernel;
    for (int i = 0; i < kernel->variable_count[space]; i++) {
        const Variable *variable = &kernel->variables[space][i];
        if (address >= variable->start && address - variable->start + size <= variable->size) {
            return true;
        }
    }

    return false;
}

static Place locate(Lane *lane, const Instruction *instruction) {
    Place place = {.size = (unsigned)instruction->vector * instruction->size};
    Space space = instruction->space;
    place.address = register_read(lane, instruction->operands[0]) + (uint64_t)instruction->offset;
    if (space == SPACE_GLOBAL) {
        Buffer *buffer = buffer_at(place.address, place.size);
        if (buffer == NULL) {
            outside(space, place.address, place.size);
        }

        place.storage = &buffer->storage;
        place.offset = place.address - buffer->address;
    } else {
        if (!is_in_variable(space, place.address, place.size)) {
            outside(space, place.address, place.size);
        }

        place.storage = space == SPACE_SHARED ? &lane->group->shared : &lane->local;
        place.offset = place.address;
    }

    if (place.address % place.size != 0) {
        fault(ILLEGAL_ADDRESS, "address 0x%lx is not a multiple of the %u bytes that are accessed", place.address,
            place.size);
    }

    return place;
}

static void require_written(const Place *place, Space space) {
    if (!storage_is_written(place->storage, place->offset, place->size)) {
        fault(ILLEGAL_ADDRESS, "%s memory is read that nobody wrote: %u bytes at byte %lu of %lu", SPACE_NAMES[space],
            place->size, place->offset, place->storage->size);
    }
}

static void check_race(const Place *place, bool is_store, Order order) {
    if (settings.races && place->storage->words != NULL) {
        races_check(place->storage->words, place->offset, place->size, is_store, order == ORDER_WEAK);
    }
}

// A strong access to global memory is a message between groups; one that releases or acquires needs no fence.
static bool is_message(const Instruction *instruction) {
    return launch.kernel->synchronizes && instruction->space == SPACE_GLOBAL && instruction->order != ORDER_WEAK;
}

static void tell(Lane *lane, const Instruction *instruction, uint64_t address) {
    if (is_message(instruction)) {
        if (instruction->order == ORDER_RELEASE || instruction->order == ORDER_BOTH) {
            races_release(lane);
        }

        races_tell(lane, address);
    }
}

static void hear(Lane *lane, const Instruction *instruction, uint64_t address) {
    if (is_message(instruction)) {
        races_hear(lane, address);
        if (instruction->order == ORDER_ACQUIRE || instruction->order == ORDER_BOTH) {
            races_acquire(lane);
        }
    }
}

// ---------- loads and stores ----------

static uint64_t value_at(const uint8_t *bytes, const Instruction *instruction) {
    uint64_t value = 0;
    memcpy(&value, bytes, instruction->size);
    unsigned unused = 64 - 8u * instruction->size;
    return instruction->is_signed ? (uint64_t)((int64_t)(value << unused) >> unused) : value;
}

void access_load(Lane *lane, const Instruction *instruction) {
    uint8_t copy[MAX_ACCESS_BYTES];
    Place place = locate(lane, instruction);
    const uint8_t *bytes = place.storage->bytes + place.offset;
    require_written(&place, instruction->space);
    check_race(&place, false, instruction->order);
    if (launch.is_weak && instruction->space == SPACE_GLOBAL) {
        weak_load(place.address, instruction->order, copy, place.size);
        bytes = copy;
    }

    hear(lane, instruction, place.address);
    for (int i = 0; i < instruction->vector; i++) {
        register_write(lane, instruction->results[i], value_at(bytes + i * instruction->size, instruction));
    }
}

void access_store(Lane *lane, const Instruction *instruction) {
    uint8_t bytes[MAX_ACCESS_BYTES];
    for (int i = 0; i < instruction->vector; i++) {
        uint64_t value = register_read(lane, instruction->operands[i + 1]);
        memcpy(bytes + i * instruction->size, &value, instruction->size);
    }

    Place place = locate(lane, instruction);
    check_race(&place, true, instruction->order);
    tell(lane, instruction, place.address);
    storage_mark(place.storage, place.offset, place.size);
    if (launch.is_weak && instruction->space == SPACE_GLOBAL) {
        weak_store(place.address, instruction->order, bytes, place.size);
    } else {
        memcpy(place.storage->bytes + place.offset, bytes, place.size);
    }
}

// ---------- atomics ----------

static uint64_t combined(const Instruction *instruction, uint64_t old, uint64_t value, uint64_t replacement) {
    bool is_less = instruction->is_signed ? (int64_t)old < (int64_t)value : old < value;
    switch (instruction->action) {
    case ATOMIC_ADD:
        return old + value;
    case ATOMIC_EXCHANGE:
        return value;
    case ATOMIC_COMPARE:
        return old == value ? replacement : old;
    case ATOMIC_MIN:
        return is_less ? old : value;
    case ATOMIC_MAX:
        return is_less ? value : old;
    case ATOMIC_AND:
        return old & value;
    default:
        return old | value;
    }
}

void access_atomic(Lane *lane, const Instruction *instruction) {
    Place place = locate(lane, instruction);
    bool is_global = instruction->space == SPACE_GLOBAL;
    require_written(&place, instruction->space);
    check_race(&place, true, instruction->order);
    tell(lane, instruction, place.address);
    if (launch.is_weak && is_global) {
        weak_before_atomic(place.address, instruction->order, place.size);
    }

    // The operands come as the type reads them, so that a comparison of 32 bits sees their sign.
    uint8_t *bytes = place.storage->bytes + place.offset;
    uint64_t operands[2] = {register_read(lane, instruction->operands[1]), 0};
    operands[1] = instruction->action == ATOMIC_COMPARE ? register_read(lane, instruction->operands[2]) : 0;
    uint64_t old = value_at(bytes, instruction);
    uint64_t result = combined(instruction, old, value_at((uint8_t *)&operands[0], instruction), operands[1]);
    memcpy(bytes, &result, instruction->size);
    if (launch.is_weak && is_global) {
        weak_after_atomic(instruction->order);
    }

    hear(lane, instruction, place.address);
    register_write(lane, instruction->results[0], old);
}
