/* Whose a file is: the organisations that it is about, and the reader's among them. */
#include <string.h>

#include "service/access.h"

/* The organisations of a file; NULL where it has none of that sort. */
struct parties {
    const char *exporter, *state, *agency; /* numbers; ISO 3166 */
    const struct certificate *certificate; /* with its approving bodies, decoded */
    const char *body;                      /* the approving body, where it is one's alone */
    const struct account_file *account;    /* an account is its organisation's */
};

struct search {
    const struct actor *reader;
    const struct office_view *view;
    struct arena *arena;
    struct fault *fault;
    struct parties parties;
};

/* Another file that this one names; one that is not there is nobody's. */
static enum error
other(struct search *search, enum file_kind kind, const char *number, const void **ret_content)
{
    return search->view->find(search->view->context, kind, number, search->fault, ret_content);
}

static void take_certificate(struct search *search, const struct certificate_file *file)
{
    search->parties.exporter = file->exporter;
    search->parties.state = file->state;
    search->parties.agency = file->agency;
}

/* The bodies that the certificate enrols; it was checked before it became a file's. */
static enum error take_bodies(struct search *search, const struct certificate_file *file)
{
    struct certificate *certificate = ARENA_NEW(search->arena, struct certificate);
    if (!certificate)
        return fault_place(search->fault, ERROR_MEMORY, "certificate");
    enum error error = layout_decode(
        &certificate_layout, file->payload, search->arena, search->fault, certificate);
    if (!error)
        search->parties.certificate = certificate;
    return error;
}

static void take_licence(struct search *search, const struct licence_file *file)
{
    search->parties.exporter = file->exporter;
    search->parties.state = file->state;
    search->parties.agency = file->agency;
}

static enum error find_licence(struct search *search, const char *number)
{
    const void *content = NULL;
    enum error error = other(search, FILE_LICENCE, number, &content);
    if (!error && content)
        take_licence(search, content);
    return error;
}

/* What is only drafted is the office's own: nobody is told beforehand. */
static enum error find_order(struct search *search, const struct order_file *file)
{
    bool drafted = file->base.state == ORDER_DRAFTED || file->base.state == ORDER_DISCARDED;
    return drafted ? ERROR_OK : find_licence(search, file->licence);
}

/* How a clause reads is for all who are bound by the certificate. */
static enum error take_ruling(struct search *search, const struct ruling_file *file)
{
    const void *content = NULL;
    enum error error = other(search, FILE_CERTIFICATE, file->certificate, &content);
    if (error || !content)
        return error;
    take_certificate(search, content);
    return search->reader->roles & ROLE_BODY ? take_bodies(search, content) : ERROR_OK;
}

static enum error take_withdrawal(struct search *search, const struct withdrawal_file *file)
{
    const void *content = NULL;
    enum error error = other(search, FILE_CERTIFICATE, file->certificate, &content);
    if (!error && content)
        take_certificate(search, content);
    search->parties.body = file->body;
    return error;
}

static enum error find_parties(struct search *search, enum file_kind kind, const void *content)
{
    switch (kind) {
    case FILE_EXPORTER:
        search->parties.exporter = ((const struct exporter_file *)content)->base.number;
        return ERROR_OK;
    case FILE_PRODUCT:
        search->parties.exporter = ((const struct product_file *)content)->exporter;
        return ERROR_OK;
    case FILE_APPLICATION:
        search->parties.exporter = ((const struct application_file *)content)->exporter;
        return ERROR_OK;
    case FILE_CERTIFICATE:
        take_certificate(search, content);
        return search->reader->roles & ROLE_BODY ? take_bodies(search, content) : ERROR_OK;
    case FILE_LICENCE:
        take_licence(search, content);
        return ERROR_OK;
    case FILE_INSTALLATION:
        return find_licence(search, ((const struct installation_file *)content)->licence);
    case FILE_ORDER:
        return find_order(search, content);
    case FILE_USAGE:
        return find_licence(search, ((const struct usage_file *)content)->licence);
    case FILE_WITHDRAWAL:
        return take_withdrawal(search, content);
    case FILE_RULING:
        return take_ruling(search, content);
    case FILE_SCHEDULE:
        search->parties.state = ((const struct schedule_file *)content)->base.number;
        return ERROR_OK;
    case FILE_AGENCY:
        search->parties.state = ((const struct agency_file *)content)->state;
        search->parties.agency = ((const struct agency_file *)content)->base.number;
        return ERROR_OK;
    case FILE_BODY:
        search->parties.state = ((const struct body_file *)content)->state;
        search->parties.body = ((const struct body_file *)content)->base.number;
        return ERROR_OK;
    case FILE_ACCOUNT:
        search->parties.account = content;
        return ERROR_OK;
    default:
        return ERROR_OK; /* nobody's own */
    }
}

/* Accounts of one organisation: of the same sort, as an exporter may have the number of an agency.
 */
static bool is_colleague(const struct actor *reader, const struct account_file *account)
{
    return role_of_account(account->kind) & reader->roles &&
           actor_is_of(reader, account->organisation);
}

enum error reader_owns(
    const struct actor *reader, const struct office_view *view, enum file_kind kind,
    const void *content, struct arena *arena, struct fault *fault, bool *ret_owns)
{
    struct search search = {.reader = reader, .view = view, .arena = arena, .fault = fault};
    enum error error = find_parties(&search, kind, content);
    if (error)
        return error;
    const struct parties *parties = &search.parties;
    const char *organisation = reader->organisation;
    const struct {
        enum role_index role;
        bool owns;
    } parts[] = {
        {ROLE_INDEX_EXPORTER, actor_is_of(reader, parties->exporter)},
        {ROLE_INDEX_STATE, actor_is_of(reader, parties->state)},
        {ROLE_INDEX_SUPERVISOR, actor_is_of(reader, parties->agency)},
        {ROLE_INDEX_BODY, actor_is_of(reader, parties->body) ||
                              (organisation && parties->certificate &&
                               certificate_body(parties->certificate, organisation))},
    };
    *ret_owns = parties->account && is_colleague(reader, parties->account);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bool own = reader->roles & 1u << parts[i].role && parts[i].owns;
        *ret_owns |= own && sight_of_role(parts[i].role, kind) == SIGHT_OWN;
    }
    return ERROR_OK;
}
