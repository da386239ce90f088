// What the tests of the interpreter share: counting, and a small face to the driver API.
#ifndef PTXSIM_TEST_H
#define PTXSIM_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void check(bool is_right, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Runs a part of the tests in a process of its own, since the library reads its settings once. NULL sets nothing.
int in_child(int (*part)(void), const char *name, const char *value);

uint64_t device_new(size_t bytes);
uint64_t device_of(const void *bytes, size_t size);
void device_free(uint64_t address);
int device_read(uint64_t address, void *bytes, size_t size);

// Loads a body of PTX as a kernel of the parameters a, b and c, with registers of every kind. Its code, or 0.
int load(const char *body, void **function);
int start(void *function, int grid, int lanes, uint64_t a, uint64_t b, uint64_t c);
// Both, for a kernel that is needed once.
int run(const char *body, int grid, int lanes, uint64_t a, uint64_t b, uint64_t c);
const char *error_text(void);

void test_arithmetic(void);
void test_halves(void);
void test_faults(void);
void test_races(void);
void test_weak_memory(void);
void test_streams_at_once(void);
void test_streams(void);

#endif
