#pragma once

/*
 * A mail as the template of many mails that differ only in their reader: the common part is composed and
 * encoded once. A filled template equals the result of message_compose() byte for byte, at a tenth of the
 * cost.
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
        const char *token; /* of fixed length, [A-Za-z0-9_-]; in the text, the HTML and a header */
} MessageReader;

enum { MESSAGE_E_NO_TEMPLATE = CONDITIONS_MAIL + 4 };

/**
 * message_template_new() - make a template of a message and the result of message_compose()
 * @token: the reader's token in @message
 * @ret:   NULL on failure
 * Return: 0, MESSAGE_E_NO_TEMPLATE (the reader's parts cannot be found in the mail), negative errno.
 */
int message_template_new(const Message *message, const char *token, const char *bytes, size_t len,
                MessageTemplate **ret);
MessageTemplate *message_template_free(MessageTemplate *template);
DEFINE_CLEANUP(MessageTemplate, message_template_freep, message_template_free)

/**
 * message_template_fill() - append the mail. Return: 0, -EINVAL (an invalid address, a token of another
 * length), other negative errno.
 */
int message_template_fill(const MessageTemplate *template, const MessageReader *reader, Buffer *out);
