#pragma once

/* Private to mail/smtp: a connection, and its transaction. */

#include "base/buffer.h"
#include "mail/smtp.h"

#include <curl/curl.h>

enum {
        SMTP_LINE_KEPT = 480,
        SMTP_REPLY_MAX_BYTES =
                        256 * 1024, /* of a whole reply; a line may have 512 octets (RFC 5321, 4.5.3.1.5) */
};

/* The command that the next reply answers, in the order of the commands. */
typedef enum SmtpStep {
        SMTP_STEP_CONNECT, /* the commands of libcurl */
        SMTP_STEP_MAIL,
        SMTP_STEP_RCPT,
        SMTP_STEP_DATA,
        SMTP_STEP_BODY, /* which has no reply: an early one refuses the mail */
        SMTP_STEP_DOT,
} SmtpStep;

/* The state of one transaction. */
typedef struct Submission {
        SmtpMail mail;
        SmtpStep step;
        bool committed;
        bool answered;  /* `reply` is the one to the final dot */
        bool refused;   /* before the dot: `reply` says why */
        int reply_code; /* of the last complete reply, after the commit of the first; 0 for none */
        char reply[SMTP_LINE_KEPT];
        char partial[SMTP_LINE_KEPT]; /* a line that has not ended yet */
        size_t partial_len;
        size_t reply_len; /* octets since the last complete reply */
} Submission;

struct Smtp {
        CURL *handle;
        CURLM *multi; /* of this connection alone */
        SmtpStage stage;
        Submission submission;
        SmtpOutcome outcome;
        struct pollfd sockets[SMTP_SOCKETS_MAX]; /* the sockets that libcurl waits for */
        size_t n_sockets;
        usec_t until;         /* monotonic; of libcurl's timers */
        usec_t entered;       /* time of the last call into libcurl */
        curl_socket_t socket; /* of an established connection; otherwise CURL_SOCKET_BAD */
        bool is_added;        /* the easy handle to the multi handle: connected or connecting */
        bool pipelining;      /* RFC 2920: the server accepts commands before it has answered earlier ones */
        Buffer out;           /* octets to send */
        size_t sent;          /* octets of `out` sent */
        usec_t reply_timeout, deadline;
        char error[CURL_ERROR_SIZE];
};

/**
 * smtp_hear() - process octets from the server. Return: the number of octets used; fewer than @len if they
 * end the submission.
 */
size_t smtp_hear(Smtp *smtp, const char *bytes, size_t len);

/**
 * smtp_talk_begin() - begin the transaction over an established connection
 * smtp_talk() - continue the transaction
 * smtp_talk_dot() - send the final CRLF and the dot
 */
void smtp_talk_begin(Smtp *smtp);
void smtp_talk(Smtp *smtp);
void smtp_talk_dot(Smtp *smtp);

/** smtp_talk_farewell() - send QUIT, when the server waits for a command, without waiting for the reply. */
void smtp_talk_farewell(Smtp *smtp);

/**
 * smtp_talk_is_idle() - whether a connection without a transaction is still open, and the server has sent
 * nothing.
 */
bool smtp_talk_is_idle(Smtp *smtp);

/**
 * smtp_finish() - end the submission and set its outcome
 * @error: the reason if it is not the server's reply
 * @keep:  keep the connection for another submission
 */
void smtp_finish(Smtp *smtp, const char *error, bool keep);
