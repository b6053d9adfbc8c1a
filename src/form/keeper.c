/* Forms that were read, kept by their digests. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "form/form.h"
#include "instruments/certificate.h"

/* A form of the keeper's, which lasts as long as the keeper. */
struct kept {
    struct digest digest; /* of the payload */
    struct arena arena;
    struct read_form form;
};

struct form_keeper {
    pthread_mutex_t lock;
    struct kept *items[FORM_KEPT_MAX];
    size_t count;
};

struct form_keeper *form_keeper_new(void)
{
    struct form_keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper)
        pthread_mutex_init(&keeper->lock, NULL);
    return keeper;
}

static void kept_free(struct kept *kept)
{
    if (kept)
        arena_free(&kept->arena);
    free(kept);
}

void form_keeper_free(struct form_keeper *keeper)
{
    if (!keeper)
        return;
    for (size_t i = 0; i < keeper->count; i++)
        kept_free(keeper->items[i]);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

static enum error read_form(
    struct bytes payload, struct arena *arena, struct fault *fault, struct read_form *ret_form)
{
    struct read_form form = {0};
    const struct certificate holder = {.form = arena_copy(arena, payload)};
    if (!holder.form.data)
        return fault_set(fault, ERROR_MEMORY, "form", NULL, NULL);
    enum error error = certificate_form(&holder, arena, fault, &form.form);
    if (error)
        return error;
    error = form_articles_make(&form.form, arena, &form.misfit, &form.articles);
    if (error == ERROR_MEMORY)
        return fault_set(fault, ERROR_MEMORY, "form", NULL, NULL);
    if (error)
        form.articles = (struct form_articles){0};
    *ret_form = form;
    return ERROR_OK;
}

/* With the lock. */
static const struct read_form *find(const struct form_keeper *keeper, const struct digest *digest)
{
    for (size_t i = 0; i < keeper->count; i++) {
        if (digest_equal(&keeper->items[i]->digest, digest))
            return &keeper->items[i]->form;
    }
    return NULL;
}

/* Reads one to keep, and whichever of its payload is kept then: another thread may have been
 * faster. NULL: there is no room. */
static enum error read_to_keep(
    struct form_keeper *keeper, struct bytes payload, const struct digest *digest,
    struct fault *fault, const struct read_form **ret_form)
{
    struct kept *kept = calloc(1, sizeof *kept);
    if (!kept)
        return fault_set(fault, ERROR_MEMORY, "form", NULL, NULL);
    kept->digest = *digest;
    enum error error = read_form(payload, &kept->arena, fault, &kept->form);
    if (!error) {
        pthread_mutex_lock(&keeper->lock);
        *ret_form = find(keeper, digest);
        if (!*ret_form && keeper->count < FORM_KEPT_MAX) {
            *ret_form = &kept->form;
            keeper->items[keeper->count++] = kept;
            kept = NULL;
        }
        pthread_mutex_unlock(&keeper->lock);
    }
    kept_free(kept);
    return error;
}

static enum error read_for_caller(
    struct bytes payload, struct arena *arena, struct fault *fault,
    const struct read_form **ret_form)
{
    struct read_form *form = ARENA_NEW(arena, struct read_form);
    enum error error = form ? read_form(payload, arena, fault, form)
                            : fault_set(fault, ERROR_MEMORY, "form", NULL, NULL);
    if (!error)
        *ret_form = form;
    return error;
}

enum error form_keeper_read(
    struct form_keeper *keeper, struct bytes payload, struct arena *arena, struct fault *fault,
    const struct read_form **ret_form)
{
    const struct digest digest = sha256_of(payload);
    pthread_mutex_lock(&keeper->lock);
    const struct read_form *form = find(keeper, &digest);
    const bool full = keeper->count == FORM_KEPT_MAX;
    pthread_mutex_unlock(&keeper->lock);
    enum error error = ERROR_OK;
    if (!form && !full)
        error = read_to_keep(keeper, payload, &digest, fault, &form);
    if (!form && !error)
        error = read_for_caller(payload, arena, fault, &form);
    if (!error)
        *ret_form = form;
    return error;
}
