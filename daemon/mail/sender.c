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

void mail_sender_read(const char *message, size_t len, MailSender *ret)
{
        *ret = (MailSender){ .from = "" };
        mime_start();
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message, len);
        CLEANUP(unref_object) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        CLEANUP(unref_object) GMimeMessage *mime = g_mime_parser_construct_message(parser, NULL);
        if (!mime)
                return;
        copy_only(g_mime_message_get_from(mime), ret->from);
        copy_only(g_mime_message_get_sender(mime), ret->sender);
}
