// What a kernel declares: its name, parameters, registers, and variables in shared and local memory.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

enum { VARIABLE_GAP = 256 };

void begin_registers(Kernel *kernel) {
    kernel->register_count = SPECIALS;
    kernel->masks = malloc(sizeof(uint64_t) * SPECIALS);
    for (int i = 0; i < SPECIALS; i++) {
        kernel->masks[i] = UINT32_MAX;
    }
}

static int bits_of(const char *type) {
    return strcmp(type, "pred") == 0 ? 1 : (int)strtol(type + 1, NULL, 10);
}

static void parse_registers(Parser *parser, const char *text) {
    Kernel *kernel = parser->kernel;
    RegisterGroup *group = &kernel->groups[kernel->group_count];
    char type[8];

    // Constants are numbered from behind the last register on.
    if (kernel->group_count == 16 || kernel->instruction_count > 0
        || sscanf(text, ".reg .%7s %15[%A-Za-z_]<%d>;", type, group->prefix, &group->count) != 3) {
        problem(parser, "an unknown declaration");
        return;
    }

    int bits = bits_of(type);
    group->first = kernel->register_count;
    group->mask = bits == 64 ? UINT64_MAX : (1ull << bits) - 1;
    kernel->register_count += group->count;
    kernel->masks = realloc(kernel->masks, sizeof(uint64_t) * (size_t)kernel->register_count);
    for (int i = group->first; i < kernel->register_count; i++) {
        kernel->masks[i] = group->mask;
    }

    kernel->group_count++;
}

// The name, alignment and bytes of: .shared .align 16 .b8 name[64];  or  .param .b32 name
static bool parse_variable(const char *text, Variable *variable, uint64_t *alignment) {
    char type[8];
    if (sscanf(text, "%*s .align %lu .b8 %79[A-Za-z0-9_$][%lu]", alignment, variable->name, &variable->size) == 3) {
        return true;
    }

    if (sscanf(text, "%*s .%7s %79[A-Za-z0-9_$]", type, variable->name) != 2 || strcmp(type, "align") == 0) {
        return false;
    }

    *alignment = variable->size = (uint64_t)bits_of(type) / 8;
    return variable->size > 0;
}

static uint64_t align(uint64_t value, uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

static void parse_parameter(Parser *parser, const char *text) {
    Kernel *kernel = parser->kernel;
    Variable *parameter = &kernel->parameters[kernel->parameter_count];
    uint64_t alignment;
    if (kernel->parameter_count == 32 || !parse_variable(text, parameter, &alignment)) {
        problem(parser, "an unknown declaration");
        return;
    }

    parameter->start = align(kernel->parameter_bytes, alignment);
    kernel->parameter_bytes = parameter->start + parameter->size;
    kernel->parameter_count++;
}

// Variables lie apart, so that what runs past one lands in none.
static void parse_space_variable(Parser *parser, const char *text, Space space) {
    Kernel *kernel = parser->kernel;
    Variable *variable = &kernel->variables[space][kernel->variable_count[space]];
    uint64_t alignment;
    if (kernel->variable_count[space] == 16 || !parse_variable(text, variable, &alignment)) {
        problem(parser, "an unknown declaration");
        return;
    }

    variable->start = align(kernel->space_bytes[space] + VARIABLE_GAP, alignment);
    kernel->space_bytes[space] = variable->start + variable->size;
    kernel->variable_count[space]++;
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

void parse_directive(Parser *parser, const char *text) {
    if (starts_with(text, ".visible .entry ")) {
        sscanf(text + 16, "%79[A-Za-z0-9_$]", parser->kernel->name);
    } else if (starts_with(text, ".param")) {
        parse_parameter(parser, text);
    } else if (starts_with(text, ".reg")) {
        parse_registers(parser, text);
    } else if (starts_with(text, ".shared")) {
        parse_space_variable(parser, text, SPACE_SHARED);
    } else if (starts_with(text, ".local")) {
        parse_space_variable(parser, text, SPACE_LOCAL);
    } else if (!starts_with(text, ".version") && !starts_with(text, ".target") && !starts_with(text, ".address_size")
        && !starts_with(text, ".maxntid") && !starts_with(text, ".minnctapersm")) {
        problem(parser, "an unknown directive");
    }
}

void register_name(const Kernel *kernel, Slot slot, char *name, size_t size) {
    for (int i = 0; i < kernel->group_count; i++) {
        const RegisterGroup *group = &kernel->groups[i];
        if (slot >= group->first && slot < group->first + group->count) {
            snprintf(name, size, "%s%d", group->prefix, slot - group->first);
        }
    }
}
