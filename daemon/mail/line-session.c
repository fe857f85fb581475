#include "mail/line-session.h"

#include "base/clock.h"
#include "mail/curl-options.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

enum {
        CONNECT_SECONDS = 30,
        SILENCE_SECONDS = 60,
        ROUND_SECONDS = 900, /* ends the session with a server that never stops sending replies */
        WAIT_MS = 500,
        READ_BYTES = 16384,
};

struct LineSession {
        const MailboxSession *mailbox;
        CURL *handle;
        curl_socket_t socket;
        usec_t deadline;
        size_t at, len; /* the octets of `bytes` that are not consumed yet */
        char bytes[READ_BYTES];
        char error[CURL_ERROR_SIZE];
};

static bool may_go_on(const MailboxSession *session)
{
        return !session->taker->on_wait || session->taker->on_wait(session->taker->userdata);
}

static int on_progress(
                void *userdata, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
        (void)down_total, (void)down, (void)up_total, (void)up;
        return !may_go_on(userdata);
}

/* Sets the server's URL without the path, because the caller selects the folder. */
static int set_server(CURL *handle, const char *url)
{
        CURLU *parsed = curl_url();
        char *server = NULL;
        int r = !parsed ? -ENOMEM : 0;
        if (r == 0 && (curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK ||
                                      curl_url_set(parsed, CURLUPART_PATH, "/", 0) != CURLUE_OK ||
                                      curl_url_get(parsed, CURLUPART_URL, &server, 0) != CURLUE_OK))
                r = -EINVAL;
        if (r == 0 && curl_easy_setopt(handle, CURLOPT_URL, server) != CURLE_OK)
                r = -ENOMEM;
        curl_free(server);
        curl_url_cleanup(parsed);
        return r;
}

static int set_options(LineSession *session, const MailboxOptions *options)
{
        CURL *h = session->handle;
        const CurlNumber numbers[] = {
                { CURLOPT_NOSIGNAL, 1 },
                { CURLOPT_CONNECT_ONLY, 1 },
                { CURLOPT_QUICK_EXIT, 1 }, /* so that closing the handle does not wait for a name server */
                { CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS },
                { CURLOPT_SERVER_RESPONSE_TIMEOUT, SILENCE_SECONDS },
                { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
                { CURLOPT_USE_SSL, options->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE },
                { CURLOPT_NETRC, CURL_NETRC_IGNORED },
                { CURLOPT_NOPROGRESS, 0 },
        };
        const CurlText texts[] = {
                { CURLOPT_PROTOCOLS_STR, "imap,imaps,pop3,pop3s" },
                { CURLOPT_PROXY, "" },
                { CURLOPT_NOPROXY, "*" },
                { CURLOPT_USERNAME, options->username },
                { CURLOPT_PASSWORD, options->password },
                { CURLOPT_CAINFO, options->ca_file && options->ca_file[0] ? options->ca_file : NULL },
        };
        CURLcode code = curl_options_set(h, numbers, sizeof(numbers) / sizeof(numbers[0]), texts,
                        sizeof(texts) / sizeof(texts[0]));
        curl_easy_setopt(h, CURLOPT_ERRORBUFFER, session->error);
        curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(h, CURLOPT_XFERINFODATA, (void *)session->mailbox);
        return code == CURLE_OK ? set_server(h, options->url) : -ENOMEM;
}

static int explain(const LineSession *session, CURLcode code)
{
        if (code == CURLE_OUT_OF_MEMORY)
                return -ENOMEM;
        if (code == CURLE_ABORTED_BY_CALLBACK)
                return -ECANCELED;
        if (code == CURLE_LOGIN_DENIED)
                return mailbox_fault(session->mailbox, MAILBOX_E_FAILED,
                                "the mail server refuses the name or the password");
        return mailbox_fault(session->mailbox, MAILBOX_E_FAILED, "%s",
                        session->error[0] ? session->error : curl_easy_strerror(code));
}

static int connect_and_log_in(LineSession *session)
{
        int r = set_options(session, session->mailbox->options);
        if (r < 0)
                return r;
        CURLcode code = curl_easy_perform(session->handle);
        if (code == CURLE_OK)
                code = curl_easy_getinfo(session->handle, CURLINFO_ACTIVESOCKET, &session->socket);
        return code == CURLE_OK ? 0 : explain(session, code);
}

int line_session_open(const MailboxSession *mailbox, LineSession **ret)
{
        *ret = NULL;
        LineSession *session = calloc(1, sizeof(*session));
        if (!session)
                return -ENOMEM;
        session->mailbox = mailbox;
        session->deadline = clock_monotonic() + ROUND_SECONDS * USEC_PER_SEC;
        session->handle = curl_easy_init();
        int r = session->handle ? connect_and_log_in(session) : -ENOMEM;
        if (r == 0)
                *ret = session;
        else
                line_session_free(session);
        return r;
}

LineSession *line_session_free(LineSession *session)
{
        if (session) {
                curl_easy_cleanup(session->handle);
                free(session);
        }
        return NULL;
}

/*
 * Waits for @events, but only for a short time: TLS may have to write before it can read, and vice versa.
 * Fails SILENCE_SECONDS after @since.
 */
static int wait_for(LineSession *session, short events, usec_t since)
{
        struct pollfd wanted = { .fd = session->socket, .events = events };
        if (!may_go_on(session->mailbox))
                return -ECANCELED;
        if (clock_monotonic() - since > SILENCE_SECONDS * USEC_PER_SEC)
                return mailbox_fault(session->mailbox, MAILBOX_E_FAILED,
                                "the mail server has not answered for %d seconds", SILENCE_SECONDS);
        return poll(&wanted, 1, WAIT_MS) < 0 && errno != EINTR ? -errno : 0;
}

int line_session_send(LineSession *session, const char *line)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(READ_BYTES);
        usec_t since = clock_monotonic();
        buffer_puts(&out, line);
        buffer_puts(&out, "\r\n");
        if (buffer_error(&out) < 0)
                return buffer_error(&out);
        for (size_t sent = 0; sent < out.len;) {
                size_t n = 0;
                CURLcode code = curl_easy_send(session->handle, out.data + sent, out.len - sent, &n);
                sent += n;
                int r = code == CURLE_OK      ? 0
                        : code == CURLE_AGAIN ? wait_for(session, POLLOUT, since)
                                              : explain(session, code);
                if (r != 0)
                        return r;
        }
        return 0;
}

/*
 * Reads the next octets. libcurl may hold octets that it has already read from the socket, so libcurl is
 * asked before the socket is waited for.
 */
static int fill(LineSession *session)
{
        usec_t since = clock_monotonic();
        if (since > session->deadline)
                return mailbox_fault(session->mailbox, MAILBOX_E_FAILED,
                                "the mail server is too slow: the next round goes on");
        for (;;) {
                size_t n = 0;
                CURLcode code = curl_easy_recv(session->handle, session->bytes, sizeof(session->bytes), &n);
                if (code == CURLE_OK && n > 0) {
                        session->at = 0;
                        session->len = n;
                        return may_go_on(session->mailbox) ? 0 : -ECANCELED;
                }
                int r = code == CURLE_OK      ? mailbox_fault(session->mailbox, MAILBOX_E_FAILED,
                                                                "the mail server has closed the connection")
                        : code == CURLE_AGAIN ? wait_for(session, POLLIN, since)
                                              : explain(session, code);
                if (r != 0)
                        return r;
        }
}

static int append(const LineSession *session, const char *bytes, size_t len, Buffer *out)
{
        buffer_append(out, bytes, len);
        if (buffer_error(out) == -EFBIG)
                return mailbox_fault(session->mailbox, MAILBOX_E_FAILED,
                                "the mail server answers at greater length than makes sense");
        return buffer_error(out);
}

int line_session_read_line(LineSession *session, bool cut, Buffer *out)
{
        size_t begin = out->len;
        bool ended = false, is_full = false;
        while (!ended) {
                int r = session->at == session->len ? fill(session) : 0;
                if (r != 0)
                        return r;
                const char *from = session->bytes + session->at;
                size_t len = session->len - session->at;
                const char *end = memchr(from, '\n', len);
                len = end ? (size_t)(end - from) + 1 : len;
                session->at += len;
                ended = end != NULL;
                is_full = is_full || (cut && out->len + len > out->max);
                r = is_full ? 0 : append(session, from, len, out);
                if (r != 0)
                        return r;
        }
        buffer_trim(out, begin, "\r\n");
        return 0;
}

int line_session_read_bytes(LineSession *session, size_t len, Buffer *out)
{
        for (size_t left = len, taken; left > 0; left -= taken) {
                int r = session->at == session->len ? fill(session) : 0;
                if (r != 0)
                        return r;
                taken = session->len - session->at < left ? session->len - session->at : left;
                session->at += taken;
                r = append(session, session->bytes + session->at - taken, taken, out);
                if (r != 0)
                        return r;
        }
        return 0;
}
