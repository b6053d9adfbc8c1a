/* The second statement of the office's rules: see office_law.h. */
#include "office_law.h"

#include <string.h>

#define ANYBODY_OF_A_MINISTRY "desk reviewer signatory inspector chair auditor"
#define OPEN "submitted in-review disputed"
#define LIVE "active limited exhausted suspended disconnected"
#define IN_FORCE "issued confirmed unconfirmed"
#define NOT_CLOSED "received triaged investigating hearing decided objected"

const struct law office_law[] = {
    {"exporter", "draft", "new draft", "desk exporter", "", ""},
    {"exporter", "submit", "draft", "desk exporter", "", ""},
    {"exporter", "screen", "submitted screened", "desk reviewer", "", "submit"},
    {"exporter", "register", "screened", "reviewer", "defence", "submit screen"},
    {"exporter", "refuse", "submitted screened", "reviewer", "defence", "submit screen"},
    {"exporter", "remove", "registered", "signatory", "defence", ""},

    {"product", "submit", "new", "desk exporter", "", ""},
    {"product", "classify", "submitted classified tested", "reviewer", "defence", "submit"},
    {"product", "add-document", "submitted classified tested", "desk", "", ""},
    {"product", "enter-build", "classified tested", "desk", "", ""},
    {"product", "test-build", "classified tested", "reviewer inspector", "", ""},

    {"application", "draft", "new draft", "desk exporter", "", ""},
    {"application", "submit", "draft", "desk exporter", "", ""},
    {"application", "ask", "submitted in-review", "desk reviewer", "", "submit"},
    {"application", "answer", "incomplete", "desk exporter", "", "ask"},
    {"application", "open-review", "submitted", "desk reviewer", "", "submit"},
    {"application", "assess", OPEN, "reviewer", "", "submit"},
    {"application", "opine", OPEN " objection", "reviewer signatory", "foreign", "submit"},
    {"application", "direct", OPEN " objection", "desk reviewer signatory", "", ""},
    {"application", "review", "in-review disputed", "reviewer", "", "submit assess"},
    {"application", "consent", "in-review", "server", "", ""},
    {"application", "escalate", "in-review", "server", "", ""},
    {"application", "overdue", OPEN, "server", "", ""},
    {"application", "settle", "disputed", "signatory", "", "submit review*"},
    {"application", "object", "refused", "desk exporter", "", ""},
    {"application", "decide", "objection", "signatory chair", "", "submit object review* settle*"},
    {"application", "withdraw", "draft incomplete objection " OPEN, "desk exporter", "", ""},
    {"application", "expire", "approved", "server", "", ""},

    {"form", "propose", "new", "signatory", "", ""},
    {"form", "countersign", "proposed", "signatory", "", "propose"},
    {"form", "ask-withdrawal", "registered", "signatory", "", ""},
    {"form", "withdraw", "withdrawing", "signatory", "", "ask-withdrawal"},
    {"form", "keep", "withdrawing", "signatory", "", ""},

    {"schedule", "submit", "new in-review reviewed", "desk state", "", ""},
    {"schedule", "amend", "in-review reviewed", "desk state", "", ""},
    {"schedule", "split", "in-review reviewed", "desk state", "", ""},
    {"schedule", "tell", "in-review reviewed", "server", "", ""},
    {"schedule", "review", "in-review", "reviewer", "", ""}, /* nobody their own line */

    {"certificate", "offer", "new", "desk", "", ""},
    {"certificate", "sign", "offered", "desk state", "", ""},
    {"certificate", "refuse", "offered", "desk state", "", ""},
    {"certificate", "authenticate", "signed", "reviewer signatory", "foreign", "sign"},
    {"certificate", "countersign", "authenticated", "signatory", "", ""},
    {"certificate", "ask-withdrawal", "in-force", "signatory", "", ""},
    {"certificate", "withdraw", "offered signed authenticated in-force", "signatory", "",
     "ask-withdrawal"},
    {"certificate", "ask-breach", "in-force", "signatory", "", ""},
    {"certificate", "breach", "in-force", "signatory", "", "ask-breach"},
    {"certificate", "keep", "in-force", "signatory", "", ""},
    {"certificate", "supersede", "in-force", "server", "", ""},
    {"certificate", "expire", "in-force", "server", "", ""},

    {"licence", "propose", "new", "signatory", "", ""},
    {"licence", "countersign", "proposed", "signatory", "", "propose"},
    {"licence", "expire", LIVE, "server", "", ""},
    {"licence", "lapse", LIVE, "server", "", ""},
    {"licence", "replace", LIVE, "server", "", ""},
    {"licence", "surrender", LIVE, "exporter state", "", ""},
    {"licence", "accept-surrender", LIVE, "reviewer signatory", "", ""},
    {"licence", "replenish", LIVE, "server", "", ""},
    {"licence", "country-review", LIVE, "server", "", ""},
    {"licence", "country-relisted", LIVE, "server", "", ""},
    {"licence", "country-keep", LIVE, "signatory", "", ""},
    {"licence", "country-ordered", LIVE " revoked", "signatory", "", ""},

    {"installation", "enrol", "new", "desk", "", ""},
    {"installation", "clone", "enrolled", "server", "", ""},
    {"installation", "clock", "enrolled", "server", "", ""},
    {"installation", "latch", "enrolled suspended", "server", "", ""},

    {"order", "draft", "new", "desk reviewer signatory", "", ""},
    {"order", "discard", "drafted", "desk reviewer signatory", "", ""},
    {"order", "sign-first", "drafted", "signatory", "", "sign-first"},
    {"order", "issue", "new drafted", "signatory", "", "sign-first"},
    {"order", "confirm", "issued unconfirmed", "signatory", "", "issue"},
    {"order", "alarm", "issued", "server", "", ""},
    {"order", "deliver", IN_FORCE " done", "server", "", ""},
    {"order", "disclosed", IN_FORCE, "desk reviewer inspector", "", ""},
    {"order", "withheld", IN_FORCE, "desk reviewer inspector", "", ""},
    {"order", "overdue", IN_FORCE, "server", "", ""},

    {"case", "open", "new", "desk reviewer inspector", "", ""},
    {"case", "complain", "new", "server", "", ""},
    {"case", "triage", "received", "desk reviewer", "", ""},
    {"case", "reassign", "triaged investigating", "reviewer signatory", "", ""},
    {"case", "investigate", "triaged", "inspector reviewer", "", ""},
    {"case", "find", "investigating hearing", "inspector reviewer", "", ""},
    {"case", "interim", NOT_CLOSED, "desk reviewer signatory inspector chair", "", ""},
    {"case", "hold", NOT_CLOSED " closed", "desk reviewer signatory inspector chair", "", ""},
    {"case", "release", NOT_CLOSED " closed", "reviewer signatory", "", "hold"},
    {"case", "notify", "investigating hearing", "chair", "", "investigate"},
    {"case", "statement", "hearing", "exporter state desk chair", "", ""},
    {"case", "hear", "hearing", "chair", "", "investigate"},
    {"case", "decide", "investigating hearing", "signatory", "", "investigate notify+hear"},
    {"case", "object", "decided", "exporter state desk", "", ""},
    {"case", "settle", "objected", "reviewer signatory", "", "investigate notify+hear decide"},
    {"case", "execute", "decided", "desk reviewer signatory", "", ""},
    {"case", "close", "decided", "reviewer signatory", "", ""},
    {"case", "dismiss", "triaged investigating", "reviewer signatory", "", "investigate"},

    {"complainant", "erase", "kept", "desk reviewer", "", ""},

    {"inspection", "plan", "new", "inspector desk", "", ""},
    {"inspection", "report", "planned", "inspector", "", ""},
    {"inspection", "refuse", "planned", "inspector desk", "", ""},
    {"inspection", "cancel", "planned", "inspector desk", "", ""},

    {"campaign", "open", "new", "signatory", "", ""},
    {"campaign", "refuse", "open due", "desk", "", ""},
    {"campaign", "settle", "open due", "desk signatory", "", ""},
    {"campaign", "postpone", "open due", "signatory", "", ""},
    {"campaign", "close", "open due", "signatory", "", ""},
    {"campaign", "remind", "open", "server", "", ""},
    {"campaign", "fall-due", "open", "server", "", ""},

    {"ruling", "ask", "new", "desk state supervisor", "", ""},
    {"ruling", "propose", "asked proposed", "signatory", "", "ask"},
    {"ruling", "give", "proposed", "signatory", "", "ask propose"},
    {"ruling", "refer", "given", "desk signatory", "", ""},
    {"ruling", "withdraw", "asked proposed", "desk state supervisor", "", ""},

    {"signal", "raise", "new", "server", "", ""},
    {"signal", "dismiss", "raised", "desk reviewer inspector", "", ""},

    {"withdrawal", "enter", "new", "desk reviewer signatory", "", ""},

    {"delegation", "propose", "new", "signatory", "", ""},
    {"delegation", "countersign", "proposed", "signatory", "", "propose"},

    {"country", "propose", "new delisted refused", "signatory", "", ""},
    {"country", "list", "proposed", "signatory", "", "propose"},
    {"country", "refuse", "proposed", "signatory", "", ""},
    {"country", "delist", "listed", "signatory", "", ""},

    {"agency", "submit", "new refused", "desk state", "", ""},
    {"agency", "check", "submitted", "reviewer", "", "submit"},
    {"agency", "refuse", "submitted", "reviewer", "", "submit"},
    {"agency", "remove", "checked", "signatory", "", ""},

    {"body", "enter", "new", "desk state", "", ""},
    {"body", "confirm", "entered", "reviewer signatory", "", "enter"},
    {"body", "end", "entered confirmed", "signatory", "", ""},

    {"settings", "propose", "new proposed in-force changing", "signatory", "", ""},
    {"settings", "confirm", "proposed changing", "signatory", "", "propose"},
    {"settings", "keep", "changing", "signatory", "", ""},

    {"account", "enrol", "new", "desk", "", ""},
    {"account", "confirm", "proposed", "reviewer signatory", "", "enrol"},
    {"account", "replace", "active suspended expired", "desk", "", ""},
    {"account", "confirm-key", "active suspended expired", "reviewer signatory", "", "replace"},
    {"account", "suspend", "new active", "administrator signatory", "", ""},
    {"account", "lose", "new active suspended", "desk administrator signatory", "", ""},
    {"account", "restore", "suspended", "signatory", "", "suspend+lose"},
    {"account", "close", "proposed active suspended expired", "reviewer signatory", "", ""},
    {"account", "expire", "active", "server", "", ""},
    {"account", "absent", "new active", ANYBODY_OF_A_MINISTRY, "", ""},
    {"account", "return", "active", ANYBODY_OF_A_MINISTRY, "", ""},
    {"account", "recuse", "new active suspended", ANYBODY_OF_A_MINISTRY, "", ""},
};
const size_t office_law_count = sizeof office_law / sizeof *office_law;

const struct law *law_of(const char *kind, const char *verb)
{
    for (size_t i = 0; i < office_law_count; i++) {
        if (strcmp(office_law[i].kind, kind) == 0 && strcmp(office_law[i].verb, verb) == 0)
            return &office_law[i];
    }
    return NULL;
}

bool law_names(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
        bool begins = at == list || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == 0))
            return true;
    }
    return false;
}
