/* The mail transaction of RFC 5321, 3.3, over a connection that libcurl has made. */

#include "mail/smtp-internal.h"

#include "base/clock.h"

#include <string.h>

enum { READ_BYTES = 4096, CODE_LEN = 3, REPLY_CLOSING = 221, REPLY_OK = 250, REPLY_GO_AHEAD = 354 };

static bool has_code(const char *line, size_t len)
{
        return len >= CODE_LEN && line[0] >= '2' && line[0] <= '5' && line[1] >= '0' && line[1] <= '9' &&
               line[2] >= '0' && line[2] <= '9';
}

static bool is_continued(const char *line, size_t len)
{
        return has_code(line, len) && len > CODE_LEN && line[CODE_LEN] == '-';
}

/*
 * Returns the code of a reply's last line, `250 Ok` or `250`; 0 for a continued line, `250-text`, and for
 * any other text (RFC 5321, 4.2.1).
 */
static int final_code_of(const char *line, size_t len)
{
        if (!has_code(line, len) || (len > CODE_LEN && line[CODE_LEN] != ' '))
                return 0;
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* Appends a command. smtp_talk() checks the buffer's error. */
static void say_path(Smtp *smtp, const char *command, const char *address, const char *parameters)
{
        size_t before = smtp->out.len;
        buffer_puts(&smtp->out, command);
        buffer_puts(&smtp->out, address);
        buffer_puts(&smtp->out, ">");
        buffer_puts(&smtp->out, parameters);
        buffer_puts(&smtp->out, "\r\n");
        if (buffer_error(&smtp->out) == 0)
                smtp_show(smtp, SMTP_CLIENT, smtp->out.data + before, smtp->out.len - before);
}

static void say(Smtp *smtp, const char *command)
{
        buffer_puts(&smtp->out, command);
        smtp_show(smtp, SMTP_CLIENT, command, strlen(command));
}

static void say_rcpt(Smtp *smtp)
{
        say_path(smtp, "RCPT TO:<", smtp->submission.mail.recipient, "");
}

static void say_data(Smtp *smtp)
{
        say(smtp, "DATA\r\n");
}

/*
 * Appends the message without its last CRLF. A dot at the beginning of a line is doubled (RFC 5321, 4.5.2).
 */
static void say_body(Smtp *smtp)
{
        const SmtpMail *mail = &smtp->submission.mail;
        const char *line = mail->bytes, *end = line + mail->len - 2;
        buffer_reserve(&smtp->out, mail->len);
        while (line < end) {
                const char *newline = memchr(line, '\n', (size_t)(end - line));
                const char *next = newline ? newline + 1 : end;
                if (*line == '.')
                        buffer_putc(&smtp->out, '.');
                buffer_append(&smtp->out, line, (size_t)(next - line));
                line = next;
        }
}

/*
 * The steps before the body. After a positive reply the next command is sent, unless pipelining has already
 * sent it.
 */
static const struct {
        int code_min, code_max; /* of a positive reply */
        void (*say_next)(Smtp *smtp);
        bool pipelined; /* may be sent together with MAIL */
} steps[] = {
        [SMTP_STEP_MAIL] = { 200, 299, say_rcpt, true },
        [SMTP_STEP_RCPT] = { 200, 299, say_data, true },
        [SMTP_STEP_DATA] = { REPLY_GO_AHEAD, REPLY_GO_AHEAD, say_body, false },
};

static void pass_step(Smtp *smtp)
{
        Submission *s = &smtp->submission;
        SmtpStep step = s->step;
        smtp->deadline = clock_monotonic() + smtp->reply_timeout;
        s->answered = s->committed;
        s->refused = !s->committed && (step == SMTP_STEP_BODY || s->reply_code < steps[step].code_min ||
                                                      s->reply_code > steps[step].code_max);
        if (s->answered || s->refused)
                return;
        s->step++;
        if (!steps[step].pipelined || !smtp->pipelining)
                steps[step].say_next(smtp);
}

/*
 * Records whether the server supports PIPELINING and SMTPUTF8, and the mechanisms of AUTH. An extension that
 * was announced before TLS does not count (RFC 3207, 4.2).
 */
static void note_extension(Smtp *smtp, const char *line, size_t len)
{
        static const char word[] = "PIPELINING", utf8[] = "SMTPUTF8";
        if (len >= 3 && memcmp(line, "220", 3) == 0) {
                smtp->pipelining = smtp->takes_utf8 = false;
                smtp->login.offered = 0;
        } else if (len == 4 + strlen(word) && strncasecmp(line + 4, word, strlen(word)) == 0) {
                smtp->pipelining = true;
        } else if (len == 4 + strlen(utf8) && strncasecmp(line + 4, utf8, strlen(utf8)) == 0) {
                smtp->takes_utf8 = true;
        } else if (len > 4 && memcmp(line, "250", 3) == 0) {
                smtp_login_hear(&smtp->login, line + 4, len - 4);
        }
}

/* Appends to the kept text of the reply. Text that is too long is cut off. */
static void keep_text(Submission *s, const char *text, size_t len)
{
        size_t room = sizeof(s->reply) - 1 - s->reply_kept;
        len = len < room ? len : room;
        for (size_t i = 0; i < len; i++)
                s->reply[s->reply_kept++] = text[i] >= 0x20 && text[i] < 0x7F ? text[i] : '?';
        s->reply[s->reply_kept] = '\0';
}

/*
 * Measures the status code and the blank at the beginning of a text, such as `5.1.1 `; 0 if there is none.
 */
static size_t measure_status(const char *text, size_t len)
{
        size_t digits = 0;
        while (digits < len && (text[digits] == '.' || (text[digits] >= '0' && text[digits] <= '9')))
                digits++;
        return digits >= 5 && digits < len && text[1] == '.' && text[digits] == ' ' ? digits + 1 : 0;
}

/* Keeps a line of a reply. From the second line on, the code and a repeated status are left out. */
static void keep_line(Submission *s, const char *line, size_t len)
{
        if (s->reply_ended || s->reply_kept == 0) {
                s->reply_ended = false;
                s->reply_kept = 0;
                keep_text(s, line, len < CODE_LEN ? len : CODE_LEN);
        }
        if (len <= CODE_LEN)
                return;
        const char *text = line + CODE_LEN + 1;
        size_t rest = len - CODE_LEN - 1, status = measure_status(text, rest);
        bool repeats = status > 0 && s->reply_kept > CODE_LEN + status &&
                       memcmp(s->reply + CODE_LEN + 1, text, status) == 0;
        keep_text(s, " ", 1);
        keep_text(s, repeats ? text + status : text, repeats ? rest - status : rest);
}

/*
 * Shows a reply. The text of a SCRAM challenge is left out: in a pasted dialogue, passwords could be tested
 * against it (RFC 5802, 9).
 */
static void show_reply(Smtp *smtp, const char *line, size_t len)
{
        static const char challenge[] = "334 ***";
        bool is_challenge = smtp->submission.step == SMTP_STEP_LOGIN && len >= CODE_LEN &&
                            memcmp(line, challenge, CODE_LEN) == 0;
        smtp_show(smtp, SMTP_SERVER, is_challenge ? challenge : line,
                        is_challenge ? strlen(challenge) : len);
}

static void on_line(Smtp *smtp, const char *line, size_t len)
{
        Submission *s = &smtp->submission;
        while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
                len--;
        int code = final_code_of(line, len);
        if (s->step == SMTP_STEP_CONNECT)
                note_extension(smtp, line, len);
        show_reply(smtp, line, len);
        if (code != REPLY_CLOSING && (code > 0 || is_continued(line, len)))
                keep_line(s, line, len);
        if (code == 0 || code == REPLY_CLOSING)
                return;
        s->reply_len = 0;
        s->reply_code = code;
        s->reply_ended = true;
        if (s->step == SMTP_STEP_LOGIN)
                smtp_scram_hear(smtp, code, line, len);
        else if (s->step != SMTP_STEP_CONNECT)
                pass_step(smtp);
}

size_t smtp_hear(Smtp *smtp, const char *bytes, size_t len)
{
        Submission *s = &smtp->submission;
        size_t heard = 0;
        while (heard < len && !s->answered && !s->refused && !smtp->login.has_ended) {
                char c = bytes[heard++];
                s->reply_len++;
                if (s->partial_len < sizeof(s->partial))
                        s->partial[s->partial_len++] = c;
                if (c != '\n')
                        continue;
                on_line(smtp, s->partial, s->partial_len);
                s->partial_len = 0;
        }
        return heard;
}

/*
 * Sends the octets in `out`. Return: CURLE_OK if all are sent, CURLE_AGAIN if the socket takes no more at
 * present.
 */
static CURLcode flush(Smtp *smtp)
{
        CURLcode code = buffer_error(&smtp->out) == 0 ? CURLE_OK : CURLE_OUT_OF_MEMORY;
        while (code == CURLE_OK && smtp->sent < smtp->out.len) {
                size_t n = 0;
                code = curl_easy_send(
                                smtp->handle, smtp->out.data + smtp->sent, smtp->out.len - smtp->sent, &n);
                smtp->sent += n;
                if (n > 0)
                        smtp->deadline = clock_monotonic() + smtp->reply_timeout;
        }
        if (code == CURLE_OK) {
                buffer_reset(&smtp->out);
                smtp->sent = 0;
        }
        return code;
}

/* Whether the name of the recipient's mailbox is not ASCII. Its domain has the form of A-labels. */
static bool needs_utf8(const Smtp *smtp)
{
        for (const char *c = smtp->submission.mail.recipient; *c; c++)
                if ((unsigned char)*c >= 0x80)
                        return true;
        return false;
}

bool smtp_talk_is_possible(const Smtp *smtp)
{
        return smtp->takes_utf8 || !needs_utf8(smtp);
}

void smtp_talk_begin(Smtp *smtp)
{
        smtp->submission.step = SMTP_STEP_MAIL;
        smtp->submission.partial_len = 0;
        smtp->deadline = clock_monotonic() + smtp->reply_timeout;
        say_path(smtp, "MAIL FROM:<", smtp->submission.mail.sender,
                        needs_utf8(smtp) ? " BODY=8BITMIME SMTPUTF8" : "");
        for (SmtpStep step = SMTP_STEP_MAIL; smtp->pipelining && steps[step].pipelined; step++)
                steps[step].say_next(smtp);
        flush(smtp);
}

/* A failure to send is not handled here: smtp_talk() will notice it. */
void smtp_talk_dot(Smtp *smtp)
{
        smtp->submission.step = SMTP_STEP_DOT;
        smtp->deadline = clock_monotonic() + smtp->reply_timeout;
        buffer_puts(&smtp->out, "\r\n");
        say(smtp, ".\r\n");
        flush(smtp);
}

void smtp_talk_farewell(Smtp *smtp)
{
        buffer_reset(&smtp->out);
        smtp->sent = 0;
        say(smtp, "QUIT\r\n");
        flush(smtp);
}

bool smtp_talk_is_idle(Smtp *smtp)
{
        char byte;
        size_t n;
        return curl_easy_recv(smtp->handle, &byte, 1, &n) == CURLE_AGAIN;
}

/*
 * Reads from the server once. Return: CURLE_OK if octets were read, CURLE_AGAIN if there is nothing to read
 * at present. If the server has sent more replies than there were commands, the connection is not used
 * again: the rest would be taken for replies to the next mail.
 */
static CURLcode listen_on(Smtp *smtp)
{
        const Submission *s = &smtp->submission;
        char bytes[READ_BYTES];
        size_t n = 0;
        CURLcode code = curl_easy_recv(smtp->handle, bytes, sizeof(bytes), &n);
        if (code == CURLE_OK && n == 0)
                code = CURLE_GOT_NOTHING;
        size_t heard = code == CURLE_OK ? smtp_hear(smtp, bytes, n) : 0;
        if (smtp->login.has_ended) {
                smtp_end_login(smtp);
                return CURLE_AGAIN;
        }
        if (s->answered || s->refused)
                smtp_finish(smtp, NULL, s->answered && s->reply_code == REPLY_OK && heard == n);
        else if (s->reply_len > SMTP_REPLY_MAX_BYTES)
                smtp_finish(smtp, "the server's reply has no end", false);
        return code;
}

static void give_up(Smtp *smtp, CURLcode code)
{
        smtp_finish(smtp,
                        code == CURLE_GOT_NOTHING ? "the server has closed the connection"
                        : smtp->error[0]          ? smtp->error
                                                  : curl_easy_strerror(code),
                        false);
}

/*
 * The server's octets are read even if sending has failed, because a server that closes the connection may
 * have sent the reason before. The loop ends: a reply has a maximum length.
 */
void smtp_talk(Smtp *smtp)
{
        const Submission *s = &smtp->submission;
        CURLcode said, heard = CURLE_OK;
        while (smtp->stage == SMTP_UNDER_WAY && heard == CURLE_OK) {
                said = flush(smtp);
                if (s->step == SMTP_STEP_BODY && said == CURLE_OK)
                        smtp->stage = SMTP_AT_COMMIT;
                else if (s->step == SMTP_STEP_BODY && said == CURLE_AGAIN)
                        return;
                else
                        heard = listen_on(smtp);
                if (heard == CURLE_AGAIN && said != CURLE_OK && said != CURLE_AGAIN)
                        heard = said;
        }
        if (smtp->stage == SMTP_UNDER_WAY && heard != CURLE_AGAIN)
                give_up(smtp, heard);
}
