/* An office as large as a state's, made by real acts through store/: every signature is one, every
 * rule is kept. The same in every run, byte for byte: people and guards have keys from fixed seeds,
 * the clock is a script's, and so are the random bytes. For benchmarks. */
#ifndef ENDUSE_TESTS_BIG_OFFICE_H
#define ENDUSE_TESTS_BIG_OFFICE_H

#include "../unit/office_script.h"

enum {
    BIG_COUNTRIES = 10,
    BIG_EXPORTERS = 50,
    BIG_PRODUCTS = 100,
    BIG_CERTIFICATES = 500,
    BIG_LICENCES = 1000,
    BIG_INSTALLATIONS = 5000,
    BIG_EVENTS = 1000000,
    BIG_EXPORTER_ACCOUNTS = 1, /* of EX-0000, with the key of WORLD_EXPORTER */
};

/* Numbers are these letters and four digits from 0000 on. */
#define BIG_EXPORTER "EX-%04zu"
#define BIG_PRODUCT "P-%04zu"
#define BIG_MARKETING "M-%04zu" /* applications, by product */
#define BIG_EXPORT "A-%04zu"    /* by certificate */
#define BIG_CERTIFICATE "EC-%04zu"
#define BIG_LICENCE "IL-%04zu"
#define BIG_INSTALLATION "IN-%04zu"
#define BIG_ORDER "OR-%04zu"
#define BIG_CASE "CA-%04zu"

/* What was made. */
struct big_office {
    double seconds; /* of processor time that it took */
};

/* Makes office.db and keys/ in the folder, in the place of what another version made there.
 * Progress goes to stderr. It appears whole or not at all. Ends the program on failure, as when
 * there is something else in the folder. */
void big_office_make(const char *folder, struct big_office *ret_made);

/* Whether the folder has one that this version makes; else why not is said on stderr. */
bool big_office_is_there(const char *folder, struct big_office *ret_made);

/* A delegation of the server's keys for 30 days from now on, as an act: the one that the office was
 * made under has run out. version: from 2 on. */
struct bytes big_office_delegate(struct office_script *script, uint64_t version, millis now);

#endif
