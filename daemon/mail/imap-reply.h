#pragma once

/*
 * Private to mail/: parses the replies of an IMAP server (RFC 3501), as far as reading one folder needs.
 * Pure; the input is not trusted.
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
        IMAP_NONSENSE, /* not a reply of IMAP, or the reply to another command */
} ImapReplyKind;

/** imap_reply_kind() - classify a reply's first line; @tag is that of the current command. */
ImapReplyKind imap_reply_kind(const char *line, const char *tag);

/**
 * imap_reply_literal() - whether a line of IMAP_DATA ends in `{N}`, so that N octets and the rest of the
 * reply follow.
 */
bool imap_reply_literal(const char *line, size_t *ret_octets);

/**
 * imap_reply_search() - call @on_number for each number of a SEARCH reply. Return: 0, -EBADMSG (a malformed
 * SEARCH reply), -ENOENT (another reply).
 */
int imap_reply_search(const char *line, void (*on_number)(uint32_t number, void *userdata), void *userdata);

/** imap_reply_is_body() - whether @line, without its literal, is the FETCH reply with the body of @uid. */
bool imap_reply_is_body(const char *line, uint32_t uid);

/**
 * imap_reply_code() - read the number after a status code, `* OK [UIDVALIDITY 17]`; 0 when there is none.
 */
uint32_t imap_reply_code(const char *line, const char *code);

/**
 * imap_quote() - write @text as a quoted string. Return: 0, -EINVAL (it has controls, or is not ASCII),
 * -EFBIG.
 */
int imap_quote(const char *text, char *ret, size_t size);
