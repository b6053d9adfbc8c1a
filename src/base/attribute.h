/* The compiler attributes in use, spelled once. gcc and clang. */
#ifndef ENDUSE_BASE_ATTRIBUTE_H
#define ENDUSE_BASE_ATTRIBUTE_H

/* Arguments are checked as printf's: the format is the n-th, the first value the m-th. */
#define PRINTF_LIKE(n, m) __attribute__((format(printf, n, m)))

/* The result must be looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Calls function(&variable) when the variable leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

#endif
