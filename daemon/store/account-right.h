#pragma once

/*
 * The rights of an account to a collection. A right that was given to the account for this collection
 * decides; without one, the role of the account does. By its role, a reader reads all calendars and no
 * address book, because cards have people's data; an editor writes both. An administrator always writes all,
 * whatever rights were given. This is about collections of the office. A collection of an account is the
 * account's alone: it always writes it, and others, administrators too, have the rights that were given.
 */

#include "store/collection.h"

/** The kinds of access, as they are stored; each includes those before it. */
typedef enum AccountAccess {
        ACCOUNT_NO_ACCESS = 0,
        ACCOUNT_READ = 1,
        ACCOUNT_WRITE = 2,
} AccountAccess;

/** account_access_name() - "none", "read" or "write"; "none" for another number */
const char *account_access_name(AccountAccess access);

/** account_access_of() - the access of a name. Return: false if there is none. */
bool account_access_of(const char *name, AccountAccess *ret);

/**
 * account_role_access() - what a role may do with a calendar or, if @is_personal, with a collection of
 * persons' data: an address book, or the calendar of the meetings
 */
AccountAccess account_role_access(AccountRole role, bool is_personal);

/**
 * account_grant() - give an account a right of its own for a collection, which replaces that of its role.
 * STORE_E_NOT_FOUND: there is no such account or collection.
 */
int account_grant(Store *store, const char *account, const char *collection, AccountAccess access);

/**
 * account_grant_default() - remove the account's own right for a collection, so that its role decides.
 * STORE_E_NOT_FOUND: the account has no such right.
 */
int account_grant_default(Store *store, const char *account, const char *collection);

/**
 * account_access() - what an account may do with a collection. STORE_E_NOT_FOUND: there is no such
 * collection.
 */
int account_access(Store *store, const Account *account, const char *collection, AccountAccess *ret);

/** account_access_to() - the same for a collection that was read */
int account_access_to(
                Store *store, const Account *account, const Collection *collection, AccountAccess *ret);

/** account_right_each() - call @on_right for each right of the account's own, in order of collection */
int account_right_each(Store *store, const char *account,
                int (*on_right)(const char *collection, AccountAccess access, void *userdata),
                void *userdata);
