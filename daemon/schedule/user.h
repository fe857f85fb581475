#pragma once

/*
 * Calendar users (RFC 6638, 2.4.1): an account, or somebody outside of the office with a mail address. An
 * account is known by its mail address and by the address of its principal.
 */

#include "config/config.h"
#include "schedule/itip.h"
#include "store/account.h"
#include "store/address.h"

/** The arguments that all functions about scheduling share; borrowed. */
typedef struct ScheduleWork {
        Store *store; /* in a write transaction, if something is written */
        const Config *config;
        usec_t now;
} ScheduleWork;

/** schedule_is_on() - whether the server schedules: only if its mails leave */
bool schedule_is_on(const Config *config);

/**
 * schedule_user() - an ItipUser; @userdata is a ScheduleWork. An account is found by its mail address, by
 * its name at the domain of the office, and by its principal. May return a condition of the store.
 */
int schedule_user(const char *address, char ret[static ITIP_USER_SIZE], void *userdata);

/** schedule_user_of_login() - write the key of an account. @login: as account_login() writes it */
void schedule_user_of_login(const char *login, char ret[static ITIP_USER_SIZE]);

/** schedule_login() - the account of a key, borrowed from it; NULL for somebody outside of the office */
const char *schedule_login(const char *user);

/**
 * schedule_is_address() - whether an address is one of an account; without the store
 * @own: the account's own mail address, as schedule_own_mail() writes it
 */
bool schedule_is_address(const Config *config, const char *login, const char *own, const char *address);

/**
 * schedule_own_mail() - write the mail address that an account was given; "" if it has none, or if there is
 * no such account. Return: 0, a condition of the store, negative errno.
 */
int schedule_own_mail(Store *store, const char *login, char ret[static ADDRESS_SIZE]);

/**
 * schedule_mail() - write the address by which others know an account: its own or, without one, its name at
 * the domain of the office. Return: 0, a condition of the store, negative errno.
 */
int schedule_mail(const ScheduleWork *work, const char *login, char ret[static ADDRESS_SIZE]);
