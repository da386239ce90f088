// A stand-in for the CUDA driver that interprets PTX; README.md says what for. What its files share.
#ifndef PTXSIM_H
#define PTXSIM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WARP_LANES = 32,
    MAX_GROUP_LANES = 1024,
    MAX_SHARED_BYTES = 48 * 1024,
    MAX_VECTOR = 4,
    MAX_OPERANDS = 5,
    MAX_ACCESS_BYTES = 16,
    FAULT_TEXT_BYTES = 1024,
};

// The codes of the driver API that this library returns.
enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    INVALID_PTX = 218,
    NOT_FOUND = 500,
    ILLEGAL_ADDRESS = 700,
    LAUNCH_FAILED = 719,
};

// ---------- settings: the environment, read once ----------

typedef enum { BREAK_NOTHING, BREAK_MEMBAR, BREAK_INVALIDATION, BREAK_FLUSH } Break;

typedef struct {
    uint64_t seed;
    uint64_t most_instructions;
    int multiprocessors;
    int groups_a_multiprocessor;
    int major, minor;
    Break broken;
    bool weak_memory;
    bool races;
    bool late_streams;
    bool verbose;
    const char *dump_folder;
} Settings;

extern Settings settings;
void settings_read(void);

// ---------- fault.c ----------

// Gives up the launch that is running: says where and why, and makes cuLaunchKernel return the code.
_Noreturn void fault(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Says what is wrong with a call of the host, and returns the code.
int refuse(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *fault_text(void);

// ---------- arithmetic.c: what an instruction without memory computes ----------

typedef uint64_t (*Evaluate)(uint64_t a, uint64_t b, uint64_t c);

typedef struct {
    const char *name;
    Evaluate evaluate;
    int arity;
} Operation;

// NULL for an instruction that is not known. Its name has no .ftz: that is asked for by the flag of Instruction.
const Operation *operation_find(const char *name);
uint64_t flush_subnormal(uint64_t bits);
uint64_t half_of_float(float value);
float float_of_half(uint64_t bits);
uint64_t bfloat_of_float(float value);

// ---------- parse.c: PTX text to instructions ----------

typedef enum {
    KIND_EVALUATE, KIND_PARAMETER, KIND_LOAD, KIND_STORE, KIND_ATOMIC, KIND_FENCE, KIND_BARRIER, KIND_SHUFFLE,
    KIND_BRANCH, KIND_RETURN, KIND_NOTHING,
} Kind;

typedef enum { SPACE_GLOBAL, SPACE_SHARED, SPACE_LOCAL, SPACES } Space;
typedef enum { ORDER_WEAK, ORDER_RELAXED, ORDER_ACQUIRE, ORDER_RELEASE, ORDER_BOTH } Order;
typedef enum {
    ATOMIC_ADD, ATOMIC_EXCHANGE, ATOMIC_COMPARE, ATOMIC_MIN, ATOMIC_MAX, ATOMIC_AND, ATOMIC_OR,
} Atomic;
typedef enum { SHUFFLE_UP, SHUFFLE_DOWN, SHUFFLE_BUTTERFLY, SHUFFLE_INDEX } Shuffle;

// Registers that a lane has before its first instruction.
enum {
    SPECIAL_LANE, SPECIAL_GROUP_SIZE, SPECIAL_GROUP, SPECIAL_GRID_SIZE, SPECIAL_WARP_LANE, SPECIAL_WARP, SPECIAL_ZERO,
    SPECIAL_ONE, SPECIALS,
};

// A slot is a register, or behind the last register a constant.
typedef uint16_t Slot;

typedef struct {
    uint8_t kind, space, order, action;
    uint8_t vector;             // elements that are moved at once
    uint8_t size;               // bytes of an element
    bool is_signed;
    bool flushes, flushes_result;   // .ftz
    bool is_negated;            // the predicate
    bool is_predicated;
    uint8_t operand_count;
    Slot predicate;
    Slot results[MAX_VECTOR];
    Slot operands[MAX_OPERANDS];
    int line;
    int target;
    int64_t offset;
    Evaluate evaluate;
} Instruction;

typedef struct {
    char prefix[16];
    int first, count;
    uint64_t mask;              // the bits that a register of the group has
} RegisterGroup;

typedef struct {
    char name[80];
    uint64_t start, size;
} Variable;

typedef struct {
    char name[128];
    char **lines;               // the text, for messages
    int line_count;
    Instruction *instructions;
    int instruction_count;
    RegisterGroup groups[16];
    int group_count;
    int register_count;
    uint64_t *masks;            // one a register
    uint64_t *constants;
    int constant_count;
    Variable parameters[32];
    int parameter_count;
    uint64_t parameter_bytes;
    Variable variables[SPACES][16];
    int variable_count[SPACES];
    uint64_t space_bytes[SPACES];
    bool synchronizes;          // it has an instruction that orders memory between groups
} Kernel;

// Returns a code; on an error *kernel is NULL and fault_text lists everything that is not understood.
int kernel_parse(const char *text, Kernel **kernel);
void kernel_free(Kernel *kernel);
void register_name(const Kernel *kernel, Slot slot, char *name, size_t size);

// ---------- memory.c: buffers, and what is known of each of their bytes ----------

// Who touched a word last, and when by the clock of races.c.
typedef struct {
    uint32_t who : 28;
    uint32_t bytes : 4;         // those of the word that were touched
    uint32_t when;
} Stamp;

typedef struct {
    Stamp write, read, other_read;
} Word;

typedef struct {
    uint64_t size;
    uint8_t *bytes;
    uint64_t *written;          // one bit a byte
    Word *words;                // one for four bytes; NULL where no lane can meet another
} Storage;

typedef struct {
    uint64_t address;
    bool is_freed;
    Storage storage;
} Buffer;

void storage_make(Storage *storage, uint64_t size, bool is_shared_by_lanes);
void storage_free(Storage *storage);
bool storage_is_written(const Storage *storage, uint64_t offset, unsigned size);
void storage_mark(Storage *storage, uint64_t offset, unsigned size);

bool is_device_address(uint64_t address);
// The live buffer that all of the bytes lie in, or NULL.
Buffer *buffer_at(uint64_t address, uint64_t size);
void buffer_describe(uint64_t address, uint64_t size, char *text, size_t text_size);
int memory_allocate(uint64_t *address, uint64_t size);
int memory_release(uint64_t address);
int memory_copy(uint64_t target, uint64_t source, uint64_t size);
int memory_set(uint64_t target, uint8_t value, uint64_t size);
uint64_t memory_in_use(void);

// ---------- streams.c: what waits to be done ----------

typedef enum { WORK_COPY, WORK_SET, WORK_LAUNCH } WorkKind;

// NULL is the default stream.
typedef struct Stream Stream;

Stream *stream_create(bool is_blocking);
int stream_destroy(Stream *stream);
// Each returns the code of the first work that failed among what was done meanwhile.
int stream_copy(Stream *stream, uint64_t target, uint64_t source, uint64_t bytes);
int stream_set(Stream *stream, uint64_t target, uint8_t value, uint64_t bytes);
int stream_launch(Stream *stream, Kernel *kernel, int grid, int group_size, const uint8_t *parameters);
int stream_wait(Stream *stream);
int streams_wait(void);

// ---------- lanes and groups ----------

typedef enum { STATE_RUNS, STATE_AT_BARRIER, STATE_AT_SHUFFLE, STATE_GONE } State;

typedef struct Group Group;

typedef struct {
    Group *group;
    int index;
    int next;                   // instruction
    State state;
    uint64_t *registers;
    uint8_t *known;             // one byte a register: it has been written
    uint64_t shuffled;
    Storage local;
    uint32_t released;          // when it last did, by the clock of races.c
    uint32_t *heard;            // of each group: what it would know if it acquired
} Lane;

// A store that has not reached memory yet.
typedef struct {
    uint64_t address;
    unsigned size;
    int lane;
    uint32_t barrier;
    uint8_t bytes[MAX_ACCESS_BYTES];
} PendingStore;

enum { MAX_PENDING = 96, PENDING_SECTORS = 64 };

struct Group {
    int index;
    int multiprocessor;
    int size;
    int live;
    int at_barrier;
    int barrier_instruction;
    Lane *lanes;
    Storage shared;
    uint32_t now;               // by the clock of races.c
    uint32_t barrier_time;
    uint32_t *seen;             // of each group: what it did before this time is over
    PendingStore pending[MAX_PENDING];
    int pending_count;
    uint8_t pending_sectors[PENDING_SECTORS];
};

typedef struct {
    Kernel *kernel;
    const uint8_t *parameters;
    int grid, group_size;
    Group **resident;
    int resident_count;
    Lane *lane;                 // who runs
    const Instruction *instruction;
    uint64_t random;
    uint64_t instructions;
    bool is_weak;               // memory is simulated as weak in this launch
} Launch;

extern Launch launch;           // the only one at a time
uint64_t random_next(void);
int random_below(int limit);

// ---------- races.c ----------

void races_begin(void);
void races_end(void);
void races_begin_group(Group *group);
void races_barrier(Group *group);
void races_release(Lane *lane);
void races_acquire(Lane *lane);
void races_tell(Lane *lane, uint64_t address);
void races_hear(Lane *lane, uint64_t address);
void races_check(Word *words, uint64_t offset, unsigned size, bool is_store, bool is_weak);

// ---------- weak.c ----------

void weak_begin(void);
void weak_end(void);
void weak_load(uint64_t address, Order order, uint8_t *bytes, unsigned size);
void weak_store(uint64_t address, Order order, const uint8_t *bytes, unsigned size);
void weak_before_atomic(uint64_t address, Order order, unsigned size);
void weak_after_atomic(Order order);
void weak_fence(void);
void weak_drift(Group *group);
void weak_drain(Group *group);
uint64_t weak_stale_loads(void);

// ---------- access.c, execute.c, launch.c ----------

uint64_t register_read(const Lane *lane, Slot slot);
void register_write(Lane *lane, Slot slot, uint64_t value);
void access_load(Lane *lane, const Instruction *instruction);
void access_store(Lane *lane, const Instruction *instruction);
void access_atomic(Lane *lane, const Instruction *instruction);

// Runs a lane until it waits, is gone, or has executed so many instructions.
void execute(Lane *lane, int most);
int launch_run(Kernel *kernel, int grid, int group_size, const uint8_t *parameters);
uint64_t launch_count(void);
uint64_t launch_instructions(void);

#endif
