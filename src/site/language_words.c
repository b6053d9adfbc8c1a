/* Words of the office's tables that the public reads, in its language: states, kinds of orders,
 * spans, ministries. A text of anybody else's is never taken for one of them. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/language.h"

static const char *const words[] = {
    /* certificates */
    PHRASE("Offered"),
    PHRASE("Signed"),
    PHRASE("Authenticated"),
    PHRASE("In force"),
    PHRASE("Expired"),
    PHRASE("Withdrawn"),
    PHRASE("Superseded"),
    PHRASE("Breached"),
    PHRASE("Refused"),
    /* licences */
    PHRASE("Proposed"),
    PHRASE("Active"),
    PHRASE("Limited"),
    PHRASE("Suspended"),
    PHRASE("Disconnected"),
    PHRASE("Revoked"),
    PHRASE("Lapsed"),
    PHRASE("Surrendered"),
    PHRASE("Exhausted"),
    PHRASE("Replaced"),
    /* applications */
    PHRASE("Draft"),
    PHRASE("Submitted"),
    PHRASE("Incomplete"),
    PHRASE("In review"),
    PHRASE("Disputed"),
    PHRASE("Approved"),
    PHRASE("Objection"),
    /* countries */
    PHRASE("Listed"),
    PHRASE("Delisted"),
    /* orders, by kind */
    PHRASE("Disclose"),
    PHRASE("Hold"),
    PHRASE("Limit"),
    PHRASE("Suspend"),
    PHRASE("Disconnect"),
    PHRASE("Lift"),
    PHRASE("Restore"),
    PHRASE("Extend"),
    PHRASE("Revoke"),
    /* what uses are declared for, as the model form has it */
    PHRASE("Terrorist act"),
    PHRASE("Serious crime"),
    PHRASE("Investigation"),
    PHRASE("Prevention"),
    PHRASE("Other"),
    /* how soon systems obey */
    PHRASE("Under 0.1 s"),
    PHRASE("0.1 to 0.2 s"),
    PHRASE("0.2 to 0.5 s"),
    PHRASE("0.5 to 1 s"),
    PHRASE("1 s or more"),
    /* who signed */
    PHRASE("defence"),
    PHRASE("foreign"),
    PHRASE("The defence ministry"),
    PHRASE("The foreign ministry"),
    PHRASE("A person whom the root names no more"),
};

const char *language_word(size_t language, const char *word)
{
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0)
            return page_phrase(language, word);
    }
    return word;
}
