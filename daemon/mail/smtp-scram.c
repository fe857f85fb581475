/*
 * Logging in by SCRAM (RFC 5802) over a connection that libcurl has made without a login. libcurl knows
 * SCRAM only if it is built with libgsasl, which that of Debian 12 is not.
 */

#include "mail/smtp-internal.h"

#include "base/base64.h"
#include "base/clock.h"

#include <errno.h>
#include <string.h>

enum { LINE_MAX_BYTES = 12288 /* RFC 4954, 4 */, CODE_LEN = 3, REPLY_WELCOME = 235, REPLY_CHALLENGE = 334 };

static void end_login(SmtpLogin *login, bool has_failed, const char *error)
{
        login->has_ended = true;
        login->has_failed = has_failed;
        login->error = error;
}

static void refuse_message(SmtpLogin *login)
{
        end_login(login, true, "the mail server's message is not one of SCRAM");
}

/* Appends a command and shows it without its message. smtp_talk() checks the buffer's error. */
static void say(Smtp *smtp, const char *command, const Buffer *message)
{
        buffer_puts(&smtp->out, command);
        if (message->len > 0)
                base64_encode(&smtp->out, message->data, message->len);
        buffer_puts(&smtp->out, "\r\n");
        CLEANUP(buffer_done) Buffer shown = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_printf(&shown, "%s***", command);
        smtp_show(smtp, SMTP_CLIENT, buffer_text(&shown), shown.len);
        smtp->deadline = clock_monotonic() + smtp->reply_timeout;
}

void smtp_scram_begin(Smtp *smtp)
{
        SmtpLogin *login = &smtp->login;
        CLEANUP(buffer_done)
        Buffer first = BUFFER_INIT(LINE_MAX_BYTES), command = BUFFER_INIT(LINE_MAX_BYTES);
        login->scram = scram_free(login->scram);
        login->has_answered = login->is_proved = login->has_ended = login->has_failed = false;
        login->tried = login->own;
        smtp->submission.step = SMTP_STEP_LOGIN;
        smtp->submission.partial_len = 0;
        buffer_printf(&command, "AUTH %s ", smtp_login_own_name(login));
        int r = scram_new(smtp_login_own_name(login), login->username,
                        login->password ? login->password : "", NULL, &login->scram);
        if (r == 0)
                r = scram_first(login->scram, &first);
        if (r == 0) {
                say(smtp, buffer_text(&command), &first);
                smtp_talk(smtp);
                return;
        }
        end_login(login, true, strerror(-r));
        smtp_end_login(smtp);
}

/*
 * Answers the server's first message, and checks its final one. A third message ends the login: each answer
 * renews the deadline, so that a server with further messages would keep the connection for ever.
 */
static void answer(Smtp *smtp, const Buffer *message)
{
        SmtpLogin *login = &smtp->login;
        CLEANUP(buffer_done) Buffer last = BUFFER_INIT(LINE_MAX_BYTES);
        if (!login->has_answered) {
                login->has_answered = true;
                int r = scram_final(login->scram, buffer_text(message), message->len, &last);
                if (r == 0)
                        say(smtp, "", &last);
                else if (r == -EBADMSG)
                        refuse_message(login);
                else
                        end_login(login, true, strerror(-r));
                return;
        }
        login->is_proved =
                        !login->is_proved && scram_verify(login->scram, buffer_text(message), message->len);
        if (login->is_proved)
                say(smtp, "", &last);
        else
                end_login(login, true, "the mail server has not proved that it knows the password");
}

/* The text of a challenge is never told as the reason of a failure, as it is never shown. */
void smtp_scram_hear(Smtp *smtp, int code, const char *line, size_t len)
{
        SmtpLogin *login = &smtp->login;
        CLEANUP(buffer_done) Buffer message = BUFFER_INIT(LINE_MAX_BYTES);
        bool is_challenge = code == REPLY_CHALLENGE;
        if (is_challenge && len > CODE_LEN + 1 &&
                        base64_decode(&message, line + CODE_LEN + 1, len - CODE_LEN - 1) == 0)
                answer(smtp, &message);
        else if (is_challenge)
                refuse_message(login);
        else if (code == REPLY_WELCOME)
                end_login(login, !login->is_proved,
                                login->is_proved
                                                ? NULL
                                                : "the mail server has not proved that it knows the password");
        else
                end_login(login, true, NULL);
}
