#include "mail/smtp.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { CONNECT_SECONDS = 30, LINE_KEPT = 480, URL_MAX = 1024 };

enum { REPLY_CLOSING = 221, REPLY_SHUTTING_DOWN = 421, REPLY_MAIL_REFUSED_MIN = 550 };

struct Smtp {
        CURL *handle;
        bool fresh; /* the kept connection is not to be trusted */
        bool kept;  /* there is a connection that a mail has gone over */
        char error[CURL_ERROR_SIZE];
};

/* How far one transaction has come. */
typedef struct Submission {
        const SmtpMail *mail;
        size_t given; /* octets of the message that libcurl has taken */
        bool committed;
        bool refused_commit;
        bool at_sender; /* the last command was MAIL, as far as on_debug() was asked to hear */
        int n_replies;
        bool answered; /* the reply is the one to the final dot */
        int reply_code; /* of the newest complete reply, 0 before the first; after the commit of the first one only */
        char reply[LINE_KEPT];
        char partial[LINE_KEPT]; /* a line that has not ended yet */
        size_t partial_len;
} Submission;

int smtp_global_init(void)
{
        return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -ENOMEM;
}

/* An address, not the beginning of a name: 127.example.org is anybody's. */
static bool host_is_loopback(const char *host)
{
        struct in_addr v4;
        struct in6_addr v6;
        char bare[INET6_ADDRSTRLEN];
        if (inet_pton(AF_INET, host, &v4) == 1)
                return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
        if (sscanf(host, "[%45[^]]", bare) == 1 && inet_pton(AF_INET6, bare, &v6) == 1)
                return IN6_IS_ADDR_LOOPBACK(&v6);
        return strcasecmp(host, "localhost") == 0;
}

bool smtp_url_is_loopback(const char *url)
{
        CURLU *parsed = curl_url();
        char *host = NULL;
        bool loopback = parsed &&
                        curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                        host_is_loopback(host);
        curl_free(host);
        curl_url_cleanup(parsed);
        return loopback;
}

int smtp_check(const SmtpOptions *options, InputError *ret_error)
{
        bool encrypted = strncasecmp(options->url, "smtps://", 8) == 0;
        if (!encrypted && strncasecmp(options->url, "smtp://", 7) != 0) {
                input_error_set(ret_error, 0, "mail.url", "must begin with smtp:// or smtps://");
                return -EINVAL;
        }
        if (encrypted || options->starttls)
                return 0;
        if (!smtp_url_is_loopback(options->url)) {
                input_error_set(ret_error, 0, "mail.starttls",
                                "may be false only for a mail server on this machine");
                return -EINVAL;
        }
        if (options->password && options->password[0]) {
                input_error_set(ret_error, 0, "mail.starttls", "may not be false with a password");
                return -EINVAL;
        }
        return 0;
}

/*
 * The final CRLF goes out only when the commit is durable: before it no server can take the message as whole (RFC 5321, 4.1.1.4). At the
 * end of what it is given libcurl adds a missing CRLF itself, in one piece with the dot; where an empty line ends the message it would not.
 */
static size_t on_read(char *buffer, size_t size, size_t n, void *userdata)
{
        Submission *s = userdata;
        size_t body = s->mail->len - 2, room = size * n;
        if (s->given < body) {
                size_t len = body - s->given < room ? body - s->given : room;
                memcpy(buffer, s->mail->bytes + s->given, len);
                s->given += len;
                return len;
        }
        if (s->committed)
                return 0;
        s->refused_commit = room < 2 || s->mail->on_commit(s->mail->userdata) != 0;
        if (s->refused_commit)
                return CURL_READFUNC_ABORT;
        s->committed = true;
        if (body > 0 && s->mail->bytes[body - 1] != '\n')
                return 0;
        s->given += 2;
        memcpy(buffer, "\r\n", 2);
        return 2;
}

/* libcurl asks at least once a second, also where it blocks for a reply. What is committed goes on to its end. */
static int on_wait(
                void *userdata, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
        const Submission *s = userdata;
        (void)down_total, (void)down, (void)up_total, (void)up;
        return s->mail->on_wait && !s->mail->on_wait(s->committed, s->mail->userdata) && !s->committed;
}

/* The code of a reply's last line, `250 Ok` or `250`; 0 for `250-goes on` and for what is no reply (RFC 5321, 4.2.1). */
static int final_code_of(const char *line, size_t len)
{
        if (len < 3 || line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '9' || line[2] < '0' ||
                        line[2] > '9' || (len > 3 && line[3] != ' '))
                return 0;
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/*
 * The first reply after the commit is the answer to the final dot: replies come in order. libcurl ends what went wrong with QUIT before
 * it returns, whose 221 says nothing of the mail.
 */
static void on_reply_line(Submission *s, const char *line, size_t len)
{
        while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
                len--;
        int code = final_code_of(line, len);
        if (code == 0 || code == REPLY_CLOSING || s->answered)
                return;
        s->n_replies++;
        s->reply_code = code;
        s->answered = s->committed;
        size_t kept = len < sizeof(s->reply) ? len : sizeof(s->reply) - 1;
        for (size_t i = 0; i < kept; i++)
                s->reply[i] = line[i] >= 0x20 && line[i] < 0x7F ? line[i] : '?';
        s->reply[kept] = '\0';
}

/* libcurl hands over what it has read as lines, but a long one may come in pieces. */
static size_t on_header(char *data, size_t size, size_t n, void *userdata)
{
        Submission *s = userdata;
        size_t len = size * n;
        for (size_t i = 0; i < len; i++) {
                if (s->partial_len < sizeof(s->partial))
                        s->partial[s->partial_len++] = data[i];
                if (data[i] != '\n')
                        continue;
                on_reply_line(s, s->partial, s->partial_len);
                s->partial_len = 0;
        }
        return len;
}

static bool is_command(const char *line, size_t len, const char *command)
{
        return len >= strlen(command) && strncasecmp(line, command, strlen(command)) == 0;
}

/* What libcurl says to the server, and much else that is not looked at: it may be secret. A QUIT that ends a refusal changes nothing. */
static int on_debug(CURL *handle, curl_infotype type, char *data, size_t len, void *userdata)
{
        Submission *s = userdata;
        (void)handle;
        if (type == CURLINFO_HEADER_OUT && is_command(data, len, "MAIL "))
                s->at_sender = true;
        else if (type == CURLINFO_HEADER_OUT && is_command(data, len, "RCPT "))
                s->at_sender = false;
        return 0;
}

static int set_fixed_options(Smtp *smtp, const SmtpOptions *options)
{
        CURL *h = smtp->handle;
        bool account = options->username && options->username[0];
        CURLcode code = CURLE_OK;
        long reply_seconds = (long)(options->reply_timeout / USEC_PER_SEC);
        char url[URL_MAX];
        /* The path of an SMTP URL is the name for EHLO. */
        if (snprintf(url, sizeof(url), "%s%s%s", options->url, options->hello ? "/" : "",
                            options->hello ? options->hello : "") >= (int)sizeof(url))
                return -ENAMETOOLONG;
        const struct {
                CURLoption option;
                long value;
        } numbers[] = {
                { CURLOPT_NOSIGNAL, 1 },
                { CURLOPT_QUICK_EXIT, 1 }, /* or the end would wait for a name server */
                { CURLOPT_UPLOAD, 1 },
                { CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS },
                { CURLOPT_SERVER_RESPONSE_TIMEOUT, reply_seconds },
                /* A server that reads nothing of the text gives no reply that could be late. */
                { CURLOPT_LOW_SPEED_LIMIT, 1 },
                { CURLOPT_LOW_SPEED_TIME, reply_seconds },
                { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
                { CURLOPT_USE_SSL, options->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE },
                { CURLOPT_NETRC, CURL_NETRC_IGNORED },
        };
        const struct {
                CURLoption option;
                const char *value;
        } texts[] = {
                { CURLOPT_URL, url },
                { CURLOPT_PROTOCOLS_STR, "smtp,smtps" },
                { CURLOPT_PROXY, "" },
                { CURLOPT_NOPROXY, "*" },
                { CURLOPT_USERNAME, account ? options->username : NULL },
                { CURLOPT_PASSWORD, account ? options->password : NULL },
                { CURLOPT_CAINFO, options->ca_file && options->ca_file[0] ? options->ca_file : NULL },
        };
        for (size_t i = 0; code == CURLE_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++)
                code = curl_easy_setopt(h, numbers[i].option, numbers[i].value);
        for (size_t i = 0; code == CURLE_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
                if (texts[i].value)
                        code = curl_easy_setopt(h, texts[i].option, texts[i].value);
        return code == CURLE_OK ? 0 : code == CURLE_OUT_OF_MEMORY ? -ENOMEM : -EINVAL;
}

int smtp_new(const SmtpOptions *options, Smtp **ret)
{
        CLEANUP(smtp_freep) Smtp *smtp = calloc(1, sizeof(*smtp));
        if (!smtp || !(smtp->handle = curl_easy_init()))
                return -ENOMEM;
        int r = set_fixed_options(smtp, options);
        if (r < 0)
                return r;
        curl_easy_setopt(smtp->handle, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(smtp->handle, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(smtp->handle, CURLOPT_XFERINFOFUNCTION, on_wait);
        curl_easy_setopt(smtp->handle, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(smtp->handle, CURLOPT_DEBUGFUNCTION, on_debug);
        *ret = TAKE_PTR(smtp);
        return 0;
}

/*
 * libcurl says QUIT when it closes a connection and waits for the reply, for minutes if need be. Nothing depends on that reply: with
 * SHUT_RD nobody waits, with SHUT_RDWR nothing is said either.
 */
static void close_connection(CURL *handle, int how)
{
        curl_socket_t connection;
        if (curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &connection) == CURLE_OK &&
                        connection != CURL_SOCKET_BAD)
                shutdown(connection, how);
        curl_easy_cleanup(handle);
}

Smtp *smtp_free(Smtp *smtp)
{
        if (smtp) {
                close_connection(smtp->handle, SHUT_RD);
                free(smtp);
        }
        return NULL;
}

/* libcurl passes control characters on as they are: they would be commands of their own. */
static bool address_is_safe(const char *address)
{
        for (const unsigned char *c = (const unsigned char *)address; *c; c++)
                if (*c <= 0x20 || *c == 0x7F || *c == '<' || *c == '>')
                        return false;
        return address[0] != '\0';
}

static SmtpVerdict judge(const Submission *s)
{
        if (!s->committed)
                return SMTP_NOT_DELIVERED;
        if (!s->answered)
                return SMTP_UNKNOWN;
        return s->reply_code < 300   ? SMTP_SENT
               : s->reply_code < 400 ? SMTP_UNKNOWN
               : s->reply_code < 500 ? SMTP_DEFERRED
                                     : SMTP_REFUSED;
}

/*
 * Whether what was refused is the sender, of this mail as of every other. On a connection that was kept the first reply is the one to
 * MAIL; on a new one libcurl has told what it said. Where the server had closed the kept one nobody knows, and the next attempt will.
 */
static bool is_at_sender(const Smtp *smtp, const Submission *s)
{
        long n_connects = 0;
        curl_easy_getinfo(smtp->handle, CURLINFO_NUM_CONNECTS, &n_connects);
        return smtp->kept ? n_connects > 0 || s->n_replies <= 1 : s->at_sender;
}

/* libcurl has CURLE_SEND_ERROR for a refused MAIL, RCPT or DATA, and other codes for a refused greeting, EHLO, STARTTLS or AUTH. */
static void tell(const Smtp *smtp, const Submission *s, CURLcode code, SmtpOutcome *ret)
{
        const char *error = smtp->error[0] ? smtp->error : curl_easy_strerror(code);
        bool said_no = !s->committed && s->reply_code >= 400;
        *ret = (SmtpOutcome){
                .verdict = judge(s),
                .reply_code = s->committed && !s->answered ? 0 : s->reply_code,
                .recipient_refused = said_no && code == CURLE_SEND_ERROR && !is_at_sender(smtp, s) &&
                                     s->reply_code >= REPLY_MAIL_REFUSED_MIN,
        };
        snprintf(ret->reply, sizeof(ret->reply), "%s", said_no || s->answered ? s->reply : error);
        for (char *c = ret->reply; *c; c++)
                if ((unsigned char)*c < 0x20)
                        *c = ' ';
}

/*
 * After an error the old connection may still have a reply under way, which the next mail would take for its own. It ends without a
 * word, as nobody knows what the server would make of one.
 */
static int forget_connection(Smtp *smtp)
{
        CURL *handle = curl_easy_duphandle(smtp->handle);
        if (!handle)
                return -ENOMEM;
        close_connection(smtp->handle, SHUT_RDWR);
        smtp->handle = handle;
        smtp->fresh = smtp->kept = false;
        return 0;
}

static CURLcode perform(Smtp *smtp, Submission *s, struct curl_slist *recipients)
{
        CURL *h = smtp->handle;
        smtp->error[0] = '\0';
        curl_easy_setopt(h, CURLOPT_ERRORBUFFER, smtp->error);
        curl_easy_setopt(h, CURLOPT_MAIL_FROM, s->mail->sender);
        curl_easy_setopt(h, CURLOPT_MAIL_RCPT, recipients);
        curl_easy_setopt(h, CURLOPT_READDATA, s);
        curl_easy_setopt(h, CURLOPT_HEADERDATA, s);
        curl_easy_setopt(h, CURLOPT_XFERINFODATA, s);
        curl_easy_setopt(h, CURLOPT_DEBUGDATA, s);
        curl_easy_setopt(h, CURLOPT_VERBOSE, smtp->kept ? 0L : 1L); /* it costs a tenth of a mail */
        CURLcode code = curl_easy_perform(h);
        curl_easy_setopt(h, CURLOPT_MAIL_RCPT, NULL);
        return code;
}

int smtp_submit(Smtp *smtp, const SmtpMail *mail, SmtpOutcome *ret)
{
        Submission s = { .mail = mail };
        if (!address_is_safe(mail->sender) || !address_is_safe(mail->recipient) || mail->len < 2 ||
                        memcmp(mail->bytes + mail->len - 2, "\r\n", 2) != 0)
                return -EINVAL;
        int r = smtp->fresh ? forget_connection(smtp) : 0;
        if (r < 0)
                return r;
        struct curl_slist *recipients = curl_slist_append(NULL, mail->recipient);
        if (!recipients)
                return -ENOMEM;
        CURLcode code = perform(smtp, &s, recipients);
        curl_slist_free_all(recipients);
        smtp->fresh = code != CURLE_OK || s.reply_code == REPLY_SHUTTING_DOWN;
        if (s.refused_commit)
                return -ECANCELED;
        if (code == CURLE_OUT_OF_MEMORY && !s.committed)
                return -ENOMEM;
        tell(smtp, &s, code, ret);
        smtp->kept = code == CURLE_OK;
        return 0;
}
