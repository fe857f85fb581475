#include "mail/smtp-internal.h"

#include "base/clock.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCKED_MAX_MS = 500 /* that libcurl may keep everybody waiting */ };

enum { REPLY_CLOSING = 221, REPLY_REFUSED_MIN = 400 };

/*
 * The final CRLF goes out only when the commit is durable: before it no server can take the message as whole (RFC 5321, 4.1.1.4). At the
 * end of what it is given libcurl adds a missing CRLF itself, in one piece with the dot; where an empty line ends the message it would not.
 */
static size_t on_read(char *buffer, size_t size, size_t n, void *userdata)
{
        Smtp *smtp = userdata;
        Submission *s = &smtp->submission;
        size_t body = s->mail.len - 2, room = size * n;
        if (s->given < body) {
                size_t len = body - s->given < room ? body - s->given : room;
                memcpy(buffer, s->mail.bytes + s->given, len);
                s->given += len;
                return len;
        }
        if (!s->committed) {
                smtp->stage = SMTP_AT_COMMIT;
                return CURL_READFUNC_PAUSE;
        }
        if (s->given > body || (body > 0 && s->mail.bytes[body - 1] != '\n'))
                return 0;
        s->given += 2;
        memcpy(buffer, "\r\n", 2);
        return 2;
}

/*
 * libcurl asks once a second, also where it waits for the reply to a QUIT of its own: that is cut short. The fate of what is committed and
 * not answered is never decided here.
 */
static int on_wait(
                void *userdata, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
        const Smtp *smtp = userdata;
        (void)down_total, (void)down, (void)up_total, (void)up;
        bool is_open = smtp->submission.committed && !smtp->submission.answered;
        return !is_open && clock_monotonic() - smtp->entered > BLOCKED_MAX_MS * USEC_PER_MSEC;
}

/* The code of a reply's last line, `250 Ok` or `250`; 0 for `250-goes on` and for what is no reply (RFC 5321, 4.2.1). */
static int final_code_of(const char *line, size_t len)
{
        if (len < 3 || line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '9' || line[2] < '0' ||
                        line[2] > '9' || (len > 3 && line[3] != ' '))
                return 0;
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool smtp_is_new_connection(const Smtp *smtp)
{
        long n_connects = 0;
        curl_easy_getinfo(smtp->handle, CURLINFO_NUM_CONNECTS, &n_connects);
        return !smtp->kept || n_connects > 0;
}

void smtp_shut_sockets(const Smtp *smtp, int how)
{
        for (size_t i = 0; i < smtp->n_opened; i++)
                shutdown(smtp->opened[i], how);
}

/* libcurl ends what was refused with QUIT, and would wait for the reply. Not so before MAIL, where it may have another way. */
static void do_not_wait_for_quit(const Smtp *smtp)
{
        if (smtp->submission.in_envelope || !smtp_is_new_connection(smtp))
                smtp_shut_sockets(smtp, SHUT_RD);
}

/*
 * The first reply after the commit is the answer to the final dot: replies come in order. libcurl ends what went wrong with QUIT before
 * it returns, whose 221 says nothing of the mail.
 */
static void on_reply_line(Smtp *smtp, const char *line, size_t len)
{
        Submission *s = &smtp->submission;
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
        if (code >= REPLY_REFUSED_MIN)
                do_not_wait_for_quit(smtp);
}

/* libcurl hands over what it has read as lines, but a long one may come in pieces. */
static size_t on_header(char *data, size_t size, size_t n, void *userdata)
{
        Smtp *smtp = userdata;
        Submission *s = &smtp->submission;
        size_t len = size * n;
        for (size_t i = 0; i < len; i++) {
                if (s->partial_len < sizeof(s->partial))
                        s->partial[s->partial_len++] = data[i];
                if (data[i] != '\n')
                        continue;
                on_reply_line(smtp, s->partial, s->partial_len);
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
        Submission *s = &((Smtp *)userdata)->submission;
        (void)handle;
        if (type == CURLINFO_HEADER_OUT && is_command(data, len, "MAIL "))
                s->at_sender = s->in_envelope = true;
        else if (type == CURLINFO_HEADER_OUT && is_command(data, len, "RCPT "))
                s->at_sender = false;
        return 0;
}

/* What libcurl wants to be told of. */
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

/* More than one at a time where a host has addresses of both families. */
static int on_open(void *userdata, curl_socket_t fd, curlsocktype purpose)
{
        Smtp *smtp = userdata;
        (void)purpose;
        if (smtp->n_opened == SMTP_SOCKETS_MAX)
                return CURL_SOCKOPT_ERROR;
        smtp->opened[smtp->n_opened++] = fd;
        return CURL_SOCKOPT_OK;
}

static int on_close(void *userdata, curl_socket_t fd)
{
        Smtp *smtp = userdata;
        for (size_t i = 0; i < smtp->n_opened; i++)
                if (smtp->opened[i] == fd)
                        smtp->opened[i] = smtp->opened[--smtp->n_opened];
        return close(fd);
}

void smtp_set_callbacks(Smtp *smtp)
{
        CURL *h = smtp->handle;
        curl_easy_setopt(h, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(h, CURLOPT_READDATA, smtp);
        curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(h, CURLOPT_HEADERDATA, smtp);
        curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_wait);
        curl_easy_setopt(h, CURLOPT_XFERINFODATA, smtp);
        curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_debug);
        curl_easy_setopt(h, CURLOPT_DEBUGDATA, smtp);
        curl_easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, on_open);
        curl_easy_setopt(h, CURLOPT_SOCKOPTDATA, smtp);
        curl_easy_setopt(h, CURLOPT_CLOSESOCKETFUNCTION, on_close);
        curl_easy_setopt(h, CURLOPT_CLOSESOCKETDATA, smtp);
        curl_easy_setopt(h, CURLOPT_ERRORBUFFER, smtp->error);
}

void smtp_set_multi_callbacks(Smtp *smtp)
{
        CURLM *m = smtp->multi;
        curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, on_socket);
        curl_multi_setopt(m, CURLMOPT_SOCKETDATA, smtp);
        curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, on_timer);
        curl_multi_setopt(m, CURLMOPT_TIMERDATA, smtp);
}
