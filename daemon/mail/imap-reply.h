#pragma once

/*
 * Inside of mail/ only: the replies of an IMAP server (RFC 3501), as far as a reader of one folder needs
 * them. Pure; the input is not trusted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ImapReplyKind {
        IMAP_DONE,     /* `TAG OK` */
        IMAP_REFUSED,  /* `TAG NO`, `TAG BAD` */
        IMAP_BYE,      /* `* BYE`: the server is about to hang up */
        IMAP_STATUS,   /* `* OK`, `* NO`, `* BAD`: text for people, perhaps with a code in brackets */
        IMAP_DATA,     /* `* ...`: anything else */
        IMAP_NONSENSE, /* no reply of IMAP, or to something that was not asked */
} ImapReplyKind;

/** imap_reply_kind() - of a reply's first line; @tag is that of the command under way. */
ImapReplyKind imap_reply_kind(const char *line, const char *tag);

/**
 * imap_reply_literal() - whether a line of IMAP_DATA ends in `{N}`: then N octets follow, and the rest of
 * the reply.
 */
bool imap_reply_literal(const char *line, size_t *ret_octets);

/**
 * imap_reply_search() - call @on_number for each number of a SEARCH reply. Return: 0, -EBADMSG (it is one,
 * but wrong), -ENOENT (another reply).
 */
int imap_reply_search(const char *line, void (*on_number)(uint32_t number, void *userdata), void *userdata);

/**
 * imap_reply_is_body() - whether this is the FETCH reply that has the body of @uid; the literal is left out
 * of @line.
 */
bool imap_reply_is_body(const char *line, uint32_t uid);

/**
 * imap_reply_code() - the number behind a code of a status, `* OK [UIDVALIDITY 17]`; 0 where there is none.
 */
uint32_t imap_reply_code(const char *line, const char *code);

/**
 * imap_quote() - @text as a quoted string. Return: 0, -EINVAL where it cannot be one: controls, or not
 * ASCII; -EFBIG.
 */
int imap_quote(const char *text, char *ret, size_t size);
