/* A stand-in for an exported system: it asks the guard, and prints what it would have done, nothing
 * else. Lines of input: DECLARATION APPROVAL FUNCTION SUBJECT SECONDS.
 * Build: cc stand_in.c $(pkg-config --cflags --libs enduse) */
#include <poll.h>
#include <stdio.h>

#include <enduse.h>

static size_t load(const char *path, void *content, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(content, 1, size, file) : 0;
    return file && fclose(file) == 0 ? length : 0;
}

static void tell(const char *what, const struct enduse_verdict *verdict)
{
    printf("%s", what);
    for (unsigned i = 0; i < verdict->clause_count; i++)
        printf("%s%s", i ? ", " : " [", verdict->clauses[i]);
    printf("%s %s\n", verdict->clause_count ? "]" : "", verdict->words);
}

static void use(struct enduse_guard *guard, char (*word)[256], int seconds)
{
    static unsigned char declaration[65536], approval[65536];
    size_t size = load(word[0], declaration, sizeof declaration);
    struct enduse_declaration *declared = NULL;
    struct enduse_verdict verdict = {0};
    struct enduse_fault fault = {0};
    struct pollfd stop = {.fd = enduse_stop_descriptor(guard), .events = POLLIN};
    uint64_t number;
    int result = enduse_declare(
        guard, declaration, size, approval, load(word[1], approval, sizeof approval), &declared,
        &verdict, &fault);
    if (result == ENDUSE_OK)
        result = enduse_begin(guard, declared, word[2], word[3], &number, &verdict);
    tell(result == ENDUSE_OK ? "begun" : fault.number ? fault.text : "refused", &verdict);
    if (result == ENDUSE_OK) {
        for (; seconds > 0 && !enduse_must_stop(guard, number, &verdict); seconds--) {
            printf("would have used %s on %s\n", word[2], word[3]);
            poll(&stop, 1, 1000); /* a second's work, or until some use must stop */
        }
        tell(enduse_must_stop(guard, number, &verdict) ? "stopped" : "ended", &verdict);
        enduse_end(guard, number);
    }
    enduse_declaration_free(guard, declared);
}

int main(int argc, char **argv)
{
    unsigned char pin[32]; /* a real system has it in its program */
    struct enduse_options options = {.size = sizeof options, .root_digest = pin, .allow_demo = 1};
    struct enduse_guard *guard;
    struct enduse_fault fault = {.text = "usage: stand_in FOLDER PIN"};
    char word[4][256];
    int seconds;
    options.folder = argc == 3 ? argv[1] : NULL;
    if (argc != 3 || load(argv[2], pin, 32) != 32 || enduse_open(&options, &guard, &fault))
        return fprintf(stderr, "%s\n", fault.text), argc == 3 ? 1 : 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (scanf("%255s%255s%255s%255s%d", word[0], word[1], word[2], word[3], &seconds) == 5)
        use(guard, word, seconds);
    enduse_close(guard);
    return 0;
}
