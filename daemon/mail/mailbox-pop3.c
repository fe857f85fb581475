/*
 * A POP3 server (RFC 1939). POP3 has no marks, so mailbox.c must remember which messages it has passed.
 * Messages are removed only at QUIT.
 */

#include "mail/line-session.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 * 1024, COMMAND_SIZE = 32, UIDL_MAX_BYTES = 70 };

typedef struct Pop3 {
        LineSession *session;
        GHashTable *numbers; /* message number by UIDL, in this session */
        Buffer line;
} Pop3;

static int check(const MailboxOptions *options, InputError *ret_error)
{
        char folder[MAILBOX_FOLDER_SIZE];
        int r = mailbox_check_server(options, folder, ret_error);
        if (r < 0 || !folder[0])
                return r;
        input_error_set(ret_error, 0, "mailbox", "may not have a folder: POP3 has one only");
        return -EINVAL;
}

static int open_maildrop(MailboxSession *session)
{
        Pop3 *pop3 = calloc(1, sizeof(*pop3));
        if (!pop3)
                return -ENOMEM;
        pop3->line = BUFFER_INIT(LINE_MAX_BYTES);
        pop3->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        session->state = pop3;
        return line_session_open(session, &pop3->session);
}

static int read_line(Pop3 *pop3)
{
        buffer_reset(&pop3->line);
        return line_session_read_line(pop3->session, true, &pop3->line);
}

/* Return: 0 for +OK, MAILBOX_E_MESSAGE for -ERR. */
static int command(MailboxSession *session, const char *text)
{
        Pop3 *pop3 = session->state;
        int r = line_session_send(pop3->session, text);
        if (r == 0)
                r = read_line(pop3);
        if (r != 0)
                return r;
        const char *said = buffer_text(&pop3->line);
        if (strncasecmp(said, "+OK", 3) == 0)
                return 0;
        if (strncasecmp(said, "-ERR", 4) == 0)
                return mailbox_fault(session, MAILBOX_E_MESSAGE, "the mail server refuses %.20s: %.300s",
                                text, said);
        return mailbox_fault(session, MAILBOX_E_FAILED, "the mail server says what is no POP3: %.80s", said);
}

/*
 * Reads a line of a multi-line reply. If a line begins with a dot, the server has added another, which is
 * removed. Return: 0, -ENODATA at the end.
 */
static int read_more(Pop3 *pop3)
{
        int r = read_line(pop3);
        if (r != 0 || pop3->line.len == 0 || pop3->line.data[0] != '.')
                return r;
        if (pop3->line.len == 1)
                return -ENODATA;
        buffer_remove(&pop3->line, 0, 1);
        return 0;
}

/* Reads a line `NUMBER UIDL`; the UIDL has 1 to 70 visible characters. */
static bool add_name(Pop3 *pop3, GPtrArray *names)
{
        char *end, *line = pop3->line.data;
        if (pop3->line.len == 0 || !isdigit((unsigned char)line[0]))
                return false;
        unsigned long number = strtoul(line, &end, 10);
        size_t len = *end == ' ' ? strlen(end + 1) : 0;
        if (number == 0 || number > INT_MAX || len == 0 || len > UIDL_MAX_BYTES)
                return false;
        for (const char *c = end + 1; *c; c++)
                if (!isgraph((unsigned char)*c))
                        return false;
        /* Copies of a message may share a UIDL (RFC 1939, 7): this round takes only the first copy. */
        if (g_hash_table_contains(pop3->numbers, end + 1))
                return true;
        g_ptr_array_add(names, g_strdup(end + 1));
        g_hash_table_insert(pop3->numbers, g_strdup(end + 1), GINT_TO_POINTER((int)number));
        return true;
}

static int list(MailboxSession *session, GPtrArray *names)
{
        Pop3 *pop3 = session->state;
        int r = command(session, "UIDL");
        if (r != 0)
                return r == MAILBOX_E_MESSAGE ? MAILBOX_E_FAILED : r;
        while ((r = read_more(pop3)) == 0)
                if (names->len >= MAILBOX_NAMES_MAX || !add_name(pop3, names))
                        return mailbox_fault(session, MAILBOX_E_FAILED,
                                        "the mail server's list of messages makes no sense, or has more than %d",
                                        MAILBOX_NAMES_MAX);
        return r == -ENODATA ? 0 : r;
}

static int message_command(MailboxSession *session, const char *verb, const char *name)
{
        const Pop3 *pop3 = session->state;
        char text[COMMAND_SIZE];
        int number = GPOINTER_TO_INT(g_hash_table_lookup(pop3->numbers, name));
        snprintf(text, sizeof(text), "%s %d", verb, number);
        return command(session, text);
}

/* Reads a message. A message that is too long is read to its end and cut: POP3 cannot stop a transfer. */
static int fetch(MailboxSession *session, const char *name, Buffer *out)
{
        Pop3 *pop3 = session->state;
        int r = message_command(session, "RETR", name);
        if (r != 0)
                return r;
        bool is_cut = false;
        while ((r = read_more(pop3)) == 0) {
                is_cut = is_cut || out->len + pop3->line.len + 2 > MAILBOX_MESSAGE_MAX_BYTES;
                if (is_cut)
                        continue;
                buffer_append(out, buffer_text(&pop3->line), pop3->line.len);
                buffer_puts(out, "\r\n");
        }
        return r == -ENODATA ? buffer_error(out) : r;
}

static int remove_message(MailboxSession *session, const char *name)
{
        return message_command(session, "DELE", name);
}

static int finish(MailboxSession *session)
{
        int r = command(session, "QUIT");
        return r == MAILBOX_E_MESSAGE ? MAILBOX_E_FAILED : r;
}

static void close_maildrop(MailboxSession *session)
{
        Pop3 *pop3 = session->state;
        if (!pop3)
                return;
        line_session_free(pop3->session);
        g_hash_table_unref(pop3->numbers);
        buffer_done(&pop3->line);
        free(pop3);
}

const MailboxKind mailbox_pop3 = {
        .schemes = { "pop3s://", "pop3://" },
        .check = check,
        .open = open_maildrop,
        .list = list,
        .fetch = fetch,
        .remove = remove_message,
        .finish = finish,
        .close = close_maildrop,
};
