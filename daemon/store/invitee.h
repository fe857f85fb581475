#pragma once

/*
 * People outside of the office who are invited to a meeting of an account, and the calendar objects that are
 * mailed to them (RFC 6047). A person keeps its row, so that all mails about a meeting name one address for
 * answers.
 */

#include "base/hash.h"
#include "store/account.h"
#include "store/address.h"
#include "store/store.h"

enum { INVITEE_STAMP_SIZE = 24, INVITEE_UID_SIZE = 1024 };

typedef struct Invitee {
        int64_t id;
        char account[ACCOUNT_NAME_SIZE]; /* the organizer, as account_login() writes it */
        char uid[INVITEE_UID_SIZE];      /* of the meeting; a longer one is cut */
        char address[ADDRESS_SIZE];      /* as address_fold() writes it */
        char secret[TOKEN_SIZE];         /* of the address for answers */
        char stamp[INVITEE_STAMP_SIZE];  /* DTSTAMP of the last answer before version 25; "" for none */
} Invitee;

/**
 * invitee_ensure() - read the row of a person for a meeting, and add it if there is none
 * @uid: of the meeting
 */
int invitee_ensure(Store *store, const char *account, const char *uid, const char *address, Invitee *ret);

/** invitee_get() - read a row by its number. STORE_E_NOT_FOUND: there is none. */
int invitee_get(Store *store, int64_t id, Invitee *ret);

/**
 * invitee_stamp() - read the DTSTAMP of the last answer that counted to an instance
 * @instance: as itip_instance() writes it; "" for the meeting
 * @ret:      in UTC; "" for none
 *
 * Each instance has a stamp of its own, because answers to several instances may come in another order than
 * they were written, or with one DTSTAMP.
 */
int invitee_stamp(Store *store, const Invitee *invitee, const char *instance,
                char ret[static INVITEE_STAMP_SIZE]);

/** invitee_set_stamp() - keep the DTSTAMP of an answer to an instance */
int invitee_set_stamp(Store *store, int64_t id, const char *instance, const char *stamp);

/** A calendar object that is to be mailed. */
typedef struct ItipMail {
        int64_t id;
        const char *account;   /* of the sender */
        const char *recipient; /* the address */
        const char *method;    /* "REQUEST", "CANCEL", "REPLY" */
        int64_t invitee;       /* 0 if the recipient is no invitee, but an organizer */
        const char *text;
        size_t len;
        usec_t created;
} ItipMail;

ItipMail *itip_mail_free(ItipMail *itip);
DEFINE_CLEANUP(ItipMail, itip_mail_freep, itip_mail_free)

/**
 * itip_mail_add() - keep an object until itip_mail_remove(); sets its id. Objects of mails that were never
 * sent are dropped.
 */
int itip_mail_add(Store *store, ItipMail *itip);

/** itip_mail_get() - copy an object; free it with itip_mail_free(). STORE_E_NOT_FOUND: there is none. */
int itip_mail_get(Store *store, int64_t id, ItipMail **ret);

/** itip_mail_remove() - delete an object, because its mail was sent */
int itip_mail_remove(Store *store, int64_t id);
