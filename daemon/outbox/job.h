#pragma once

/*
 * Inside of remind/ only: one row of the ledger on its way out, and the table of the kinds of mail: to whom each goes, whether it is still
 * wanted, and what it says. Another kind of mail is one more row of that table.
 */

#include "config/config.h"
#include "contact/card.h"
#include "remind/compose-cache.h"
#include "remind/compose.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/signup.h"

typedef struct Job Job;

typedef struct MailKind {
        const char *name; /* MailRecord.kind */
        /* Who gets it, and whether the mail is still wanted: sets `address`, and `contact` where it is a listed one. */
        int (*load)(Job *job);
        /* What it says now, appended to @out; NULL when its bytes are fixed already and only its truth is asked for. */
        int (*compose)(Job *job, const ComposeOptions *options, Buffer *out);
} MailKind;

struct Job {
        Store *store;
        const Config *config;
        ComposeCache *cache;
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
        bool tells_parked;          /* the bytes tell of parked mails too */
        MailDictionary *dictionary; /* that the bytes nearly repeat; NULL for none */

        MailState close_as; /* for JOB_CLOSE */
        const char *reason; /* why, static */
        usec_t wait_until;  /* for JOB_WAIT */
};

enum {
        JOB_CLOSE = 101, /* nothing is to be sent: close the row as `close_as` says */
        JOB_WAIT = 102,  /* not before `wait_until` */
};

/** job_begin() - read a row. @cache: borrowed. Return: 0, STORE_E_NOT_FOUND (also for a kind that nobody knows), negative errno. job_done() it in any case. */
int job_begin(Store *store, const Config *config, ComposeCache *cache, int64_t mail, usec_t now, Job *ret);
void job_done(Job *job);

/** job_close() - what a kind returns for a mail that is not to go; job_check() - is it still wanted and true, may it go now? Appends its bytes unless they are fixed. */
int job_close(Job *job, MailState state, const char *reason);
int job_check(Job *job, const char *message_id, Buffer *out);
