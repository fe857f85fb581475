#pragma once

/* Private to mail/smtp: a connection, and its transaction. */

#include "base/buffer.h"
#include "base/scram.h"
#include "mail/smtp.h"

#include <curl/curl.h>

enum {
        SMTP_LINE_KEPT = 1000,
        SMTP_REPLY_MAX_BYTES =
                        256 * 1024, /* of a whole reply; a line has up to 512 octets (RFC 5321, 4.5.3.1.5) */
};

/* The command that the next reply answers, in the order of the commands. */
typedef enum SmtpStep {
        SMTP_STEP_CONNECT, /* greeting, EHLO, STARTTLS and AUTH, which libcurl sends */
        SMTP_STEP_LOGIN,   /* AUTH by SCRAM, which libcurl of Debian does not know */
        SMTP_STEP_MAIL,
        SMTP_STEP_RCPT,
        SMTP_STEP_DATA,
        SMTP_STEP_BODY, /* has no reply; if a reply comes this early, the mail is refused */
        SMTP_STEP_DOT,
} SmtpStep;

/* The state of one transaction. */
typedef struct Submission {
        SmtpMail mail;
        SmtpStep step;
        bool committed;  /* smtp_commit() was called */
        bool answered;   /* `reply` is the reply to the final dot */
        bool lacks_utf8; /* the server does not offer SMTPUTF8, which the recipient's address needs */
        bool refused;    /* before the final dot, for the reason in `reply` */
        int reply_code;  /* of the last complete reply; 0 for none; the reply to the dot is the last */
        char reply[SMTP_REPLY_SIZE];  /* in the form of SmtpOutcome.reply */
        size_t reply_kept;            /* length of the text in `reply` */
        bool reply_ended;             /* the next line begins another reply */
        char partial[SMTP_LINE_KEPT]; /* the line that is being read and has not ended yet */
        size_t partial_len;
        size_t reply_len; /* octets since the last complete reply */
} Submission;

/* Sets of mechanisms are bits, in the order of the table in smtp-login.c. */
typedef struct SmtpLogin {
        char *token_file, *token_command; /* owned; NULL for none */
        char *token;               /* of the command; NULL until it is first needed, and after a refusal */
        bool token_is_old;         /* it was used for an earlier connection */
        char *username, *password; /* owned; NULL for none */
        unsigned own;      /* the mechanism of smtp-scram.c that the next connection tries; 0 for none */
        Scram *scram;      /* of the login that is under way */
        bool has_answered; /* the server's first message is answered */
        bool is_proved;    /* the server has proved that it knows the password */
        bool has_ended, has_failed;
        const char *error; /* why, unless the server's reply says it */
        unsigned left;     /* mechanisms that were not refused */
        unsigned offered;  /* by the server of this connection */
        unsigned tried;    /* on this connection; 0 for none */
} SmtpLogin;

struct Smtp {
        CURL *handle;
        CURLM *multi; /* contains only this handle */
        SmtpStage stage;
        Submission submission;
        SmtpOutcome outcome;
        struct pollfd sockets[SMTP_SOCKETS_MAX]; /* the sockets that libcurl waits for */
        size_t n_sockets;
        usec_t until;         /* monotonic; when libcurl's next timer ends */
        usec_t entered;       /* monotonic; time of the last call into libcurl */
        curl_socket_t socket; /* of an established connection; otherwise CURL_SOCKET_BAD */
        bool is_added;        /* `handle` is in `multi`: connected or connecting */
        bool pipelining;      /* RFC 2920: the server accepts commands before it has answered earlier ones */
        bool takes_utf8;      /* RFC 6531: the server accepts addresses that are not ASCII */
        Buffer out;           /* octets that are sent to the server */
        size_t sent;          /* number of octets of `out` that are sent already */
        usec_t reply_timeout, deadline;
        usec_t connect_timeout;
        SmtpLogin login;
        SmtpDialogue on_dialogue;
        void *dialogue_userdata;
        char error[CURL_ERROR_SIZE];
};

/**
 * smtp_hear() - process octets from the server. Return: the number of octets used, which is less than @len
 * if the submission ended before the last octet.
 */
size_t smtp_hear(Smtp *smtp, const char *bytes, size_t len);

/**
 * smtp_talk_begin() - begin the transaction over an established connection
 * smtp_talk() - continue the transaction
 * smtp_talk_dot() - send the final CRLF and the dot
 */
void smtp_talk_begin(Smtp *smtp);
bool smtp_talk_is_possible(const Smtp *smtp); /* whether the server takes the recipient's address */
void smtp_talk(Smtp *smtp);
void smtp_talk_dot(Smtp *smtp);

/**
 * smtp_talk_farewell() - send QUIT without waiting for the reply. The server must be waiting for a command.
 */
void smtp_talk_farewell(Smtp *smtp);

/** smtp_talk_is_idle() - whether a connection between two transactions is open and has nothing to read. */
bool smtp_talk_is_idle(Smtp *smtp);

/** smtp_url_socket() - the path of the socket in unix:/PATH; NULL for another URL */
const char *smtp_url_socket(const char *url);

/** smtp_tls_is_optional() - whether TLS may be left out or unverified: see SmtpOptions */
bool smtp_tls_is_optional(const SmtpOptions *options);

/** smtp_login_init() - copy what the login needs; smtp_login_done() frees it. Return: 0 or -ENOMEM. */
int smtp_login_init(SmtpLogin *login, const SmtpOptions *options);
void smtp_login_done(SmtpLogin *login);

/** smtp_login_own_name() - the name of the mechanism `own`, which must not be 0 */
const char *smtp_login_own_name(const SmtpLogin *login);

/**
 * smtp_scram_begin() - send AUTH over an established connection; smtp_scram_hear() - process a reply to it
 * @line: the reply's last line
 *
 * When the login has ended, `has_ended` is set until smtp_end_login() is called.
 */
void smtp_scram_begin(Smtp *smtp);
void smtp_scram_hear(Smtp *smtp, int code, const char *line, size_t len);

/**
 * smtp_end_login() - after a login, begin the transaction; after one that has failed, connect again with the
 * next mechanism, or end the submission
 */
void smtp_end_login(Smtp *smtp);

/**
 * smtp_login_prepare() - set the mechanisms and the token for the next connection. Return: 0; negative errno
 * if the token cannot be read, with the reason in `smtp->error`.
 */
int smtp_login_prepare(Smtp *smtp);

/** smtp_login_hear() - note the mechanisms of a line of the reply to EHLO, without its code. */
void smtp_login_hear(SmtpLogin *login, const char *text, size_t len);

/** smtp_login_note_command() - note the mechanism if a command of the client is AUTH. */
void smtp_login_note_command(SmtpLogin *login, const char *command, size_t len);

/**
 * smtp_login_try_next() - after a failed connection: choose what the next connection tries. Return: true if
 * the server refused a mechanism permanently and offers another one that it has not refused, if libcurl
 * knows none of those that it offers, but smtp-scram.c does, or if it refused a token that the command
 * printed for an earlier connection; false if no other login is left.
 */
bool smtp_login_try_next(Smtp *smtp);

/** smtp_login_begin_anew() - forget what was refused: the next connection tries all mechanisms */
void smtp_login_begin_anew(SmtpLogin *login);

/** smtp_show() - pass a line of the dialogue to the callback, if there is one */
void smtp_show(Smtp *smtp, SmtpSide side, const char *text, size_t len);

/** smtp_on_debug() - libcurl's callback for the commands that it sends (CURLOPT_DEBUGFUNCTION) */
int smtp_on_debug(CURL *handle, curl_infotype type, char *data, size_t size, void *userdata);

/**
 * smtp_finish() - end the submission and set its outcome
 * @error: the reason of a failure; NULL if the server's reply is the reason
 * @keep:  keep the connection for another submission
 */
void smtp_finish(Smtp *smtp, const char *error, bool keep);
