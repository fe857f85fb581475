#pragma once

/*
 * Collections: the office's calendars and address books, which the office names, and those that accounts
 * make for themselves with calendar programs. A collection of an account is private to it until the office
 * grants others a right (store/account-right.h). Its objects are of kinds of their own
 * (OBJECT_OWN_EVENT and so on), so that they are in no feed, page, reminder, free-busy time or list of
 * contacts. An event becomes public when it is copied or moved to a calendar of the office.
 */

#include "store/account.h"
#include "store/store.h"

#define COLLECTION_EVENTS   "events"   /* the default calendar */
#define COLLECTION_CONTACTS "contacts" /* the address book: people, places and organizations */
#define COLLECTION_MEETINGS "meetings" /* bookings (meet/booking.h); only their two sides see them */
#define COLLECTION_OFFERS   "offers"   /* the hours in which hosts can be met (calendar/offer.h) */

/*
 * In the paths of an account, the last part of that of the drafts of a calendar of the office ends with
 * COLLECTION_DRAFTS (dav/home.h), and a collection of the office begins with COLLECTION_BESIDE if the
 * account has one of the same name.
 */
#define COLLECTION_DRAFTS ".drafts"
#define COLLECTION_BESIDE "~"

enum {
        COLLECTION_NAME_SIZE = 64,
        COLLECTION_SEGMENT_SIZE = 256,             /* octets of UTF-8, and the NUL */
        COLLECTIONS_OWN_MAX = 200,                 /* that one account may have */
        COLLECTION_E_MANY = CONDITIONS_STORE + 60, /* the account has COLLECTIONS_OWN_MAX collections */
};

/* The condition that `object` is in one of the collections of a parameter, ",events,fairs,"; "" for all */
#define SQL_IN_COLLECTIONS(list)                                                                            \
        "(" list " = '' OR replace(" list ", ',' || object.collection || ',', '') <> " list ")"

/** The components that a calendar takes, as bits; stored. */
typedef enum CollectionComponent {
        COLLECTION_VEVENT = 1 << 0,
        COLLECTION_VTODO = 1 << 1,
        COLLECTION_VJOURNAL = 1 << 2,
        COLLECTION_VAVAILABILITY = 1 << 3, /* of COLLECTION_OFFERS only */
} CollectionComponent;

/** How scheduling messages (RFC 6638) concern a collection, as it is stored. */
typedef enum CollectionScheduling {
        COLLECTION_SCHEDULES = 0, /* writing a meeting sends messages to its participants */
        COLLECTION_QUIET = 1,     /* it sends none: the office has switched it off for this calendar */
        COLLECTION_INBOX = 2,     /* the schedule inbox of an account: its objects are OBJECT_MESSAGE */
        COLLECTION_HOST = 3,      /* the bookings of an account that is a host (meet/host-calendar.h) */
} CollectionScheduling;

typedef struct Collection {
        char name[COLLECTION_NAME_SIZE]; /* the key, [a-z0-9-]+; "own-..." for one of an account */
        char owner[ACCOUNT_NAME_SIZE];   /* as account_login() writes it; "" for the office's */
        /* last part of its path in the owner's home; "" for the office's */
        char segment[COLLECTION_SEGMENT_SIZE];
        bool is_cards;       /* an address book */
        unsigned components; /* CollectionComponent bits; 0 for an address book */
        CollectionScheduling scheduling;
        int64_t sequence; /* number of the last change in it */
        usec_t created;   /* 0 if unknown */
} Collection;

/** collection_is_listed() - whether a list like ",events,fairs," has a collection; NULL has all */
bool collection_is_listed(const char *list, const char *name);

/**
 * collection_ensure() - make a collection of the office if it does not exist
 * @name:      [a-z0-9-]+
 * @is_cards:  true for an address book, false for a calendar
 * @zone_name: time zone of a calendar's all-day dates; NULL for an address book
 *
 * Return: 0, also if an account owns the collection; STORE_E_CONFLICT if the name is invalid, the
 * collection is of the other kind, or the name is one that only collections of accounts have; another
 * condition of the store, negative errno.
 */
int collection_ensure(Store *store, const char *name, bool is_cards, const char *zone_name);

/**
 * collection_own_name() - write the key that a collection of an account has: it depends on the account, the
 * kind and the segment only, so that it is the same in every store
 */
void collection_own_name(const char *owner, bool is_cards, const char *segment,
                char ret[static COLLECTION_NAME_SIZE]);

/** collection_is_own_name() - whether a key is one of a collection of an account */
bool collection_is_own_name(const char *name);

/**
 * collection_make() - make a collection of an account
 * @collection: owner, segment, is_cards and components; the rest is set
 * @zone_name:  time zone of a calendar's all-day dates; NULL for an address book
 *
 * Return: 0, STORE_E_CONFLICT if it exists, COLLECTION_E_MANY, another condition of the store, negative
 * errno.
 */
int collection_make(Store *store, Collection *collection, const char *zone_name, usec_t now);

/**
 * collection_inbox() - read the schedule inbox of an account; it is made with the first message
 * collection_inbox_name() - write its key
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int collection_inbox(Store *store, const char *account, Collection *ret);
void collection_inbox_name(const char *account, char ret[static COLLECTION_NAME_SIZE]);

/** collection_make_inbox() - read the schedule inbox of an account, and make it if there is none */
int collection_make_inbox(Store *store, const char *account, usec_t now, Collection *ret);

/** The last part of the path of a host's calendar of meetings. */
#define COLLECTION_HOST_SEGMENT "my-meetings"

/**
 * collection_host() - read the calendar of meetings of an account; it is made with the first booking
 * collection_make_host() - read it, and make it if there is none
 * @zone_name: as for collection_make()
 *
 * Return: 0; STORE_E_NOT_FOUND; STORE_E_CONFLICT if the account has another calendar of this name; another
 * condition of the store, negative errno.
 */
int collection_host(Store *store, const char *account, Collection *ret);
int collection_make_host(
                Store *store, const char *account, const char *zone_name, usec_t now, Collection *ret);

/**
 * collection_set_scheduling() - switch messages on or off for a calendar (COLLECTION_SCHEDULES or
 * COLLECTION_QUIET). Return: 0; STORE_E_NOT_FOUND if there is no such calendar, or it is an inbox, a
 * calendar of meetings or an address book; another condition of the store, negative errno.
 */
int collection_set_scheduling(Store *store, const char *name, CollectionScheduling scheduling);

/** collection_get() - read a collection by its key; STORE_E_NOT_FOUND: there is none */
int collection_get(Store *store, const char *name, Collection *ret);

/** collection_each() - call @on_collection for each collection, of the office and of accounts, by key */
int collection_each(Store *store, int (*on_collection)(const Collection *collection, void *userdata),
                void *userdata);

/** collection_each_of() - the same for the collections of an account, as account_login() writes it */
int collection_each_of(Store *store, const char *login,
                int (*on_collection)(const Collection *collection, void *userdata), void *userdata);

/**
 * COLLECTION_LOST_OWNER - the owner of a collection of an account if a repair of the store has lost it; no
 * account has this name
 */
#define COLLECTION_LOST_OWNER "?"

/** collection_default_components() - what a calendar takes for which nobody has said it */
unsigned collection_default_components(void);
