// Weak memory: an L1 a multiprocessor that nobody keeps coherent, and stores that reach memory late and out of order.
//
// A store waits in its group, where the lanes of the group see it at once. A load takes a sector into the L1 of its
// multiprocessor, and may find it there long after memory has changed. A fence waits for the stores of its lane, and
// for those of all lanes before the last barrier, and empties the L1.
#include <stdlib.h>
#include <string.h>

#include "ptxsim.h"

enum { SECTOR = 32, L1_SECTORS = 512 };

typedef struct {
    uint64_t tags[L1_SECTORS];  // the number of the sector and one; 0 where there is none
    uint8_t bytes[L1_SECTORS][SECTOR];
} Cache;

static Cache *caches;
static uint64_t stale;

uint64_t weak_stale_loads(void) {
    return stale;
}

void weak_begin(void) {
    caches = launch.is_weak ? calloc((size_t)settings.multiprocessors, sizeof(Cache)) : NULL;
}

void weak_end(void) {
    free(caches);
    caches = NULL;
}

static int sector_hash(uint64_t address, int bits) {
    return (int)((address / SECTOR) * 0x9E3779B97F4A7C15ull >> (64 - bits));
}

static uint8_t *memory_of(uint64_t address) {
    const Buffer *buffer = buffer_at(address, 1);
    return buffer == NULL ? NULL : buffer->storage.bytes + (address - buffer->address);
}

// ---------- stores that wait ----------

static bool overlaps(const PendingStore *store, uint64_t address, unsigned size) {
    return store->address < address + size && address < store->address + store->size;
}

static void drain(Group *group, int index) {
    // What was stored to the same place before goes first; that moves what stands behind it.
    for (int i = 0; i < index; i++) {
        if (overlaps(&group->pending[i], group->pending[index].address, group->pending[index].size)) {
            int before = group->pending_count;
            drain(group, i);
            index -= before - group->pending_count;
            i = -1;
        }
    }

    PendingStore *store = &group->pending[index];
    memcpy(memory_of(store->address), store->bytes, store->size);
    group->pending_sectors[sector_hash(store->address, 6)]--;
    memmove(store, store + 1, sizeof *store * (size_t)(group->pending_count - index - 1));
    group->pending_count--;
}

void weak_drain(Group *group) {
    while (group->pending_count > 0) {
        drain(group, 0);
    }
}

static void drain_place(Group *group, uint64_t address, unsigned size) {
    for (int i = 0; i < group->pending_count; i++) {
        if (overlaps(&group->pending[i], address, size)) {
            drain(group, i);
            i = -1;
        }
    }
}

static void overlay(const Group *group, uint64_t address, uint8_t *bytes, unsigned size) {
    if (group->pending_sectors[sector_hash(address, 6)] == 0) {
        return;
    }

    for (int i = 0; i < group->pending_count; i++) {
        const PendingStore *store = &group->pending[i];
        for (unsigned j = 0; j < size && overlaps(store, address, size); j++) {
            if (overlaps(store, address + j, 1)) {
                bytes[j] = store->bytes[address + j - store->address];
            }
        }
    }
}

static void flush(Group *group) {
    if (settings.broken == BREAK_MEMBAR || settings.broken == BREAK_FLUSH) {
        return;
    }

    for (int i = 0; i < group->pending_count; i++) {
        const PendingStore *store = &group->pending[i];
        if (store->lane == launch.lane->index || store->barrier < group->barrier_time) {
            drain(group, i);
            i = -1;
        }
    }
}

static void invalidate(const Group *group) {
    if (settings.broken != BREAK_MEMBAR && settings.broken != BREAK_INVALIDATION) {
        memset(caches[group->multiprocessor].tags, 0, sizeof caches->tags);
    }
}

static bool releases(Order order) {
    return order == ORDER_RELEASE || order == ORDER_BOTH;
}

static bool acquires(Order order) {
    return order == ORDER_ACQUIRE || order == ORDER_BOTH;
}

// ---------- what lanes do ----------

static void fill(Cache *cache, int line, uint64_t sector) {
    const Group *own = launch.lane->group;
    cache->tags[line] = sector / SECTOR + 1;

    // Buffers begin at multiples of 256, so a sector has at most one; behind its end lies room for a sector.
    memcpy(cache->bytes[line], memory_of(sector), SECTOR);
    for (int i = 0; i < launch.resident_count; i++) {
        const Group *group = launch.resident[i];
        if (group != NULL && group != own && group->multiprocessor == own->multiprocessor) {
            overlay(group, sector, cache->bytes[line], SECTOR);
        }
    }

    overlay(own, sector, cache->bytes[line], SECTOR);
}

void weak_load(uint64_t address, Order order, uint8_t *bytes, unsigned size) {
    Group *group = launch.lane->group;
    if (order != ORDER_WEAK) {
        drain_place(group, address, size);
        memcpy(bytes, memory_of(address), size);
        if (acquires(order)) {
            invalidate(group);
        }

        return;
    }

    Cache *cache = &caches[group->multiprocessor];
    uint64_t sector = address / SECTOR * SECTOR;
    int line = sector_hash(address, 9);
    if (cache->tags[line] != sector / SECTOR + 1) {
        fill(cache, line, sector);
    }

    memcpy(bytes, cache->bytes[line] + (address - sector), size);
    overlay(group, address, bytes, size);
    stale += memcmp(bytes, memory_of(address), size) != 0;
}

void weak_store(uint64_t address, Order order, const uint8_t *bytes, unsigned size) {
    Group *group = launch.lane->group;
    Cache *cache = &caches[group->multiprocessor];
    int line = sector_hash(address, 9);
    if (cache->tags[line] == address / SECTOR + 1) {
        memcpy(cache->bytes[line] + address % SECTOR, bytes, size);
    }

    if (releases(order)) {
        flush(group);
    }

    if (group->pending_count == MAX_PENDING) {
        drain(group, random_below(MAX_PENDING));
    }

    PendingStore *store = &group->pending[group->pending_count++];
    *store = (PendingStore){.address = address, .size = size, .lane = launch.lane->index, .barrier = group->now};
    memcpy(store->bytes, bytes, size);
    group->pending_sectors[sector_hash(address, 6)]++;
    if (releases(order)) {
        drain_place(group, address, size);
    }
}

void weak_before_atomic(uint64_t address, Order order, unsigned size) {
    Group *group = launch.lane->group;
    if (releases(order)) {
        flush(group);
    }

    drain_place(group, address, size);
}

void weak_after_atomic(Order order) {
    if (acquires(order)) {
        invalidate(launch.lane->group);
    }
}

void weak_fence(void) {
    flush(launch.lane->group);
    invalidate(launch.lane->group);
}

// Now and then some stores arrive and a sector falls out of the L1, as time would have it.
void weak_drift(Group *group) {
    if (group->pending_count > 0 && random_below(4) == 0) {
        for (int i = random_below(group->pending_count + 1); i > 0 && group->pending_count > 0; i--) {
            drain(group, random_below(group->pending_count));
        }
    }

    if (random_below(16) == 0) {
        caches[group->multiprocessor].tags[random_below(L1_SECTORS)] = 0;
    }
}
