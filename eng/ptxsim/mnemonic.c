// The names of instructions: which do what, and which words may stand between their dots.
#include <stdlib.h>
#include <string.h>

#include "parse.h"

enum { MAX_WORDS = 10, WORD_BYTES = 16 };

typedef struct {
    char words[MAX_WORDS][WORD_BYTES];
    int count;
} Words;

// A word that sets one number of the instruction.
typedef struct {
    const char *word;
    int value;
} Setting;

static const Setting SPACE_WORDS[] = {
    {"global", SPACE_GLOBAL}, {"shared", SPACE_SHARED}, {"local", SPACE_LOCAL}, {NULL, 0},
};
static const Setting ORDER_WORDS[] = {
    {"weak", ORDER_WEAK}, {"relaxed", ORDER_RELAXED}, {"volatile", ORDER_RELAXED}, {"acquire", ORDER_ACQUIRE},
    {"release", ORDER_RELEASE}, {"acq_rel", ORDER_BOTH}, {NULL, 0},
};
static const Setting VECTOR_WORDS[] = {{"v2", 2}, {"v4", 4}, {NULL, 0}};
static const Setting TYPE_WORDS[] = {
    {"b8", 1}, {"u8", 1}, {"s8", 1}, {"b16", 2}, {"u16", 2}, {"s16", 2}, {"f16", 2}, {"b32", 4}, {"u32", 4},
    {"s32", 4}, {"f32", 4}, {"b64", 8}, {"u64", 8}, {"s64", 8}, {"f64", 8}, {NULL, 0},
};

// Hints about caches change no value; scopes of a device or more are one here.
static const Setting IGNORED_WORDS[] = {
    {"cs", 0}, {"ca", 0}, {"cg", 0}, {"lu", 0}, {"wb", 0}, {"wt", 0}, {"gpu", 0}, {"sys", 0}, {NULL, 0},
};

// Additions of floats are not among them: their order would decide the last bits.
static const Setting ATOMIC_WORDS[] = {
    {"add", ATOMIC_ADD}, {"exch", ATOMIC_EXCHANGE}, {"cas", ATOMIC_COMPARE}, {"min", ATOMIC_MIN},
    {"max", ATOMIC_MAX}, {"and", ATOMIC_AND}, {"or", ATOMIC_OR}, {NULL, 0},
};
static const Setting SHUFFLE_WORDS[] = {
    {"shfl.sync.up.b32", SHUFFLE_UP}, {"shfl.sync.down.b32", SHUFFLE_DOWN}, {"shfl.sync.bfly.b32", SHUFFLE_BUTTERFLY},
    {"shfl.sync.idx.b32", SHUFFLE_INDEX}, {NULL, 0},
};

// Instructions that are known by their whole name, and how many operands stand behind it.
static const struct {
    const char *name;
    Kind kind;
    int parts;
} WHOLE_NAMES[] = {
    {"ret", KIND_RETURN, 0}, {"exit", KIND_RETURN, 0}, {"bra", KIND_BRANCH, 1}, {"bra.uni", KIND_BRANCH, 1},
    {"bar.sync", KIND_BARRIER, 1}, {"barrier.sync", KIND_BARRIER, 1}, {"membar.gl", KIND_FENCE, 0},
    {"membar.sys", KIND_FENCE, 0}, {"fence.acq_rel.gpu", KIND_FENCE, 0}, {"fence.acq_rel.sys", KIND_FENCE, 0},
    {"fence.sc.gpu", KIND_FENCE, 0}, {"fence.sc.sys", KIND_FENCE, 0}, {"membar.cta", KIND_NOTHING, 0},
    {"nanosleep.u32", KIND_NOTHING, 1},
};

static const Setting *find(const Setting *settings, const char *word) {
    for (; settings->word != NULL; settings++) {
        if (strcmp(settings->word, word) == 0) {
            return settings;
        }
    }

    return NULL;
}

static bool set(const Setting *settings, const char *word, uint8_t *value) {
    const Setting *found = find(settings, word);
    if (found != NULL) {
        *value = (uint8_t)found->value;
    }

    return found != NULL;
}

static bool split(const char *name, Words *words) {
    words->count = 0;
    while (*name != 0) {
        size_t length = strcspn(name, ".");
        if (words->count == MAX_WORDS || length >= WORD_BYTES) {
            return false;
        }

        memcpy(words->words[words->count], name, length);
        words->words[words->count++][length] = 0;
        name += length + (name[length] == '.');
    }

    return words->count > 0;
}

static bool set_type(const char *word, Instruction *instruction) {
    instruction->is_signed = *word == 's';
    return set(TYPE_WORDS, word, &instruction->size);
}

// ld.param.b64, ld.global.cs.v4.f32, st.release.gpu.global.u32, ...: all words known, the type last.
static bool parse_memory(const Words *words, Mnemonic *mnemonic, Instruction *instruction) {
    uint8_t space = SPACES;
    mnemonic->parts = 2;
    mnemonic->is_store = words->words[0][0] == 's';
    instruction->kind = mnemonic->is_store ? KIND_STORE : KIND_LOAD;
    instruction->vector = 1;
    for (int i = 1; i < words->count - 1; i++) {
        const char *word = words->words[i];
        if (!mnemonic->is_store && strcmp(word, "param") == 0) {
            mnemonic->is_parameter = true;
        } else if (!set(SPACE_WORDS, word, &space) && !set(VECTOR_WORDS, word, &instruction->vector)
            && !set(ORDER_WORDS, word, &instruction->order) && find(IGNORED_WORDS, word) == NULL) {
            return false;
        }
    }

    // A generic address is one of global memory: nothing here makes one of the other spaces.
    bool has_both = mnemonic->is_parameter && space < SPACES;
    instruction->space = space < SPACES ? space : SPACE_GLOBAL;
    return set_type(words->words[words->count - 1], instruction) && !has_both
        && instruction->vector * instruction->size <= MAX_ACCESS_BYTES;
}

// atom.global.add.u32, atom.add.release.gpu.global.s32, ...: whole numbers alone.
static bool parse_atomic(const Words *words, Mnemonic *mnemonic, Instruction *instruction) {
    uint8_t space = SPACES;
    bool has_action = false;
    mnemonic->parts = -1;
    instruction->kind = KIND_ATOMIC;
    instruction->vector = 1;
    instruction->order = ORDER_RELAXED;
    for (int i = 1; i < words->count - 1; i++) {
        const char *word = words->words[i];
        if (set(ATOMIC_WORDS, word, &instruction->action)) {
            has_action = true;
        } else if (!set(SPACE_WORDS, word, &space) && !set(ORDER_WORDS, word, &instruction->order)
            && find(IGNORED_WORDS, word) == NULL) {
            return false;
        }
    }

    const char *type = words->words[words->count - 1];
    instruction->space = space < SPACES ? space : SPACE_GLOBAL;
    return set_type(type, instruction) && *type != 'f' && instruction->size >= 4 && has_action
        && instruction->space != SPACE_LOCAL;
}

static bool parse_whole_name(const char *name, Mnemonic *mnemonic, Instruction *instruction) {
    for (size_t i = 0; i < sizeof WHOLE_NAMES / sizeof *WHOLE_NAMES; i++) {
        if (strcmp(name, WHOLE_NAMES[i].name) == 0) {
            instruction->kind = (uint8_t)WHOLE_NAMES[i].kind;
            mnemonic->parts = WHOLE_NAMES[i].parts;
            return true;
        }
    }

    if (set(SHUFFLE_WORDS, name, &instruction->action)) {
        instruction->kind = KIND_SHUFFLE;
        mnemonic->parts = 5;
        return true;
    }

    return false;
}

// The table knows no .ftz, which says the same of every instruction on f32.
static bool parse_evaluation(const char *name, Mnemonic *mnemonic, Instruction *instruction) {
    char plain[96];
    const char *flush = strstr(name, ".ftz.");
    size_t before = flush == NULL ? strlen(name) : (size_t)(flush - name);
    if (strlen(name) >= sizeof plain
        || (flush != NULL && (strcmp(flush, ".ftz.f32") != 0 || strncmp(name, "cvt.", 4) == 0))) {
        return false;
    }

    memcpy(plain, name, before);
    strcpy(plain + before, flush == NULL ? "" : flush + 4);
    const Operation *operation = operation_find(plain);
    if (operation == NULL) {
        return false;
    }

    instruction->kind = KIND_EVALUATE;
    instruction->evaluate = operation->evaluate;
    instruction->operand_count = (uint8_t)operation->arity;
    instruction->flushes = flush != NULL;
    instruction->flushes_result = flush != NULL && strncmp(name, "setp.", 5) != 0;
    mnemonic->parts = operation->arity + 1;
    return true;
}

bool mnemonic_parse(const char *name, Mnemonic *mnemonic, Instruction *instruction) {
    Words words;
    *mnemonic = (Mnemonic){0};
    if (parse_whole_name(name, mnemonic, instruction) || parse_evaluation(name, mnemonic, instruction)) {
        return true;
    }

    if (!split(name, &words)) {
        return false;
    }

    if (strcmp(words.words[0], "ld") == 0 || strcmp(words.words[0], "st") == 0) {
        return parse_memory(&words, mnemonic, instruction);
    }

    return strcmp(words.words[0], "atom") == 0 && parse_atomic(&words, mnemonic, instruction);
}
