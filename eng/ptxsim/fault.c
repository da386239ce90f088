// What is wrong, and where: texts of faults, and the way out of a launch.
#include "fault.h"

#include <stdio.h>
#include <string.h>

jmp_buf fault_exit;

static char text[FAULT_TEXT_BYTES];

// The .NET side shows the text as the message of its exception, and standard error has it where no test looks.
static void publish(void) {
    fprintf(stderr, "ptxsim: %s\n", text);
}

static void say(size_t at, const char *format, va_list arguments) {
    vsnprintf(text + at, sizeof text - at, format, arguments);
}

_Noreturn void fault(int code, const char *format, ...) {
    const Kernel *kernel = launch.kernel;
    const Lane *lane = launch.lane;
    int line = launch.instruction->line;
    int at = snprintf(text, sizeof text, "%s, line %d: '%s', group %d, lane %d: ", kernel->name, line,
        kernel->lines[line - 1], lane->group->index, lane->index);
    va_list arguments;
    va_start(arguments, format);
    say((size_t)at, format, arguments);
    va_end(arguments);
    publish();
    longjmp(fault_exit, code);
}

int refuse(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(0, format, arguments);
    va_end(arguments);
    publish();
    return code;
}

const char *fault_text(void) {
    return text;
}
