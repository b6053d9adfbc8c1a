/* What a child of the press can do. Made once, in the parent, where memory and files can be had;
 * entered by each child between fork and exec, where only system calls are safe. Internal to
 * paper/.
 *
 * Landlock (Linux 5.13): of files, those of the system's libraries, modules and fonts can be read,
 * and the program and the dynamic loader be run; nothing can be written, made or removed. seccomp:
 * of system calls, those that Python, Pango and fontconfig need to compute; none that opens a
 * socket, starts a process, signals or traces one, or changes anything outside. Both need no
 * privilege. */
#ifndef ENDUSE_PAPER_SANDBOX_H
#define ENDUSE_PAPER_SANDBOX_H

#include <linux/filter.h>

#include "base/base.h"

struct sandbox {
    int ruleset; /* of Landlock */
    struct sock_filter *filter;
    unsigned short filter_length;
};

/* ERROR_PAPER_SANDBOX where the kernel has not both; place says which is missing. */
enum error sandbox_new(const char *program, struct fault *fault, struct sandbox *ret_sandbox);
void sandbox_free(struct sandbox *sandbox);

/* In the child; there is no way back. False: it is not in force. */
bool sandbox_enter(const struct sandbox *sandbox);

#endif
