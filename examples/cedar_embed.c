/* Cedar in a program of one's own: policies are read and compiled once, requests are decided, and a
 * refusal is explained. Build it with: cc cedar_embed.c $(pkg-config --cflags --libs enduse-cedar)
 */
#include <enduse/cedar.h>
#include <stdio.h>
#include <stdlib.h>

static const char text[] =
    "permit (principal in Group::\"staff\", action, resource) when { context.clearance >= 2 };";
static struct enduse_cedar_fault fault;

/* Ends the program where a call has failed: nothing goes on, so nothing is freed. */
static void must(enum enduse_cedar_error error)
{
    char words[600];
    fault.error = error;
    if (!error)
        return;
    fprintf(stderr, "%s\n", enduse_cedar_fault_text(&fault, words, sizeof words));
    exit(1);
}

static const struct enduse_cedar_uid *
name(struct enduse_cedar_symbols *symbols, const char *type, const char *id)
{
    const struct enduse_cedar_uid *uid;
    struct enduse_cedar_bytes types = enduse_cedar_bytes_of(type);
    must(enduse_cedar_intern_uid(symbols, types, enduse_cedar_bytes_of(id), &uid));
    return uid;
}

int main(int count, char **arguments)
{
    struct enduse_cedar_arena arena = {0};
    struct enduse_cedar_policies *policies;
    struct enduse_cedar_symbols *symbols;
    struct enduse_cedar_program *program;
    must(enduse_cedar_policies_create(&policies));
    must(enduse_cedar_policies_add(policies, enduse_cedar_bytes_of(text), NULL, &fault));
    must(enduse_cedar_symbols_create(NULL, 1, &symbols));
    must(enduse_cedar_compile(policies, symbols, &fault, &program));
    /* Who there is: alice, in a group. */
    const struct enduse_cedar_uid *group = name(symbols, "Group", "staff");
    struct enduse_cedar_entity alice = {.parents = &group, .parent_count = 1};
    struct enduse_cedar_entities *entities;
    alice.uid = name(symbols, "User", "alice");
    must(enduse_cedar_entities_create(NULL, &entities));
    must(enduse_cedar_entities_add(entities, &alice, &fault));
    must(enduse_cedar_entities_freeze(entities, &fault));
    /* What is asked: may alice open the plan, with this clearance? */
    struct enduse_cedar_request request = {.principal = alice.uid};
    struct enduse_cedar_record *context;
    struct enduse_cedar_field field = {
        .value = enduse_cedar_value_long(count > 1 ? atoi(arguments[1]) : 0)};
    must(enduse_cedar_intern(symbols, enduse_cedar_bytes_of("clearance"), &field.key));
    must(enduse_cedar_record_build(&arena, &field, 1, &fault, &context));
    request.action = name(symbols, "Action", "open");
    request.resource = name(symbols, "File", "plan");
    request.context = context;
    /* One request; scratch and program serve any number of them, one after the other. */
    struct enduse_cedar_response response;
    void *scratch = malloc(enduse_cedar_program_scratch_size(program));
    must(scratch ? 0 : ENDUSE_CEDAR_ERROR_MEMORY);
    enduse_cedar_authorize(program, &request, entities, scratch, &response);
    puts(response.decision == ENDUSE_CEDAR_ALLOW ? "ALLOW" : "DENY");
    struct enduse_cedar_explanation why;
    must(enduse_cedar_explain(program, symbols, &request, entities, &arena, &fault, &why));
    for (size_t i = 0; i < why.permit_count; i++) {
        struct enduse_cedar_bytes failed = why.permits[i].conditions[0].source;
        printf("this failed: %.*s\n", (int)failed.length, (const char *)failed.data);
    }
    free(scratch);
    enduse_cedar_entities_free(entities);
    enduse_cedar_program_free(program);
    enduse_cedar_symbols_free(symbols);
    enduse_cedar_policies_free(policies);
    enduse_cedar_arena_free(&arena);
    return response.decision == ENDUSE_CEDAR_ALLOW ? 0 : 2;
}
