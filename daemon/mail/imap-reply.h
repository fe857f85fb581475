#pragma once

/*
 * Private to mail/: parses the replies of an IMAP server (RFC 3501), as far as is needed for reading one
 * folder. The functions have no side effects, and do not trust their input.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ImapReplyKind {
        IMAP_DONE,     /* `TAG OK` */
        IMAP_REFUSED,  /* `TAG NO`, `TAG BAD` */
        IMAP_BYE,      /* `* BYE`: the server closes the connection */
        IMAP_STATUS,   /* `* OK`, `* NO`, `* BAD`: text for people, with an optional code in brackets */
        IMAP_DATA,     /* `* ...`: anything else */
        IMAP_NONSENSE, /* not a reply of IMAP, or a reply to another command */
} ImapReplyKind;

/** imap_reply_kind() - classify a reply's first line; @tag is that of the current command. */
ImapReplyKind imap_reply_kind(const char *line, const char *tag);

/**
 * imap_reply_literal() - whether a line of IMAP_DATA ends in `{N}`. If so, the next N octets are a literal,
 * and the rest of the reply follows it.
 */
bool imap_reply_literal(const char *line, size_t *ret_octets);

/**
 * imap_reply_search() - call @on_number for each number of a SEARCH reply. Return: 0, -EBADMSG for a
 * malformed SEARCH reply, -ENOENT for another reply.
 */
int imap_reply_search(const char *line, void (*on_number)(uint32_t number, void *userdata), void *userdata);

/** imap_reply_is_body() - whether @line, without its literal, is the FETCH reply with the body of @uid. */
bool imap_reply_is_body(const char *line, uint32_t uid);

/**
 * imap_reply_code() - read the number that belongs to a response code, such as `* OK [UIDVALIDITY 17]`; 0
 * if the line does not have the code.
 */
uint32_t imap_reply_code(const char *line, const char *code);

/**
 * imap_quote() - write @text as a quoted string. Return: 0, -EINVAL if it has control characters or is not
 * ASCII, -EFBIG.
 */
int imap_quote(const char *text, char *ret, size_t size);
