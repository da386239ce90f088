// Streams, as late as they may be: what is launched, copied or set on one is done when something waits for it.
//
// Work of one stream is done in its order, and work of two in any. So a program that does not wait where it must
// finds old bytes here, every time, and not by chance. As long as the default stream is the only one there is nothing
// to be late for, and everything is done at once.
#include <stdlib.h>
#include <string.h>

#include "ptxsim.h"

// Beyond these a stream has no room, and does its first work to make some, as a device does.
enum { MOST_WAITING = 1024 };

typedef struct Work {
    struct Work *next;
    WorkKind kind;
    uint64_t target, source, bytes;
    uint8_t value;
    Kernel *kernel;
    int grid, group_size;
    uint8_t *data;              // parameters, or bytes of the host as they were when they were copied
} Work;

struct Stream {
    struct Stream *next;
    bool is_blocking;           // the default stream waits for it, and it for the default stream
    int count;
    Work *first, *last;
};

static Stream default_stream;
static Stream *created;

static Stream *stream_of(Stream *handle) {
    return handle == NULL ? &default_stream : handle;
}

static int worse(int code, int other) {
    return code == SUCCESS ? other : code;
}

static int work_do(Work *work) {
    switch (work->kind) {
    case WORK_COPY:
        return memory_copy(work->target, work->data != NULL ? (uint64_t)work->data : work->source, work->bytes);
    case WORK_SET:
        return memory_set(work->target, work->value, work->bytes);
    default:
        return launch_run(work->kernel, work->grid, work->group_size, work->data);
    }
}

static int do_first(Stream *stream) {
    Work *work = stream->first;
    stream->first = work->next;
    stream->last = stream->first == NULL ? NULL : stream->last;
    stream->count--;
    int code = work_do(work);
    free(work->data);
    free(work);
    return code;
}

static int drain(Stream *stream) {
    int code = SUCCESS;
    while (stream->first != NULL) {
        code = worse(code, do_first(stream));
    }

    return code;
}

static int drain_blocking(void) {
    int code = SUCCESS;
    for (Stream *stream = created; stream != NULL; stream = stream->next) {
        code = stream->is_blocking ? worse(code, drain(stream)) : code;
    }

    return code;
}

// A blocking stream and the default one do what the other was given before.
static int drain_opposite(Stream *stream) {
    if (stream == &default_stream) {
        return drain_blocking();
    }

    return stream->is_blocking ? drain(&default_stream) : SUCCESS;
}

Stream *stream_create(bool is_blocking) {
    Stream *stream = calloc(1, sizeof *stream);
    stream->is_blocking = is_blocking;
    stream->next = created;
    created = stream;
    return stream;
}

int stream_destroy(Stream *stream) {
    int code = drain(stream);
    for (Stream **place = &created; *place != NULL; place = &(*place)->next) {
        if (*place == stream) {
            *place = stream->next;
            free(stream);
            return code;
        }
    }

    return refuse(INVALID_VALUE, "destroyed: a stream that is none, or was destroyed before");
}

int stream_wait(Stream *handle) {
    Stream *stream = stream_of(handle);
    return worse(drain_opposite(stream), drain(stream));
}

int streams_wait(void) {
    int code = drain(&default_stream);
    for (Stream *stream = created; stream != NULL; stream = stream->next) {
        code = worse(code, drain(stream));
    }

    return code;
}

static int add(Stream *handle, Work given, const void *data, uint64_t data_bytes) {
    Stream *stream = stream_of(handle);
    int code = drain_opposite(stream);
    Work *work = malloc(sizeof *work);
    *work = given;
    if (data != NULL) {
        work->data = malloc(data_bytes + 1);
        memcpy(work->data, data, data_bytes);
    }

    *(stream->last == NULL ? &stream->first : &stream->last->next) = work;
    stream->last = work;
    stream->count++;
    bool is_late = settings.late_streams && created != NULL;
    while (stream->count > (is_late ? MOST_WAITING : 0)) {
        code = worse(code, do_first(stream));
    }

    return code;
}

// Bytes of the host are those of the call, as with memory that is not pinned.
int stream_copy(Stream *stream, uint64_t target, uint64_t source, uint64_t bytes) {
    bool is_from_host = bytes > 0 && is_device_address(target) && !is_device_address(source);
    Work work = {.kind = WORK_COPY, .target = target, .source = source, .bytes = bytes};
    return add(stream, work, is_from_host ? (const void *)source : NULL, bytes);
}

int stream_set(Stream *stream, uint64_t target, uint8_t value, uint64_t bytes) {
    Work work = {.kind = WORK_SET, .target = target, .value = value, .bytes = bytes};
    return add(stream, work, NULL, 0);
}

int stream_launch(Stream *stream, Kernel *kernel, int grid, int group_size, const uint8_t *parameters) {
    Work work = {.kind = WORK_LAUNCH, .kernel = kernel, .grid = grid, .group_size = group_size};
    return add(stream, work, parameters, kernel->parameter_bytes);
}
