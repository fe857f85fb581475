#pragma once

/* Inside of mail/smtp only: a connection, and the transaction that goes over it. */

#include "base/buffer.h"
#include "mail/smtp.h"

#include <curl/curl.h>

enum {
        SMTP_LINE_KEPT = 480,
        SMTP_REPLY_MAX_BYTES =
                        256 *
                        1024, /* of one reply with all its lines: RFC 5321, 4.5.3.1.5, has 512 octets for a line */
};

/* The command that the next reply answers, in this order. */
typedef enum SmtpStep {
        SMTP_STEP_CONNECT, /* all that libcurl says */
        SMTP_STEP_MAIL,
        SMTP_STEP_RCPT,
        SMTP_STEP_DATA,
        SMTP_STEP_BODY, /* which has no reply of its own: one that comes all the same answers the dot */
        SMTP_STEP_DOT,
} SmtpStep;

/* How far one transaction has come. */
typedef struct Submission {
        SmtpMail mail;
        SmtpStep step;
        bool committed;
        bool answered; /* the reply is the one to the final dot */
        bool refused;  /* before it: the reply is why nothing was delivered */
        int reply_code; /* of the newest complete reply, 0 before the first; after the commit of the first one only */
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
        struct pollfd sockets[SMTP_SOCKETS_MAX]; /* that libcurl waits for */
        size_t n_sockets;
        usec_t until;         /* monotonic; of libcurl's timers */
        usec_t entered;       /* libcurl, the last time */
        curl_socket_t socket; /* of a connection that is made; CURL_SOCKET_BAD */
        bool is_added;        /* the easy handle to the multi handle: a connection is there, or is made */
        bool pipelining;      /* RFC 2920: the server takes commands before it has answered those before */
        Buffer out;           /* to the server */
        size_t sent;          /* of it */
        usec_t reply_timeout, deadline;
        char error[CURL_ERROR_SIZE];
};

/**
 * smtp_hear() - take octets of the server as they come. Return: how many were taken; fewer than @len once
 * the submission is over.
 */
size_t smtp_hear(Smtp *smtp, const char *bytes, size_t len);

/**
 * smtp_talk_begin() - the transaction, over a connection that is made; smtp_talk() - go on with it;
 * smtp_talk_dot() - the final CRLF and the dot.
 */
void smtp_talk_begin(Smtp *smtp);
void smtp_talk(Smtp *smtp);
void smtp_talk_dot(Smtp *smtp);

/** smtp_talk_farewell() - QUIT, where the server waits for a command; the reply is not waited for. */
void smtp_talk_farewell(Smtp *smtp);

/**
 * smtp_talk_is_idle() - whether a connection that no transaction goes over is there still, and the server
 * has nothing to say.
 */
bool smtp_talk_is_idle(Smtp *smtp);

/**
 * smtp_finish() - the submission is over
 * @error: why, where the server did not say so
 * @keep:  the connection is good for another one
 */
void smtp_finish(Smtp *smtp, const char *error, bool keep);
