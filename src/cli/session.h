/* Sessions for reading at the authority: opened with --key where the server asks for one, kept in
 * memory, ended with the command. */
#ifndef ENDUSE_CLI_SESSION_H
#define ENDUSE_CLI_SESSION_H

#include "cli/files.h"

/* Where a person is who reaches the server at this URL, as browsers write it: scheme, host, and the
 * port where it is not the scheme's own; in lower case. In the call's arena. */
enum error
session_origin(struct call *call, const char *url, struct fault *fault, const char **ret_origin);

/* Logs in with --key for the authority of --root (ERROR_SESSION_NONE where no key was given): signs
 * the server's challenge and keeps the token in call->token. */
enum error session_open(struct call *call, struct fault *fault);

/* Ends the session, if there is one. What goes wrong is not said: it ends by itself as well. */
void session_close(struct call *call);

#endif
