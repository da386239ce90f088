// Work of a stream is done when something waits for it, and not before, as soon as there is a stream beside the default
// one.
#include <string.h>

#include "test.h"

enum { BLOCKING = 0, NON_BLOCKING = 1, ILLEGAL_ADDRESS = 700 };

extern int cuStreamCreate(void **, int), cuStreamDestroy_v2(void *), cuStreamSynchronize(void *);
extern int cuCtxSynchronize(void), cuMemcpyAsync(uint64_t, uint64_t, uint64_t, void *);
extern int cuMemsetD8Async(uint64_t, uint8_t, uint64_t, void *);
extern int cuLaunchKernel(void *, int, int, int, int, int, int, int, void *, void **, void **);

enum { OLD = 1, NEW = 2 };

typedef struct {
    uint64_t buffer;
    void *own, *other;
} Case;

static Case begin(int kind) {
    Case c = {.buffer = device_new(64)};
    cuMemsetD8Async(c.buffer, OLD, 64, NULL);
    cuStreamCreate(&c.own, kind);
    cuStreamCreate(&c.other, NON_BLOCKING);
    return c;
}

// What a stream finds that waits for nothing but itself.
static int seen_by(const Case *c, void *stream) {
    uint8_t byte = 0;
    cuMemcpyAsync((uint64_t)&byte, c->buffer, 1, stream);
    cuStreamSynchronize(stream);
    return byte;
}

static void end(Case *c) {
    cuStreamDestroy_v2(c->own);
    cuStreamDestroy_v2(c->other);
    device_free(c->buffer);
}

static void launch_store(const Case *c, void *stream) {
    void *function = NULL;
    uint64_t a = c->buffer, none = 0;
    void *arguments[] = {&a, &none, &none};
    check(load("mov.b32 %r5, 33686018;\nst.global.b32 [%rd1], %r5;", &function) == 0, "%s", error_text());
    cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, arguments, NULL);
}

static void test_late(void) {
    Case c = begin(NON_BLOCKING);
    launch_store(&c, c.own);
    check(seen_by(&c, c.other) == OLD, "a launch that nothing waited for is seen by another stream");
    check(seen_by(&c, NULL) == OLD, "a launch that nothing waited for is seen by the default stream");
    check(seen_by(&c, c.own) == NEW, "a launch is not seen by its own stream");
    end(&c);
}

static void test_default_is_late(void) {
    Case c = begin(NON_BLOCKING);
    cuMemsetD8Async(c.buffer, NEW, 64, NULL);
    check(seen_by(&c, c.own) == OLD, "the default stream was not waited for");
    cuCtxSynchronize();
    check(seen_by(&c, c.own) == NEW, "everything was waited for");
    end(&c);
}

static void test_blocking(void) {
    Case c = begin(BLOCKING);
    cuMemsetD8Async(c.buffer, NEW, 64, c.own);
    check(seen_by(&c, NULL) == NEW, "the default stream comes behind a blocking one");
    cuMemsetD8Async(c.buffer, OLD, 64, NULL);
    check(seen_by(&c, c.own) == OLD, "a blocking stream comes behind the default one");
    end(&c);
}

static void test_host_bytes(void) {
    Case c = begin(NON_BLOCKING);
    uint8_t bytes[4] = {NEW, NEW, NEW, NEW};
    cuMemcpyAsync(c.buffer, (uint64_t)bytes, sizeof bytes, c.own);
    memset(bytes, OLD, sizeof bytes);
    check(seen_by(&c, c.own) == NEW, "bytes of the host are those of the call");
    end(&c);
}

static void test_faults_are_late(void) {
    Case c = begin(NON_BLOCKING);
    check(cuMemsetD8Async(c.buffer, NEW, 65, c.own) == 0, "a memset is not done yet");
    check(cuStreamSynchronize(c.own) == ILLEGAL_ADDRESS, "its fault is that of the wait");
    check(cuStreamSynchronize(c.own) == 0, "and of one wait alone");
    end(&c);
}

static void test_room(void) {
    Case c = begin(NON_BLOCKING);
    for (int i = 0; i < 1025; i++) {
        cuMemsetD8Async(c.buffer, i == 0 ? NEW : OLD + NEW, 1, c.own);
    }

    check(seen_by(&c, c.other) == NEW, "a stream without room does its first work");
    end(&c);
}

static int at_once(void) {
    Case c = begin(NON_BLOCKING);
    cuMemsetD8Async(c.buffer, NEW, 64, c.own);
    return seen_by(&c, c.other);
}

void test_streams_at_once(void) {
    check(in_child(at_once, "PTXSIM_LATE", "0") == NEW, "PTXSIM_LATE=0 does everything at once");
}

void test_streams(void) {
    test_late();
    test_default_is_late();
    test_blocking();
    test_host_bytes();
    test_faults_are_late();
    test_room();
}
