#include "mail/smtp-internal.h"

#include "base/clock.h"
#include "mail/curl-options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
        CONNECT_SECONDS = 30,
        GREETING_SECONDS = 300, /* RFC 5321, 4.5.3.2.1 */
        URL_MAX = 1024,
        OUT_MAX_BYTES = 64 * 1024 * 1024,
        LOOK_MS = 1000,
        REPLY_REFUSED_MIN = 400,
        REPLY_SHUTTING_DOWN = 421
};

int smtp_global_init(void)
{
        return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -ENOMEM;
}

static int set_fixed_options(Smtp *smtp, const SmtpOptions *options)
{
        bool lenient = smtp_tls_is_optional(options);
        const char *path = smtp_url_socket(options->url), *hello = options->hello ? options->hello : "";
        char url[URL_MAX];
        /* libcurl takes the name that it sends with EHLO from the URL's path. */
        if (snprintf(url, sizeof(url), "%s%s%s", path ? "smtp://localhost" : options->url,
                            hello[0] ? "/" : "", hello) >= (int)sizeof(url))
                return -ENAMETOOLONG;
        const CurlNumber numbers[] = {
                { CURLOPT_NOSIGNAL, 1 },
                { CURLOPT_CONNECT_ONLY, 1 },
                { CURLOPT_QUICK_EXIT, 1 }, /* so that closing the handle does not wait for a name server */
                { CURLOPT_VERBOSE, 1 },    /* for smtp_on_debug(); nothing is printed */
                { CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(options->reply_timeout / USEC_PER_SEC) },
                { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
                { CURLOPT_USE_SSL, lenient             ? CURLUSESSL_TRY
                                   : options->starttls ? CURLUSESSL_ALL
                                                       : CURLUSESSL_NONE },
                { CURLOPT_SSL_VERIFYPEER, !lenient },
                { CURLOPT_SSL_VERIFYHOST, lenient ? 0 : 2 },
                { CURLOPT_NETRC, CURL_NETRC_IGNORED },
        };
        const CurlText texts[] = {
                { CURLOPT_URL, url },
                { CURLOPT_PROTOCOLS_STR, "smtp,smtps" },
                { CURLOPT_UNIX_SOCKET_PATH, path },
                { CURLOPT_PROXY, "" },
                { CURLOPT_NOPROXY, "*" },
                { CURLOPT_CAINFO, options->ca_file && options->ca_file[0] ? options->ca_file : NULL },
        };
        CURLcode code = curl_options_set(smtp->handle, numbers, sizeof(numbers) / sizeof(numbers[0]), texts,
                        sizeof(texts) / sizeof(texts[0]));
        return code == CURLE_OK ? 0 : code == CURLE_OUT_OF_MEMORY ? -ENOMEM : -EINVAL;
}

/* Whether a socket is a connection to a server; libcurl also waits for its resolver's socket. */
static bool is_connected(curl_socket_t fd)
{
        struct sockaddr_storage peer;
        socklen_t len = sizeof(peer);
        return getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
               (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
}

/* libcurl's limit for connecting includes the server's greeting, which may take minutes. */
static void set_connect_timeout(Smtp *smtp, usec_t timeout)
{
        curl_easy_setopt(smtp->handle, CURLOPT_CONNECTTIMEOUT_MS, (long)(timeout / USEC_PER_MSEC));
}

/* Updates the list of the sockets that libcurl waits for while it connects. */
static int on_socket(CURL *handle, curl_socket_t fd, int what, void *userdata, void *place)
{
        Smtp *smtp = userdata;
        size_t i = 0;
        (void)handle, (void)place;
        while (i < smtp->n_sockets && smtp->sockets[i].fd != fd)
                i++;
        if (what == CURL_POLL_REMOVE) {
                if (i < smtp->n_sockets)
                        smtp->sockets[i] = smtp->sockets[--smtp->n_sockets];
                return 0;
        }
        if (i == SMTP_SOCKETS_MAX)
                return -1;
        if (what == CURL_POLL_IN && is_connected(fd))
                set_connect_timeout(smtp, smtp->connect_timeout + GREETING_SECONDS * USEC_PER_SEC);
        if (i == smtp->n_sockets)
                smtp->n_sockets++;
        smtp->sockets[i] = (struct pollfd){
                .fd = fd,
                .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0)),
        };
        return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *userdata)
{
        Smtp *smtp = userdata;
        (void)multi;
        smtp->until = milliseconds < 0 ? USEC_INFINITY : clock_monotonic() + milliseconds * USEC_PER_MSEC;
        return 0;
}

static size_t on_header(char *data, size_t size, size_t n, void *userdata)
{
        smtp_hear(userdata, data, size * n);
        return size * n;
}

static void set_callbacks(Smtp *smtp)
{
        curl_easy_setopt(smtp->handle, CURLOPT_ERRORBUFFER, smtp->error);
        curl_easy_setopt(smtp->handle, CURLOPT_DEBUGFUNCTION, smtp_on_debug);
        curl_easy_setopt(smtp->handle, CURLOPT_DEBUGDATA, smtp);
        curl_easy_setopt(smtp->handle, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(smtp->handle, CURLOPT_HEADERDATA, smtp);
        curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
        curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETDATA, smtp);
        curl_multi_setopt(smtp->multi, CURLMOPT_TIMERFUNCTION, on_timer);
        curl_multi_setopt(smtp->multi, CURLMOPT_TIMERDATA, smtp);
}

int smtp_new(const SmtpOptions *options, Smtp **ret)
{
        *ret = NULL;
        CLEANUP(smtp_freep) Smtp *smtp = calloc(1, sizeof(*smtp));
        if (!smtp)
                return -ENOMEM;
        smtp->out = (Buffer)BUFFER_INIT(OUT_MAX_BYTES);
        smtp->socket = CURL_SOCKET_BAD;
        smtp->until = USEC_INFINITY;
        smtp->reply_timeout = options->reply_timeout;
        smtp->connect_timeout = options->connect_timeout > 0 ? options->connect_timeout
                                                             : CONNECT_SECONDS * USEC_PER_SEC;
        smtp->on_dialogue = options->on_dialogue;
        smtp->dialogue_userdata = options->dialogue_userdata;
        smtp->handle = curl_easy_init();
        smtp->multi = curl_multi_init();
        if (!smtp->handle || !smtp->multi)
                return -ENOMEM;
        int r = set_fixed_options(smtp, options);
        if (r == 0)
                r = smtp_login_init(&smtp->login, options);
        if (r < 0)
                return r;
        set_callbacks(smtp);
        *ret = TAKE_PTR(smtp);
        return 0;
}

/*
 * Closes the connection. With CURLOPT_CONNECT_ONLY libcurl closes it when the handle is removed, and sends
 * no QUIT.
 */
static void close_connection(Smtp *smtp)
{
        if (smtp->is_added)
                curl_multi_remove_handle(smtp->multi, smtp->handle);
        smtp->is_added = smtp->pipelining = false;
        smtp->socket = CURL_SOCKET_BAD;
        smtp->n_sockets = 0;
        smtp->until = USEC_INFINITY;
}

Smtp *smtp_free(Smtp *smtp)
{
        if (!smtp)
                return NULL;
        if (smtp->socket != CURL_SOCKET_BAD && smtp->stage != SMTP_UNDER_WAY &&
                        smtp->stage != SMTP_AT_COMMIT)
                smtp_talk_farewell(smtp);
        close_connection(smtp);
        curl_multi_cleanup(smtp->multi);
        curl_easy_cleanup(smtp->handle);
        buffer_done(&smtp->out);
        smtp_login_done(&smtp->login);
        free(smtp);
        return NULL;
}

/*
 * Whether an address is free of blanks, control characters and angle brackets. A line break in it would
 * begin another command.
 */
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

static bool concerns_mail(const Submission *s)
{
        bool refused = s->answered || (s->refused && s->step != SMTP_STEP_MAIL);
        return refused && s->reply_code >= REPLY_REFUSED_MIN && s->reply_code != REPLY_SHUTTING_DOWN;
}

static void tell(const Submission *s, const char *error, SmtpOutcome *ret)
{
        bool said_no = !s->committed && s->reply_code >= REPLY_REFUSED_MIN;
        *ret = (SmtpOutcome){
                .verdict = judge(s),
                .reply_code = s->committed && !s->answered ? 0 : s->reply_code,
                .concerns_mail = s->lacks_utf8 || concerns_mail(s),
                .lacks_utf8 = s->lacks_utf8,
        };
        snprintf(ret->reply, sizeof(ret->reply), "%s", said_no || s->answered || !error ? s->reply : error);
        for (char *c = ret->reply; *c; c++)
                if ((unsigned char)*c < 0x20)
                        *c = ' ';
}

/* Whether QUIT may be sent: only when the server has answered all commands. */
static bool may_say_farewell(const Smtp *smtp, const char *error)
{
        const Submission *s = &smtp->submission;
        return !error && s->reply_code != REPLY_SHUTTING_DOWN && (s->answered || !smtp->pipelining);
}

void smtp_finish(Smtp *smtp, const char *error, bool keep)
{
        tell(&smtp->submission, error, &smtp->outcome);
        if (!keep && may_say_farewell(smtp, error))
                smtp_talk_farewell(smtp);
        if (!keep)
                close_connection(smtp);
        /* A connection that is kept has logged in: the next one uses the same mechanism. */
        if (!keep && smtp->submission.step == SMTP_STEP_LOGIN)
                smtp_login_begin_anew(&smtp->login);
        smtp->stage = SMTP_DONE;
}

static int begin_connection(Smtp *smtp)
{
        smtp->error[0] = '\0';
        smtp->entered = clock_monotonic();
        set_connect_timeout(smtp, smtp->connect_timeout);
        int r = smtp_login_prepare(smtp);
        if (r < 0)
                return r;
        if (curl_multi_add_handle(smtp->multi, smtp->handle) != CURLM_OK)
                return -ENOMEM;
        smtp->is_added = true;
        return 0;
}

/* Begins the transaction. The connection is kept for the next mail if the server cannot take this one. */
static void begin_talk(Smtp *smtp)
{
        if (smtp_talk_is_possible(smtp)) {
                smtp_talk_begin(smtp);
                return;
        }
        smtp->submission.lacks_utf8 = true;
        smtp_finish(smtp, "the mail server does not offer SMTPUTF8, which the address needs", true);
}

int smtp_begin(Smtp *smtp, const SmtpMail *mail)
{
        if (!address_is_safe(mail->sender) || !address_is_safe(mail->recipient) || mail->len < 2 ||
                        memcmp(mail->bytes + mail->len - 2, "\r\n", 2) != 0)
                return -EINVAL;
        smtp->submission = (Submission){ .mail = *mail };
        buffer_reset(&smtp->out);
        smtp->sent = 0;
        if (smtp->socket != CURL_SOCKET_BAD && !smtp_talk_is_idle(smtp))
                close_connection(smtp);
        smtp->stage = SMTP_UNDER_WAY;
        if (smtp->socket != CURL_SOCKET_BAD) {
                begin_talk(smtp);
                return 0;
        }
        int r = begin_connection(smtp);
        if (r == 0)
                return 0;
        smtp->stage = SMTP_IDLE;
        if (smtp->error[0])
                smtp_finish(smtp, smtp->error, false);
        return smtp->error[0] ? 0 : r;
}

static bool is_connecting(const Smtp *smtp)
{
        return smtp->submission.step == SMTP_STEP_CONNECT;
}

/*
 * Returns when to call libcurl next. libcurl sets no timer for a missing reply: it checks its timeout only
 * when it is called.
 */
static usec_t next_look(const Smtp *smtp)
{
        usec_t look = smtp->entered + LOOK_MS * USEC_PER_MSEC;
        return smtp->until < look ? smtp->until : look;
}

size_t smtp_poll(const Smtp *smtp, struct pollfd ret[static SMTP_SOCKETS_MAX], usec_t *ret_until)
{
        /* A submission may have failed in smtp_begin(): its outcome waits for no socket. */
        *ret_until = smtp->stage == SMTP_DONE ? 0 : USEC_INFINITY;
        if (smtp->stage != SMTP_UNDER_WAY)
                return 0;
        *ret_until = is_connecting(smtp) ? next_look(smtp) : smtp->deadline;
        if (is_connecting(smtp)) {
                memcpy(ret, smtp->sockets, smtp->n_sockets * sizeof(*ret));
                return smtp->n_sockets;
        }
        bool says = smtp->sent < smtp->out.len;
        ret[0] = (struct pollfd){ .fd = smtp->socket, .events = (short)(POLLIN | (says ? POLLOUT : 0)) };
        return 1;
}

static void act(Smtp *smtp, curl_socket_t fd, short events)
{
        int n_running = 0;
        int what = (events & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
                   (events & POLLOUT ? CURL_CSELECT_OUT : 0) | (events & POLLERR ? CURL_CSELECT_ERR : 0);
        smtp->entered = clock_monotonic();
        curl_multi_socket_action(smtp->multi, fd, what, &n_running);
}

/* Calls libcurl for its own timers, and once a second for each socket. */
static void call_timers(Smtp *smtp)
{
        usec_t now = clock_monotonic();
        bool looks = smtp->entered + LOOK_MS * USEC_PER_MSEC <= now;
        if (smtp->until <= now) {
                smtp->until = USEC_INFINITY; /* on_timer() sets the next one */
                act(smtp, CURL_SOCKET_TIMEOUT, 0);
        }
        for (size_t i = 0; looks && i < smtp->n_sockets; i++)
                act(smtp, smtp->sockets[i].fd, 0);
}

/* Connects again with another mechanism of AUTH. */
static void reconnect(Smtp *smtp)
{
        SmtpMail mail = smtp->submission.mail;
        close_connection(smtp);
        buffer_reset(&smtp->out);
        smtp->sent = 0;
        smtp->submission = (Submission){ .mail = mail };
        if (begin_connection(smtp) < 0)
                smtp_finish(smtp, smtp->error[0] ? smtp->error : "no memory", false);
}

void smtp_end_login(Smtp *smtp)
{
        const char *error = smtp->login.error;
        smtp->login.has_ended = false;
        smtp->login.scram = scram_free(smtp->login.scram);
        if (!smtp->login.has_failed)
                begin_talk(smtp);
        else if (smtp_login_try_next(smtp))
                reconnect(smtp);
        else
                smtp_finish(smtp, error, false);
}

static void end_connecting(Smtp *smtp, CURLcode code)
{
        if (code == CURLE_OK)
                code = curl_easy_getinfo(smtp->handle, CURLINFO_ACTIVESOCKET, &smtp->socket);
        if (code == CURLE_OK && smtp->login.own)
                smtp_scram_begin(smtp);
        else if (code == CURLE_OK)
                begin_talk(smtp);
        else if (smtp_login_try_next(smtp))
                reconnect(smtp);
        else
                smtp_finish(smtp, smtp->error[0] ? smtp->error : curl_easy_strerror(code), false);
}

static void go_on_connecting(Smtp *smtp, const struct pollfd *sockets, size_t n)
{
        int n_left = 0;
        for (size_t i = 0; i < n; i++)
                if (sockets[i].revents)
                        act(smtp, sockets[i].fd, sockets[i].revents);
        call_timers(smtp);
        const CURLMsg *message = curl_multi_info_read(smtp->multi, &n_left);
        if (message && message->msg == CURLMSG_DONE)
                end_connecting(smtp, message->data.result);
}

SmtpStage smtp_go_on(Smtp *smtp, const struct pollfd *sockets, size_t n)
{
        if (smtp->stage != SMTP_UNDER_WAY)
                return smtp->stage;
        if (is_connecting(smtp)) {
                go_on_connecting(smtp, sockets, n);
                return smtp->stage;
        }
        if (n > 0 && sockets[0].revents)
                smtp_talk(smtp);
        /* Octets without a complete reply do not extend the deadline. */
        if (smtp->stage == SMTP_UNDER_WAY && smtp->deadline <= clock_monotonic())
                smtp_finish(smtp, "the server has not answered in time", false);
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
        smtp_talk_dot(smtp);
}

void smtp_abort(Smtp *smtp)
{
        close_connection(smtp);
        smtp->stage = SMTP_IDLE;
}

const SmtpOutcome *smtp_outcome(const Smtp *smtp)
{
        return &smtp->outcome;
}
