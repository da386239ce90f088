// Runs all tests of the interpreter, and counts.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

extern int cuInit(int), cuMemAlloc_v2(uint64_t *, uint64_t), cuMemFree_v2(uint64_t);
extern int cuMemcpyAsync(uint64_t, uint64_t, uint64_t, void *), cuGetErrorString(int, const char **);
extern int cuModuleLoadData(void **, const char *), cuModuleGetFunction(void **, void *, const char *);
extern int cuLaunchKernel(void *, int, int, int, int, int, int, int, void *, void **, void **);

static int passed, failed;

void check(bool is_right, const char *format, ...) {
    if (is_right) {
        passed++;
        return;
    }

    failed++;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

int in_child(int (*part)(void), const char *name, const char *value) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (name != NULL) {
            setenv(name, value, 1);
        }

        cuInit(0);
        _exit(part());
    }

    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

uint64_t device_new(size_t bytes) {
    uint64_t address = 0;
    check(cuMemAlloc_v2(&address, bytes) == 0, "an allocation of %zu bytes", bytes);
    return address;
}

uint64_t device_of(const void *bytes, size_t size) {
    uint64_t address = device_new(size);
    check(cuMemcpyAsync(address, (uint64_t)bytes, size, NULL) == 0, "a copy to the device");
    return address;
}

void device_free(uint64_t address) {
    check(cuMemFree_v2(address) == 0, "freeing a buffer");
}

int device_read(uint64_t address, void *bytes, size_t size) {
    return cuMemcpyAsync((uint64_t)bytes, address, size, NULL);
}

int load(const char *body, void **function) {
    static const char *const head = ".version 8.4\n.target sm_90\n.address_size 64\n"
        ".visible .entry Kernel(\n.param .b64 a,\n.param .b64 b,\n.param .b64 c\n)\n{\n"
        ".reg .pred %p<8>;\n.reg .b16 %rs<16>;\n.reg .b32 %r<24>;\n.reg .f32 %f<16>;\n.reg .b64 %rd<24>;\n"
        ".shared .align 16 .b8 tile[1024];\n.local .align 8 .b8 stack[16];\n"
        "ld.param.b64 %rd1, [a];\nld.param.b64 %rd2, [b];\nld.param.b64 %rd3, [c];\n"
        "mov.b32 %r1, %tid.x;\nmov.b32 %r2, %ctaid.x;\nmov.b32 %r3, %ntid.x;\n"
        "mad.lo.s32 %r4, %r2, %r3, %r1;\nmul.wide.u32 %rd4, %r1, 4;\n";
    size_t size = strlen(head) + strlen(body) + 16;
    char *text = malloc(size);
    snprintf(text, size, "%s%s\nret;\n}\n", head, body);
    void *module = NULL;
    int code = cuModuleLoadData(&module, text);
    free(text);
    return code != 0 ? code : cuModuleGetFunction(function, module, "Kernel");
}

int start(void *function, int grid, int lanes, uint64_t a, uint64_t b, uint64_t c) {
    void *arguments[] = {&a, &b, &c};
    return cuLaunchKernel(function, grid, 1, 1, lanes, 1, 1, 0, NULL, arguments, NULL);
}

int run(const char *body, int grid, int lanes, uint64_t a, uint64_t b, uint64_t c) {
    void *function = NULL;
    int code = load(body, &function);
    return code != 0 ? code : start(function, grid, lanes, a, b, c);
}

const char *error_text(void) {
    const char *text = "";
    cuGetErrorString(1, &text);
    return text;
}

int main(void) {
    // Every fault is said on standard error as well, where it would hide what failed here.
    if (freopen("/dev/null", "w", stderr) == NULL) {
        return 2;
    }

    // First, in processes of its own, before this one opens the library.
    test_weak_memory();
    test_streams_at_once();
    setenv("PTXSIM_LIMIT", "20000000", 1);
    cuInit(0);
    test_arithmetic();
    test_halves();
    test_faults();
    test_races();
    test_streams();
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
