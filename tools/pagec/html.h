/* Where in HTML a template stands: the part of the HTML standard's tokenizer that decides how a
 * value must be escaped. It follows literal HTML byte by byte and refuses what a browser would have
 * to repair, because a repair is where a browser and this machine could disagree. */
#ifndef ENDUSE_TOOLS_PAGEC_HTML_H
#define ENDUSE_TOOLS_PAGEC_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum html_where {
    HTML_TEXT,
    HTML_LESS,         /* after < */
    HTML_DECLARATION,  /* <!doctype */
    HTML_BANG,         /* after <! */
    HTML_BANG_DASH,    /* after <!- */
    HTML_COMMENT_OPEN, /* after <!-- */
    HTML_COMMENT_OPEN_DASH,
    HTML_COMMENT,
    HTML_COMMENT_DASH,
    HTML_COMMENT_DASHES,
    HTML_TAG_NAME,
    HTML_BETWEEN,    /* in a tag, after white space: an attribute may begin */
    HTML_NAME,       /* in an attribute's name */
    HTML_EQUALS,     /* after name= */
    HTML_DOUBLE,     /* in "..." */
    HTML_SINGLE,     /* in '...' */
    HTML_BARE,       /* in a value without quotes */
    HTML_AFTER,      /* after a value's quote: white space or the tag's end must come */
    HTML_SLASH,      /* after / in a tag */
    HTML_END_NAME,   /* after </ */
    HTML_ONLY_TEXT,  /* in title or textarea: text, no tags */
    HTML_NO_CONTENT, /* in script or style: nothing, see html_feed */
    HTML_ONLY_LESS,  /* after < in one of these two: their end tag must come */
    HTML_ONLY_SLASH,
};

enum { HTML_NAME_MAX = 31 };

struct html_state {
    enum html_where where;
    char tag[HTML_NAME_MAX + 1];       /* of the tag that is open, or the element with only text */
    char attribute[HTML_NAME_MAX + 1]; /* of the value that is open */
    char end[HTML_NAME_MAX + 1];       /* name of the end tag that is being read */
    char start[10];                    /* how the value begins, as far as literal, lower case */
    bool begun;                        /* the value has something in it */
};

/* Follows one byte. NULL, or what is wrong, in words that complete "expected ...". */
const char *html_feed(struct html_state *state, uint8_t byte);

/* How a value must be escaped where the template stands. */
enum html_slot {
    HTML_SLOT_NONE, /* it may not stand here; *ret_why says why */
    HTML_SLOT_TEXT,
    HTML_SLOT_ATTRIBUTE,
    HTML_SLOT_URL,      /* at the beginning of a URL */
    HTML_SLOT_URL_PART, /* within one whose beginning is literal */
};
enum html_slot html_slot(const struct html_state *state, const char **ret_why);

/* A value was written here. */
void html_wrote(struct html_state *state);

/* Whether a block ({{# if}} and so on) may begin, change or end here; a name of an attribute that
 * stands before it is over. */
bool html_border(struct html_state *state);

/* Where two branches meet: false when they stand in different places. *state becomes the one that
 * covers both. */
bool html_join(struct html_state *state, const struct html_state *other);

#endif
