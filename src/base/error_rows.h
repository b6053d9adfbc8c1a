/* The rows of the table of errors: ERROR_ROW(NAME, number, words).
 * The words end the sentence "PLACE: WORDS". Included by error.h and error.c; no guard, on purpose.
 * Numbers are stable: add rows to the end of a group, never renumber.
 */

/* 1..99: the machine */
ERROR_ROW(MEMORY, 1, "out of memory")
ERROR_ROW(IO, 2, "reading or writing failed")
ERROR_ROW(NOT_FOUND, 3, "not found")
ERROR_ROW(EXISTS, 4, "exists already")
ERROR_ROW(PERMISSION, 5, "not permitted by the operating system")
ERROR_ROW(NO_SPACE, 6, "no space is left")
ERROR_ROW(TOO_LARGE, 7, "larger than the limit")
ERROR_ROW(BUSY, 8, "in use by another process")
ERROR_ROW(TIMEOUT, 9, "no answer in time")
ERROR_ROW(UNREACHABLE, 10, "cannot be reached")
ERROR_ROW(RANDOM, 11, "the system's random source failed")
ERROR_ROW(CLOCK, 12, "the clock is not usable")
ERROR_ROW(USAGE, 13, "wrong use of the command or call")
ERROR_ROW(STATE, 14, "not possible in this state")
ERROR_ROW(CANCELLED, 15, "cancelled")
ERROR_ROW(INTERNAL, 16, "an invariant of the program does not hold")

/* 100..149: text */
ERROR_ROW(UTF8, 100, "not valid UTF-8")
ERROR_ROW(HEX, 101, "not hexadecimal")
ERROR_ROW(BASE64, 102, "not base64")
ERROR_ROW(TIME_TEXT, 103, "not an RFC 3339 time")
ERROR_ROW(NUMBER_TEXT, 104, "not a number of the expected form")
ERROR_ROW(SYNTAX, 105, "not of the expected form")

/* 150..199: keys and signatures (crypto) */

/* 200..249: CBOR */

/* 250..299: JSON */

/* 300..349: envelopes (cose) */

/* 350..399: trees, checkpoints, segments (merkle, guard log) */

/* 400..449: Cedar, the language */

/* 450..469: Cedar schemas */
ERROR_ROW(SCHEMA_SYNTAX, 450, "not the syntax of a Cedar schema")
ERROR_ROW(SCHEMA_STRING, 451, "not a string literal of Cedar")
ERROR_ROW(SCHEMA_DUPLICATE, 452, "stated twice in the schema")
ERROR_ROW(SCHEMA_RESERVED, 453, "a reserved name")
ERROR_ROW(SCHEMA_SHADOWED, 454, "declared in the empty namespace too, which a namespace may not hide")
ERROR_ROW(SCHEMA_UNKNOWN_TYPE, 455, "no type of that name in the schema")
ERROR_ROW(SCHEMA_UNKNOWN_ENTITY_TYPE, 456, "no entity type of that name in the schema")
ERROR_ROW(SCHEMA_UNKNOWN_ACTION, 457, "no action of that name in the schema")
ERROR_ROW(SCHEMA_TYPE_CYCLE, 458, "a common type that contains itself")
ERROR_ROW(SCHEMA_ACTION_CYCLE, 459, "an action that is a member of itself")
ERROR_ROW(SCHEMA_CONTEXT, 460, "a context that is not a record")
ERROR_ROW(SCHEMA_ENUM, 461, "an enumerated entity type misused")
ERROR_ROW(SCHEMA_APPLIES, 462, "an action that can apply to nothing")
ERROR_ROW(SCHEMA_LIMIT, 463, "past a limit of schemas")

/* 470..499: Cedar policies, requests and entities against a schema */

/* 500..599: instruments */

/* 600..649: forms */

/* 650..699: verdicts and the guard */

/* 700..799: the authority and its store */

/* 800..849: HTTP */
