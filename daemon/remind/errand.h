#pragma once

/*
 * Inside of remind/ only: one row of the ledger on its way out, and the table of the kinds of mail: to whom each goes, whether it is still
 * wanted, and what it says. Another kind of mail is one more row of that table.
 */

#include "config/config.h"
#include "contact/card.h"
#include "remind/compose.h"
#include "remind/patterns.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/signup.h"

typedef struct Errand Errand;

typedef struct MailKind {
        const char *name; /* MailRecord.kind */
        /* Who gets it, and whether the mail is still wanted: sets `address`, and `contact` where it is a listed one. */
        int (*load)(Errand *errand);
        /* What it says now, appended to @out; NULL when its bytes are fixed already and only its truth is asked for. */
        int (*compose)(Errand *errand, const ComposeOptions *options, Buffer *out);
} MailKind;

struct Errand {
        Store *store;
        const Config *config;
        Patterns *patterns;
        const MailKind *kind;
        MailRecord *mail;
        usec_t now;

        ObjectRecord *contact_record; /* NULL for somebody who is not listed */
        Card *contact;
        Signup *signup; /* of somebody who asks to be listed */
        const char *address;
        const char *language;

        Buffer *out; /* for the callbacks of what is rebuilt */
        const ComposeOptions *options;
        bool tells_parked;  /* the bytes tell of parked mails too */
        MailSample *sample; /* that the bytes nearly repeat; NULL for none */

        MailState close_as; /* for ERRAND_CLOSE */
        const char *reason; /* why, static */
        usec_t wait_until;  /* for ERRAND_WAIT */
};

enum {
        ERRAND_CLOSE = 101, /* nothing is to be sent: close the row as `close_as` says */
        ERRAND_WAIT = 102,  /* not before `wait_until` */
};

/** errand_begin() - read a row. @patterns: borrowed. Return: 0, STORE_E_NOT_FOUND (also for a kind that nobody knows), negative errno. errand_done() it in any case. */
int errand_begin(Store *store, const Config *config, Patterns *patterns, int64_t mail, usec_t now,
                Errand *ret);
void errand_done(Errand *errand);

/** errand_close() - what a kind returns for a mail that is not to go; errand_check() - is it still wanted and true, may it go now? Appends its bytes unless they are fixed. */
int errand_close(Errand *errand, MailState state, const char *reason);
int errand_check(Errand *errand, const char *message_id, Buffer *out);
