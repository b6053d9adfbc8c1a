/* What an order that is issued does to the licence: what leases carry from then on, what is given
 * back, the licence's state. */
#include <string.h>

#include "authority/order_inside.h"

static bool gives_back(enum order_kind kind)
{
    return kind == ORDER_LIFT || kind == ORDER_RESTORE || kind == ORDER_EXTEND;
}

/* --- Effects on the licence --------------------------------------------------------------- */

/* Nobody can fill the list so that nothing more can be taken away: the last places are for orders
 * that stop the licence as a whole. */
static enum error check_room(
    struct transition_call *call, const struct licence_file *licence, const struct order *order)
{
    bool whole = order_stops_everything(order->kind) && order->installations_count == 0;
    size_t room = whole ? LEASE_ORDERS_MAX : LEASE_ORDERS_MAX - LICENCE_ORDERS_KEPT;
    if (licence->orders_count < room)
        return ERROR_OK;
    return condition_fails(call, "fewer orders in force on one licence", NULL);
}

/* Adds the order to those that leases carry. */
static enum error put_in_force(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    enum error error = check_room(call, licence, order);
    if (error)
        return error;
    struct licence_order *orders =
        one_more(call, licence->orders, licence->orders_count, sizeof *licence->orders);
    if (!orders)
        return ERROR_MEMORY;
    orders[licence->orders_count] = (struct licence_order){
        .number = order->number,
        .kind = order->kind,
        .digest = *digest,
        .partial = order->installations_count > 0,
    };
    licence->orders = orders;
    licence->orders_count++;
    licence_state_from_orders(licence, call->time);
    return ERROR_OK;
}

/* A guard lets a stored order go only for a signed lift, and learns of a new end only from the
 * signed extension: so leases carry these too. Of those that gave back, the oldest beyond
 * LICENCE_GIVEN_BACK_MAX are left out, and of extensions all but the newest. */
static enum error carry(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    size_t given_back = 0, kept = 0;
    for (size_t i = 0; i < licence->orders_count; i++)
        given_back += gives_back(licence->orders[i].kind);
    struct licence_order *orders =
        ARENA_ARRAY(call->arena, struct licence_order, licence->orders_count);
    if (!orders)
        return fault_place(call->fault, ERROR_MEMORY, "order");
    for (size_t i = 0; i < licence->orders_count; i++) {
        const struct licence_order *earlier = &licence->orders[i];
        bool extended = order->kind == ORDER_EXTEND && earlier->kind == ORDER_EXTEND;
        bool oldest = gives_back(earlier->kind) && given_back >= LICENCE_GIVEN_BACK_MAX;
        if (extended || oldest)
            given_back--;
        else
            orders[kept++] = *earlier;
    }
    licence->orders = orders;
    licence->orders_count = kept;
    return put_in_force(call, licence, order, digest);
}

/* Takes the order with the digest out of force; *ret_lifted is NULL where none has it. */
static enum error take_out_of_force(
    struct transition_call *call, struct licence_file *licence, const struct digest *digest,
    const struct licence_order **ret_lifted)
{
    *ret_lifted = NULL;
    struct licence_order *orders =
        ARENA_ARRAY(call->arena, struct licence_order, licence->orders_count);
    if (!orders)
        return fault_place(call->fault, ERROR_MEMORY, "order");
    size_t count = 0;
    for (size_t i = 0; i < licence->orders_count; i++) {
        if (digest_equal(&licence->orders[i].digest, digest))
            *ret_lifted = &licence->orders[i];
        else
            orders[count++] = licence->orders[i];
    }
    if (!*ret_lifted)
        return ERROR_OK;
    licence->orders = orders;
    licence->orders_count = count;
    licence_state_from_orders(licence, call->time);
    return ERROR_OK;
}

/* --- Giving back -------------------------------------------------------------------------- */

/* Clears a latch: the order names exactly the installation, and the latch by its digest. */
static enum error clear_latch(struct transition_call *call, const struct order *order)
{
    if (order->kind != ORDER_RESTORE || order->installations_count != 1)
        return condition_fails(
            call, "the digest of an order in force, or of the latch of the one installation named",
            order->number);
    void *other;
    enum error error = change_other(call, FILE_INSTALLATION, order->installations[0], &other);
    if (error)
        return error;
    struct installation_file *installation = other;
    if (strcmp(installation->licence, order->licence) != 0 ||
        installation->base.state == INSTALLATION_ENROLLED ||
        !digest_equal(&installation->latch, &order->lifts))
        return condition_fails(
            call, "the digest of what latched or suspended the installation",
            order->installations[0]);
    installation->base.state = INSTALLATION_ENROLLED;
    installation->latch = (struct digest){0};
    installation->reason = NULL;
    return ERROR_OK;
}

/* What is given back is given back for every installation from which it was taken, or the order and
 * its lift would not agree about the others. */
static enum error check_scope(
    struct transition_call *call, const struct order *order, const struct order_file *target)
{
    void *value;
    enum error error =
        decode_kept(call, target->instrument, INSTRUMENT_ORDER, &target->digest, &value);
    if (error || order->installations_count == 0)
        return error;
    const struct order *taken = value;
    bool within = taken->installations_count > 0;
    for (size_t i = 0; i < taken->installations_count && within; i++)
        within = order_applies(order, taken->licence, taken->installations[i]);
    if (within)
        return ERROR_OK;
    return condition_fails(
        call, "all installations that the lifted order is for, or none named", taken->number);
}

/* A guard names its latch itself: with the digest of an order it would have a restoration of the
 * one pass for a restoration of the other. */
static enum error check_one_meaning(struct transition_call *call, const struct order *order)
{
    if (order->installations_count != 1)
        return ERROR_OK;
    const void *other;
    enum error error = other_file(call, FILE_INSTALLATION, order->installations[0], &other);
    if (error)
        return error;
    if (digest_equal(&((const struct installation_file *)other)->latch, &order->lifts))
        return condition_fails(
            call, "a digest that names one thing; the latch has taken an order's",
            order->installations[0]);
    return ERROR_OK;
}

/* A limit, hold or disclosure is lifted; what suspended or disconnected is restored; a revocation
 * is for good. */
static bool right_kind(enum order_kind kind, enum order_kind lifted)
{
    if (kind == ORDER_RESTORE)
        return lifted == ORDER_SUSPEND || lifted == ORDER_DISCONNECT;
    return lifted == ORDER_LIMIT || lifted == ORDER_HOLD || lifted == ORDER_DISCLOSE;
}

static enum error check_kind(
    struct transition_call *call, const struct order *order, const struct licence_order *lifted)
{
    if (right_kind(order->kind, lifted->kind))
        return ERROR_OK;
    return condition_fails(
        call, "a lift of a limit, or a restoration after a suspension or disconnection",
        order_word(lifted->kind));
}

enum error order_check_lifted(
    struct transition_call *call, const struct licence_file *licence, const struct order *order)
{
    enum error error = ERROR_OK;
    if (order->kind != ORDER_LIFT && order->kind != ORDER_RESTORE)
        return ERROR_OK;
    for (size_t i = 0; i < licence->orders_count && !error; i++) {
        if (digest_equal(&licence->orders[i].digest, &order->lifts))
            error = check_kind(call, order, &licence->orders[i]);
    }
    return error;
}

static enum error lift_order(
    struct transition_call *call, const struct order *order, const struct licence_order *lifted)
{
    void *other;
    enum error error = check_kind(call, order, lifted);
    if (!error)
        error = check_one_meaning(call, order);
    if (!error)
        error = change_other(call, FILE_ORDER, lifted->number, &other);
    if (!error)
        error = check_scope(call, order, other);
    if (error)
        return error;
    struct order_file *target = other;
    target->base.state = ORDER_LIFTED;
    target->lifted_by = order->number;
    note(call, &target->lifted);
    return ERROR_OK;
}

static enum error lift(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    const struct licence_order *lifted;
    enum error error = take_out_of_force(call, licence, &order->lifts, &lifted);
    if (!error)
        error = lifted ? lift_order(call, order, lifted) : clear_latch(call, order);
    return error ? error : carry(call, licence, order, digest);
}

static enum error extend(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    const void *other;
    enum error error = other_file(call, FILE_CERTIFICATE, licence->certificate, &other);
    if (error)
        return error;
    const struct certificate_file *certificate = other;
    if (order->until <= licence->until)
        return condition_fails(call, "an end after the licence's own", NULL);
    if (order->until > certificate->until || certificate->base.state != CERTIFICATE_IN_FORCE)
        return condition_fails(call, "an end within a certificate in force", NULL);
    error = check_country(call, licence->state); /* it gives, as a licence does */
    if (error)
        return error;
    licence->until = order->until;
    return carry(call, licence, order, digest);
}

/* --- Issuing ------------------------------------------------------------------------------ */

enum error order_check_licence(struct transition_call *call, const struct licence_file *licence)
{
    if (licence->base.state == LICENCE_PROPOSED || licence->base.state == LICENCE_REVOKED)
        return condition_fails(
            call, "a licence that was issued and is not revoked",
            file_state_word(FILE_LICENCE, licence->base.state));
    return ERROR_OK;
}

enum error order_check_clauses(
    struct transition_call *call, const struct licence_file *licence_file,
    const struct order *order, const struct digest *digest)
{
    if (order->kind != ORDER_LIMIT)
        return ERROR_OK;
    const void *other;
    void *licence;
    enum error error = other_file(call, FILE_CERTIFICATE, licence_file->certificate, &other);
    if (!error)
        error = decode_kept(
            call, licence_file->instrument, INSTRUMENT_LICENCE, &licence_file->digest, &licence);
    return error ? error
                 : clauses_valid(call, other, licence, &licence_file->digest, order, digest);
}

enum error order_check_installations(struct transition_call *call, const struct order *order)
{
    for (size_t i = 0; i < order->installations_count; i++) {
        const void *other;
        enum error error = other_file(call, FILE_INSTALLATION, order->installations[i], &other);
        if (error)
            return error;
        if (strcmp(((const struct installation_file *)other)->licence, order->licence) != 0)
            return condition_fails(call, "installations of the licence", order->installations[i]);
    }
    return ERROR_OK;
}

enum error order_take_effect(
    struct transition_call *call, const struct order *order, const struct digest *digest, bool both)
{
    struct order_file *file = call->content;
    void *other;
    enum error error = change_other(call, FILE_LICENCE, order->licence, &other);
    if (error)
        return error;
    struct licence_file *licence = other;
    error = order_check_licence(call, licence);
    if (!error)
        error = order_check_installations(call, order);
    if (!error)
        error = order_check_clauses(call, licence, order, digest);
    if (error)
        return error;
    switch (order->kind) {
    case ORDER_LIFT:
    case ORDER_RESTORE:
        file->base.state = ORDER_DONE;
        return lift(call, licence, order, digest);
    case ORDER_EXTEND:
        file->base.state = ORDER_DONE;
        return extend(call, licence, order, digest);
    default:
        file->base.state = both ? ORDER_CONFIRMED : ORDER_ISSUED;
        return put_in_force(call, licence, order, digest);
    }
}
