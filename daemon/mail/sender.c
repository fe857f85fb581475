#include "mail/sender.h"

#include "base/cleanup.h"
#include "mail/mime.h"

#include <gmime/gmime.h>
#include <string.h>

static void unref_object(void *object)
{
        if (*(GObject **)object)
                g_object_unref(*(GObject **)object);
}

static void copy_only(InternetAddressList *list, char ret[static MAIL_SENDER_SIZE])
{
        InternetAddress *only = list && internet_address_list_length(list) == 1
                                                ? internet_address_list_get_address(list, 0)
                                                : NULL;
        const char *address =
                        only && INTERNET_ADDRESS_IS_MAILBOX(only)
                                        ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(only))
                                        : NULL;
        if (address && strlen(address) < MAIL_SENDER_SIZE)
                strcpy(ret, address);
}

/* Reads the header of a message; NULL if there is none. */
static GMimeMessage *parse(const char *message, size_t len)
{
        mime_start();
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message, len);
        CLEANUP(unref_object) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        return g_mime_parser_construct_message(parser, NULL);
}

void mail_sender_read(const char *message, size_t len, MailSender *ret)
{
        CLEANUP(unref_object) GMimeMessage *mime = parse(message, len);
        *ret = (MailSender){ .from = "" };
        if (!mime)
                return;
        copy_only(g_mime_message_get_from(mime), ret->from);
        copy_only(g_mime_message_get_sender(mime), ret->sender);
}

void mail_sender_read_to(const char *message, size_t len, char ret[static MAIL_SENDER_SIZE])
{
        CLEANUP(unref_object) GMimeMessage *mime = parse(message, len);
        ret[0] = '\0';
        if (mime)
                copy_only(g_mime_message_get_to(mime), ret);
}
