#pragma once

/*
 * One mail as the pattern of many that say the same to others: what is not a reader's own is composed and encoded once. A filled pattern is
 * to the byte what message_compose() makes of the same message, at a tenth of its cost.
 */

#include "mail/message.h"

typedef struct MessagePattern MessagePattern;

/** What is a reader's own. */
typedef struct MessageReader {
        const char *to_name; /* as in Message */
        const char *to;
        const char *message_id;
        usec_t date;
        int date_offset;
        const char *token; /* of a fixed length, [A-Za-z0-9_-]: in the text, the HTML and the headers */
} MessageReader;

enum { MESSAGE_E_NO_PATTERN = 201 };

/**
 * message_pattern_new() - from a message and what message_compose() made of it
 * @token: the reader's
 * Return: 0, MESSAGE_E_NO_PATTERN when what is the reader's own cannot be told from the rest, negative errno.
 */
int message_pattern_new(const Message *message, const char *token, const char *bytes, size_t len,
                MessagePattern **ret);
MessagePattern *message_pattern_free(MessagePattern *pattern);
DEFINE_CLEANUP(MessagePattern, message_pattern_freep, message_pattern_free)

/** message_pattern_fill() - append the mail. Return: 0, -EINVAL (an address that mail cannot go to, a token of another length), other negative errno. */
int message_pattern_fill(const MessagePattern *pattern, const MessageReader *reader, Buffer *out);
