// The environment variables, read once.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ptxsim.h"

Settings settings;

static uint64_t number(const char *name, uint64_t otherwise) {
    const char *value = getenv(name);
    return value == NULL || *value == 0 ? otherwise : strtoull(value, NULL, 10);
}

static Break broken(void) {
    const char *value = getenv("PTXSIM_BREAK");
    if (value == NULL || *value == 0) {
        return BREAK_NOTHING;
    }

    if (strcmp(value, "nomembar") == 0) {
        return BREAK_MEMBAR;
    }

    if (strcmp(value, "noinval") == 0) {
        return BREAK_INVALIDATION;
    }

    if (strcmp(value, "noflush") == 0) {
        return BREAK_FLUSH;
    }

    // A misspelt break would let a test pass that is to be seen red.
    fprintf(stderr, "ptxsim: PTXSIM_BREAK must be nomembar, noinval or noflush, was '%s'\n", value);
    exit(2);
}

static int at_least_one(uint64_t value) {
    return value == 0 ? 1 : (int)value;
}

void settings_read(void) {
    settings.seed = number("PTXSIM_SEED", 1);
    settings.most_instructions = number("PTXSIM_LIMIT", 4000000000);
    settings.multiprocessors = at_least_one(number("PTXSIM_SMS", 4));
    settings.groups_a_multiprocessor = at_least_one(number("PTXSIM_GROUPS", 2));
    settings.weak_memory = number("PTXSIM_WEAK", 1) != 0;
    settings.races = number("PTXSIM_RACES", 1) != 0;
    settings.late_streams = number("PTXSIM_LATE", 1) != 0;
    settings.verbose = number("PTXSIM_VERBOSE", 0) != 0;
    settings.dump_folder = getenv("PTXSIM_DUMP");
    settings.broken = broken();
    const char *capability = getenv("PTXSIM_SM");
    if (capability == NULL || sscanf(capability, "%d.%d", &settings.major, &settings.minor) != 2) {
        settings.major = 9;
        settings.minor = 0;
    }
}
