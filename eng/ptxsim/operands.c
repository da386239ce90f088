// Operands of PTX: registers, constants, symbols, addresses, vectors.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

static const char *const SPECIAL_NAMES[SPECIALS] = {
    "%tid.x", "%ntid.x", "%ctaid.x", "%nctaid.x", "%laneid", "%warpid",
};

void problem(Parser *parser, const char *what) {
    size_t at = strlen(parser->problems);
    snprintf(parser->problems + at, sizeof parser->problems - at, "%sline %d: '%s': %s", at == 0 ? "" : "; ",
        parser->line, parser->kernel->lines[parser->line - 1], what);
}

char *trim(char *text) {
    while (isspace((unsigned char)*text)) {
        text++;
    }

    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        text[--length] = 0;
    }

    return text;
}

char *next_part(char **rest) {
    char *start = trim(*rest);
    if (*start == 0) {
        return NULL;
    }

    int depth = 0;
    char *end = start;
    for (; *end != 0 && (*end != ',' || depth > 0); end++) {
        depth += (*end == '{' || *end == '[') - (*end == '}' || *end == ']');
    }

    *rest = *end == 0 ? end : end + 1;
    *end = 0;
    return trim(start);
}

static Slot constant(Parser *parser, uint64_t value) {
    Kernel *kernel = parser->kernel;
    kernel->constants = realloc(kernel->constants, sizeof(uint64_t) * (size_t)(kernel->constant_count + 1));
    kernel->constants[kernel->constant_count] = value;
    return (Slot)(kernel->register_count + kernel->constant_count++);
}

static Slot special(Parser *parser, const char *name) {
    for (int i = 0; i < SPECIAL_ZERO; i++) {
        if (strcmp(name, SPECIAL_NAMES[i]) == 0) {
            return (Slot)i;
        }
    }

    // Launches have one dimension, so the others are zero, and their sizes one.
    size_t length = strlen(name);
    if (length > 5 && name[length - 2] == '.' && strchr("yz", name[length - 1]) != NULL) {
        return strncmp(name, "%n", 2) == 0 ? SPECIAL_ONE : SPECIAL_ZERO;
    }

    problem(parser, "an unknown special register");
    return 0;
}

static Slot register_operand(Parser *parser, const char *name) {
    size_t letters = strcspn(name, "0123456789.");
    for (int i = 0; i < parser->kernel->group_count; i++) {
        const RegisterGroup *group = &parser->kernel->groups[i];
        if (strlen(group->prefix) == letters && strncmp(group->prefix, name, letters) == 0) {
            int number = atoi(name + letters);
            if (number < group->count) {
                return (Slot)(group->first + number);
            }
        }
    }

    return special(parser, name);
}

const Variable *find_variable(const Variable *variables, int count, const char *name, size_t length) {
    for (int i = 0; i < count; i++) {
        if (strlen(variables[i].name) == length && strncmp(variables[i].name, name, length) == 0) {
            return &variables[i];
        }
    }

    return NULL;
}

static Slot symbol_operand(Parser *parser, const char *name) {
    for (int space = 0; space < SPACES; space++) {
        const Variable *variable = find_variable(
            parser->kernel->variables[space], parser->kernel->variable_count[space], name, strlen(name));
        if (variable != NULL) {
            return constant(parser, variable->start);
        }
    }

    problem(parser, "an unknown symbol");
    return 0;
}

Slot operand(Parser *parser, const char *text) {
    if (*text == '%') {
        return register_operand(parser, text);
    }

    if (strncmp(text, "0f", 2) == 0 || strncmp(text, "0F", 2) == 0) {
        return constant(parser, strtoull(text + 2, NULL, 16));
    }

    if (isdigit((unsigned char)*text)) {
        return constant(parser, strtoull(text, NULL, 0));
    }

    return *text == '-' ? constant(parser, (uint64_t)strtoll(text, NULL, 0)) : symbol_operand(parser, text);
}

int vector_operand(Parser *parser, char *text, Slot *slots, int most) {
    int count = 0;
    char *rest = text;
    if (*text == '{' && text[strlen(text) - 1] == '}') {
        rest[strlen(rest) - 1] = 0;
        rest++;
    }

    for (char *part; count < most && (part = next_part(&rest)) != NULL;) {
        slots[count++] = operand(parser, part);
    }

    return count;
}

bool address_operand(Parser *parser, char *text, Instruction *instruction, Slot *slot) {
    size_t length = strlen(text);
    if (length < 3 || *text != '[' || text[length - 1] != ']') {
        problem(parser, "an address in [] is expected");
        return false;
    }

    text[length - 1] = 0;
    char *sign = strpbrk(text + 1, "+-");
    if (sign != NULL) {
        instruction->offset = strtoll(*sign == '+' ? sign + 1 : sign, NULL, 0);
        *sign = 0;
    }

    *slot = operand(parser, trim(text + 1));
    return true;
}
