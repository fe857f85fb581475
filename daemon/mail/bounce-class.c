#include "mail/bounce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The meaning of a failure status for the address (RFC 3463, and the practice of servers). A doubtful
 * failure is BOUNCE_CLASS_SOFT: it also stops the mail to the address, but only after several days. If
 * `ask` is true, the words of the reply text decide, and `class` counts only if none of them is known.
 */
static const struct {
        int subject, detail; /* -1: any other */
        BounceClass class;
        bool ask;
} failures[] = {
        { 1, 1, BOUNCE_CLASS_HARD, false },    /* no such mailbox */
        { 1, 2, BOUNCE_CLASS_HARD, false },    /* no such domain */
        { 1, 3, BOUNCE_CLASS_HARD, false },    /* no address at all */
        { 1, 4, BOUNCE_CLASS_HARD, false },    /* ambiguous: more than one mailbox */
        { 1, 6, BOUNCE_CLASS_HARD, false },    /* the mailbox has moved, and there is no new address */
        { 1, 10, BOUNCE_CLASS_HARD, false },   /* the domain takes no mail (RFC 7505) */
        { 1, 7, BOUNCE_CLASS_OURS, false },    /* the sender's address */
        { 1, 8, BOUNCE_CLASS_OURS, false },    /* the domain of the sender's address */
        { 1, 9, BOUNCE_CLASS_MESSAGE, false }, /* relayed to a server that does not keep to the protocol */
        { 1, -1, BOUNCE_CLASS_SOFT, true },
        { 2, 1, BOUNCE_CLASS_HARD, false },    /* the mailbox is disabled */
        { 2, 2, BOUNCE_CLASS_SOFT, false },    /* the mailbox is full and may be emptied */
        { 2, 3, BOUNCE_CLASS_MESSAGE, false }, /* the message is too long for this mailbox */
        { 2, -1, BOUNCE_CLASS_SOFT, true },
        { 3, 4, BOUNCE_CLASS_MESSAGE, false }, /* the message is too long for the receiving system */
        { 3, -1, BOUNCE_CLASS_SOFT, true },
        { 4, 4, BOUNCE_CLASS_HARD, false }, /* Postfix: the name server says that there is no such domain */
        { 4, 310, BOUNCE_CLASS_HARD, false }, /* Exchange's status for no such domain */
        { 4, 5, BOUNCE_CLASS_OURS, false },   /* Gmail: the daily limit of the sender's account */
        { 4, -1, BOUNCE_CLASS_SOFT, true },   /* Exchange uses 5.4.1 for no such mailbox */
        { 5, -1, BOUNCE_CLASS_MESSAGE, true },
        { 6, -1, BOUNCE_CLASS_MESSAGE, false },
        { 7, -1, BOUNCE_CLASS_OURS, true }, /* Yandex uses 5.7.1 for no such mailbox */
        { -1, -1, BOUNCE_CLASS_SOFT, true },
};

/*
 * A reply text with one of these words is about the sender, whatever the status and the other words say.
 * Exim quotes the reply about the sender's mailbox before "Sender verify failed". Exchange uses 5.2.0, which
 * is a status of the recipient's mailbox, for SendAsDenied and SubmissionQuotaExceeded.
 */
static const char *const sender_words[] = { "sender verify", "sender address rejected", "sendasdenied",
        "send as this sender", "submissionquota", "sending limit", "sending quota", "sending rate",
        "max emails per hour", "too many messages", "too many emails", "too much mail", "rate limit",
        "ratelimit", "relay access denied", "relaying denied", "relay not permitted", "relay denied",
        "not permitted to relay", "unable to relay", "authentication required", "must authenticate",
        "must be authenticated", "not authenticated", "sender rejected", "sender denied", "invalid sender",
        "bad sender", "domain of sender", "sender domain", "helo command", "helo name", "invalid helo",
        "helo/ehlo", "ehlo/helo", "helo should", "reverse dns", "rdns", "ptr record", "dns ptr", "no ptr",
        "reverse lookup", "client host rejected", "cannot find your", "whitelisted", NULL };

/*
 * These words are about the sender, too, unless the status is about the recipient's address: some servers
 * add to it from where the connection came.
 */
static const char *const sender_hints[] = { "your account", "your email account", "your e-mail account",
        "sender address", "sender unknown", "sender is", "from unknown address", "connection from", NULL };

/* With these words the mailbox exists, and takes mail again later, whatever the status says. */
static const char *const later_words[] = { "receiving mail at a rate", "receiving mail too quickly",
        "temporarily disabled", "temporarily suspended", "mailbox temporarily", "account temporarily",
        "mailbox is temporarily", "account is temporarily", "mailbox full", "mailbox is full",
        "inbox is full", "mailbox quota", "user overquota", "user is over quota", "user over quota", NULL };

/* A reply text with one of these words is about a policy, unless its status says otherwise. */
static const char *const policy_words[] = { "spam", "blacklist", "block list", "blocklist", "blocked",
        "reputation", "policy", "relaying", "dmarc", "spf ", "dkim", "dnsbl", " rbl", "is listed",
        "are listed", "currently listed", "blackhole", "denylist", "deny list", "unsolicited", "banned",
        "suspicious", "phish", "malware", "virus", "content rejected", NULL };

static const char *const greylist_words[] = { "greylist", "graylist", "grey-list", "gray-list", "grey list",
        "gray list", "greyed", "come back later", "please come back", "try again in ", "retry in ", NULL };

/* Servers use these reply texts only for a mailbox that does not exist. */
static const char *const no_mailbox_words[] = { "user unknown", "unknown user", "no such user",
        "user not found", "no such recipient", "no such mailbox", "mailbox not found",
        "mailbox does not exist", "user does not exist", "user doesn't exist", "recipient not found",
        "no mailbox here by that name", "unrouteable address", "unknown recipient", "recipient unknown",
        "invalid mailbox", "recipient address rejected: access denied", "address does not exist",
        "email address could not be found", "requested action not taken: mailbox unavailable",
        "doesn't have a yahoo", "mailbox is disabled", "account that you tried to reach does not exist",
        "invalid recipient", "no such address", "not listed in domino", "not listed in public name",
        "e-mail address could not be found", "address couldn't be found",
        "address you entered couldn't be found", "wasn't found at", "recipient name is not recognized",
        "e-mail account does not exist", "email account does not exist", "550 unknown address",
        "550 address unknown", "unknown local part", "unknown local-part", "not a valid mailbox",
        "not a valid recipient", "no mailbox by that name", "recipient does not exist",
        "recipient doesn't exist", "recipient was not found", "recipientnotfound", "mailbox doesn't exist",
        "user is unknown", "user is not found", "user was not found", "undeliverable address",
        "no such person", "no such local user", "no account by that name", "not our customer",
        "user is terminated", "mailbox is inactive", "ользователь не найден", "щик не найден",
        "щик не существует", "адресат неизвестен", "empfänger unbekannt", "benutzer unbekannt",
        "unbekannter empfänger", "unbekannter benutzer", "destinataire inconnu", "utilisateur inconnu",
        "usuario desconocido", NULL };

/* These reply texts mean a mailbox that does not exist, or the sender's account or address. */
static const char *const doubtful_words[] = { "unknown address", "address unknown", "invalid user",
        "not a valid user", "account does not exist", "account doesn't exist", "no such account",
        "account is unknown", "unknown account", "user account is unavailable", "account is disabled",
        "account has been disabled", "account is inactive", "account has been deactivated",
        "account is closed", "account closed", NULL };

static bool says_one_of(const char *text, const char *const *words)
{
        while (*words && !strcasestr(text, *words))
                words++;
        return *words != NULL;
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* Returns the length of a status code like `5.1.1` at @text, or 0. */
static size_t measure_status(const char *text)
{
        size_t len = 1;
        if (text[0] != '2' && text[0] != '4' && text[0] != '5')
                return 0;
        for (int part = 0; part < 2; part++) {
                size_t digits = 0;
                if (text[len++] != '.')
                        return 0;
                while (digits < 4 && is_digit(text[len + digits]))
                        digits++;
                if (digits < 1 || digits > 3)
                        return 0;
                len += digits;
        }
        /* If a fourth number follows, it is an IP address. */
        return text[len] == '.' && is_digit(text[len + 1]) ? 0 : len;
}

/*
 * Whether a reply names the recipient. An address under a status of the protocol or of a policy may be the
 * sender's.
 */
static bool names_recipient(const char *words, int subject)
{
        static const char *const names[] = { "recipient", "mailbox", NULL };
        return says_one_of(words, names) || (subject == 0 && strchr(words, '@'));
}

bool bounce_says_no_mailbox(const char *text)
{
        return !says_one_of(text, sender_words) &&
               (says_one_of(text, no_mailbox_words) ||
                               (says_one_of(text, doubtful_words) && names_recipient(text, 0)));
}

bool bounce_says_delayed(const char *text)
{
        static const char *const words[] = { "will be retried", "will continue to try", "will keep trying",
                "will retry", "still trying", "has been delayed", "is delayed", "delivery is delayed",
                "delayed mail", "not yet been delivered", "do not need to resend", NULL };
        return says_one_of(text, words);
}

bool bounce_find_status(const char *text, char ret[static BOUNCE_STATUS_SIZE])
{
        for (const char *at = text; *at; at++) {
                size_t len = at == text || strchr(" -#(<[:;", at[-1]) ? measure_status(at) : 0;
                if (len > 0 && len < BOUNCE_STATUS_SIZE) {
                        snprintf(ret, BOUNCE_STATUS_SIZE, "%.*s", (int)len, at);
                        return true;
                }
        }
        return false;
}

/* Finds the three-digit code of a reply, which may stand after a host's name; 0 if there is none. */
static int basic_code(const char *words)
{
        for (const char *at = words; *at; at++) {
                bool begins = at == words || at[-1] == ' ';
                if (begins && (*at == '4' || *at == '5') && is_digit(at[1]) && is_digit(at[2]) &&
                                (at[3] == ' ' || at[3] == '-' || at[3] == '\0'))
                        return atoi(at);
        }
        return 0;
}

/*
 * Classifies a reply without a status code: 501, 550, 551 and 553 concern the mailbox, 552 its storage (RFC
 * 5321, 4.2.3), and 530 to 538 the account (RFC 4954, 6).
 */
static BounceClass class_of_code(const char *words)
{
        static const struct {
                int code;
                BounceClass class;
        } codes[] = {
                { 501, BOUNCE_CLASS_SOFT },
                { 550, BOUNCE_CLASS_SOFT },
                { 551, BOUNCE_CLASS_SOFT },
                { 552, BOUNCE_CLASS_SOFT },
                { 553, BOUNCE_CLASS_SOFT },
                { 530, BOUNCE_CLASS_OURS },
                { 534, BOUNCE_CLASS_OURS },
                { 535, BOUNCE_CLASS_OURS },
                { 538, BOUNCE_CLASS_OURS },
        };
        int code = basic_code(words);
        for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
                if (codes[i].code == code)
                        return codes[i].class;
        return code < 500 ? BOUNCE_CLASS_SOFT : BOUNCE_CLASS_MESSAGE;
}

/* @subject: of the status; 0 if there is none */
static BounceClass class_of_words(const char *words, int subject, BounceClass otherwise)
{
        if (says_one_of(words, policy_words))
                return BOUNCE_CLASS_OURS;
        if (says_one_of(words, no_mailbox_words))
                return BOUNCE_CLASS_HARD;
        if (!says_one_of(words, doubtful_words))
                return otherwise;
        bool may_be_ours = subject == 0 || subject == 5 || subject == 7;
        return may_be_ours && !names_recipient(words, subject) ? BOUNCE_CLASS_SOFT : BOUNCE_CLASS_HARD;
}

static BounceClass class_of_failure(int subject, int detail, const char *words)
{
        size_t i = 0;
        while ((failures[i].subject >= 0 && failures[i].subject != subject) ||
                        (failures[i].detail >= 0 && failures[i].detail != detail))
                i++;
        return failures[i].ask ? class_of_words(words, subject, failures[i].class) : failures[i].class;
}

/*
 * Classifies a temporary failure: a later attempt may succeed, unless the message or its sender is the
 * reason. Greylisting has no status of its own, and servers use 4.7.1 for it.
 */
static BounceClass class_of_delay(int subject, int detail, const char *words)
{
        if (says_one_of(words, greylist_words))
                return BOUNCE_CLASS_SOFT;
        if (subject == 7 || (subject == 1 && (detail == 7 || detail == 8)) || (subject == 4 && detail == 5))
                return BOUNCE_CLASS_OURS;
        return subject == 6 ? BOUNCE_CLASS_MESSAGE : BOUNCE_CLASS_SOFT;
}

/* The details 7 and 8 of the subject 1 are about the sender's address (RFC 3463, 3.2). */
static bool is_about_sender(int subject, int detail, const char *words)
{
        bool names_address = subject == 1 && detail != 7 && detail != 8;
        return says_one_of(words, sender_words) || (!names_address && says_one_of(words, sender_hints));
}

BounceClass bounce_class(const BounceRecipient *recipient)
{
        char status[BOUNCE_STATUS_SIZE];
        int class = 0, subject = 0, detail = 0;
        if (recipient->action == BOUNCE_DELIVERED || recipient->action == BOUNCE_RELAYED ||
                        recipient->action == BOUNCE_EXPANDED)
                return BOUNCE_CLASS_DELIVERED;
        /* Exim writes 5.0.0 for every failure, and puts the real status in the reply text. */
        bool vague = recipient->status[0] == '\0' || strcmp(recipient->status + 1, ".0.0") == 0;
        if (!vague || !bounce_find_status(recipient->words, status))
                snprintf(status, sizeof(status), "%s", recipient->status);
        sscanf(status, "%1d.%3d.%3d", &class, &subject, &detail);
        if (is_about_sender(subject, detail, recipient->words))
                return BOUNCE_CLASS_OURS;
        if (says_one_of(recipient->words, later_words))
                return BOUNCE_CLASS_SOFT;
        if (class == 4 || recipient->action == BOUNCE_DELAYED)
                return class_of_delay(subject, detail, recipient->words);
        if (class == 0 || subject == 0)
                return class_of_words(recipient->words, 0, class_of_code(recipient->words));
        return class_of_failure(subject, detail, recipient->words);
}

BounceClass bounce_class_reply(const char *reply)
{
        BounceRecipient recipient = { .action = BOUNCE_FAILED };
        snprintf(recipient.words, sizeof(recipient.words), "%s", reply);
        return bounce_class(&recipient);
}

const BounceRecipient *bounce_verdict(const Bounce *bounce, const char *address)
{
        const BounceRecipient *best = NULL;
        for (size_t i = 0; i < bounce->n; i++) {
                const BounceRecipient *recipient = &bounce->recipients[i];
                if (strcasecmp(recipient->original, address) == 0 ||
                                strcasecmp(recipient->final, address) == 0)
                        return recipient;
                if (!best || bounce_class(recipient) < bounce_class(best))
                        best = recipient;
        }
        return best;
}
