#include "mail/mailbox.h"

#include "mail/mailbox-internal.h"
#include "mail/smtp.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The last decision about a message that is still in the mailbox. */
typedef enum Verdict { NEW, TAKEN, LEFT, KEPT } Verdict;

struct Mailbox {
        const MailboxKind *kind;
        MailboxOptions options;
        GHashTable *verdicts; /* of the messages in the last listing, by name */
};

static const MailboxKind *const kinds[] = { &mailbox_imap, &mailbox_pop3, &mailbox_maildir };

static const MailboxKind *kind_of(const char *url)
{
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
                for (size_t k = 0; k < 2; k++) {
                        const char *scheme = kinds[i]->schemes[k];
                        if (scheme && strncasecmp(url, scheme, strlen(scheme)) == 0)
                                return kinds[i];
                }
        return NULL;
}

int mailbox_fault(const MailboxSession *session, int condition, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(session->error, MAILBOX_ERROR_SIZE, format, arguments);
        va_end(arguments);
        for (char *c = session->error; *c; c++)
                if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7F)
                        *c = '?';
        return condition;
}

static int refuse(InputError *error, const char *where, const char *message)
{
        input_error_set(error, 0, where, "%s", message);
        return -EINVAL;
}

/* Whether a URL has parts that have no meaning here, or have their own keys in the configuration. */
static bool has_strange_parts(CURLU *url)
{
        static const CURLUPart parts[] = { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                CURLUPART_QUERY, CURLUPART_FRAGMENT };
        bool found = false;
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
                char *text = NULL;
                found = found || curl_url_get(url, parts[i], &text, 0) == CURLUE_OK;
                curl_free(text);
        }
        return found;
}

static bool take_url_apart(CURLU *url, const char *text, char ret_folder[static MAILBOX_FOLDER_SIZE])
{
        char *path = NULL;
        if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK || has_strange_parts(url) ||
                        curl_url_get(url, CURLUPART_PATH, &path, CURLU_URLDECODE) != CURLUE_OK)
                return false;
        int len = snprintf(ret_folder, MAILBOX_FOLDER_SIZE, "%s", path[0] == '/' ? path + 1 : path);
        curl_free(path);
        return len < MAILBOX_FOLDER_SIZE;
}

int mailbox_check_server(const MailboxOptions *options, char ret_folder[static MAILBOX_FOLDER_SIZE],
                InputError *ret_error)
{
        CURLU *url = curl_url();
        if (!url)
                return -ENOMEM;
        bool whole = take_url_apart(url, options->url, ret_folder);
        curl_url_cleanup(url);
        if (!whole)
                return refuse(ret_error, "mailbox", "is no URL of a mailbox");
        if (!options->username || !options->username[0])
                return refuse(ret_error, "username", "is missing: a mail server wants to know who reads");
        if (!options->password || !options->password[0])
                return refuse(ret_error, "password_file", "is missing, or there is no password in it");
        bool encrypted = strncasecmp(options->url + 4, "s://", 4) == 0;
        if (!encrypted && !options->starttls && !smtp_url_is_loopback(options->url))
                return refuse(ret_error, "starttls", "may be false only for a mail server on this machine");
        return 0;
}

int mailbox_check(const MailboxOptions *options, InputError *ret_error)
{
        const MailboxKind *kind = kind_of(options->url);
        return kind ? kind->check(options, ret_error)
                    : refuse(ret_error, "mailbox",
                                      "must begin with imaps://, imap://, pop3s://, pop3:// or maildir:");
}

bool mailbox_is_remote(const char *url)
{
        return kind_of(url) != &mailbox_maildir && !smtp_url_is_loopback(url);
}

static char *copy(const char *text)
{
        return text && text[0] ? strdup(text) : NULL;
}

int mailbox_new(const MailboxOptions *options, Mailbox **ret)
{
        InputError error;
        *ret = NULL;
        int r = mailbox_check(options, &error);
        if (r < 0)
                return r;
        Mailbox *mailbox = calloc(1, sizeof(*mailbox));
        if (!mailbox)
                return -ENOMEM;
        mailbox->kind = kind_of(options->url);
        mailbox->options = (MailboxOptions){
                .url = copy(options->url),
                .username = copy(options->username),
                .password = copy(options->password),
                .ca_file = copy(options->ca_file),
                .starttls = options->starttls,
        };
        mailbox->verdicts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        *ret = mailbox;
        return 0;
}

Mailbox *mailbox_free(Mailbox *mailbox)
{
        if (!mailbox)
                return NULL;
        MailboxOptions *options = &mailbox->options;
        if (options->password)
                explicit_bzero((char *)options->password, strlen(options->password));
        free((char *)options->url);
        free((char *)options->username);
        free((char *)options->password);
        free((char *)options->ca_file);
        g_hash_table_unref(mailbox->verdicts);
        free(mailbox);
        return NULL;
}

/* The state of a round over all messages. */
typedef struct Round {
        Mailbox *mailbox;
        MailboxSession session;
        MailboxRound *result;
        size_t n_read;
        Buffer message; /* reused for each message */
} Round;

static Verdict verdict_on(const Round *round, const char *name)
{
        return (Verdict)GPOINTER_TO_INT(g_hash_table_lookup(round->mailbox->verdicts, name));
}

static void remember(const Round *round, const char *name, Verdict verdict)
{
        g_hash_table_insert(round->mailbox->verdicts, g_strdup(name), GINT_TO_POINTER((int)verdict));
}

/* Drops the verdicts about messages that are no longer listed. */
static void forget_gone(const Round *round, const GPtrArray *names)
{
        GHashTable *older = round->mailbox->verdicts;
        round->mailbox->verdicts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (guint i = 0; i < names->len; i++) {
                const char *name = names->pdata[i];
                Verdict verdict = (Verdict)GPOINTER_TO_INT(g_hash_table_lookup(older, name));
                if (verdict != NEW)
                        remember(round, name, verdict);
        }
        g_hash_table_unref(older);
}

static int hand_over(Round *round, const char *name)
{
        const MailboxTaker *taker = round->session.taker;
        buffer_reset(&round->message);
        int r = round->mailbox->kind->fetch(&round->session, name, &round->message);
        round->n_read++;
        if (r == MAILBOX_E_MESSAGE || r == MAILBOX_E_FAILED)
                remember(round, name,
                                KEPT); /* read after the others next time, as it may make the server fail */
        if (r != 0)
                return r;
        int said = taker->on_message(buffer_text(&round->message), round->message.len, taker->userdata);
        remember(round, name, said == MAILBOX_REMOVE ? TAKEN : said == MAILBOX_LEAVE ? LEFT : KEPT);
        MailboxRound *result = round->result;
        (*(said == MAILBOX_REMOVE               ? &result->n_removed
                        : said == MAILBOX_LEAVE ? &result->n_left
                                                : &result->n_kept))++;
        return 0;
}

/*
 * Processes a message. If an earlier round has processed it, but has failed to remove or mark it, only the
 * removal or the mark is repeated.
 */
static int deal_with(Round *round, const char *name)
{
        const MailboxKind *kind = round->mailbox->kind;
        Verdict verdict = verdict_on(round, name);
        int r = verdict == NEW || verdict == KEPT ? hand_over(round, name) : 0;
        if (r != 0)
                return r;
        verdict = verdict_on(round, name);
        if (verdict == TAKEN)
                return kind->remove(&round->session, name);
        return verdict == LEFT && kind->mark ? kind->mark(&round->session, name) : 0;
}

/*
 * Processes either the messages that an earlier round has kept (@again) or the others. The others come
 * first, so that kept messages do not delay them.
 */
static int pass(Round *round, const GPtrArray *names, bool again, const GHashTable *kept)
{
        const MailboxTaker *taker = round->session.taker;
        for (guint i = 0; i < names->len; i++) {
                const char *name = names->pdata[i];
                if (again != (g_hash_table_contains((GHashTable *)kept, name) != 0))
                        continue;
                Verdict verdict = verdict_on(round, name);
                if ((verdict == NEW || verdict == KEPT) && round->n_read >= MAILBOX_ROUND_MAX) {
                        round->result->more = !again;
                        continue;
                }
                if (taker->on_wait && !taker->on_wait(taker->userdata))
                        return -ECANCELED;
                int r = deal_with(round, name);
                if (r != 0 && r != MAILBOX_E_MESSAGE && r != MAILBOX_E_GONE)
                        return r;
        }
        return 0;
}

static GHashTable *list_kept(const Round *round, const GPtrArray *names)
{
        GHashTable *kept = g_hash_table_new(g_str_hash, g_str_equal);
        for (guint i = 0; i < names->len; i++)
                if (verdict_on(round, names->pdata[i]) == KEPT)
                        g_hash_table_add(kept, names->pdata[i]);
        return kept;
}

static int go_round(Round *round, GPtrArray *names)
{
        const MailboxKind *kind = round->mailbox->kind;
        int r = kind->open(&round->session);
        if (r == 0)
                r = kind->list(&round->session, names);
        if (r != 0)
                return r;
        forget_gone(round, names);
        GHashTable *kept = list_kept(round, names);
        r = pass(round, names, false, kept);
        if (r == 0)
                r = pass(round, names, true, kept);
        g_hash_table_unref(kept);
        return r == 0 ? kind->finish(&round->session) : r;
}

int mailbox_read(Mailbox *mailbox, const MailboxTaker *taker, MailboxRound *ret)
{
        *ret = (MailboxRound){ .n_removed = 0 };
        Round round = {
                .mailbox = mailbox,
                .session = { .options = &mailbox->options, .taker = taker, .error = ret->error },
                .result = ret,
                .message = BUFFER_INIT(MAILBOX_MESSAGE_MAX_BYTES),
        };
        GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
        int r = go_round(&round, names);
        mailbox->kind->close(&round.session);
        g_ptr_array_unref(names);
        buffer_done(&round.message);
        return r;
}
