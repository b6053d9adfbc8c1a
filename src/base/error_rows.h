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
ERROR_ROW(SIGNATURE, 150, "the signature is not by this key over these bytes")
ERROR_ROW(SIGNATURE_FORM, 151, "not a signature of the accepted form")
ERROR_ROW(KEY_BYTES, 152, "not a usable key of this type")
ERROR_ROW(KEY_TYPE, 153, "a key of another type than is needed here")
ERROR_ROW(KEY_FILE_FORM, 154, "not a key file of the documented form")
ERROR_ROW(KEY_FILE_OTHER, 155, "the other kind of key file")
ERROR_ROW(KEY_FILE_MODE, 156, "a private key file must be readable by its owner only")
ERROR_ROW(KEY_FILE_COST, 157, "the key file asks for more work than the limits allow")
ERROR_ROW(KEY_SEALED, 158, "the private key needs a passphrase")
ERROR_ROW(KEY_PASSPHRASE, 159, "the passphrase is wrong or the key file was altered")
ERROR_ROW(KEY_MISMATCH, 160, "the parts of the key file do not belong together")
ERROR_ROW(CRYPTO, 161, "the cryptographic library failed")

/* 200..249: CBOR */
ERROR_ROW(CBOR_TRUNCATED, 200, "the bytes end inside a CBOR item")
ERROR_ROW(CBOR_TRAILING, 201, "bytes follow after the CBOR item")
ERROR_ROW(CBOR_NOT_SHORTEST, 202, "an integer or length is not in its shortest form")
ERROR_ROW(CBOR_INDEFINITE, 203, "an indefinite length, which deterministic CBOR has not")
ERROR_ROW(CBOR_BREAK, 204, "a break code outside an indefinite length")
ERROR_ROW(CBOR_RESERVED, 205, "additional information that RFC 8949 reserves")
ERROR_ROW(CBOR_FLOAT, 206, "a floating-point number, which is not used here")
ERROR_ROW(CBOR_UNDEFINED, 207, "the value undefined, which is not used here")
ERROR_ROW(CBOR_SIMPLE, 208, "a simple value other than false, true and null")
ERROR_ROW(CBOR_UTF8, 209, "CBOR text that is not valid UTF-8")
ERROR_ROW(CBOR_DEPTH, 210, "CBOR nested too deeply")
ERROR_ROW(CBOR_KEY_ORDER, 211, "a map key out of its order")
ERROR_ROW(CBOR_KEY_DUPLICATE, 212, "a map key twice")
ERROR_ROW(CBOR_KEY_TYPE, 213, "a map key that is neither integer nor string")
ERROR_ROW(CBOR_KEY_UNKNOWN, 214, "a map key that does not belong here")
ERROR_ROW(CBOR_KEY_MISSING, 215, "a required map key is missing")
ERROR_ROW(CBOR_TYPE, 216, "a CBOR item of another type")
ERROR_ROW(CBOR_RANGE, 217, "a value or length outside its range")
ERROR_ROW(CBOR_COUNT, 218, "an array of another number of items")
ERROR_ROW(CBOR_TAG, 219, "another CBOR tag")

/* 250..299: JSON */
ERROR_ROW(JSON_TRUNCATED, 250, "the JSON text ends too early")
ERROR_ROW(JSON_TRAILING, 251, "something follows after the JSON value")
ERROR_ROW(JSON_BOM, 252, "a byte order mark before the JSON text")
ERROR_ROW(JSON_SYNTAX, 253, "not JSON")
ERROR_ROW(JSON_NUMBER, 254, "not a JSON number")
ERROR_ROW(JSON_ESCAPE, 255, "not an escape that JSON has")
ERROR_ROW(JSON_SURROGATE, 256, "half of a surrogate pair")
ERROR_ROW(JSON_CONTROL, 257, "a control character in a JSON string")
ERROR_ROW(JSON_UTF8, 258, "JSON that is not valid UTF-8")
ERROR_ROW(JSON_DUPLICATE, 259, "a member name twice in one JSON object")
ERROR_ROW(JSON_DEPTH, 260, "JSON nested too deeply")
ERROR_ROW(JSON_TOO_LARGE, 261, "a JSON text over the limit of size")
ERROR_ROW(JSON_TYPE, 262, "a JSON value of another type")
ERROR_ROW(JSON_RANGE, 263, "a whole number outside its range")
ERROR_ROW(JSON_MISSING, 264, "a required member is missing")
ERROR_ROW(JSON_UNKNOWN, 265, "a member that does not belong here")

/* 300..349: envelopes (cose) */
ERROR_ROW(COSE_TAG, 300, "not an envelope: neither tag 98 (COSE_Sign) nor tag 18 (COSE_Sign1)")
ERROR_ROW(COSE_SHAPE, 301, "not the parts of an envelope")
ERROR_ROW(COSE_HEADER, 302, "a protected header is not of the one accepted form")
ERROR_ROW(COSE_UNPROTECTED, 303, "an unprotected header is not empty")
ERROR_ROW(COSE_ALGORITHM, 304, "unknown signature algorithm")
ERROR_ROW(COSE_KID, 305, "no key id of 32 bytes")
ERROR_ROW(COSE_TYPE_FORM, 306, "not a type of document of this program")
ERROR_ROW(COSE_TYPE, 307, "another type of document than is needed here")
ERROR_ROW(COSE_DETACHED, 308, "the payload is not in the envelope")
ERROR_ROW(COSE_EMPTY, 309, "the payload is empty")
ERROR_ROW(COSE_UNSIGNED, 310, "the envelope has no signature")
ERROR_ROW(COSE_SIGNERS, 311, "more signatures than an envelope may have")
ERROR_ROW(COSE_ORDER, 312, "the signatures are not in the order of their key ids")
ERROR_ROW(COSE_DUPLICATE, 313, "signed twice by the same key")
ERROR_ROW(COSE_UNKNOWN_KEY, 314, "signed by a key that is not known here")
ERROR_ROW(COSE_KIND, 315, "signed in another way than the key is enrolled for")
ERROR_ROW(COSE_SINGLE, 316, "the envelope takes no further signature")
ERROR_ROW(COSE_DIFFERS, 317, "the envelope is about something else than is being signed")
ERROR_ROW(COSE_KEYRING, 318, "an entry of the keyring cannot be used")
ERROR_ROW(PASSKEY_FORM, 319, "not the parts of a passkey's assertion")
ERROR_ROW(PASSKEY_CLIENT_DATA, 320, "the passkey's client data lack what WebAuthn requires")
ERROR_ROW(PASSKEY_TYPE, 321, "the passkey's client data are not of an assertion")
ERROR_ROW(PASSKEY_CHALLENGE, 322, "the passkey answered another challenge")
ERROR_ROW(PASSKEY_ORIGIN, 323, "the passkey was used at another origin")
ERROR_ROW(PASSKEY_CROSS_ORIGIN, 324, "the passkey was used from a frame of another origin")
ERROR_ROW(PASSKEY_AUTHENTICATOR_DATA, 325, "not the authenticator data of an assertion")
ERROR_ROW(PASSKEY_RP, 326, "the passkey answered for another relying party")
ERROR_ROW(PASSKEY_PRESENCE, 327, "the passkey did not see its user present")
ERROR_ROW(PASSKEY_VERIFICATION, 328, "the passkey did not verify its user")

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
/* 400..449: Cedar, policies and their evaluation */
ERROR_ROW(CEDAR_TOKEN, 400, "not a token of Cedar")
ERROR_ROW(CEDAR_ESCAPE, 401, "not an escape of Cedar")
ERROR_ROW(CEDAR_STRING, 402, "a string without an end")
ERROR_ROW(CEDAR_INTEGER, 403, "an integer that does not fit 64 bits")
ERROR_ROW(CEDAR_SYNTAX, 404, "not Cedar here")
ERROR_ROW(CEDAR_RESERVED, 405, "a reserved word")
ERROR_ROW(CEDAR_FUNCTION, 406, "not a function or method of Cedar")
ERROR_ROW(CEDAR_ARITY, 407, "wrong number of arguments")
ERROR_ROW(CEDAR_DUPLICATE_KEY, 408, "a key that the record has already")
ERROR_ROW(CEDAR_DUPLICATE_ANNOTATION, 409, "an annotation that the policy has already")
ERROR_ROW(CEDAR_DUPLICATE_POLICY, 410, "a policy id that the set has already")
ERROR_ROW(CEDAR_POLICY_ID, 411, "the annotation that names the policy is missing")
ERROR_ROW(CEDAR_NESTING, 412, "nested more deeply than the limit")
ERROR_ROW(CEDAR_TEMPLATE, 413, "a slot: templates are not read here")
ERROR_ROW(CEDAR_SCOPE, 414, "not allowed in the scope of a policy")
ERROR_ROW(CEDAR_CHAINED, 415, "comparisons do not chain; use parentheses and &&")
ERROR_ROW(CEDAR_OPERATOR, 416, "not an operator of Cedar")
ERROR_ROW(CEDAR_UNARY, 417, "more than four ! or - in a row")
ERROR_ROW(CEDAR_EXTENSION, 420, "not a text of this extension type")
ERROR_ROW(CEDAR_VALUE_DEPTH, 421, "a value nested more deeply than the limit")
ERROR_ROW(CEDAR_DUPLICATE_ENTITY, 425, "an entity given twice, differently")
ERROR_ROW(CEDAR_CYCLE, 426, "an entity that is its own ancestor")
ERROR_ROW(CEDAR_OVERLAY, 427, "parents for an entity whose place in the store below is settled")
ERROR_ROW(CEDAR_TYPE, 430, "a value of the wrong type")
ERROR_ROW(CEDAR_ATTRIBUTE, 431, "no such attribute")
ERROR_ROW(CEDAR_TAG, 432, "no such tag")
ERROR_ROW(CEDAR_ENTITY, 433, "no such entity")
ERROR_ROW(CEDAR_OVERFLOW, 434, "integer overflow")

/* 450..499: Cedar, schemas and checks against them */

/* 500..599: instruments */

/* 600..649: forms */

/* 650..699: verdicts and the guard */

/* 700..799: the authority and its store */

/* 800..849: HTTP */
ERROR_ROW(HTTP_PERCENT, 800, "not valid percent-encoding")
ERROR_ROW(HTTP_CHARACTER, 801, "a character that may not stand here")
ERROR_ROW(HTTP_PATH, 802, "a path that climbs or hides a separator")
ERROR_ROW(HTTP_FIELD, 803, "not a valid header field")
ERROR_ROW(HTTP_TLS, 804, "the other end could not be trusted")
ERROR_ROW(HTTP_REPLY, 805, "not a whole HTTP answer")
