/* The server's settings: one table, read from flags, the environment and a file of `key = value`
 * lines. What they mean to the server is in service.c. */
#ifndef ENDUSE_SERVICE_SETTINGS_H
#define ENDUSE_SERVICE_SETTINGS_H

#include "base/base.h"

/* X(name, word, kind, member, argument, default, words). The flag is --WORD, the variable
 * ENDUSE_WORD in capitals with _ for -, the key of the file WORD. */
#define SETTING_TABLE(X)                                                                           \
    X(CONFIG, "config", TEXT, config, "FILE", NULL, "Read settings from FILE: key = value lines")  \
    X(DATA, "data", TEXT, data, "DIR", NULL,                                                       \
      "The server's folder, with office.db and keys/; $STATE_DIRECTORY when not given")            \
    X(LISTEN, "listen", TEXT, listen, "ADDRESS:PORT", "127.0.0.1:7243",                            \
      "Where to listen; port 0 takes any that is free")                                            \
    X(REMOTE, "remote", FLAG, remote, NULL, NULL,                                                  \
      "Allow an address other than loopback; with --origin")                                       \
    X(ORIGIN, "origin", TEXT, origin, "URL", NULL,                                                 \
      "What people reach the server by, https://office.example: logins must name it")              \
    X(SIGN_ORIGIN, "sign-origin", TEXT, sign_origin, "URL", NULL,                                  \
      "Where people sign with passkeys, https://sign.office.example: another host of this server") \
    X(DEMO, "demo", FLAG, demo, NULL, NULL,                                                        \
      "Accept a demonstration root; loopback only, no proxies")                                    \
    X(PERSONAS, "personas", TEXT, personas, "FILE[,FILE...]", NULL,                                \
      "With --demo: keys of people whom visitors of the pages can be")                             \
    X(PASSPHRASE_FILE, "passphrase-file", TEXT, passphrase_file, "FILE", NULL,                     \
      "The passphrase of the server's keys, when they are sealed")                                 \
    X(THREADS, "threads", COUNT, threads, "N", NULL,                                               \
      "Threads that answer requests; one a processor core when not given")                         \
    X(RATE, "rate", COUNT, rate, "N", NULL,                                                        \
      "Requests a second that one address may make, in bursts of ten times that; else unlimited")  \
    X(PERSON_RATE, "person-rate", COUNT, person_rate, "N", NULL,                                   \
      "The same of one person who is logged in")                                                   \
    X(SESSION_IDLE, "session-idle", SPAN, session_idle, "SPAN", "15m",                             \
      "How long a reader's session lasts without being used")                                      \
    X(SESSION_LONGEST, "session-longest", SPAN, session_longest, "SPAN", "8h",                     \
      "How long it lasts at most")                                                                 \
    X(PDF_PYTHON, "pdf-python", TEXT, pdf_python, "FILE", "/usr/bin/python3",                      \
      "The Python that makes PDFs: with WeasyPrint 57")                                            \
    X(INIT, "init", FLAG, init, NULL, NULL,                                                        \
      "Make the keys and, with --root, the database; then end")                                    \
    X(ROOT, "root", TEXT, root, "FILE[,FILE...]", NULL,                                            \
      "With --init: the signed roots, version 1 first")

enum setting_id {
#define SETTING_ROW(name, word, kind, member, argument, value, words) SETTING_##name,
    SETTING_TABLE(SETTING_ROW)
#undef SETTING_ROW
        SETTING_COUNT,
};

/* The settings as texts are copied into the arena they were read with; NULL or 0: not given. */
struct settings {
    const char *config, *data, *listen, *origin, *personas, *sign_origin, *passphrase_file,
        *pdf_python, *root;
    bool remote, demo, init;
    uint64_t threads, rate, person_rate;
    millis session_idle, session_longest;
};

/* One row, for usage texts and the manual. */
struct setting {
    const char *word;
    const char *argument; /* NULL: a flag without a value */
    const char *standard; /* its value when not given, or NULL */
    const char *words;
};
extern const struct setting setting_rows[SETTING_COUNT];

/* Reads them: a flag of the command line before the environment, that before the file, that before
 * the default. arguments are those after the command's name; "--listen X" and "--listen=X" both
 * count. ERROR_USAGE names an unknown, repeated or incomplete flag or key; ERROR_SYNTAX a line of
 * the file; others a value that cannot be. */
enum error settings_read(
    const struct os *os, int count, const char *const *arguments, struct arena *arena,
    struct fault *fault, struct settings *ret_settings);

#endif
