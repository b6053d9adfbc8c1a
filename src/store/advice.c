/* What a person can do about an error of the store. */
#include "store/store.h"

struct advice {
    enum error error;
    const char *words;
};

static const struct advice advices[] = {
    {ERROR_MEMORY, "Nothing was changed. Try again; give the server more memory if it comes back."},
    {ERROR_IO, "Nothing was changed. Look at the disk and the system's log before going on."},
    {ERROR_NO_SPACE, "Nothing was changed. Make room on the disk and send the same bytes again."},
    {ERROR_BUSY,
     "Nothing was changed. Another process holds the database; send the same bytes again."},
    {ERROR_PERMISSION, "Give the server's user the right to read and write the data folder."},
    {ERROR_STORE_FOREIGN, "Point --data at the folder of this program's database."},
    {ERROR_STORE_SCHEMA, "Use the version of the program that made the database, or migrate it."},
    {ERROR_STORE_DAMAGED,
     "Stop the server, run `enduse verify events`, and restore a backup or run `enduse rebuild`."},
    {ERROR_STORE_ACT_ID, "Make the act anew with an id of its own and sign it."},
    {ERROR_STORE_INSTALLATION, "Enrol the installation at the authority first."},
    {ERROR_STORE_DELEGATION, "Both ministries sign a new delegation of the server's keys."},
    {ERROR_STORE_KEY,
     "Put the delegated keys into the server's keys folder, or delegate those it has."},
    {ERROR_STORE_AUTHORITY, "Compare the pinned root with the one that the authority published."},
    {ERROR_STORE_EVENT_MISSING, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_EXTRA, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_BODY, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_COLUMN, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_LEAF, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_TIME, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_SIGNATURE,
     "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_EVENT_RULE, "Restore the database from a backup and compare it with this one."},
    {ERROR_STORE_HEAD, "Compare with a checkpoint kept elsewhere; restore from a backup."},
    {ERROR_STORE_TREE, "Run `enduse rebuild`: nodes are made anew from the events."},
    {ERROR_STORE_PROJECTION, "Run `enduse rebuild`: files are made anew from the events."},
};

const char *store_advice(enum error error)
{
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++) {
        if (advices[i].error == error)
            return advices[i].words;
    }
    return NULL;
}
