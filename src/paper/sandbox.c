/* Landlock and seccomp. */
#include "paper/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    RUNS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE,
    /* All that Landlock's first version knows: what is not granted below is refused. Truncating,
     * linking and sending to devices, of later versions, are not among the system calls. */
    RULED = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
};

/* What is missing on a system is left out. */
static const struct {
    const char *path;
    uint64_t access;
} places[] = {
    {"/usr/lib", READS}, /* libraries, and Python's modules */
    {"/usr/share/fonts", READS},
    {"/usr/local/share/fonts", READS},
    {"/usr/share/fontconfig", READS},
    {"/usr/share/hyphen", READS},
    {"/etc/fonts", READS},
    {"/var/cache/fontconfig", READS},
    {"/etc/ld.so.cache", LANDLOCK_ACCESS_FS_READ_FILE},
    {"/dev/null", LANDLOCK_ACCESS_FS_READ_FILE},
    {"/lib64/ld-linux-x86-64.so.2", RUNS},
    {"/lib/ld-linux-aarch64.so.1", RUNS},
    {"/lib/ld-linux-armhf.so.3", RUNS},
    {"/lib/ld-linux-riscv64-lp64d.so.1", RUNS},
    {"/lib64/ld64.so.2", RUNS},
};

/* Memory, threads of the same process, reading files, clocks, ending. Others are not there. */
static const char *const calls[] = {
    "access",
    "arch_prctl",
    "brk",
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "close",
    "close_range",
    "dup",
    "epoll_create1",
    "execve",
    "exit",
    "exit_group",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fcntl",
    "fstat",
    "fstatfs",
    "futex",
    "getcwd",
    "getdents64",
    "getegid",
    "geteuid",
    "getgid",
    "getpid",
    "getppid",
    "getrandom",
    "getrusage",
    "gettid",
    "gettimeofday",
    "getuid",
    "lseek",
    "lstat",
    "madvise",
    "membarrier",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "nanosleep",
    "newfstatat",
    "open",
    "openat",
    "poll",
    "ppoll",
    "pread64",
    "read",
    "readlink",
    "readlinkat",
    "readv",
    "restart_syscall",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sched_getaffinity",
    "sched_yield",
    "set_robust_list",
    "set_tid_address",
    "sigaltstack",
    "stat",
    "statfs",
    "statx",
    "sysinfo",
    "uname",
    "write",
    "writev",
};

/* --- Landlock ----------------------------------------------------------------------------- */

static enum error allow(int ruleset, const char *path, uint64_t access, struct fault *fault)
{
    int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return ERROR_OK;
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = file};
    long result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int cause = errno;
    close(file);
    return result ? fault_set(
                        fault, ERROR_PAPER_SANDBOX, path, "a rule of Landlock", "errno %d", cause)
                  : ERROR_OK;
}

static enum error rule_files(const char *program, struct fault *fault, int *ret_ruleset)
{
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = RULED};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0)
        return fault_set(
            fault, ERROR_PAPER_SANDBOX, "Landlock",
            "a kernel that has it (Linux 5.13) and lets this process use it", "errno %d", errno);
    enum error error = allow(ruleset, program, RUNS, fault);
    for (size_t i = 0; i < sizeof places / sizeof *places && !error; i++)
        error = allow(ruleset, places[i].path, places[i].access, fault);
    if (error)
        close(ruleset);
    else
        *ret_ruleset = ruleset;
    return error;
}

/* --- seccomp ------------------------------------------------------------------------------ */

static int add_calls(scmp_filter_ctx context)
{
    int result = 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls && result >= 0; i++) {
        int number = seccomp_syscall_resolve_name(calls[i]);
        /* Each processor has some of them under another name, or not at all. */
        if (number >= 0)
            result = seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
    }
    /* Threads, and no process; clone3 has its flags in memory, where no filter sees them: it is
     * said not to be there, and the library takes clone. */
    if (result >= 0)
        result = seccomp_rule_add(
            context, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    if (result >= 0)
        result = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    /* Its own limits can be asked for, and not set. */
    if (result >= 0)
        result = seccomp_rule_add(
            context, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
            SCMP_A2(SCMP_CMP_EQ, 0));
    return result;
}

/* The program of the filter, from the library by way of a file in memory. */
static enum error take_filter(int file, struct fault *fault, struct sandbox *sandbox)
{
    off_t size = lseek(file, 0, SEEK_END);
    if (size <= 0 || size % (off_t)sizeof(struct sock_filter) ||
        size / (off_t)sizeof(struct sock_filter) > BPF_MAXINSNS)
        return fault_set(
            fault, ERROR_PAPER_SANDBOX, "seccomp", "a filter", "%ld bytes", (long)size);
    struct sock_filter *filter = malloc((size_t)size);
    if (!filter)
        return fault_place(fault, ERROR_MEMORY, "seccomp");
    if (pread(file, filter, (size_t)size, 0) != size) {
        free(filter);
        return fault_place(fault, ERROR_IO, "seccomp");
    }
    sandbox->filter = filter;
    sandbox->filter_length = (unsigned short)(size / (off_t)sizeof(struct sock_filter));
    return ERROR_OK;
}

static enum error make_filter(struct fault *fault, struct sandbox *sandbox)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int file = memfd_create("filter", MFD_CLOEXEC);
    enum error error = ERROR_OK;
    if (!context || file < 0)
        error = fault_place(fault, context ? error_from_errno(errno) : ERROR_MEMORY, "seccomp");
    if (!error && (add_calls(context) < 0 || seccomp_export_bpf(context, file) < 0))
        error = fault_set(fault, ERROR_PAPER_SANDBOX, "seccomp", "a filter", NULL);
    if (!error)
        error = take_filter(file, fault, sandbox);
    if (file >= 0)
        close(file);
    seccomp_release(context);
    return error;
}

/* Whether the kernel takes filters: asked without giving one. */
static enum error find_seccomp(struct fault *fault)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action))
        return fault_set(
            fault, ERROR_PAPER_SANDBOX, "seccomp", "a kernel that takes filters", "errno %d",
            errno);
    return ERROR_OK;
}

/* --- Both --------------------------------------------------------------------------------- */

enum error sandbox_new(const char *program, struct fault *fault, struct sandbox *ret_sandbox)
{
    struct sandbox sandbox = {.ruleset = -1};
    enum error error = rule_files(program, fault, &sandbox.ruleset);
    if (!error)
        error = find_seccomp(fault);
    if (!error)
        error = make_filter(fault, &sandbox);
    if (error)
        sandbox_free(&sandbox);
    else
        *ret_sandbox = sandbox;
    return error;
}

void sandbox_free(struct sandbox *sandbox)
{
    if (sandbox->ruleset >= 0)
        close(sandbox->ruleset);
    free(sandbox->filter);
    *sandbox = (struct sandbox){.ruleset = -1};
}

bool sandbox_enter(const struct sandbox *sandbox)
{
    const struct sock_fprog program = {sandbox->filter_length, sandbox->filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, sandbox->ruleset, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}
