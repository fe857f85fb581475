#pragma once

/*
 * Reads the addresses of those who say that they have sent a message: the fields From and Sender (RFC 5322,
 * 3.6.2). Both can be forged. Does not trust its input. Also reads the address that a message is for.
 */

#include <stddef.h>

enum { MAIL_SENDER_SIZE = 320 };

typedef struct MailSender {
        char from[MAIL_SENDER_SIZE];   /* "" if the field is missing, too long, or has several addresses */
        char sender[MAIL_SENDER_SIZE]; /* the same */
} MailSender;

/** mail_sender_read() - read both fields of the header of a message */
void mail_sender_read(const char *message, size_t len, MailSender *ret);

/**
 * mail_sender_read_to() - read the field To
 * @ret: "" if the field is missing, too long, or has several addresses
 */
void mail_sender_read_to(const char *message, size_t len, char ret[static MAIL_SENDER_SIZE]);
