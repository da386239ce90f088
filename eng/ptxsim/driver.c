// The entry points of the driver API that ILGPU calls.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ptxsim.h"

#define EXPORT __attribute__((visibility("default")))

typedef void *Handle;

enum { DRIVER_VERSION = 12040, MEMORY_TYPE_DEVICE = 2, PARAMETER_BUFFER = 1, PARAMETER_SIZE = 2 };
enum { JIT_ERROR_LOG = 5, JIT_ERROR_LOG_SIZE = 6, STREAM_NON_BLOCKING = 1 };

static const uint64_t TOTAL_MEMORY = 8ull << 30;
static const Handle A_CONTEXT = (Handle)0x10;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// ---------- the device ----------

static void report(void) {
    fprintf(stderr, "ptxsim: %lu launches, %lu instructions, %lu loads gave a value older than memory\n",
        launch_count(), launch_instructions(), weak_stale_loads());
}

EXPORT int cuInit(int flags) {
    static bool is_ready;
    (void)flags;
    pthread_mutex_lock(&lock);
    if (!is_ready) {
        is_ready = true;
        settings_read();
        if (settings.verbose) {
            atexit(report);
        }
    }

    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORT int cuDriverGetVersion(int *version) {
    *version = DRIVER_VERSION;
    return SUCCESS;
}

EXPORT int cuDeviceGetCount(int *count) {
    *count = 1;
    return SUCCESS;
}

EXPORT int cuDeviceGet(int *device, int ordinal) {
    *device = ordinal;
    return ordinal == 0 ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuDeviceGetName(char *name, int length, int device) {
    (void)device;
    snprintf(name, (size_t)length, "Interpreted PTX (no GPU)");
    return SUCCESS;
}

EXPORT int cuDeviceTotalMem_v2(uint64_t *bytes, int device) {
    (void)device;
    *bytes = TOTAL_MEMORY;
    return SUCCESS;
}

// The numbers are those of CUdevice_attribute; what is not here is a feature that this device lacks.
EXPORT int cuDeviceGetAttribute(int *value, int attribute, int device) {
    const struct {
        int attribute, value;
    } known[] = {
        {1, MAX_GROUP_LANES}, {2, MAX_GROUP_LANES}, {3, MAX_GROUP_LANES}, {4, 64},      // lanes of a group, x, y, z
        {5, INT32_MAX}, {6, 65535}, {7, 65535},                                         // groups of a grid
        {8, MAX_SHARED_BYTES}, {81, 4 * MAX_SHARED_BYTES}, {9, 65536},                  // shared, constant memory
        {10, WARP_LANES}, {12, 65536}, {82, 65536},                                     // registers
        {13, 1000000}, {36, 1000000}, {37, 1024}, {38, 1 << 20},                        // clocks, bus, second cache
        {16, settings.multiprocessors}, {39, 2 * MAX_GROUP_LANES}, {41, 1},             // one address space
        {75, settings.major}, {76, settings.minor},
    };
    (void)device;
    *value = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *value = known[i].attribute == attribute ? known[i].value : *value;
    }

    return SUCCESS;
}

EXPORT int cuDeviceCanAccessPeer(int *can, int device, int peer) {
    (void)device, (void)peer;
    *can = 0;
    return SUCCESS;
}

EXPORT int cuGetErrorString(int error, const char **text) {
    *text = error == SUCCESS ? "no error" : fault_text();
    return SUCCESS;
}

// ---------- contexts, of which there is one; and everything that has nothing to do ----------

#define NOTHING_TO_DO(name) \
    EXPORT int name(void) { \
        return SUCCESS; \
    }

NOTHING_TO_DO(cuCtxDestroy_v2)
NOTHING_TO_DO(cuCtxSetCurrent)
NOTHING_TO_DO(cuCtxSetCacheConfig)
NOTHING_TO_DO(cuCtxSetSharedMemConfig)
NOTHING_TO_DO(cuMemHostRegister_v2)
NOTHING_TO_DO(cuMemHostUnregister)
NOTHING_TO_DO(cuStreamWaitEvent)
NOTHING_TO_DO(cuEventQuery)
NOTHING_TO_DO(cuEventSynchronize)

EXPORT int cuCtxCreate_v2(Handle *context, int flags, int device) {
    (void)flags, (void)device;
    *context = A_CONTEXT;
    return SUCCESS;
}

EXPORT int cuCtxGetCacheConfig(int *config) {
    *config = 0;
    return SUCCESS;
}

EXPORT int cuCtxGetSharedMemConfig(int *config) {
    *config = 1;
    return SUCCESS;
}

// ---------- memory ----------

EXPORT int cuMemGetInfo_v2(uint64_t *free_bytes, uint64_t *total) {
    *total = TOTAL_MEMORY;
    *free_bytes = memory_in_use() < TOTAL_MEMORY ? TOTAL_MEMORY - memory_in_use() : 0;
    return SUCCESS;
}

EXPORT int cuMemAlloc_v2(uint64_t *address, uint64_t bytes) {
    pthread_mutex_lock(&lock);
    int code = memory_allocate(address, bytes);
    pthread_mutex_unlock(&lock);
    return code;
}

// Freeing waits for everything, as the driver does.
EXPORT int cuMemFree_v2(uint64_t address) {
    pthread_mutex_lock(&lock);
    int late = streams_wait();
    int code = memory_release(address);
    pthread_mutex_unlock(&lock);
    return code == SUCCESS ? late : code;
}

EXPORT int cuMemcpyAsync(uint64_t target, uint64_t source, uint64_t bytes, Stream *stream) {
    pthread_mutex_lock(&lock);
    int code = stream_copy(stream, target, source, bytes);
    pthread_mutex_unlock(&lock);
    return code;
}

EXPORT int cuMemsetD8Async(uint64_t target, uint8_t value, uint64_t bytes, Stream *stream) {
    pthread_mutex_lock(&lock);
    int code = stream_set(stream, target, value, bytes);
    pthread_mutex_unlock(&lock);
    return code;
}

EXPORT int cuPointerGetAttribute(int *value, int attribute, uint64_t address) {
    (void)attribute;
    *value = MEMORY_TYPE_DEVICE;
    return is_device_address(address) ? SUCCESS : INVALID_VALUE;
}

EXPORT int cuMemAllocHost_v2(Handle *memory, uint64_t bytes) {
    *memory = malloc(bytes);
    return *memory == NULL ? OUT_OF_MEMORY : SUCCESS;
}

EXPORT int cuMemFreeHost(Handle memory) {
    free(memory);
    return SUCCESS;
}

EXPORT int cuMemHostGetDevicePointer_v2(uint64_t *address, Handle memory, int flags) {
    (void)memory, (void)flags;
    *address = 0;
    return refuse(INVALID_VALUE, "memory of the host has no address on this device");
}

// ---------- modules and launches ----------

static void dump(const char *text) {
    static int count;
    char path[1024];
    snprintf(path, sizeof path, "%s/%d.ptx", settings.dump_folder, count++);
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fputs(text, file);
        fclose(file);
    }
}

EXPORT int cuModuleLoadData(Kernel **module, const char *text) {
    pthread_mutex_lock(&lock);
    if (settings.dump_folder != NULL) {
        dump(text);
    }

    int code = kernel_parse(text, module);
    pthread_mutex_unlock(&lock);
    return code;
}

// ILGPU passes room for a log of errors, and shows it where the module is refused.
EXPORT int cuModuleLoadDataEx(Kernel **module, const char *text, int count, const int *options, Handle *values) {
    int code = cuModuleLoadData(module, text);
    for (int i = 0; i + 1 < count && code != SUCCESS; i++) {
        if (options[i] == JIT_ERROR_LOG && options[i + 1] == JIT_ERROR_LOG_SIZE) {
            snprintf(values[i], (size_t)values[i + 1], "%s", fault_text());
        }
    }

    return code;
}

EXPORT int cuModuleUnload(Kernel *module) {
    // A module that was refused is unloaded as well.
    int code = SUCCESS;
    if (module != NULL) {
        pthread_mutex_lock(&lock);
        code = streams_wait();
        kernel_free(module);
        pthread_mutex_unlock(&lock);
    }

    return code;
}

EXPORT int cuModuleGetFunction(Kernel **function, Kernel *module, const char *name) {
    *function = module;
    return strcmp(module->name, name) == 0 ? SUCCESS
        : refuse(NOT_FOUND, "the module has '%s', and no '%s'", module->name, name);
}

// The parameters of a launch, from the one form or the other, as one block; NULL where they are too few.
static const uint8_t *parameters_of(const Kernel *kernel, Handle *arguments, Handle *extra, uint8_t *block) {
    if (extra != NULL) {
        const uint8_t *given = NULL;
        uint64_t size = 0;
        for (; extra[0] != NULL; extra += 2) {
            given = (intptr_t)extra[0] == PARAMETER_BUFFER ? extra[1] : given;
            size = (intptr_t)extra[0] == PARAMETER_SIZE ? *(uint64_t *)extra[1] : size;
        }

        return size >= kernel->parameter_bytes ? given : NULL;
    }

    for (int i = 0; i < kernel->parameter_count; i++) {
        memcpy(block + kernel->parameters[i].start, arguments[i], kernel->parameters[i].size);
    }

    return block;
}

static int run(Stream *stream, Kernel *kernel, int grid, int group_size, Handle *arguments, Handle *extra) {
    uint8_t *block = calloc(kernel->parameter_bytes + 1, 1);
    const uint8_t *parameters = parameters_of(kernel, arguments, extra, block);
    int code = parameters == NULL
        ? refuse(INVALID_VALUE, "%s takes %lu bytes of parameters, not fewer", kernel->name, kernel->parameter_bytes)
        : stream_launch(stream, kernel, grid, group_size, parameters);
    free(block);
    return code;
}

EXPORT int cuLaunchKernel(Kernel *kernel, int grid_x, int grid_y, int grid_z, int group_x, int group_y, int group_z,
    int shared_bytes, Stream *stream, Handle *arguments, Handle *extra) {
    if (grid_y != 1 || grid_z != 1 || group_y != 1 || group_z != 1 || shared_bytes != 0) {
        return refuse(INVALID_VALUE, "%s is launched over more than one dimension, or with shared memory of a size "
            "that is not its own; neither is simulated", kernel->name);
    }

    // A lane of the grid has a number of 28 bits where races are noted.
    if (grid_x < 1 || group_x < 1 || group_x > MAX_GROUP_LANES || (int64_t)grid_x * group_x >= 1 << 28) {
        return refuse(INVALID_VALUE, "%s is launched as %d groups of %d lanes: at least 1 of 1 to %d, and fewer than "
            "2^28 lanes in all, can be run", kernel->name, grid_x, group_x, MAX_GROUP_LANES);
    }

    pthread_mutex_lock(&lock);
    int code = run(stream, kernel, grid_x, group_x, arguments, extra);
    pthread_mutex_unlock(&lock);
    return code;
}

EXPORT int cuOccupancyMaxActiveBlocksPerMultiprocessor(int *groups, Kernel *kernel, int group_size, uint64_t shared) {
    (void)kernel, (void)group_size, (void)shared;
    *groups = settings.groups_a_multiprocessor;
    return SUCCESS;
}

EXPORT int cuOccupancyMaxPotentialBlockSize(
    int *grid, int *group_size, Kernel *kernel, Handle shared_of, uint64_t shared, int limit) {
    (void)kernel, (void)shared_of, (void)shared;
    *grid = settings.multiprocessors;
    *group_size = limit > 0 && limit < 256 ? limit : 256;
    return SUCCESS;
}

// ---------- streams and events ----------

EXPORT int cuStreamCreate(Stream **stream, int flags) {
    pthread_mutex_lock(&lock);
    *stream = stream_create((flags & STREAM_NON_BLOCKING) == 0);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORT int cuStreamCreateWithPriority(Stream **stream, int flags, int priority) {
    (void)priority;
    return cuStreamCreate(stream, flags);
}

EXPORT int cuStreamDestroy_v2(Stream *stream) {
    pthread_mutex_lock(&lock);
    int code = stream_destroy(stream);
    pthread_mutex_unlock(&lock);
    return code;
}

EXPORT int cuStreamSynchronize(Stream *stream) {
    pthread_mutex_lock(&lock);
    int code = stream_wait(stream);
    pthread_mutex_unlock(&lock);
    return code;
}

EXPORT int cuCtxSynchronize(void) {
    pthread_mutex_lock(&lock);
    int code = streams_wait();
    pthread_mutex_unlock(&lock);
    return code;
}

EXPORT int cuEventCreate(struct timespec **event, int flags) {
    (void)flags;
    *event = calloc(1, sizeof **event);
    return SUCCESS;
}

EXPORT int cuEventDestroy_v2(struct timespec *event) {
    free(event);
    return SUCCESS;
}

// An event has come to pass when it is recorded, so nothing has to wait for it.
EXPORT int cuEventRecord(struct timespec *event, Stream *stream) {
    int code = cuStreamSynchronize(stream);
    clock_gettime(CLOCK_MONOTONIC, event);
    return code;
}

EXPORT int cuEventElapsedTime(float *milliseconds, const struct timespec *start, const struct timespec *end) {
    double seconds = (double)(end->tv_sec - start->tv_sec), nanoseconds = (double)(end->tv_nsec - start->tv_nsec);
    *milliseconds = (float)(seconds * 1e3 + nanoseconds / 1e6);
    return SUCCESS;
}
