#pragma once

/* The content codings of HTTP (RFC 9110, 8.4.1) in which a content may be sent. */

typedef enum ContentCoding {
        CODING_IDENTITY,
        CODING_GZIP,   /* RFC 1952 */
        CODING_ZSTD,   /* RFC 8878 */
        CODING_BROTLI, /* RFC 7932 */
        N_CODINGS,
} ContentCoding;

/** CODING_BIT() - a coding in a set of codings */
#define CODING_BIT(coding) (1U << (coding))

/** CODING_IS_SLOW() - whether a coding takes longer to make than a client should wait; gzip does not */
#define CODING_IS_SLOW(coding) ((coding) > CODING_GZIP)

/** coding_name() - the name of a coding in Accept-Encoding and Content-Encoding: "gzip" */
const char *coding_name(ContentCoding coding);
