// The way out of a launch that fault takes.
#ifndef PTXSIM_FAULT_H
#define PTXSIM_FAULT_H

#include <setjmp.h>

#include "ptxsim.h"

extern jmp_buf fault_exit;

#endif
