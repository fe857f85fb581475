#pragma once

/* Inside of mail/smtp only: the connection, and what libcurl asks and tells while it is at work. */

#include "mail/smtp.h"

#include <curl/curl.h>

enum { SMTP_LINE_KEPT = 480, SMTP_REPLY_SHUTTING_DOWN = 421 };

/* How far one transaction has come. */
typedef struct Submission {
        SmtpMail mail;
        size_t given; /* octets of the message that libcurl has taken */
        bool committed;
        bool in_envelope; /* MAIL was said, and whether it was the last command; as far as on_debug() was asked to hear */
        bool at_sender;
        int n_replies;
        bool answered; /* the reply is the one to the final dot */
        int reply_code; /* of the newest complete reply, 0 before the first; after the commit of the first one only */
        char reply[SMTP_LINE_KEPT];
        char partial[SMTP_LINE_KEPT]; /* a line that has not ended yet */
        size_t partial_len;
} Submission;

struct Smtp {
        CURL *handle;
        CURLM *multi; /* of this connection alone, so that it is kept for it */
        SmtpStage stage;
        Submission submission;
        SmtpOutcome outcome;
        struct curl_slist *recipients;
        struct pollfd sockets[SMTP_SOCKETS_MAX]; /* that libcurl waits for */
        size_t n_sockets;
        usec_t until;                 /* monotonic */
        usec_t entered;               /* libcurl, the last time */
        int opened[SMTP_SOCKETS_MAX]; /* the connection's, also while it is idle; others while it is made */
        size_t n_opened;
        bool fresh; /* the kept connection is not to be trusted */
        bool kept;  /* there is a connection that a mail has gone over */
        char error[CURL_ERROR_SIZE];
};

/** smtp_set_callbacks() - of the easy handle, whose transfer is the submission; smtp_set_multi_callbacks() - of the multi handle. */
void smtp_set_callbacks(Smtp *smtp);
void smtp_set_multi_callbacks(Smtp *smtp);

/** smtp_is_new_connection() - whether this submission did not find a connection that mails have gone over. */
bool smtp_is_new_connection(const Smtp *smtp);

/** smtp_shut_sockets() - shutdown() of what is open. */
void smtp_shut_sockets(const Smtp *smtp, int how);
