/* What a person can do about an error, and which exit code it is. The errors' own words are in
 * base/error_rows.h. */
#include "cli/cli.h"

int exit_of_error(enum error error)
{
    switch (error) {
    case ERROR_OK:
        return EXIT_DONE;
    case ERROR_USAGE:
    case ERROR_TOO_LARGE:
        return EXIT_INVALID;
    default:
        break;
    }
    /* The machine, the network and the office's refusals are not the input's fault. */
    bool machine = error < 100 || error == ERROR_CRYPTO;
    /* What was found in a log that does not hold is invalid as a document would be. */
    bool office = error >= 700 && error < 850 && !(error >= 770 && error < 800);
    bool session = error >= 900 && error < 920;
    return machine || office || session ? EXIT_ERROR : EXIT_INVALID;
}

/* One sentence for a single error. */
static const struct {
    enum error error;
    const char *hint;
} hints[] = {
    {ERROR_MEMORY, "Free memory on this machine and try again; nothing was changed."},
    {ERROR_IO, "Look at the disk and the system's log, then try again."},
    {ERROR_NOT_FOUND, "Check the name; relative paths begin in the current folder."},
    {ERROR_EXISTS, "Choose another name, or remove what is there if you do not need it."},
    {ERROR_PERMISSION, "Run as the owner of the file, or change its permissions."},
    {ERROR_NO_SPACE, "Free space on the disk and try again; nothing was changed."},
    {ERROR_TOO_LARGE, "Check that this is the file you meant."},
    {ERROR_BUSY, "Another process uses it: end that one, or wait, and try again."},
    {ERROR_TIMEOUT, "Check that the authority's server runs, and try again; sending the same again "
                    "is safe."},
    {ERROR_UNREACHABLE,
     "Check --url (or ENDUSE_URL) and that the server runs: enduse serve --help"},
    {ERROR_CANCELLED, "Nothing was changed."},
    {ERROR_FOLDER, "Name a file in it."},
    {ERROR_CLOCK, "Set the machine's clock and try again."},
    {ERROR_INTERNAL, "This is a defect of enduse; please report it with the command line."},
    {ERROR_TIME_TEXT, "Write times as 2026-03-02T09:00:00Z."},
    {ERROR_SIGNATURE, "The file was altered, or signed for another authority: get it anew, and "
                      "check --root."},
    {ERROR_KEY_TYPE, "Use an Ed25519 key: enduse key new NAME"},
    {ERROR_KEY_FILE_FORM, "A key file is made by: enduse key new NAME"},
    {ERROR_KEY_FILE_OTHER, "NAME.key is the private key, NAME.pub the public one."},
    {ERROR_KEY_FILE_MODE, "Make it yours alone: chmod 600 FILE"},
    {ERROR_KEY_SEALED, "Give the passphrase with --passphrase-file FILE."},
    {ERROR_KEY_PASSPHRASE, "Try the passphrase again; without it the key is lost."},
    {ERROR_COSE_TAG, "This is no signed document: make one with `enduse TYPE make`."},
    {ERROR_COSE_TYPE, "Use the command of that type; `enduse show FILE` works on any."},
    {ERROR_DOCUMENT_TYPE, "Give a document of that type; `enduse show FILE` says what one is."},
    {ERROR_COSE_UNKNOWN_KEY, "Give the root and documents that enrol the signers (--root, "
                             "--certificate, ...)."},
    {ERROR_COSE_DUPLICATE, "The other signer's key is needed; this one has signed already."},
    {ERROR_COSE_SINGLE, "Documents of this type have one signer: make a new one."},
    {ERROR_DOCUMENT_REFERENCE, "Give the document that this one names by its digest."},
    {ERROR_SIGNERS_MISSING, "Have it signed by whom it says: enduse TYPE sign FILE --key KEY"},
    {ERROR_SIGNER_STRANGER, "Sign with the key that is enrolled for this."},
    {ERROR_ROOT_PIN, "The root is not the one you expect: ask the authority over another channel."},
    {ERROR_ROOT_CHAIN,
     "Give every version of the root in order, from the first: --root 1 --root 2"},
    {ERROR_ROOT_DEMO, "For a demonstration add --demo; it binds nobody."},
    {ERROR_STORE_FOREIGN, "Name the authority's database: DIR/office.db"},
    {ERROR_OFFICE_VERSION, "Somebody acted on the file meanwhile: look at it, then do it again."},
    {ERROR_OFFICE_ROLE, "Somebody with the role must do this with their own key."},
    {ERROR_OFFICE_OWN_ACT, "Somebody else must do this with their own key."},
    {ERROR_HTTP_TLS, "Check the address and the server's certificate (--ca-file)."},
    {ERROR_SESSION_NONE, "Give your key: --key FILE.key --root FILE.root"},
    {ERROR_SESSION_TOKEN, "Do it again: the session ended meanwhile."},
    {ERROR_SESSION_SIGHT, "Somebody with the role must look, with their own key."},
    {ERROR_FORM_ARGUMENT, "`enduse form show` lists the templates and their parameters."},
    {ERROR_FORM_ARGUMENT_VALUE, "`enduse form show` lists the templates and their parameters."},
};

const char *hint_of_error(enum error error)
{
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (hints[i].error == error)
            return hints[i].hint;
    }
    if (error >= 150 && error < 200)
        return "Check that this is the key file you meant.";
    if (error >= 200 && error < 250)
        return "The file is damaged or not of this type: get it anew.";
    if (error >= 250 && error < 300)
        return "Correct the JSON at that place.";
    if (error >= 300 && error < 350)
        return "The file is damaged or not what it should be: get it anew.";
    if (error >= 350 && error < 400)
        return "What was checked was altered or is incomplete: keep it, and ask its owner.";
    if (error >= 400 && error < 500)
        return "Correct the Cedar text at that place.";
    if (error >= 500 && error < 600)
        return "Correct that field.";
    if (error >= 600 && error < 650)
        return "Correct the form at that place: docs/form.md";
    if (error >= 650 && error < 670)
        return "The records were altered or are incomplete: keep a copy, and tell the authority.";
    if (error >= 670 && error < 700)
        return "Correct what the declaration or the clauses say there.";
    if (error >= 700 && error < 750)
        return "Look at the file's state: enduse file show KIND/NUMBER";
    if (error >= 750 && error < 800)
        return "Keep a copy of the database before doing anything else.";
    if (error >= 950 && error < 1000)
        return "The bundle was altered or is incomplete: keep it, and have it made anew.";
    return NULL;
}
