/* Tokens of Cedar text: policies and human schemas are made of the same ones. What a token means
 * where it stands is the parsers' matter. */
#ifndef ENDUSE_CEDAR_LEXER_H
#define ENDUSE_CEDAR_LEXER_H

#include "cedar/position.h"

enum cedar_token_kind {
    CEDAR_TOKEN_END,        /* of the text; stays there */
    CEDAR_TOKEN_IDENTIFIER, /* [A-Za-z_][A-Za-z0-9_]*, keywords included; ask cedar_token_is */
    CEDAR_TOKEN_STRING,     /* with its quotes and escapes; see cedar_string_decode */
    CEDAR_TOKEN_INTEGER,    /* digits only; value below is at most 2^63 */
    CEDAR_TOKEN_SLOT,       /* ?principal, ?resource: `?` with an identifier right after it */
    CEDAR_TOKEN_AT,         /* @ */
    CEDAR_TOKEN_DOT,        /* . */
    CEDAR_TOKEN_COMMA,      /* , */
    CEDAR_TOKEN_SEMICOLON,  /* ; */
    CEDAR_TOKEN_COLON,      /* : */
    CEDAR_TOKEN_PATH,       /* :: */
    CEDAR_TOKEN_LEFT_PARENTHESIS,
    CEDAR_TOKEN_RIGHT_PARENTHESIS,
    CEDAR_TOKEN_LEFT_BRACE,
    CEDAR_TOKEN_RIGHT_BRACE,
    CEDAR_TOKEN_LEFT_BRACKET,
    CEDAR_TOKEN_RIGHT_BRACKET,
    CEDAR_TOKEN_ASSIGN,        /* =, schemas only */
    CEDAR_TOKEN_QUESTION,      /* ? with no identifier after it, schemas only */
    CEDAR_TOKEN_EQUAL,         /* == */
    CEDAR_TOKEN_NOT_EQUAL,     /* != */
    CEDAR_TOKEN_LESS,          /* < */
    CEDAR_TOKEN_LESS_EQUAL,    /* <= */
    CEDAR_TOKEN_GREATER,       /* > */
    CEDAR_TOKEN_GREATER_EQUAL, /* >= */
    CEDAR_TOKEN_AND,           /* && */
    CEDAR_TOKEN_OR,            /* || */
    CEDAR_TOKEN_NOT,           /* ! */
    CEDAR_TOKEN_PLUS,          /* + */
    CEDAR_TOKEN_MINUS,         /* - */
    CEDAR_TOKEN_STAR,          /* * */
    CEDAR_TOKEN_SLASH,         /* /, known so that it can be refused well */
    CEDAR_TOKEN_PERCENT,       /* %, likewise */
};

struct cedar_token {
    enum cedar_token_kind kind;
    struct cedar_span span;
    struct bytes text; /* the bytes of the span; a view into the source */
    uint64_t value;    /* of an integer */
};

/* A cursor over a text; holds no memory of its own. */
struct cedar_lexer {
    struct bytes source;
    struct cedar_position at;
};

/* Starts at the beginning of source, which must live as long as the tokens are used. Refuses a text
 * that is not UTF-8 (ERROR_UTF8) or longer than CEDAR_TEXT_MAX (ERROR_TOO_LARGE). */
enum error
cedar_lexer_start(struct bytes source, struct fault *fault, struct cedar_lexer *ret_lexer);

/* Skips white space and comments and reads the next token. ERROR_CEDAR_TOKEN, _STRING (no end) or
 * _INTEGER (above 2^63) with the place. On an error the lexer does not move. */
enum error
cedar_lexer_next(struct cedar_lexer *lexer, struct fault *fault, struct cedar_token *ret_token);

/* Whether the token is the identifier that word spells. */
bool cedar_token_is(const struct cedar_token *token, const char *word);

/* How a token reads in an error: "`permit`", "a string", "the end of the text". text must hold
 * CEDAR_TOKEN_WORDS_SIZE bytes; returns text. */
enum { CEDAR_TOKEN_WORDS_SIZE = 64 };
const char *cedar_token_words(const struct cedar_token *token, char text[CEDAR_TOKEN_WORDS_SIZE]);

/* Decodes a string token: \n \r \t \\ \0 \' \" \xNN (at most 7f) \u{1 to 6 digits, `_` between}.
 * A raw line feed stands for itself; a raw carriage return is refused. The bytes are in arena, with
 * a zero byte after them. ERROR_CEDAR_ESCAPE with the place. */
enum error cedar_string_decode(
    const struct cedar_token *token, struct arena *arena, struct fault *fault,
    struct bytes *ret_string);

/* As cedar_string_decode for the pattern of a `like`, in which an unescaped `*` is a wildcard and
 * `\*` a star: the texts between the wildcards, one more than there are wildcards. */
enum error cedar_pattern_decode(
    const struct cedar_token *token, struct arena *arena, struct fault *fault,
    const struct bytes **ret_pieces, size_t *ret_count);

/* Whether the word cannot name a type, namespace, function or unquoted attribute anywhere:
 * `true false if then else in is like has __cedar`. */
bool cedar_word_is_reserved(struct bytes word);

/* Whether the bytes are an identifier: ASCII letters, digits, `_`, not starting with a digit. */
bool cedar_is_identifier(struct bytes text);

#endif
