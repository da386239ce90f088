// PTX text to instructions. It takes the form that ILGPU writes, one statement a line, and refuses what is unknown.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

enum { MAX_LABELS = 4096 };

static void parse_parameter_load(Parser *parser, Instruction *instruction, char *address) {
    Kernel *kernel = parser->kernel;
    size_t length = strcspn(address + 1, "+]");
    const Variable *variable =
        find_variable(kernel->parameters, kernel->parameter_count, address + 1, length);
    int64_t offset = address[1 + length] == '+' ? strtoll(address + 2 + length, NULL, 0) : 0;
    if (variable == NULL || (uint64_t)offset + instruction->size > variable->size) {
        problem(parser, "an unknown parameter, or a place behind it");
        return;
    }

    instruction->kind = KIND_PARAMETER;
    instruction->offset = (int64_t)variable->start + offset;
}

static void parse_memory(Parser *parser, const Mnemonic *mnemonic, Instruction *instruction, char **parts) {
    char *values = parts[mnemonic->is_store ? 1 : 0], *address = parts[mnemonic->is_store ? 0 : 1];
    Slot *slots = mnemonic->is_store ? instruction->operands + 1 : instruction->results;
    if (vector_operand(parser, values, slots, MAX_VECTOR) != instruction->vector) {
        problem(parser, "the number of registers is not that of the vector");
    } else if (mnemonic->is_parameter) {
        parse_parameter_load(parser, instruction, address);
    } else {
        address_operand(parser, address, instruction, &instruction->operands[0]);
    }
}

static void parse_atomic(Parser *parser, Instruction *instruction, char **parts, int count) {
    int wanted = instruction->action == ATOMIC_COMPARE ? 4 : 3;
    if (count != wanted) {
        problem(parser, "the number of operands is wrong");
        return;
    }

    instruction->results[0] = operand(parser, parts[0]);
    if (address_operand(parser, parts[1], instruction, &instruction->operands[0])) {
        for (int i = 2; i < count; i++) {
            instruction->operands[i - 1] = operand(parser, parts[i]);
        }
    }
}

static void parse_shuffle(Parser *parser, Instruction *instruction, char **parts) {
    instruction->results[0] = operand(parser, parts[0]);
    for (int i = 0; i < 3; i++) {
        instruction->operands[i] = operand(parser, parts[i + 1]);
    }

    if (strtoll(parts[4], NULL, 0) != -1 && strtoll(parts[4], NULL, 0) != 0xFFFFFFFF) {
        problem(parser, "a shuffle of some lanes of a warp");
    }
}

static void parse_evaluation(Parser *parser, Instruction *instruction, char **parts) {
    instruction->results[0] = operand(parser, parts[0]);
    for (int i = 0; i < instruction->operand_count; i++) {
        instruction->operands[i] = operand(parser, parts[i + 1]);
    }
}

static void parse_operands(
    Parser *parser, const Mnemonic *mnemonic, Instruction *instruction, char **parts, int count) {
    if (mnemonic->parts >= 0 && count != mnemonic->parts) {
        problem(parser, "the number of operands is wrong");
        return;
    }

    switch (instruction->kind) {
    case KIND_LOAD:
    case KIND_STORE:
        parse_memory(parser, mnemonic, instruction, parts);
        break;
    case KIND_ATOMIC:
        parse_atomic(parser, instruction, parts, count);
        break;
    case KIND_SHUFFLE:
        parse_shuffle(parser, instruction, parts);
        break;
    case KIND_EVALUATE:
        parse_evaluation(parser, instruction, parts);
        break;
    case KIND_BRANCH:
        snprintf(parser->jumps[parser->kernel->instruction_count].name, sizeof parser->jumps->name, "%s", parts[0]);
        break;
    case KIND_BARRIER:
        if (strcmp(parts[0], "0") != 0) {
            problem(parser, "a barrier other than 0");
        }

        break;
    default:
        break;
    }
}

static char *parse_predicate(Parser *parser, char *text, Instruction *instruction) {
    if (*text != '@') {
        return text;
    }

    instruction->is_predicated = true;
    instruction->is_negated = text[1] == '!';
    char *name = text + (instruction->is_negated ? 2 : 1);
    char *end = name + strcspn(name, " \t");
    char after = *end;
    *end = 0;
    instruction->predicate = operand(parser, name);
    return after == 0 ? end : trim(end + 1);
}

static void grow(Parser *parser) {
    Kernel *kernel = parser->kernel;
    if (kernel->instruction_count == parser->capacity) {
        parser->capacity = parser->capacity * 2 + 64;
        size_t capacity = (size_t)parser->capacity;
        kernel->instructions = realloc(kernel->instructions, sizeof(Instruction) * capacity);
        parser->jumps = realloc(parser->jumps, sizeof(Label) * capacity);
    }

    memset(&kernel->instructions[kernel->instruction_count], 0, sizeof(Instruction));
    parser->jumps[kernel->instruction_count].name[0] = 0;
}

static void parse_instruction(Parser *parser, char *text) {
    grow(parser);
    Kernel *kernel = parser->kernel;
    Instruction *instruction = &kernel->instructions[kernel->instruction_count];
    instruction->line = parser->line;
    char *name = parse_predicate(parser, text, instruction);
    char *rest = name + strcspn(name, " \t");
    if (*rest != 0) {
        *rest++ = 0;
    }

    Mnemonic mnemonic;
    if (!mnemonic_parse(name, &mnemonic, instruction)) {
        problem(parser, "an unknown instruction");
        return;
    }

    char *parts[MAX_OPERANDS + 1];
    int count = 0;
    while (count <= MAX_OPERANDS && (parts[count] = next_part(&rest)) != NULL) {
        count++;
    }

    parse_operands(parser, &mnemonic, instruction, parts, count);
    bool is_strong = instruction->order != ORDER_WEAK;
    kernel->synchronizes |= instruction->kind == KIND_FENCE || instruction->kind == KIND_ATOMIC || is_strong;
    kernel->instruction_count++;
}

static void parse_label(Parser *parser, char *name) {
    if (parser->label_count == MAX_LABELS) {
        problem(parser, "too many labels");
        return;
    }

    Label *label = &parser->labels[parser->label_count++];
    snprintf(label->name, sizeof label->name, "%s", name);
    label->target = parser->kernel->instruction_count;
}

static void parse_line(Parser *parser, char *text) {
    char *comment = strstr(text, "//");
    if (comment != NULL) {
        *comment = 0;
    }

    text = trim(text);
    size_t length = strlen(text);
    if (length == 0 || (length == 1 && strchr("(){}", *text) != NULL)) {
        return;
    }

    if (*text == '.') {
        parse_directive(parser, text);
    } else if (text[length - 1] == ':') {
        text[length - 1] = 0;
        parse_label(parser, text);
    } else if (text[length - 1] == ';' && strchr(text, ';') == text + length - 1) {
        text[length - 1] = 0;
        parse_instruction(parser, trim(text));
    } else {
        problem(parser, "one statement a line is expected");
    }
}

// ---------- a whole kernel ----------

static void resolve_jumps(Parser *parser) {
    Kernel *kernel = parser->kernel;
    for (int i = 0; i < kernel->instruction_count; i++) {
        const char *name = parser->jumps[i].name;
        int found = *name == 0 ? 0 : -1;
        for (int j = 0; j < parser->label_count && *name != 0; j++) {
            found = strcmp(parser->labels[j].name, name) == 0 ? parser->labels[j].target : found;
        }

        kernel->instructions[i].target = found;
        if (found < 0 || found >= kernel->instruction_count) {
            parser->line = kernel->instructions[i].line;
            problem(parser, "a branch to nowhere");
        }
    }
}

static void split_lines(Kernel *kernel, const char *text) {
    while (*text != 0) {
        size_t length = strcspn(text, "\n");
        kernel->lines = realloc(kernel->lines, sizeof(char *) * (size_t)(kernel->line_count + 1));
        char *copy = strndup(text, length);
        char *trimmed = trim(copy);
        memmove(copy, trimmed, strlen(trimmed) + 1);
        for (char *tab = copy; (tab = strchr(tab, '\t')) != NULL;) {
            *tab = ' ';
        }

        kernel->lines[kernel->line_count++] = copy;
        text += length + (text[length] == '\n');
    }
}

// What ends a kernel keeps its lanes from running off the end.
static void check_end(Parser *parser) {
    const Kernel *kernel = parser->kernel;
    const Instruction *last = &kernel->instructions[kernel->instruction_count - 1];
    if (kernel->instruction_count == 0 || last->is_predicated
        || (last->kind != KIND_RETURN && last->kind != KIND_BRANCH)) {
        problem(parser, "a kernel must end with ret or bra");
    }

    if (kernel->register_count + kernel->constant_count > UINT16_MAX) {
        problem(parser, "more than 65,535 registers and constants");
    }

    uint64_t shared = 0;
    for (int i = 0; i < kernel->variable_count[SPACE_SHARED]; i++) {
        shared += kernel->variables[SPACE_SHARED][i].size;
    }

    if (shared > MAX_SHARED_BYTES) {
        problem(parser, "more shared memory than a group may have");
    }
}

int kernel_parse(const char *text, Kernel **result) {
    Kernel *kernel = calloc(1, sizeof *kernel);
    Parser parser = {.kernel = kernel, .labels = malloc(sizeof(Label) * MAX_LABELS)};
    begin_registers(kernel);
    split_lines(kernel, text);
    for (parser.line = 1; parser.line <= kernel->line_count; parser.line++) {
        char *copy = strdup(kernel->lines[parser.line - 1]);
        parse_line(&parser, copy);
        free(copy);
    }

    parser.line = kernel->line_count;
    if (parser.problems[0] == 0) {
        resolve_jumps(&parser);
        check_end(&parser);
    }

    free(parser.labels);
    free(parser.jumps);
    *result = kernel;
    if (parser.problems[0] == 0) {
        return SUCCESS;
    }

    int code = refuse(INVALID_PTX, "%s cannot be loaded: %s", kernel->name, parser.problems);
    kernel_free(kernel);
    *result = NULL;
    return code;
}

void kernel_free(Kernel *kernel) {
    for (int i = 0; i < kernel->line_count; i++) {
        free(kernel->lines[i]);
    }

    free(kernel->lines);
    free(kernel->instructions);
    free(kernel->masks);
    free(kernel->constants);
    free(kernel);
}
