/* The server's folder: where its files are, and its keys. Internal to service/. */
#ifndef ENDUSE_SERVICE_SETUP_H
#define ENDUSE_SERVICE_SETUP_H

#include "crypto/crypto.h"
#include "service/settings.h"

/* Where things are; in arena. */
struct setup_paths {
    const char *data, *keys, *database, *lock;
    const char *lease, *log; /* key files, without their ending */
};

/* ERROR_USAGE when no folder was given. */
enum error setup_paths(
    const struct settings *settings, struct arena *arena, struct fault *fault,
    struct setup_paths *ret_paths);

/* Loads NAME.key, with the passphrase of the settings' file when there is one. */
enum error setup_key(
    const struct os *os, const struct settings *settings, const char *name, struct fault *fault,
    struct private_key **ret_key);

#endif
