/* The dialogue with the mail server, as it is shown to an operator: without a secret. */

#include "mail/smtp-internal.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_SIZE = 1024 };

void smtp_show(Smtp *smtp, SmtpSide side, const char *text, size_t len)
{
        char line[SHOWN_SIZE];
        if (!smtp->on_dialogue)
                return;
        while (len > 0 && (text[len - 1] == '\r' || text[len - 1] == '\n'))
                len--;
        len = len < sizeof(line) - 1 ? len : sizeof(line) - 1;
        for (size_t i = 0; i < len; i++)
                line[i] = text[i] == '\t' || (unsigned char)text[i] < 0x20 || text[i] == 0x7F ? ' '
                                                                                              : text[i];
        line[len] = '\0';
        smtp->on_dialogue(side, line, smtp->dialogue_userdata);
}

static bool begins_with(const char *text, size_t len, const char *word)
{
        return len >= strlen(word) && strncasecmp(text, word, strlen(word)) == 0;
}

/*
 * Shows a command that libcurl sends. A command that is not in the list is part of a login. Only the
 * mechanism of AUTH is shown.
 */
static void show_command(Smtp *smtp, const char *text, size_t len)
{
        static const char *const plain[] = { "EHLO", "HELO", "STARTTLS", "QUIT" };
        char line[SHOWN_SIZE];
        for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
                if (begins_with(text, len, plain[i])) {
                        smtp_show(smtp, SMTP_CLIENT, text, len);
                        return;
                }
        int shown = 0;
        if (begins_with(text, len, "AUTH "))
                shown = snprintf(line, sizeof(line), "AUTH %.*s ",
                                (int)strcspn(text + strlen("AUTH "), " \r\n"), text + strlen("AUTH "));
        snprintf(line + shown, sizeof(line) - (size_t)shown, "***");
        smtp_show(smtp, SMTP_CLIENT, line, strlen(line));
}

/* Shows the notes of libcurl about the connection and its certificate. */
static void show_note(Smtp *smtp, const char *text, size_t len)
{
        static const char *const notes[] = { "  Trying", "Trying", "Connected to", "SSL connection using",
                "Server certificate", " subject:", " issuer:", " expire date:", "SSL certificate",
                " SSL certificate", "Could not resolve", "connect to" };
        for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
                if (begins_with(text, len, notes[i])) {
                        smtp_show(smtp, SMTP_NOTE, text, len);
                        return;
                }
}

int smtp_on_debug(CURL *handle, curl_infotype type, char *data, size_t size, void *userdata)
{
        Smtp *smtp = userdata;
        (void)handle;
        if (type == CURLINFO_HEADER_OUT) {
                smtp_login_note_command(&smtp->login, data, size);
                show_command(smtp, data, size);
        } else if (type == CURLINFO_TEXT) {
                show_note(smtp, data, size);
        }
        return 0;
}
