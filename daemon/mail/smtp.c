#include "mail/smtp-internal.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
        CONNECT_SECONDS = 30,
        URL_MAX = 1024,
        LOOK_MS = 1000, /* libcurl has no timer for a reply that does not come: it looks when it is asked */
        REPLY_MAIL_REFUSED_MIN = 550
};

int smtp_global_init(void)
{
        return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -ENOMEM;
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

static int make_multi(Smtp *smtp)
{
        smtp->multi = curl_multi_init();
        if (!smtp->multi)
                return -ENOMEM;
        smtp->until = USEC_INFINITY;
        smtp_set_multi_callbacks(smtp);
        curl_multi_setopt(smtp->multi, CURLMOPT_MAXCONNECTS, 1L);
        return 0;
}

int smtp_new(const SmtpOptions *options, Smtp **ret)
{
        CLEANUP(smtp_freep) Smtp *smtp = calloc(1, sizeof(*smtp));
        if (!smtp)
                return -ENOMEM;
        smtp->handle = curl_easy_init();
        if (!smtp->handle)
                return -ENOMEM;
        int r = set_fixed_options(smtp, options);
        if (r < 0)
                return r;
        smtp_set_callbacks(smtp);
        r = make_multi(smtp);
        if (r == 0)
                *ret = TAKE_PTR(smtp);
        return r;
}

/*
 * libcurl says QUIT when it closes a connection and waits for the reply, for minutes if need be. Nothing depends on that reply: with
 * SHUT_RD nobody waits, with SHUT_RDWR nothing is said either.
 */
static void close_connection(Smtp *smtp, int how)
{
        smtp_shut_sockets(smtp, how);
        smtp->entered = clock_monotonic();
        curl_multi_cleanup(smtp->multi);
        smtp->multi = NULL;
        smtp->n_sockets = 0;
        smtp->fresh = smtp->kept = false;
}

static void end_transfer(Smtp *smtp)
{
        curl_multi_remove_handle(smtp->multi, smtp->handle);
        curl_easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, NULL);
        curl_slist_free_all(smtp->recipients);
        smtp->recipients = NULL;
}

Smtp *smtp_free(Smtp *smtp)
{
        if (!smtp)
                return NULL;
        if (smtp->recipients)
                smtp_abort(smtp);
        if (smtp->multi)
                close_connection(smtp, SHUT_RD);
        curl_easy_cleanup(smtp->handle);
        free(smtp);
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
static bool is_at_sender(const Smtp *smtp)
{
        const Submission *s = &smtp->submission;
        return smtp->kept ? smtp_is_new_connection(smtp) || s->n_replies <= 1 : s->at_sender;
}

/* libcurl has CURLE_SEND_ERROR for a refused MAIL, RCPT or DATA, and other codes for a refused greeting, EHLO, STARTTLS or AUTH. */
static void tell(const Smtp *smtp, CURLcode code, SmtpOutcome *ret)
{
        const Submission *s = &smtp->submission;
        const char *error = smtp->error[0] ? smtp->error : curl_easy_strerror(code);
        bool said_no = !s->committed && s->reply_code >= 400;
        *ret = (SmtpOutcome){
                .verdict = judge(s),
                .reply_code = s->committed && !s->answered ? 0 : s->reply_code,
                .recipient_refused = said_no && code == CURLE_SEND_ERROR && !is_at_sender(smtp) &&
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
        close_connection(smtp, SHUT_RDWR);
        return make_multi(smtp);
}

static int begin_transfer(Smtp *smtp, const SmtpMail *mail)
{
        CURL *h = smtp->handle;
        smtp->recipients = curl_slist_append(NULL, mail->recipient);
        if (!smtp->recipients)
                return -ENOMEM;
        smtp->error[0] = '\0';
        curl_easy_setopt(h, CURLOPT_MAIL_RCPT, smtp->recipients);
        curl_easy_setopt(h, CURLOPT_VERBOSE, smtp->kept ? 0L : 1L); /* it costs a tenth of a mail */
        if (curl_easy_setopt(h, CURLOPT_MAIL_FROM, mail->sender) == CURLE_OK &&
                        curl_multi_add_handle(smtp->multi, h) == CURLM_OK)
                return 0;
        end_transfer(smtp);
        return -ENOMEM;
}

int smtp_begin(Smtp *smtp, const SmtpMail *mail)
{
        if (!address_is_safe(mail->sender) || !address_is_safe(mail->recipient) || mail->len < 2 ||
                        memcmp(mail->bytes + mail->len - 2, "\r\n", 2) != 0)
                return -EINVAL;
        int r = smtp->fresh ? forget_connection(smtp) : smtp->multi ? 0 : make_multi(smtp);
        if (r < 0)
                return r;
        smtp->submission = (Submission){ .mail = *mail };
        r = begin_transfer(smtp, mail);
        if (r == 0)
                smtp->stage = SMTP_UNDER_WAY;
        smtp->entered = clock_monotonic();
        return r;
}

static usec_t next_look(const Smtp *smtp)
{
        usec_t look = smtp->entered + LOOK_MS * USEC_PER_MSEC;
        return smtp->until < look ? smtp->until : look;
}

size_t smtp_poll(const Smtp *smtp, struct pollfd ret[static SMTP_SOCKETS_MAX], usec_t *ret_until)
{
        bool waits = smtp->stage == SMTP_UNDER_WAY;
        *ret_until = waits ? next_look(smtp) : USEC_INFINITY;
        if (waits)
                memcpy(ret, smtp->sockets, smtp->n_sockets * sizeof(*ret));
        return waits ? smtp->n_sockets : 0;
}

static void finish(Smtp *smtp, CURLcode code)
{
        tell(smtp, code, &smtp->outcome);
        end_transfer(smtp);
        smtp->fresh = code != CURLE_OK || smtp->submission.reply_code == SMTP_REPLY_SHUTTING_DOWN;
        smtp->kept = code == CURLE_OK;
        smtp->stage = SMTP_DONE;
}

static void act(Smtp *smtp, curl_socket_t fd, short events)
{
        int n_running = 0;
        int what = (events & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
                   (events & POLLOUT ? CURL_CSELECT_OUT : 0) | (events & POLLERR ? CURL_CSELECT_ERR : 0);
        smtp->entered = clock_monotonic();
        curl_multi_socket_action(smtp->multi, fd, what, &n_running);
}

/* Of libcurl's own timers, and of the connection. */
static void heed_time(Smtp *smtp)
{
        usec_t now = clock_monotonic();
        bool looks = smtp->entered + LOOK_MS * USEC_PER_MSEC <= now;
        if (smtp->until <= now) {
                smtp->until = USEC_INFINITY; /* libcurl says when the next one is */
                act(smtp, CURL_SOCKET_TIMEOUT, 0);
        }
        for (size_t i = 0; looks && i < smtp->n_sockets && smtp->stage == SMTP_UNDER_WAY; i++)
                act(smtp, smtp->sockets[i].fd, 0);
}

SmtpStage smtp_go_on(Smtp *smtp, const struct pollfd *sockets, size_t n)
{
        int n_left = 0;
        for (size_t i = 0; i < n && smtp->stage == SMTP_UNDER_WAY; i++)
                if (sockets[i].revents)
                        act(smtp, sockets[i].fd, sockets[i].revents);
        if (smtp->stage == SMTP_UNDER_WAY)
                heed_time(smtp);
        const CURLMsg *message = curl_multi_info_read(smtp->multi, &n_left);
        if (message && message->msg == CURLMSG_DONE)
                finish(smtp, message->data.result);
        return smtp->stage;
}

SmtpStage smtp_stage(const Smtp *smtp)
{
        return smtp->stage;
}

void smtp_commit(Smtp *smtp)
{
        smtp->submission.committed = true;
        smtp->stage = SMTP_UNDER_WAY;
        smtp->entered = clock_monotonic();
        curl_easy_pause(smtp->handle, CURLPAUSE_CONT);
}

/* libcurl takes the end of a transfer that it is not told of as an error for the end of the message, and would send the dot. */
void smtp_abort(Smtp *smtp)
{
        smtp_shut_sockets(smtp, SHUT_RDWR);
        smtp->entered = clock_monotonic();
        end_transfer(smtp);
        smtp->fresh = true;
        smtp->stage = SMTP_IDLE;
}

const SmtpOutcome *smtp_outcome(const Smtp *smtp)
{
        return &smtp->outcome;
}
