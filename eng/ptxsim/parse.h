// What the files share that read PTX: parse.c, mnemonic.c, operands.c, declarations.c.
#ifndef PTXSIM_PARSE_H
#define PTXSIM_PARSE_H

#include "ptxsim.h"

enum { MAX_PROBLEMS_BYTES = 768 };

typedef struct {
    char name[48];
    int target;
} Label;

typedef struct {
    Kernel *kernel;
    int line;
    int capacity;
    Label *labels;
    int label_count;
    Label *jumps;               // one an instruction: where a branch goes, by name
    char problems[MAX_PROBLEMS_BYTES];   // all that was not understood, as text
} Parser;

// ---------- mnemonic.c ----------

typedef struct {
    int parts;                  // operands in the text; -1 where it depends
    bool is_store, is_parameter;
} Mnemonic;

// Fills in what the name alone says of the instruction; false where it is not known.
bool mnemonic_parse(const char *name, Mnemonic *mnemonic, Instruction *instruction);

// ---------- operands.c ----------

void problem(Parser *parser, const char *what);
char *trim(char *text);

// Cuts the next part from a list that commas separate, but not those within brackets. NULL at the end.
char *next_part(char **rest);
const Variable *find_variable(const Variable *variables, int count, const char *name, size_t length);
Slot operand(Parser *parser, const char *text);

// One operand, or several in braces: how many there were.
int vector_operand(Parser *parser, char *text, Slot *slots, int most);

// [register + offset]: the register to the slot, the offset into the instruction.
bool address_operand(Parser *parser, char *text, Instruction *instruction, Slot *slot);

// ---------- declarations.c ----------

void begin_registers(Kernel *kernel);
void parse_directive(Parser *parser, const char *text);

#endif
