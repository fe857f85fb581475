#pragma once

/*
 * A template for many mails that differ only in their recipient. The part that they have in common is
 * composed and encoded once. A filled template equals the result of message_compose() byte for byte, at a
 * tenth of the cost.
 */

#include "base/conditions.h"
#include "mail/message.h"

typedef struct MessageTemplate MessageTemplate;

/** The parts that differ from recipient to recipient. */
typedef struct MessageReader {
        const char *to_name; /* as in Message */
        const char *to;
        const char *message_id;
        usec_t date;
        int date_offset;
        const char *token; /* [A-Za-z0-9_-], always of the same length; in the text, the HTML and a header */
} MessageReader;

enum { MESSAGE_E_NO_TEMPLATE = CONDITIONS_MAIL + 4 };

/**
 * message_template_new() - make a template from a message and the result of message_compose() for it
 * @token: the token of the recipient of @message
 * @ret:   NULL on failure
 *
 * Return: 0; MESSAGE_E_NO_TEMPLATE if @message has no HTML, @token is "", or the recipient's parts cannot be
 * found in the mail; negative errno.
 */
int message_template_new(const Message *message, const char *token, const char *bytes, size_t len,
                MessageTemplate **ret);
MessageTemplate *message_template_free(MessageTemplate *template);
DEFINE_CLEANUP(MessageTemplate, message_template_freep, message_template_free)

/**
 * message_template_fill() - append the mail to a recipient; on failure nothing is appended. Return: 0;
 * -EINVAL if the address is invalid or the token has another length; other negative errno.
 */
int message_template_fill(const MessageTemplate *template, const MessageReader *reader, Buffer *out);
