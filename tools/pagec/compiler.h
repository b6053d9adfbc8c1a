/* What the files of the compiler share: its state, places, tags. Internal to pagec/. */
#ifndef ENDUSE_TOOLS_PAGEC_COMPILER_H
#define ENDUSE_TOOLS_PAGEC_COMPILER_H

#include "base/arena.h"
#include "pagec/compile.h"
#include "pagec/expression.h"
#include "pagec/html.h"

enum {
    BLOCKS_MAX = 32,
    NAME_LENGTH_MAX = 64,
};

struct place {
    size_t at; /* offset */
    unsigned line, column;
};

struct block {
    bool each;           /* else an if */
    bool otherwise;      /* its {{ else }} was there */
    struct place opened; /* for the message when it is never closed */
    struct html_state start;
    struct html_state joined; /* where the branches so far have ended */
    bool has_joined;
    struct bytes variable; /* of an each */
    const char *list;      /* of an each: the list, in C */
};

struct declaration {
    struct bytes name, view, header;
    bool partial;
    size_t source; /* which file */
    struct place body;
    const struct page_source *translated; /* by language; NULL: no language has it */
    bool *whole;                          /* by language: it and its partials are in it */
    bool spoken;                          /* in some other language */
};

struct compiler {
    const struct pages *pages;
    struct declaration *declarations;
    size_t count;
    struct arena arena;
    struct fault *fault;
    struct buffer *code;

    /* of the template being compiled: */
    const struct page_source *source;
    size_t language; /* 0: the templates' own, else one more than the place in pages->words */
    struct place here;
    struct html_state html;
    struct block blocks[BLOCKS_MAX];
    size_t depth;
    size_t loops; /* for names of counters */
};

/* One {{ ... }}: its inside is read by reader; place is that of its first brace. */
struct tag {
    struct place place;
    struct reader reader;
    size_t inside; /* offset of the inside */
    size_t end;    /* behind the last brace */
};

/* A compiler with the declarations of all templates; *ret_compiler is for compiler_close also after
 * an error, or NULL. */
enum error
compiler_open(const struct pages *pages, struct fault *fault, struct compiler **ret_compiler);
void compiler_close(struct compiler *compiler);

/* The template that is being read. */
struct bytes template_text(const struct compiler *compiler);
const char *template_name(const struct compiler *compiler);

/* A fault at an offset of a source, by its line. */
enum error source_fault(
    const struct page_source *source, size_t at, struct fault *fault, enum error error,
    const char *expected);

/* Appends a byte of a C string's literal. */
void literal_byte(struct buffer *code, uint8_t byte);

/* Moves a place forward to an offset, counting lines and columns. */
void template_step(const struct compiler *compiler, struct place *place, size_t to);

/* The offset of a text from a place on; the template's length when it is not there. */
size_t template_find(const struct compiler *compiler, size_t from, const char *text);

/* A fault at a place of the template, with what stands there. */
enum error template_fault(
    struct compiler *compiler, enum error error, struct place place, const char *expected);

/* A fault inside a tag, where its reader stands. */
enum error
tag_fault(struct compiler *compiler, const struct tag *tag, enum error error, const char *expected);

/* Nothing may follow in the tag. */
enum error tag_end(struct compiler *compiler, struct tag *tag);

/* When a tag that writes nothing stands alone on its line, the line goes with it: *from and *to,
 * the ends of the tag, then become those of the line. */
void tag_widen(const struct compiler *compiler, char kind, size_t *from, size_t *to);

/* The declaration of a name, or NULL. */
struct declaration *declaration_find(const struct compiler *compiler, struct bytes name);

/* Translates every template into every language, and says which are whole. */
enum error languages_take(struct compiler *compiler);

/* Appends the tables of languages and phrases, and how to find a phrase. */
void languages_write(const struct compiler *compiler, struct buffer *code, struct buffer *header);

/* Appends the function of a page that is there in several languages. */
void language_choose(struct compiler *compiler, const struct declaration *declaration);

/* Appends what a template's function is called in the language that is compiled. */
void language_name(const struct compiler *compiler, const struct declaration *declaration);

/* Reads the declaration at the beginning of a template into compiler->declarations. */
enum error declaration_take(struct compiler *compiler, size_t source);

/* Writes the header with all prototypes. */
void declarations_write(const struct compiler *compiler, struct buffer *out);

#endif
