/* A stand-in for an exported system: it asks the guard, and prints what it would have done. It
 * does nothing else. Build: cc stand_in.c $(pkg-config --cflags --libs enduse). */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <enduse.h>

static size_t load(const char *path, void *content, size_t size)
{
    FILE *file = fopen(path, "rb");
    return file ? fread(content, 1, size, file) : 0;
}

static int use(struct enduse_guard *guard, char **argv)
{
    static unsigned char declaration[65536], approval[65536];
    struct enduse_declaration *declared = NULL;
    struct enduse_verdict verdict = {0};
    struct enduse_fault fault = {0};
    uint64_t number;
    int result = enduse_wait_active(guard, 10000, &verdict);
    if (result == ENDUSE_OK)
        result = enduse_declare(
            guard, declaration, load(argv[3], declaration, sizeof declaration), approval,
            load(argv[4], approval, sizeof approval), &declared, &verdict, &fault);
    if (result == ENDUSE_OK)
        result = enduse_begin(guard, declared, argv[5], argv[6], &number, &verdict);
    if (result == ENDUSE_OK) {
        for (int i = 0; i < atoi(argv[7]) && !enduse_must_stop(guard, number, &verdict); i++) {
            printf("would have: %s on %s\n", argv[5], argv[6]);
            sleep(1);
        }
        enduse_end(guard, number);
    }
    printf("%s: %s%s\n", enduse_reason_word(verdict.reason), verdict.words, fault.text);
    enduse_declaration_free(guard, declared);
    return result;
}

int main(int argc, char **argv)
{
    struct enduse_guard *guard;
    struct enduse_fault fault;
    unsigned char pinned[32]; /* a real system has it in its program */
    if (argc != 8 || load(argv[2], pinned, sizeof pinned) != sizeof pinned) {
        fprintf(stderr, "usage: stand_in FOLDER PIN DECLARATION APPROVAL FUNCTION SUBJECT TIMES\n");
        return 2;
    }
    struct enduse_options options = {
        .size = sizeof options, .folder = argv[1], .root_digest = pinned, .allow_demo = 1};
    if (enduse_open(&options, &guard, &fault) != ENDUSE_OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    int result = use(guard, argv);
    enduse_close(guard);
    return result;
}
