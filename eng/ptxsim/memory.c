// Buffers of the device: where they are, what they hold, and which of their bytes somebody has written.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ptxsim.h"

// Device addresses are numbers of our own, the same in every run. None is given out twice, so that a freed buffer is
// known for ever, and behind every buffer lie at least 64 KiB that belong to none.
#define FIRST_ADDRESS 0x700000000000ull
#define GRANULE_BITS 16
#define GRANULE (1ull << GRANULE_BITS)
#define GRANULES (1ull << 24)

// The driver promises addresses at multiples of 256 and no more.
enum { ADDRESS_ALIGNMENT = 256, ALIGNMENTS = 16, LARGEST_SECTOR = 32 };

static Buffer **granules;
static uint64_t next_granule;
static uint64_t in_use;

// ---------- what is known of bytes ----------

void storage_make(Storage *storage, uint64_t size, bool is_shared_by_lanes) {
    storage->size = size;
    storage->bytes = calloc(size + LARGEST_SECTOR, 1);
    storage->written = calloc(size / 64 + 1, sizeof(uint64_t));
    storage->words = is_shared_by_lanes ? calloc(size / 4 + 1, sizeof(Word)) : NULL;
}

void storage_free(Storage *storage) {
    free(storage->bytes);
    free(storage->written);
    free(storage->words);
}

// An aligned access of up to 16 bytes lies within one word of the bitmap.
bool storage_is_written(const Storage *storage, uint64_t offset, unsigned size) {
    uint64_t mask = (1ull << size) - 1;
    return (storage->written[offset >> 6] >> (offset & 63) & mask) == mask;
}

void storage_mark(Storage *storage, uint64_t offset, unsigned size) {
    storage->written[offset >> 6] |= ((1ull << size) - 1) << (offset & 63);
}

static bool is_written(const Storage *storage, uint64_t offset) {
    return storage_is_written(storage, offset, 1);
}

static void mark_range(Storage *storage, uint64_t offset, uint64_t size) {
    uint64_t end = offset + size;
    for (; offset < end && (offset & 63) != 0; offset++) {
        storage_mark(storage, offset, 1);
    }

    uint64_t whole = (end - offset) / 64;
    memset(&storage->written[offset / 64], 0xFF, whole * 8);
    for (offset += whole * 64; offset < end; offset++) {
        storage_mark(storage, offset, 1);
    }
}

// The first byte of a range that nobody wrote, or size.
static uint64_t first_unwritten(const Storage *storage, uint64_t offset, uint64_t size) {
    uint64_t i = 0;
    while (i < size) {
        bool is_whole = ((offset + i) & 63) == 0 && size - i >= 64;
        if (is_whole && storage->written[(offset + i) >> 6] == UINT64_MAX) {
            i += 64;
        } else if (is_written(storage, offset + i)) {
            i++;
        } else {
            return i;
        }
    }

    return size;
}

// ---------- addresses ----------

bool is_device_address(uint64_t address) {
    return address >= FIRST_ADDRESS && address - FIRST_ADDRESS < GRANULES * GRANULE;
}

static Buffer *owner_of(uint64_t address) {
    return is_device_address(address) && granules != NULL ? granules[(address - FIRST_ADDRESS) >> GRANULE_BITS] : NULL;
}

Buffer *buffer_at(uint64_t address, uint64_t size) {
    Buffer *buffer = owner_of(address);
    return buffer != NULL && !buffer->is_freed && address >= buffer->address
        && address - buffer->address + size <= buffer->storage.size ? buffer : NULL;
}

// The last buffer that begins at or before an address.
static const Buffer *buffer_before(uint64_t address) {
    uint64_t granule = (address - FIRST_ADDRESS) >> GRANULE_BITS;
    for (int i = 0; i < 16 && granules != NULL && is_device_address(address); i++) {
        const Buffer *buffer = granules[granule];
        if ((buffer != NULL && buffer->address <= address) || granule-- == 0) {
            return buffer;
        }
    }

    return NULL;
}

void buffer_describe(uint64_t address, uint64_t size, char *text, size_t text_size) {
    const Buffer *buffer = buffer_before(address);
    const Buffer *own = owner_of(address);
    if (own != NULL && address < own->address) {
        snprintf(text, text_size, "%lu bytes before a buffer of %lu bytes", own->address - address, own->storage.size);
    } else if (buffer == NULL) {
        snprintf(text, text_size, "in no buffer of the device");
    } else if (buffer->is_freed) {
        snprintf(text, text_size, "in or behind a buffer of %lu bytes that was freed", buffer->storage.size);
    } else if (address >= buffer->address + buffer->storage.size) {
        snprintf(text, text_size, "%lu bytes past the end of a buffer of %lu bytes",
            address - buffer->address - buffer->storage.size, buffer->storage.size);
    } else {
        snprintf(text, text_size, "%lu bytes into a buffer of %lu bytes, and ends %lu bytes past it",
            address - buffer->address, buffer->storage.size,
            address + size - buffer->address - buffer->storage.size);
    }
}

// ---------- what the host does ----------

int memory_allocate(uint64_t *address, uint64_t size) {
    granules = granules == NULL ? calloc(GRANULES, sizeof *granules) : granules;
    uint64_t start = next_granule % ALIGNMENTS * ADDRESS_ALIGNMENT;
    uint64_t count = (start + size + GRANULE - 1) / GRANULE;
    if (size == 0) {
        return refuse(INVALID_VALUE, "an allocation of 0 bytes");
    }

    if (next_granule + count + 1 > GRANULES) {
        return refuse(OUT_OF_MEMORY, "the device's addresses are used up");
    }

    Buffer *buffer = calloc(1, sizeof *buffer);
    buffer->address = FIRST_ADDRESS + next_granule * GRANULE + start;
    storage_make(&buffer->storage, size, true);
    for (uint64_t i = 0; i < count; i++) {
        granules[next_granule + i] = buffer;
    }

    next_granule += count + 1;
    in_use += size;
    *address = buffer->address;
    return SUCCESS;
}

int memory_release(uint64_t address) {
    Buffer *buffer = owner_of(address);
    if (buffer == NULL || buffer->address != address || buffer->is_freed) {
        return refuse(INVALID_VALUE, "freed: 0x%lx, which is no buffer, or was freed before", address);
    }

    buffer->is_freed = true;
    in_use -= buffer->storage.size;
    storage_free(&buffer->storage);
    return SUCCESS;
}

uint64_t memory_in_use(void) {
    return in_use;
}

static int out_of_bounds(const char *what, uint64_t address, uint64_t size) {
    char place[160];
    buffer_describe(address, size, place, sizeof place);
    return refuse(ILLEGAL_ADDRESS, "%s of %lu bytes at 0x%lx, which is %s", what, size, address, place);
}

static int copy_from_device(uint8_t *target, Storage *target_storage, uint64_t target_offset, uint64_t source,
    uint64_t size) {
    const Buffer *buffer = buffer_at(source, size);
    if (buffer == NULL) {
        return out_of_bounds("a copy", source, size);
    }

    uint64_t offset = source - buffer->address;
    memmove(target, buffer->storage.bytes + offset, size);
    uint64_t first = first_unwritten(&buffer->storage, offset, size);
    if (target_storage == NULL && first < size) {
        return refuse(ILLEGAL_ADDRESS, "a copy to the host of %lu bytes at 0x%lx reads byte %lu of a buffer of %lu "
            "bytes, which nobody wrote", size, source, offset + first, buffer->storage.size);
    }

    // Within the device what was not written may be moved, and is not written there either.
    for (uint64_t i = first; i < size; i++) {
        if (is_written(&buffer->storage, offset + i)) {
            storage_mark(target_storage, target_offset + i, 1);
        } else {
            target_storage->written[(target_offset + i) >> 6] &= ~(1ull << ((target_offset + i) & 63));
        }
    }

    if (target_storage != NULL) {
        mark_range(target_storage, target_offset, first);
    }

    return SUCCESS;
}

int memory_copy(uint64_t target, uint64_t source, uint64_t size) {
    if (size == 0) {
        return SUCCESS;
    }

    if (!is_device_address(target)) {
        return is_device_address(source) ? copy_from_device((uint8_t *)target, NULL, 0, source, size)
            : refuse(INVALID_VALUE, "a copy between two places of the host");
    }

    Buffer *buffer = buffer_at(target, size);
    if (buffer == NULL) {
        return out_of_bounds("a copy", target, size);
    }

    uint64_t offset = target - buffer->address;
    if (is_device_address(source)) {
        return copy_from_device(buffer->storage.bytes + offset, &buffer->storage, offset, source, size);
    }

    memcpy(buffer->storage.bytes + offset, (const uint8_t *)source, size);
    mark_range(&buffer->storage, offset, size);
    return SUCCESS;
}

int memory_set(uint64_t target, uint8_t value, uint64_t size) {
    Buffer *buffer = buffer_at(target, size);
    if (buffer == NULL) {
        return size == 0 ? SUCCESS : out_of_bounds("a memset", target, size);
    }

    memset(buffer->storage.bytes + (target - buffer->address), value, size);
    mark_range(&buffer->storage, target - buffer->address, size);
    return SUCCESS;
}
