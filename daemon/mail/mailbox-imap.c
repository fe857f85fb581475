/*
 * A folder of an IMAP server. A message without the \Seen flag is new. Messages are fetched with BODY.PEEK,
 * which does not set the flag, so only processed messages get it.
 */

#include "mail/imap-reply.h"
#include "mail/line-session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
        LINE_MAX_BYTES = 4 * 1024 * 1024, /* the reply to SEARCH is one line */
        REPLIES_MAX = 100000,             /* maximum number of replies to one command */
        LITERALS_MAX = 64,                /* maximum number of literals in one reply */
        TAG_SIZE = 16,
        COMMAND_SIZE = MAILBOX_FOLDER_SIZE * 2 + 32,
        NAME_SIZE = 24,
};

typedef struct Imap {
        LineSession *session;
        unsigned n_commands;
        uint32_t validity;    /* UIDVALIDITY: UIDs are valid only together with it */
        bool without_expunge; /* the server does not know UID EXPUNGE */
        Buffer line, literal; /* of the last reply: its text without literals, and its last literal */
} Imap;

typedef int (*OnReply)(MailboxSession *session, ImapReplyKind kind, void *userdata);

static int check(const MailboxOptions *options, InputError *ret_error)
{
        char folder[MAILBOX_FOLDER_SIZE], quoted[MAILBOX_FOLDER_SIZE * 2];
        int r = mailbox_check_server(options, folder, ret_error);
        if (r < 0 || imap_quote(folder, quoted, sizeof(quoted)) == 0)
                return r;
        input_error_set(ret_error, 0, "mailbox",
                        "must have the folder's name as IMAP spells it: in ASCII (modified UTF-7)");
        return -EINVAL;
}

static int nonsense(const MailboxSession *session)
{
        const Imap *imap = session->state;
        return mailbox_fault(session, MAILBOX_E_FAILED, "the mail server says what is no IMAP: %.80s",
                        buffer_text(&imap->line));
}

/* Reads the literals of a reply, and the rest of the line after each. */
static int read_literals(MailboxSession *session)
{
        Imap *imap = session->state;
        size_t octets;
        for (int n = 0; imap_reply_literal(buffer_text(&imap->line), &octets); n++) {
                if (n == LITERALS_MAX)
                        return nonsense(session);
                char *open = strrchr(imap->line.data, '{');
                buffer_remove(&imap->line, (size_t)(open - imap->line.data), strlen(open));
                buffer_reset(&imap->literal);
                int r = line_session_read_bytes(imap->session, octets, &imap->literal);
                if (r == 0)
                        r = line_session_read_line(imap->session, false, &imap->line);
                if (r != 0)
                        return r;
        }
        return 0;
}

static int read_reply(MailboxSession *session, const char *tag, ImapReplyKind *ret)
{
        Imap *imap = session->state;
        buffer_reset(&imap->line);
        buffer_reset(&imap->literal);
        int r = line_session_read_line(imap->session, false, &imap->line);
        if (r != 0)
                return r;
        if (strlen(buffer_text(&imap->line)) != imap->line.len)
                return nonsense(session);
        *ret = imap_reply_kind(buffer_text(&imap->line), tag);
        return *ret == IMAP_DATA ? read_literals(session) : 0;
}

/*
 * Reads the replies to a command until its tagged reply; @on_reply, which may be NULL, is called for each
 * of the others. Return: 0 for OK, MAILBOX_E_MESSAGE for NO and BAD, MAILBOX_E_FAILED, -ECANCELED, -ENOMEM.
 */
static int await_end(MailboxSession *session, unsigned number, OnReply on_reply, void *userdata)
{
        const Imap *imap = session->state;
        char tag[TAG_SIZE];
        int r = 0;
        snprintf(tag, sizeof(tag), "c%u", number);
        for (int i = 0; r == 0 && i < REPLIES_MAX; i++) {
                ImapReplyKind kind = IMAP_NONSENSE;
                r = read_reply(session, tag, &kind);
                if (r != 0 || kind == IMAP_DONE)
                        return r;
                const char *said = buffer_text(&imap->line);
                if (kind == IMAP_REFUSED)
                        return mailbox_fault(session, MAILBOX_E_MESSAGE, "the mail server refuses: %.300s",
                                        said + strlen(tag) + 1);
                if (kind == IMAP_BYE)
                        return mailbox_fault(session, MAILBOX_E_FAILED, "the mail server hangs up: %.300s",
                                        said + 2);
                if (kind == IMAP_NONSENSE)
                        return nonsense(session);
                r = on_reply ? on_reply(session, kind, userdata) : 0;
        }
        return r == 0 ? nonsense(session) : r;
}

static int command(MailboxSession *session, const char *text, OnReply on_reply, void *userdata)
{
        Imap *imap = session->state;
        char line[TAG_SIZE + COMMAND_SIZE];
        snprintf(line, sizeof(line), "c%u %s", ++imap->n_commands, text);
        int r = line_session_send(imap->session, line);
        return r == 0 ? await_end(session, imap->n_commands, on_reply, userdata) : r;
}

/* Sends a command that is not about one message. If the server refuses it, the session ends. */
static int session_command(MailboxSession *session, const char *text, OnReply on_reply, void *userdata)
{
        int r = command(session, text, on_reply, userdata);
        return r == MAILBOX_E_MESSAGE ? MAILBOX_E_FAILED : r;
}

static int on_select(MailboxSession *session, ImapReplyKind kind, void *userdata)
{
        (void)userdata;
        Imap *imap = session->state;
        uint32_t validity =
                        kind == IMAP_STATUS ? imap_reply_code(buffer_text(&imap->line), "UIDVALIDITY") : 0;
        if (validity != 0)
                imap->validity = validity;
        return 0;
}

static int select_folder(MailboxSession *session)
{
        Imap *imap = session->state;
        char folder[MAILBOX_FOLDER_SIZE], quoted[MAILBOX_FOLDER_SIZE * 2], text[COMMAND_SIZE];
        InputError error;
        int r = mailbox_check_server(session->options, folder, &error);
        if (r == 0)
                r = imap_quote(folder[0] ? folder : "INBOX", quoted, sizeof(quoted));
        if (r < 0)
                return r;
        snprintf(text, sizeof(text), "SELECT %s", quoted);
        r = session_command(session, text, on_select, NULL);
        if (r == 0 && strcasestr(buffer_text(&imap->line), "[READ-ONLY]"))
                return mailbox_fault(
                                session, MAILBOX_E_FAILED, "the mail server lets nobody change the folder");
        return r;
}

static int open_folder(MailboxSession *session)
{
        Imap *imap = calloc(1, sizeof(*imap));
        if (!imap)
                return -ENOMEM;
        imap->line = BUFFER_INIT(LINE_MAX_BYTES);
        imap->literal = BUFFER_INIT(MAILBOX_MESSAGE_MAX_BYTES);
        session->state = imap;
        int r = line_session_open(session, &imap->session);
        return r == 0 ? select_folder(session) : r;
}

typedef struct Listing {
        const Imap *imap;
        GPtrArray *names;
} Listing;

/*
 * Adds a message. Those beyond the maximum are listed in a later round, when earlier ones are marked or
 * removed.
 */
static void on_number(uint32_t number, void *userdata)
{
        const Listing *listing = userdata;
        if (listing->names->len < MAILBOX_NAMES_MAX)
                g_ptr_array_add(listing->names,
                                g_strdup_printf("%" PRIu32 ".%" PRIu32, listing->imap->validity, number));
}

static int on_search(MailboxSession *session, ImapReplyKind kind, void *userdata)
{
        (void)kind;
        const Imap *imap = session->state;
        return imap_reply_search(buffer_text(&imap->line), on_number, userdata) == -EBADMSG
                               ? nonsense(session)
                               : 0;
}

static int list(MailboxSession *session, GPtrArray *names)
{
        Listing listing = { session->state, names };
        return session_command(session, "UID SEARCH UNSEEN UNDELETED", on_search, &listing);
}

static uint32_t uid_of(const char *name)
{
        return (uint32_t)strtoul(strchr(name, '.') + 1, NULL, 10);
}

typedef struct Fetching {
        uint32_t uid;
        bool found;
        Buffer *out;
} Fetching;

/*
 * Takes the body from its FETCH reply. The server may also send replies about other messages. A body that
 * is not a literal has no line end, so it cannot be a bounce, and is left empty.
 */
static int on_fetch(MailboxSession *session, ImapReplyKind kind, void *userdata)
{
        const Imap *imap = session->state;
        Fetching *fetching = userdata;
        if (kind != IMAP_DATA || fetching->found ||
                        !imap_reply_is_body(buffer_text(&imap->line), fetching->uid))
                return 0;
        fetching->found = true;
        buffer_append(fetching->out, buffer_text(&imap->literal), imap->literal.len);
        return buffer_error(fetching->out);
}

static int fetch(MailboxSession *session, const char *name, Buffer *out)
{
        char text[COMMAND_SIZE];
        Fetching fetching = { .uid = uid_of(name), .out = out };
        snprintf(text, sizeof(text), "UID FETCH %" PRIu32 " (UID BODY.PEEK[]<0.%d>)", fetching.uid,
                        MAILBOX_MESSAGE_MAX_BYTES);
        int r = command(session, text, on_fetch, &fetching);
        return r == 0 && !fetching.found ? MAILBOX_E_GONE : r;
}

/*
 * Takes the reply to UID EXPUNGE. A server without UIDPLUS (RFC 4315) refuses the command. Plain EXPUNGE is
 * not an alternative: it also removes messages that other programs have marked as deleted.
 */
static int expunge(MailboxSession *session, unsigned number)
{
        Imap *imap = session->state;
        char before[MAILBOX_ERROR_SIZE];
        memcpy(before, session->error, sizeof(before));
        int r = await_end(session, number, NULL, NULL);
        if (r != MAILBOX_E_MESSAGE)
                return r;
        memcpy(session->error, before, sizeof(before));
        imap->without_expunge = strcasestr(buffer_text(&imap->line), " BAD") != NULL;
        return 0;
}

/*
 * Marks the message as deleted and expunges it. Both commands are sent at once. If the process were killed
 * between them, the message would stay marked but would never be listed again.
 */
static int remove_message(MailboxSession *session, const char *name)
{
        Imap *imap = session->state;
        char lines[2 * COMMAND_SIZE];
        bool both = !imap->without_expunge;
        unsigned first = ++imap->n_commands;
        int len = snprintf(lines, sizeof(lines), "c%u UID STORE %" PRIu32 " +FLAGS.SILENT (\\Deleted)",
                        first, uid_of(name));
        if (both)
                snprintf(lines + len, sizeof(lines) - (size_t)len, "\r\nc%u UID EXPUNGE %" PRIu32,
                                ++imap->n_commands, uid_of(name));
        int r = line_session_send(imap->session, lines);
        int stored = r == 0 ? await_end(session, first, NULL, NULL) : r;
        if (!both || (stored != 0 && stored != MAILBOX_E_MESSAGE))
                return stored;
        r = expunge(session, first + 1);
        return r == 0 ? stored : r;
}

static int mark(MailboxSession *session, const char *name)
{
        char text[COMMAND_SIZE];
        snprintf(text, sizeof(text), "UID STORE %" PRIu32 " +FLAGS.SILENT (\\Seen)", uid_of(name));
        return command(session, text, NULL, NULL);
}

/* Logs out without waiting for the reply. */
static int finish(MailboxSession *session)
{
        Imap *imap = session->state;
        return line_session_send(imap->session, "bye LOGOUT");
}

static void close_folder(MailboxSession *session)
{
        Imap *imap = session->state;
        if (!imap)
                return;
        line_session_free(imap->session);
        buffer_done(&imap->line);
        buffer_done(&imap->literal);
        free(imap);
}

const MailboxKind mailbox_imap = {
        .schemes = { "imaps://", "imap://" },
        .check = check,
        .open = open_folder,
        .list = list,
        .fetch = fetch,
        .remove = remove_message,
        .mark = mark,
        .finish = finish,
        .close = close_folder,
};
