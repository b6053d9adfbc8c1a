/* What the handlers' answers hold. Tests hold the answers of a running server to it. */
#include "service/schema.h"

#define MEMBER(label, what, other, may)                                                            \
    {                                                                                              \
        .name = (label), .type = ANSWER_##what, .of = (other), .optional = (may)                   \
    }
#define HAS(label, what) MEMBER(label, what, NULL, false)
#define OF(label, what, other) MEMBER(label, what, other, false)
#define MAYBE(label, what, other) MEMBER(label, what, other, true)

const struct answer answers[] = {
    {"Event", {HAS("event", NUMBER)}},
    {"Accepted", {HAS("event", NUMBER), HAS("file", TEXT), HAS("version", NUMBER)}},
    {"Complaint", {HAS("reference", TEXT), HAS("secret", TEXT)}},
    {"ComplaintState",
     {
         HAS("reference", TEXT),
         HAS("state", TEXT),
         HAS("opened", TIME),
         HAS("changed", TIME),
         MAYBE("breach", BOOL, NULL),
     }},
    {"Status",
     {
         HAS("authority", DIGEST),
         HAS("name", TEXT),
         HAS("demo", BOOL),
         HAS("root", NUMBER),
         HAS("time", TIME),
         HAS("program", TEXT),
         OF("log", ONE, "LogStatus"),
         MAYBE("delegation", ONE, "DelegationStatus"),
         HAS("settings", ANY),
         OF("countries", ONE, "Countries"),
         HAS("waiting", NUMBER),
     }},
    {"LogStatus", {HAS("size", NUMBER), HAS("root", DIGEST), HAS("signed", NUMBER)}},
    {"DelegationStatus",
     {
         HAS("version", NUMBER),
         HAS("epoch", NUMBER),
         HAS("origin", TEXT),
         HAS("from", TIME),
         HAS("until", TIME),
     }},
    {"Countries", {MAYBE("date", TIME, NULL), HAS("eligible", TEXTS)}},
    {"Files",
     {
         HAS("kind", TEXT),
         OF("files", MANY, "FileEntry"),
         MAYBE("next", BYTES, NULL),
     }},
    {"FileEntry",
     {
         HAS("number", TEXT),
         HAS("version", NUMBER),
         HAS("state", TEXT),
         MAYBE("parent", TEXT, NULL),
         HAS("opened", TIME),
         HAS("changed", TIME),
     }},
    {"Register",
     {
         HAS("kind", TEXT),
         HAS("rows", ROWS),
         MAYBE("next", BYTES, NULL),
     }},
    {"FileBase",
     {
         HAS("kind", TEXT),
         HAS("number", TEXT),
         HAS("version", NUMBER),
         HAS("state", TEXT),
         HAS("content", ANY),
         MAYBE("now", ANY, NULL),
         MAYBE("contact", TEXT, NULL),
         OF("acts", MANY, "PossibleAct"),
     }},
    {"PossibleAct",
     {
         HAS("verb", TEXT),
         HAS("words", TEXT),
         HAS("roles", TEXTS),
         MAYBE("ministry", TEXT, NULL),
         HAS("possible", BOOL),
         MAYBE("reason", TEXT, NULL),
     }},
    {"Hearings", {OF("hearings", MANY, "Hearing")}},
    {"Registered", {HAS("kind", TEXT), HAS("number", TEXT), HAS("state", TEXT)}},
    {"Challenge", {HAS("challenge", BYTES), HAS("seconds", NUMBER)}},
    {"Session",
     {
         HAS("token", BYTES),
         HAS("person", TEXT),
         HAS("idle", NUMBER),
         HAS("ends", TIME),
     }},
    {"Consistency", {HAS("from", NUMBER), HAS("to", NUMBER), HAS("hashes", DIGESTS)}},
    {"Inclusion",
     {
         HAS("sequence", NUMBER),
         HAS("size", NUMBER),
         HAS("hashes", DIGESTS),
         MAYBE("checkpoint", TEXT, NULL),
     }},
    {"Events",
     {
         HAS("size", NUMBER),
         OF("events", MANY, "StoredEvent"),
         MAYBE("next", NUMBER, NULL),
     }},
    {"StoredEvent",
     {
         HAS("sequence", NUMBER),
         HAS("time", TIME),
         HAS("type", TEXT),
         HAS("version", NUMBER),
         MAYBE("file", TEXT, NULL),
         MAYBE("file-version", NUMBER, NULL),
         HAS("actor", TEXT),
         MAYBE("act", ID, NULL),
         MAYBE("body", BYTES, NULL),
         MAYBE("salt", BYTES, NULL),
         HAS("leaf", DIGEST),
     }},
    {"Problem",
     {
         HAS("status", NUMBER),
         HAS("title", TEXT),
         HAS("type", TEXT),
         MAYBE("detail", TEXT, NULL),
         MAYBE("error", NUMBER, NULL),
         MAYBE("code", TEXT, NULL),
         MAYBE("words", TEXT, NULL),
         MAYBE("place", TEXT, NULL),
         MAYBE("expected", TEXT, NULL),
         MAYBE("found", TEXT, NULL),
     }},
};

const size_t answer_count = sizeof answers / sizeof *answers;
