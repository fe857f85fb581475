#pragma once

/*
 * One mail as the template of many that differ in their reader alone: the common part is composed and
 * encoded once. A filled template equals, byte for byte, what message_compose() makes of the same message,
 * at a tenth of its cost.
 */

#include "base/conditions.h"
#include "mail/message.h"

typedef struct MessageTemplate MessageTemplate;

/** The parts that differ from reader to reader. */
typedef struct MessageReader {
        const char *to_name; /* as in Message */
        const char *to;
        const char *message_id;
        usec_t date;
        int date_offset;
        const char *token; /* of a fixed length, [A-Za-z0-9_-]: in the text, the HTML and the headers */
} MessageReader;

enum { MESSAGE_E_NO_TEMPLATE = CONDITIONS_MAIL + 4 };

/**
 * message_template_new() - from a message and what message_compose() made of it
 * @token: the reader's
 * @ret:   NULL on failure
 * Return: 0, MESSAGE_E_NO_TEMPLATE when what is the reader's own cannot be told from the rest, negative
 * errno.
 */
int message_template_new(const Message *message, const char *token, const char *bytes, size_t len,
                MessageTemplate **ret);
MessageTemplate *message_template_free(MessageTemplate *template);
DEFINE_CLEANUP(MessageTemplate, message_template_freep, message_template_free)

/**
 * message_template_fill() - append the mail. Return: 0, -EINVAL (an address that mail cannot go to, a token
 * of another length), other negative errno.
 */
int message_template_fill(const MessageTemplate *template, const MessageReader *reader, Buffer *out);
